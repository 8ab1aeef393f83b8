import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../../../src/core/bytes/source.ts";
import { safetensorsFormat } from "../../../../src/core/formats/safetensors/index.ts";
import { LIMITS } from "../../../../src/core/limits.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { type DictNode, dictGet, isNode } from "../../../../src/core/model/value.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { BytesBuilder, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { countingSource } from "../../../support/counting-source.ts";

const fixtures = new URL("../../../fixtures/safetensors/", import.meta.url);
interface Expected {
  readonly files: Record<
    string,
    {
      readonly tensors: Record<string, { dtype: string; shape: number[]; hex: string }>;
      readonly metadata: Record<string, string> | null;
    }
  >;
  readonly verdicts: Record<string, { readonly file: string; readonly tensors?: string[]; readonly error?: string }>;
}
const expected = JSON.parse(readFileSync(new URL("expected.json", fixtures), "utf8")) as Expected;

const read = (source: ByteSource): Promise<RawArtifact> =>
  safetensorsFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
const readBytes = (bytes: Uint8Array): Promise<RawArtifact> => read(fromBytes(bytes, "m.safetensors", 0));
const file = (header: unknown, data = new Uint8Array(0), pad = ""): Uint8Array => {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text + pad);
  return new BytesBuilder().u64(json.length).raw(json).raw(data).bytes();
};
const root = (artifact: RawArtifact): DictNode => artifact.root as DictNode;
const tensorAt = (artifact: RawArtifact, name: string): TensorRef => {
  const value = dictGet(root(artifact), name);
  if (!isNode(value) || value.kind !== "tensor") throw new Error(`${name} is no tensor`);
  return value.tensor;
};
const hexOf = async (tensor: TensorRef): Promise<string> =>
  toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
const errors = (artifact: RawArtifact): string[] =>
  artifact.findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
const u8 = (start: number, end: number, shape = [end - start]): unknown => ({
  dtype: "U8",
  shape,
  data_offsets: [start, end],
});

describe("files of the safetensors library", () => {
  it.each(Object.entries(expected.files))(
    "%s reads as it was written, to the bit",
    async (name, { tensors, metadata }) => {
      const artifact = await readBytes(new Uint8Array(readFileSync(new URL(name, fixtures))));
      expect(artifact.findings).toEqual([]);
      expect(artifact.complete).toBe(true);
      expect(artifact.namedTensors).toBe(true);
      expect(([...root(artifact).keys] as string[]).sort()).toEqual(Object.keys(tensors).sort());
      for (const [key, { dtype, shape, hex }] of Object.entries(tensors)) {
        const tensor = tensorAt(artifact, key);
        expect({ dtype: tensor.dtype.name, shape: tensor.shape, hex: await hexOf(tensor) }, `tensor ${key}`).toEqual({
          dtype,
          shape,
          hex,
        });
      }
      const kept = artifact.metadata as DictNode | undefined;
      expect(kept && Object.fromEntries(kept.keys.map((key, i) => [key, kept.values[i]]))).toEqual(
        metadata ?? undefined,
      );
    },
  );
});

describe("what the reference reader takes and refuses", () => {
  const verdicts = Object.entries(expected.verdicts);
  it.each(verdicts.filter(([, { tensors }]) => tensors !== undefined))(
    "%s: read without an error",
    async (_, { file: base64, tensors }) => {
      const artifact = await readBytes(new Uint8Array(Buffer.from(base64, "base64")));
      expect(errors(artifact)).toEqual([]);
      expect(artifact.complete).toBe(true);
      expect([...new Set(root(artifact).keys as string[])].sort()).toEqual(tensors);
    },
  );

  it.each(verdicts.filter(([, { error }]) => error !== undefined))(
    "%s: refused, or shown with an error",
    async (_, { file: base64 }) => {
      const outcome = await readBytes(new Uint8Array(Buffer.from(base64, "base64"))).catch((error: unknown) => error);
      const said = outcome instanceof Error ? [outcome.message] : errors(outcome as RawArtifact);
      expect(said).not.toEqual([]);
    },
  );
});

