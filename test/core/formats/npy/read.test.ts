import { describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../../../src/core/bytes/source.ts";
import { npyFormat } from "../../../../src/core/formats/npy/index.ts";
import { writeNpy } from "../../../../src/core/formats/npy/write.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { BytesBuilder, concat, fromHex, isSame, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { MemorySink } from "../../../support/memory-sink.ts";
import { numpyFixture, numpyFixtures } from "../../../support/numpy-fixtures.ts";

const read = (source: ByteSource): Promise<RawArtifact> =>
  npyFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
const readBytes = (bytes: Uint8Array): Promise<RawArtifact> => read(fromBytes(bytes, "a.npy", 0));
const tensorOf = (value: Value | undefined): TensorRef => {
  if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
  return value.tensor;
};
const hexOf = async (tensor: TensorRef): Promise<string> =>
  toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
const npy = (header: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array => {
  const text = new TextEncoder().encode(`${header}\n`);
  const out = new BytesBuilder().raw([0x93]).text("NUMPY").u8(version).u8(0);
  return (version === 1 ? out.u16(text.length) : out.u32(text.length)).raw(text).raw(data).bytes();
};
const dict = (descr: string, shape: string, fortran = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

describe.each(["old", "new"] as const)("arrays of numpy, %s", (generation) => {
  const files = numpyFixtures(generation, ".npy");

  it.each(files)("%s reads as numpy has it, to the bit", async (name, arrays) => {
    const artifact = await readBytes(numpyFixture(generation, name));
    const wanted = arrays[""];
    const tensor = tensorOf(artifact.root);
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    expect({ shape: tensor.shape, order: tensor.order, hex: await hexOf(tensor) }).toEqual({
      shape: wanted?.shape,
      order: wanted?.order,
      hex: wanted?.hex,
    });
    expect(tensor.dtype.name).toBe(wanted?.dtype ?? tensor.dtype.name);
  });

  it.each(files)("%s is written byte for byte as numpy does", async (name) => {
    const bytes = numpyFixture(generation, name);
    const sink = new MemorySink();
    await writeNpy(sink, tensorOf((await readBytes(bytes)).root), quietWork());
    // numpy was told the version of these; by itself it takes the oldest that will do.
    const original = name.startsWith("version-") ? numpyFixture(generation, "float64.npy") : bytes;
    expect(isSame(sink.bytes(), original)).toBe(true);
  });

  it("reads object arrays as their pickle describes them", async () => {
    const { root, findings, complete } = await readBytes(numpyFixture(generation, "objects.npy"));
    expect(root).toMatchObject({ kind: "tensor", objects: [null, 1n, "x", { kind: "list", items: [1n, 2.5] }] });
    expect(findings).toEqual([]);
    expect(complete).toBe(true);
    const { root: dictionary } = await readBytes(numpyFixture(generation, "objects-dict.npy"));
    expect(dictionary).toMatchObject({
      kind: "tensor",
      tensor: { shape: [] },
      objects: [{ kind: "dict", keys: ["w"] }],
    });
  });
});

describe("an npy header", () => {
  it("may be written by Python 2, in any order, with comments of space", async () => {
    const header = `{ 'shape': (2L,\t3L) ,"fortran_order":True, u'descr': '|u1'}          `;
    const { root } = await readBytes(npy(header, fromHex("010402050306")));
    expect(await hexOf(tensorOf(root))).toBe("010203040506");
  });

  it("tells what numpy would refuse and is clear all the same", async () => {
    const header = "{'descr': '<u2', 'fortran_order': False, 'shape': (1,), 'extra': [None, {}]}";
    const { root, findings } = await readBytes(npy(header, fromHex("0102")));
    expect(await hexOf(tensorOf(root))).toBe("0102");
    expect(findings).toMatchObject([
      { rule: "integrity/corrupt", severity: "warning", message: expect.stringContaining('"extra"') },
    ]);
  });

  it("takes elements that are arrays apart into dimensions", async () => {
    const { root } = await readBytes(npy(dict("('<u2', (2,))", "(2,)"), fromHex("0100 0200 0300 0400")));
    expect(tensorOf(root).shape).toEqual([2, 2]);
  });

  it.each([
    ["another magic", fromHex("894e554d5059 0100"), "not-recognised", "begins with 89 4e 55 4d 50 59"],
    ["nothing", new Uint8Array(0), "not-recognised", "begins with"],
    ["a cut length", fromHex("934e554d5059 0100 40"), "truncated", "needs 2 bytes at byte 8, 1 are left"],
    ["version 9.0", fromHex("934e554d5059 0900 0000"), "unsupported", "version 9.0 at byte 6"],
    ["version 1.7", fromHex("934e554d5059 0107 0000"), "unsupported", "version 1.7"],
    ["a cut header", npy(dict("'<f8'", "(3,)")).subarray(0, 40), "truncated", "needs"],
    ["a header of gigabytes", fromHex("934e554d5059 0200 ffffff7f 00"), "limit", "2147483647 is over the limit"],
    ["no dict", npy("[1, 2]"), "corrupt", "is not a dict"],
    ["no literal", npy("{'descr': open('x')}"), "corrupt", "header's text begins at byte 10"],
    [
      "a key misspelt",
      npy("{'desrc': '<f8', 'fortran_order': False, 'shape': ()}"),
      "corrupt",
      'has no descr; its keys are "desrc"',
    ],
    ["an unknown type", npy(dict("'<q9'", "()")), "unsupported", "<q9"],
    ["a negative dimension", npy(dict("'<f8'", "(-1,)")), "corrupt", "a dimension of -1"],
    ["a dimension that is no number", npy(dict("'<f8'", "('3',)")), "corrupt", "no integer"],
    ["a shape that is no tuple", npy(dict("'<f8'", "3")), "corrupt", "shape is not a tuple"],
    [
      "more elements than can be counted",
      npy(dict("'<f8'", "(9007199254740991, 9007199254740991)")),
      "corrupt",
      "more elements than can be counted",
    ],
    ["65 dimensions", npy(dict("'<f8'", `(${"1, ".repeat(65)})`)), "limit", "65 is over the limit of 64"],
    ["an order that is no bool", npy(dict("'<f8'", "(1,)", "1")), "corrupt", "neither True nor False"],
    ["brackets without end", npy(`{'descr': ${"[".repeat(5_000)}`), "limit", "nesting"],
    [
      "a dtype within a dtype within ...",
      npy(dict(`${"[('a', ".repeat(40)}'<f8'${")]".repeat(40)}`, "()")),
      "limit",
      "nesting",
    ],
    [
      "bytes that are not UTF-8 in version 3",
      concat(npy("", new Uint8Array(0), 3).subarray(0, 8), fromHex("02000000 ff0a")),
      "corrupt",
      "not UTF-8",
    ],
  ])("is refused for %s, with the reason and the place", async (_, bytes, code, words) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

describe("the bytes of an array", () => {
  it("are read only where they are asked for", async () => {
    const bytes = npy(dict("'<f8'", "(1000000,)"), new Uint8Array(8_000_000));
    const source = countingSource(fromBytes(bytes, "a.npy", 0));
    const { root } = await read(source);
    expect(source.bytesRead).toBeLessThan(200);
    source.reset();
    await readElements(tensorOf(root), 500_000, 10);
    expect(source.bytesRead).toBe(80);
    expect(tensorOf(root).data.origin).toBe(bytes.length - 8_000_000);
  });

  it("may be fewer than the header says: those before the cut are shown", async () => {
    const { root, findings, complete } = await readBytes(npy(dict("'<u2'", "(2, 3)"), fromHex("0100 0200 0300 04")));
    expect(complete).toBe(false);
    expect(findings).toMatchObject([{ rule: "integrity/truncated", evidence: { needed: "12", available: "7" } }]);
    expect(tensorOf(root).shape).toEqual([2, 3]);
    expect(toHex(await readElements(tensorOf(root), 0, 3))).toBe("010002000300");
    await expect(readElements(tensorOf(root), 0, 4)).rejects.toMatchObject({ code: "truncated" });
  });

  it("may be more: that is a finding, and another array is named as one", async () => {
    const one = npy(dict("'|u1'", "(2,)"), fromHex("0102"));
    const extra = await readBytes(concat(one, fromHex("ffff")));
    expect(extra.findings).toMatchObject([
      { rule: "integrity/trailing-bytes", range: { offset: one.length, length: 2 } },
    ]);
    expect(extra.complete).toBe(true);
    const two = await readBytes(concat(one, one));
    expect(two.findings).toMatchObject([
      { rule: "integrity/trailing-bytes", message: expect.stringContaining("Another array") },
    ]);
  });

  it("give a partial view or a precise error, cut at every 7th byte", async () => {
    for (const name of ["fortran-order.npy", "struct-nested.npy", "objects.npy"]) {
      const whole = numpyFixture("new", name);
      const { shown, refused } = await readCuts(whole, readBytes);
      for (const { length, artifact } of shown) {
        expect(artifact.complete, `${name} cut at ${length}`).toBe(false);
        expect(
          artifact.findings.map(({ rule }) => rule),
          `${name} cut at ${length}`,
        ).toContain("integrity/truncated");
      }
      for (const { length, error } of refused) {
        expect(error, `${name} cut at ${length}`).toMatchObject({ name: "ArtifactError" });
        // A whole header is enough to show something.
        expect(length).toBeLessThan(192);
      }
      expect(shown.length).toBeGreaterThan(1);
    }
  });

  it("of an object array that is no pickle are said to be unread", async () => {
    const { root, findings, complete } = await readBytes(npy(dict("'|O'", "(2,)"), fromHex("ffffffff")));
    expect(complete).toBe(false);
    expect(isNode(root)).toBe(true);
    expect(findings.some(({ severity }) => severity === "error")).toBe(true);
  });

  it("of an object array tell what loading would import", async () => {
    const pickle = new TextEncoder().encode("cposix\nsystem\n(S'echo'\ntR.");
    const { imports } = await readBytes(npy(dict("'|O'", "()"), pickle));
    expect(imports).toMatchObject([{ module: "posix", name: "system", role: "call", class: "dangerous" }]);
  });
});
