import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ByteSink } from "../../../../src/core/bytes/sink.ts";
import { type ByteSource, fromBytes } from "../../../../src/core/bytes/source.ts";
import { safetensorsFormat } from "../../../../src/core/formats/safetensors/index.ts";
import { type NamedTensor, writeSafetensors } from "../../../../src/core/formats/safetensors/write.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { type DictNode, isNode } from "../../../../src/core/model/value.ts";
import { createWork, quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fromHex, isSame, toHex } from "../../../support/bytes-builder.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../fixtures/safetensors/${name}`, import.meta.url)));
const write = async (
  tensors: Iterable<NamedTensor>,
  metadata?: Iterable<readonly [string, string]>,
): Promise<Uint8Array> => {
  const sink = new MemorySink();
  await writeSafetensors(sink, tensors, metadata, quietWork());
  return sink.bytes();
};
const tensor = (hex: string, shape: readonly number[], options: Partial<TensorRef> = {}): TensorRef => ({
  dtype: scalarDType("uint8"),
  shape,
  order: "C",
  offset: 0,
  data: fromBytes(fromHex(hex)),
  ...options,
});
const dataHex = (file: Uint8Array): string => toHex(file.subarray(8 + new DataView(file.buffer).getUint32(0, true)));

/** Tensors and metadata of a file, in an order that is not its own. */
const contents = async (bytes: Uint8Array): Promise<[NamedTensor[], [string, string][] | undefined]> => {
  const context = { host: nodeHost(), work: quietWork(), container: [] };
  const { root, metadata } = await safetensorsFormat.read(fromBytes(bytes, "m", 0), context);
  const { keys, values } = root as DictNode;
  const tensors = values.map((value, i) => {
    if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
    return { name: keys[i] as string, tensor: value.tensor };
  });
  const pairs = metadata as DictNode | undefined;
  return [tensors.reverse(), pairs?.keys.map((key, i) => [key as string, pairs.values[i] as string])];
};

describe("writing safetensors", () => {
  it.each(["numpy.safetensors", "dtypes.safetensors", "none.safetensors"])(
    "gives %s byte for byte as the safetensors library does",
    async (name) => {
      const reference = fixture(name);
      const [tensors, metadata] = await contents(reference);
      expect(isSame(await write(tensors, metadata), reference)).toBe(true);
    },
  );

  it("writes big-endian, Fortran-ordered and strided tensors little-endian in C order", async () => {
    const file = await write([
      { name: "big", tensor: tensor("0001 8002", [2], { dtype: scalarDType("int16", true) }) },
      { name: "fortran", tensor: tensor("010402050306", [2, 3], { order: "F" }) },
      { name: "strided", tensor: tensor("01ff02ff03ff", [3], { strides: [2] }) },
      { name: "complex", tensor: tensor("3f800000 c0000000", [1], { dtype: scalarDType("complex64", true) }) },
    ]);
    expect(dataHex(file)).toBe(["0000803f000000c0", "01000280", "010203040506", "010203"].join(""));
  });

  it("keeps the given order of metadata and quotes what needs it", async () => {
    const file = await write(
      [],
      [
        ["z", 'a "quote" and a \\'],
        ["a", "line\nbreak \u0001 \u2028 größe 🐍"],
      ],
    );
    const text = new TextDecoder().decode(file.subarray(8));
    expect(text.trimEnd()).toBe(
      '{"__metadata__":{"z":"a \\"quote\\" and a \\\\","a":"line\\nbreak \\u0001 \u2028 größe 🐍"}}',
    );
    expect(file.length % 8).toBe(0);
  });

  it("sorts names as UTF-8, where the snake comes after everything of two bytes", async () => {
    const names = ["\u{1f40d}", "\uffff", "b", "a", "\ue000", "B"];
    const [tensors] = await contents(await write(names.map((name) => ({ name, tensor: tensor("00", [1]) }))));
    expect(tensors.map(({ name }) => name).reverse()).toEqual(["B", "a", "b", "\ue000", "\uffff", "\u{1f40d}"]);
  });

  it("refuses what the format does not have, before a byte is written", async () => {
    const refusals: [NamedTensor[], string][] = [
      [[{ name: "x", tensor: tensor("00".repeat(16), [1], { dtype: scalarDType("complex128") }) }], "unsupported"],
      [
        [
          { name: "x", tensor: tensor("00", [1]) },
          { name: "x", tensor: tensor("00", [1]) },
        ],
        "refused",
      ],
      [[{ name: "__metadata__", tensor: tensor("00", [1]) }], "refused"],
      [[{ name: "\ud800", tensor: tensor("00", [1]) }], "refused"],
    ];
    for (const [tensors, code] of refusals) {
      const sink = new MemorySink();
      await expect(writeSafetensors(sink, tensors, undefined, quietWork())).rejects.toMatchObject({ code });
      expect(sink.position).toBe(0);
    }
    // A backslash before "ud800" is text, not an escape.
    await expect(write([{ name: "\\ud800", tensor: tensor("00", [1]) }])).resolves.toBeInstanceOf(Uint8Array);
  });

  it("holds a chunk of a large tensor at a time, tells how far it is, and stops when cancelled", async () => {
    const size = 64 * 1024 * 1024;
    let largest = 0;
    const data: ByteSource = {
      size,
      name: "zeros",
      read(start, end) {
        largest = Math.max(largest, end - start);
        return Promise.resolve(new Uint8Array(end - start));
      },
    };
    let position = 0;
    const sink: ByteSink = {
      get position() {
        return position;
      },
      write(bytes) {
        position += bytes.length;
        return Promise.resolve();
      },
    };
    const big = [{ name: "big", tensor: tensor("", [size], { data }) }];
    await writeSafetensors(sink, big, undefined, quietWork());
    expect(position).toBeGreaterThan(size);
    expect(largest).toBeLessThanOrEqual(4 * 1024 * 1024);
    const abort = new AbortController();
    const work = createWork({ signal: abort.signal, onProgress: ({ done }) => done > size / 2 && abort.abort() });
    await expect(writeSafetensors(sink, big, undefined, work)).rejects.toMatchObject({ code: "cancelled" });
  });
});