describe("a damaged safetensors file", () => {
  it("shows the tensors that fit, and says what is wrong with the others", async () => {
    const artifact = await readBytes(
      file(
        { good: u8(0, 4), short: u8(4, 6, [3]), odd: { dtype: "Q4", shape: [2], data_offsets: [6, 8] }, bare: {} },
        Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
      ),
    );
    expect(await hexOf(tensorAt(artifact, "good"))).toBe("01020304");
    expect(toHex(await readElements(tensorAt(artifact, "short"), 0, 2))).toBe("0506");
    await expect(readElements(tensorAt(artifact, "short"), 0, 3)).rejects.toMatchObject({ code: "truncated" });
    expect(dictGet(root(artifact), "odd")).toMatchObject({
      kind: "bytes",
      data: { size: 2, origin: expect.any(Number) },
    });
    expect(dictGet(root(artifact), "bare")).toMatchObject({ kind: "unread" });
    expect(artifact.findings.map(({ path, message }) => [path, message.split(";")[0]])).toEqual([
      ["short", 'Tensor "short" has 2 bytes at 4..6, and needs 3 for [3] of U8'],
      ["odd", 'Tensor "odd" has the dtype "Q4", which safetensors does not have'],
      ["bare", 'Tensor "bare" has no dtype'],
    ]);
  });

  it("tells in one finding that the file is cut, and reads what is before the cut", async () => {
    const whole = file(
      { a: u8(0, 4), b: u8(4, 8), c: u8(8, 12) },
      Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    );
    const artifact = await readBytes(whole.subarray(0, whole.length - 6));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings).toMatchObject([
      { rule: "integrity/truncated", path: "b", evidence: { needed: "12", available: "6", tensors: "2" } },
    ]);
    expect(await hexOf(tensorAt(artifact, "a"))).toBe("01020304");
    expect(toHex(await readElements(tensorAt(artifact, "b"), 0, 2))).toBe("0506");
    await expect(readElements(tensorAt(artifact, "c"), 0, 1)).rejects.toMatchObject({ code: "truncated" });
  });

  it("gives a partial view or a precise error, cut at every 7th byte", async () => {
    const whole = new Uint8Array(readFileSync(new URL("numpy.safetensors", fixtures)));
    const names = new Set(root(await readBytes(whole)).keys);
    const { shown, refused } = await readCuts(whole, readBytes);
    for (const { length, artifact } of shown) {
      expect(artifact.complete, `cut at ${length}`).toBe(false);
      expect(
        artifact.findings.map(({ rule }) => rule),
        `cut at ${length}`,
      ).toContain("integrity/truncated");
      expect(root(artifact).keys.every((key) => names.has(key))).toBe(true);
    }
    for (const { length, error } of refused)
      expect(error, `cut at ${length}`).toMatchObject({
        name: "ArtifactError",
        message: expect.stringContaining("m.safetensors"),
      });
    // Only what ends before the first tensor has nothing to show.
    expect(refused.every(({ length }) => length < 120)).toBe(true);
  });

  it("keeps the tensors before the place where the JSON breaks", async () => {
    const header = `{"a":${JSON.stringify(u8(0, 2))},"b":${JSON.stringify(u8(2, 4))},"c":{"dtype":U8}}`;
    const artifact = await readBytes(file(header, Uint8Array.of(1, 2, 3, 4)));
    expect(root(artifact).keys).toEqual(["a", "b"]);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings).toMatchObject([
      { rule: "integrity/corrupt", message: expect.stringContaining(`at byte ${8 + header.indexOf("U8}")}`) },
    ]);
  });

  it("shows both of a name that occurs twice", async () => {
    const artifact = await readBytes(
      file(`{"a":${JSON.stringify(u8(0, 2))},"a":${JSON.stringify(u8(0, 2))}}`, Uint8Array.of(1, 2)),
    );
    expect(root(artifact).keys).toEqual(["a", "a"]);
    expect(artifact.findings).toMatchObject([{ rule: "integrity/duplicate-name", severity: "warning", path: "a" }]);
  });

  it("points to a hole and to an overlap in the file", async () => {
    const header = { a: u8(0, 2), b: u8(5, 8), c: u8(6, 10) };
    const bytes = file(header, new Uint8Array(10));
    const start = bytes.length - 10;
    const { findings } = await readBytes(bytes);
    expect(findings).toMatchObject([
      { path: "b", range: { offset: start + 2, length: 3 } },
      { path: "c", range: { offset: start + 6, length: 2 } },
    ]);
  });

  it.each([
    ["nothing", new Uint8Array(0), "truncated", "needs 8 bytes at byte 0, 0 are left"],
    ["five bytes", new Uint8Array(5), "truncated", "needs 8 bytes at byte 0, 5 are left"],
    ["a header length of 0", new Uint8Array(8), "corrupt", "begins with nothing"],
    ["a list", file("[1]"), "corrupt", "begins with 5b, expected 7b"],
    [
      "a header over 100 MB",
      new BytesBuilder().u64(100_000_001).text("{}").bytes(),
      "limit",
      "100000001 is over the limit of 100000000",
    ],
    [
      "a header of 2^63 bytes",
      new BytesBuilder()
        .u64(2n ** 63n)
        .text("{}")
        .bytes(),
      "limit",
      "9223372036854775808",
    ],
  ])("refuses %s with the reason and the place", async (_, bytes, code, words) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it("keeps metadata in order, and what is no text as its JSON", async () => {
    const artifact = await readBytes(file('{"__metadata__":{"z":"1","a":"\\u00e9","n":[1, 2.50],"a":"again"}}'));
    expect(artifact.metadata).toEqual({
      kind: "dict",
      keys: ["z", "a", "n", "a"],
      values: ["1", "é", "[1, 2.50]", "again"],
    });
    expect(artifact.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["integrity/corrupt", "error"],
      ["integrity/duplicate-name", "warning"],
    ]);
  });

  it("limits what it says about a header full of nonsense", async () => {
    const header = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, i) => [`t${i}`, { dtype: "?", shape: [], data_offsets: [0, 0] }]),
    );
    const { findings } = await readBytes(file(header));
    expect(findings).toHaveLength(LIMITS.findingsPerRule);
  });

  it("holds names that mean something to JavaScript apart", async () => {
    const names = ["__proto__", "constructor", "toString", "10", "2", "1"];
    const header = `{${names.map((name, i) => `"${name}":${JSON.stringify(u8(i, i + 1))}`).join(",")}}`;
    const artifact = await readBytes(
      file(
        header,
        Uint8Array.from(names, (_, i) => i),
      ),
    );
    expect(root(artifact).keys).toEqual(names);
    expect(await hexOf(tensorAt(artifact, "1"))).toBe("05");
  });
});

