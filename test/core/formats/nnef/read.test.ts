import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder, concat } from "../../../support/bytes-builder.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

// Built by hand from the specification; the corpus has archives that tract's tools wrote.

function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const head = new Uint8Array(512);
    const put = (at: number, text: string): void => head.set(new TextEncoder().encode(text), at);
    put(0, name);
    put(124, content.length.toString(8).padStart(11, "0"));
    put(156, "0");
    put(257, "ustar");
    return [head, content, new Uint8Array((512 - (content.length % 512)) % 512)];
  });
  return concat(...parts, new Uint8Array(1024));
}

function dat(
  dims: readonly number[],
  bits: number,
  type: number,
  data: readonly number[],
  length = data.length,
): Uint8Array {
  const out = new BytesBuilder().raw([0x4e, 0xef, 1, 0]).u32(length).u32(dims.length);
  for (let axis = 0; axis < 8; axis++) out.u32(dims[axis] ?? 0);
  return out.u32(bits).u32(type).zeros(76).raw(data).bytes();
}

const graph = new TextEncoder().encode(
  "version 1.0;\ngraph net(x) -> (y)\n{\n  w = variable<scalar>(label = 'conv/w', shape = [2]);\n}\n",
);
const w = dat([2], 32, 0, [0, 0, 0x80, 0x3f, 0, 0, 0, 0x80]);
const whole = tar({ "conv/w.dat": w, "graph.nnef": graph, "b.dat": dat([3], 8, 4, [1, 2, 255]) });
const open = (bytes: Uint8Array) => openBytes(bytes, "model.tar");

describe("an NNEF archive", () => {
  it("has its variables by label, and the network as text", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["nnef", true, []]);
    expect([tensorAt(artifact, "conv/w").shape, await hexAt(artifact, "conv/w")]).toEqual([[2], "0000803f00000080"]);
    expect([tensorAt(artifact, "b").dtype.name, await hexAt(artifact, "b")]).toEqual(["int8", "0102ff"]);
    expect(metadataAt(artifact, "graph")).toContain("variable<scalar>");
    expect(artifact.facts.map(({ value }) => value)).toEqual(["version 1.0", "net", "x", "y"]);
  });

  it.each<[string, Readonly<Record<string, Uint8Array>>, string]>([
    ["a variable without a file", { "graph.nnef": graph }, "integrity/not-read"],
    ["a vendor's type", { "graph.nnef": graph, "conv/w.dat": dat([2], 0xffff, 0x54522040, []) }, "integrity/not-read"],
    ["another length", { "graph.nnef": graph, "conv/w.dat": dat([3], 32, 0, [1, 2, 3, 4]) }, "integrity/corrupt"],
    ["a cut tensor", { "graph.nnef": graph, "conv/w.dat": w.subarray(0, -1) }, "integrity/truncated"],
    ["bytes behind a tensor", { "graph.nnef": graph, "conv/w.dat": concat(w, w) }, "integrity/corrupt"],
    [
      "nine dimensions",
      { "graph.nnef": graph, "conv/w.dat": dat([1, 1, 1, 1, 1, 1, 1, 1, 1], 8, 1, [1]) },
      "integrity/corrupt",
    ],
    ["another signature", { "graph.nnef": graph, "conv/w.dat": graph }, "integrity/corrupt"],
    ["something else", { "graph.nnef": graph, "conv/w.dat": w, "notes.txt": graph }, "integrity/not-read"],
  ])("with %s is shown with a finding", async (_what, files, rule) => {
    const artifact = await open(tar(files));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("cut at every 7th byte is shown in part or refused", async () => {
    // What ends the archive may be cut off it.
    const kinds = await cutsOf(whole.subarray(0, whole.length - 1024), open);
    expect(["partial", "refused"]).toEqual(expect.arrayContaining(kinds));
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([whole], 47);
    for (let i = 0; i < fuzzCount(150); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
