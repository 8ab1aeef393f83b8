import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { npzFormat } from "../../../../src/core/formats/npz/index.ts";
import { type NpzMember, type NpzOptions, writeNpz } from "../../../../src/core/formats/npz/write.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { type DictNode, isNode } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fromHex, isSame, noise, toHex } from "../../../support/bytes-builder.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const tensor = (bytes: Uint8Array, shape: readonly number[], options: Partial<TensorRef> = {}): TensorRef => ({
  dtype: scalarDType("uint8"),
  shape,
  order: "C",
  offset: 0,
  data: fromBytes(bytes),
  ...options,
});
const members: NpzMember[] = [
  { name: "layer1.0.weight", tensor: tensor(noise(30_000), [3, 10_000]) },
  { name: "fortran", tensor: tensor(fromHex("010402050306"), [2, 3], { order: "F" }) },
  { name: "big", tensor: tensor(fromHex("7ff0000000000001"), [1], { dtype: scalarDType("float64", true) }) },
  { name: "model_loupe.json", data: fromBytes(new TextEncoder().encode('{"kind":"dict"}')) },
];
const write = async (options?: NpzOptions, what: Iterable<NpzMember> = members): Promise<Uint8Array> => {
  const sink = new MemorySink();
  await writeNpz(sink, what, nodeHost(), quietWork(), options);
  return sink.bytes();
};

describe.each([
  ["stored", undefined],
  ["deflated", { level: 6 }],
])("writing an npz archive, %s", (_, options) => {
  it("is read back to the bit, in the same order", async () => {
    const source = fromBytes(await write(options), "m.npz", 0);
    const artifact = await npzFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
    const { keys, values } = artifact.root as DictNode;
    expect(artifact.findings).toEqual([]);
    expect(keys).toEqual(members.map(({ name }) => name));
    for (const [index, value] of values.slice(0, 3).entries()) {
      const member = members[index];
      if (!isNode(value) || value.kind !== "tensor" || member === undefined || !("tensor" in member))
        throw new Error("no tensor");
      const { tensor: found } = value;
      const { tensor: wanted } = member;
      expect(found.dtype.name).toBe(wanted.dtype.name);
      expect(found.order).toBe(wanted.order);
      const count = elementCount(wanted.shape);
      expect(isSame(await readElements(found, 0, count), await readElements(wanted, 0, count))).toBe(true);
    }
  });

  it("gives the same bytes every time", async () => {
    expect(toHex(await write(options))).toBe(toHex(await write(options)));
  });
});

describe("writing an npz archive", () => {
  it("aligns stored elements for memory-mapping", async () => {
    const source = fromBytes(await write(), "m.npz", 0);
    const { root } = await npzFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
    for (const value of (root as DictNode).values.slice(0, 3)) {
      if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
      expect((value.tensor.data.origin ?? 1) % 64).toBe(0);
    }
  });

  it("refuses what numpy does not have, and two arrays of one name", async () => {
    const bfloat16 = { name: "x", tensor: tensor(noise(2), [1], { dtype: scalarDType("bfloat16") }) };
    await expect(write(undefined, [bfloat16])).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("bfloat16"),
    });
    const twice = { name: "x", tensor: tensor(noise(2), [2]) };
    await expect(write(undefined, [twice, twice])).rejects.toMatchObject({ code: "refused" });
  });
});