describe("what opening costs", () => {
  it("reads the header and nothing else", async () => {
    const bytes = file({ a: u8(0, 5_000_000) }, new Uint8Array(5_000_000));
    const source = countingSource(fromBytes(bytes, "m.safetensors"));
    const artifact = await read(source);
    expect(source.bytesRead).toBe(bytes.length - 5_000_000);
    source.reset();
    await readElements(tensorAt(artifact, "a"), 4_000_000, 100);
    expect(source.bytesRead).toBe(100);
  });

  it("grows with the number of tensors, not with its square", async () => {
    const of = (count: number): Uint8Array => {
      const entries = Array.from(
        { length: count },
        (_, i) => `"model.layers.${i}.mlp.down_proj.weight":{"dtype":"F32","shape":[0,4096],"data_offsets":[0,0]}`,
      );
      return file(`{${entries.join(",")}}`);
    };
    // Processor time, the best of three: other programs on the machine do not count.
    const cost = async (bytes: Uint8Array): Promise<number> => {
      const costs: number[] = [];
      for (let run = 0; run < 3; run++) {
        const start = process.cpuUsage();
        await readBytes(bytes);
        costs.push(process.cpuUsage(start).user);
      }
      return Math.min(...costs);
    };
    const [small, large] = [of(10_000), of(80_000)];
    await readBytes(small);
    // Eight times the tensors: a square would be sixty-four.
    expect((await cost(large)) / (await cost(small))).toBeLessThan(32);
    expect(root(await readBytes(large)).keys).toHaveLength(80_000);
  });
});
