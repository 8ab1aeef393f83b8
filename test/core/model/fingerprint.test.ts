import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { writeModel } from "../../../src/core/formats/model/write.ts";
import { modelFormat } from "../../../src/core/formats/model/index.ts";
import { describe as describeArtifact } from "../../../src/core/meaning/describe.ts";
import type { Parameter } from "../../../src/core/model/artifact.ts";
import { SCALARS, scalarDType, type ScalarName } from "../../../src/core/model/dtype.ts";
import { fingerprint } from "../../../src/core/model/fingerprint.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { artifactOf, float64Bytes, tensorOf } from "../../support/artifacts.ts";
import { fromHex } from "../../support/bytes-builder.ts";
import { MemorySink } from "../../support/memory-sink.ts";
import { anyGraph } from "../../support/random-values.ts";

const host = nodeHost();
const work = quietWork();
const FLOAT64 = scalarDType("float64");

const parameter = (path: string, tensor: TensorRef): Parameter => ({ path, tensor, axes: [], origin: "tensor" });
const of = (...parameters: readonly Parameter[]): Promise<string> => fingerprint(parameters, host, work);

const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

describe("the fingerprint", () => {
  it("is the digest that docs/fingerprint.md defines", async () => {
    const hash = createHash("sha256").update("model-loupe fingerprint 1\n");
    for (const [path, dtype, shape, values] of [
      ["a.ü", "float64", [2], "000000000000f03f0000000000000080"],
      ["b", "int16", [], "fdff"],
    ] as const) {
      hash.update(u64(Buffer.byteLength(path))).update(path, "utf8");
      hash.update(u64(dtype.length)).update(dtype);
      hash.update(u64(shape.length));
      for (const dim of shape) hash.update(u64(dim));
      hash.update(values, "hex");
    }
    const given = of(
      parameter("b", tensorOf(scalarDType("int16"), [], fromHex("fdff"))),
      parameter("a.ü", tensorOf(FLOAT64, [2], float64Bytes(1, -0))),
    );
    expect(await given).toBe(`fp1:${hash.digest("hex")}`);
  });

  it("does not see order in the file, byte order, memory order and strides", async () => {
    const little = tensorOf(scalarDType("int16"), [2, 3], fromHex("010002000300040005000600"));
    const big = tensorOf(scalarDType("int16", true), [2, 3], fromHex("000100020003000400050006"));
    const fortran = tensorOf(scalarDType("int16"), [2, 3], fromHex("010004000200050003000600"), { order: "F" });
    const strided = tensorOf(
      scalarDType("int16"),
      [2, 3],
      fromHex("ffff0100eeee0200eeee0300eeee0400eeee0500eeee0600"),
      {
        offset: 2,
        strides: [12, 4],
      },
    );
    const other = parameter("b", tensorOf(FLOAT64, [1], float64Bytes(7)));
    const expected = await of(parameter("w", little), other);
    for (const same of [big, fortran, strided]) expect(await of(other, parameter("w", same))).toBe(expected);
    const complex = tensorOf(scalarDType("complex64"), [1], fromHex("0000803f00000040"));
    const swapped = tensorOf(scalarDType("complex64", true), [1], fromHex("3f80000040000000"));
    expect(await of(parameter("c", swapped))).toBe(await of(parameter("c", complex)));
  });

  it("sees one bit, the sign of zero, a payload, the type, the shape and the address", async () => {
    const base = { path: "w", dtype: FLOAT64, shape: [2], values: "000000000000f03f0000000000000000" };
    const prints = await Promise.all(
      [
        base,
        { ...base, values: "010000000000f03f0000000000000000" },
        { ...base, values: "000000000000f03f0000000000000080" },
        { ...base, values: "000000000000f87f0000000000000000" },
        { ...base, values: "010000000000f87f0000000000000000" },
        { ...base, dtype: scalarDType("int64") },
        { ...base, shape: [2, 1] },
        { ...base, shape: [1, 2] },
        { ...base, path: "w2" },
      ].map(({ path, dtype, shape, values }) => of(parameter(path, tensorOf(dtype, shape, fromHex(values))))),
    );
    expect(new Set(prints).size).toBe(prints.length);
  });

  it("sorts by bytes, so that no language and no surrogate changes it", async () => {
    const paths = ["z", "ä", "Z", "\u{1f600}", "\uffee", "a.b", "a", "a[10]", "a[9]"];
    const all = paths.map((path, index) => parameter(path, tensorOf(FLOAT64, [1], float64Bytes(index))));
    const expected = await of(...all);
    expect(await of(...[...all].reverse())).toBe(expected);
  });

  it("of nothing and of empty tensors is one too", async () => {
    const empty = await of();
    expect(empty).toMatch(/^fp1:[0-9a-f]{64}$/);
    expect(await of(parameter("w", tensorOf(FLOAT64, [0, 3], new Uint8Array())))).not.toBe(
      await of(parameter("w", tensorOf(FLOAT64, [3, 0], new Uint8Array()))),
    );
  });

  it("of every type depends on its values alone", async () => {
    for (const name of Object.keys(SCALARS) as ScalarName[]) {
      const { itemSize } = scalarDType(name);
      // Elements of less than a byte lie in one order only.
      if (SCALARS[name].kind === "x" || itemSize === 0) continue;
      const bytes = new Uint8Array(itemSize * 6).map((_, index) => (index * 37) & 0xff);
      const tensor = tensorOf(scalarDType(name), [2, 3], bytes);
      const parts = [0, 2, 4, 1, 3, 5].map((element) => bytes.subarray(element * itemSize, (element + 1) * itemSize));
      const turned = tensorOf(scalarDType(name), [3, 2], Uint8Array.from(Buffer.concat(parts)), { order: "F" });
      const plain = await of(parameter("w", { ...tensor, shape: [3, 2], order: "C" }));
      expect([name, await of(parameter("w", turned))]).toEqual([name, plain]);
    }
  });

  it("is the same in a container of ours, for any graph", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph(), async (root) => {
        const artifact = await artifactOf(root);
        const sink = new MemorySink();
        await writeModel(artifact, sink, host, work);
        const raw = await modelFormat.read(fromBytes(sink.bytes(), "x"), { host, work, container: [] });
        const again = await describeArtifact(raw, { name: "", size: 0, identity: "" }, work);
        expect(await fingerprint(again.parameters, host, work)).toBe(
          await fingerprint(artifact.parameters, host, work),
        );
      }),
      { numRuns: 60 },
    );
  });
});
