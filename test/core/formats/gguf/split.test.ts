import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { Gguf, gguf } from "../../../support/gguf-builder.ts";

const folder = new URL("../../../fixtures/gguf/", import.meta.url);
const nameOf = (part: number) => `split-0000${part}-of-00003.gguf`;
const files = new Map<string, Uint8Array>(
  [1, 2, 3].map((part) => [nameOf(part), new Uint8Array(readFileSync(new URL(nameOf(part), folder)))]),
);
const open = (name: string, beside: ReadonlyMap<string, Uint8Array> = files) => {
  const bytes = beside.get(name) ?? new Uint8Array(0);
  const siblings = {
    own: name,
    open: (asked: string) => {
      const found = beside.get(asked);
      return Promise.resolve(found && fromBytes(found, asked, 0));
    },
  };
  return openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), { siblings });
};
const without = (name: string) => new Map([...files].filter(([each]) => each !== name));
const metadata = (value: Value | undefined, key: string) =>
  isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;

describe("a GGUF model over several files", () => {
  it.each([1, 2, 3])("is one model, opened by part %i", async (part) => {
    const artifact = await open(nameOf(part));
    expect(artifact).toMatchObject({ complete: true, findings: [] });
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["t0", "t1", "t2"]);
    expect(metadata(artifact.metadata, "general.name")).toBe("in three parts");
    expect(artifact.facts).toContainEqual({ id: "gguf.parts", label: "Parts", value: "3 of 3" });
  });

  it("points to no byte of the opened file for what lies in another", async () => {
    const { parameters } = await open(nameOf(2));
    expect(parameters.map(({ tensor }) => tensor.data.origin !== undefined)).toEqual([false, true, false]);
  });

  it("says which part is missing, and is not complete", async () => {
    const artifact = await open(nameOf(3), without(nameOf(2)));
    expect(artifact.complete).toBe(false);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["t0", "t2"]);
    expect(artifact.findings).toMatchObject([
      { rule: "integrity/not-read", message: expect.stringContaining("split-00002-of-00003.gguf is not beside") },
    ]);
  });

  it("takes no file for a part that is none", async () => {
    for (const other of [gguf(), files.get(nameOf(3)) ?? gguf(), new Uint8Array(3)]) {
      const artifact = await open(nameOf(1), new Map([...files, [nameOf(2), other]]));
      expect([artifact.complete, artifact.parameters.length]).toEqual([false, 2]);
      expect(artifact.findings[0]?.message).toContain("cannot be read");
    }
  });

  it("whose name is another is shown alone, and says so", async () => {
    const artifact = await open("renamed.gguf", new Map([["renamed.gguf", files.get(nameOf(2)) ?? gguf()]]));
    expect([artifact.complete, artifact.parameters.length]).toEqual([false, 1]);
    expect(artifact.findings[0]?.message).toContain("part 2 of 3");
  });

  it("says when tensors are missing from parts that are all there", async () => {
    const make = new Gguf();
    const part = (number: number) =>
      gguf({
        metadata: [
          ["split.no", 4, make.u32(number)],
          ["split.count", 4, make.u32(2)],
          ["split.tensors.count", 4, make.u32(5)],
        ],
        tensors: [{ name: `t${number}`, dims: [1], type: 0, data: make.f32(1) }],
      });
    const artifact = await open(
      "m-00001-of-00002.gguf",
      new Map([
        ["m-00001-of-00002.gguf", part(0)],
        ["m-00002-of-00002.gguf", part(1)],
      ]),
    );
    expect([artifact.complete, artifact.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/corrupt"]]);
  });
});
