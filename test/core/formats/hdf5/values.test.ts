import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { readElements, readRectangle } from "../../../../src/core/model/window.ts";
import { readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { type Expected, hdf5Fixture, hdf5Fixtures } from "../../../support/hdf5-fixtures.ts";

const read = (name: string): Promise<RawArtifact> =>
  readArtifact(fromBytes(hdf5Fixture(name), name, 0), nodeHost(), quietWork());
const at = (value: Value | undefined, key: string): Value | undefined =>
  isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;

/** A value in the form that the generator gives. */
async function shown(value: Value | undefined): Promise<Expected> {
  if (value === null || typeof value === "string") return value;
  if (!isNode(value)) throw new Error(`unexpected ${String(value)}`);
  if (value.kind === "list")
    return { dtype: "object", shape: [value.items.length], values: await Promise.all(value.items.map(shown)) };
  if (value.kind === "tensor" && value.objects !== undefined)
    return { dtype: "object", shape: value.tensor.shape, values: await Promise.all(value.objects.map(shown)) };
  if (value.kind !== "tensor" && value.kind !== "scalar") throw new Error(JSON.stringify(value));
  return numbers(value.tensor);
}

async function numbers(tensor: TensorRef): Promise<Expected> {
  const { dtype, shape } = tensor;
  return { dtype: dtype.name, shape, hex: toHex(await readElements(tensor, 0, elementCount(shape))) };
}

/** h5py gives fixed texts in attributes as bytes: here they are texts, as they are meant. */
function asMeant(expected: Expected): Expected {
  if (expected === null || typeof expected === "string") return expected;
  if (!("hex" in expected) || !expected.dtype.startsWith("|S")) return expected;
  const size = Number(expected.dtype.slice(2));
  const bytes = Buffer.from(expected.hex, "hex");
  const values = Array.from({ length: bytes.length / size }, (_, i) =>
    bytes
      .subarray(i * size, (i + 1) * size)
      .toString("utf8")
      .replace(/\0+$/, ""),
  );
  return expected.shape.length === 0 ? (values[0] ?? "") : { dtype: "object", shape: expected.shape, values };
}

describe.each(hdf5Fixtures())("%s", (name, { datasets, attributes }) => {
  it("has every value that h5py reads", async () => {
    const { root } = await read(name);
    for (const [path, expected] of Object.entries(datasets))
      expect([path, await shown(at(root, path)).catch((error: unknown) => error)]).toEqual([path, expected]);
  });

  it("has every attribute that h5py reads", async () => {
    const { metadata } = await read(name);
    for (const [key, expected] of Object.entries(attributes))
      expect([key, await shown(at(metadata, key))]).toEqual([key, asMeant(expected)]);
  });

  it("is read without complaint, but for what lies in other files", async () => {
    const { complete, findings, format } = await read(name);
    const hasOthers = name.startsWith("groups");
    expect(format).toBe("hdf5");
    expect(findings.map(({ message }) => message)).toHaveLength(hasOthers ? 2 : 0);
    expect(complete).toBe(!hasOthers);
  });
});

describe("windows of chunked data", () => {
  it("are the same as what all of it has there, across chunks and over the edge", async () => {
    const { root } = await read("chunks-latest.h5");
    const value = at(root, "cube");
    if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
    const { tensor } = value;
    const window = await readRectangle(tensor, [1, 3, 2], [3, 2, 3]);
    const numbersIn = new Int16Array(window.buffer, window.byteOffset, window.length / 2);
    const wanted: number[] = [];
    for (let i = 1; i < 4; i++)
      for (let j = 3; j < 5; j++) for (let k = 2; k < 5; k++) wanted.push((i * 5 + j) * 6 + k);
    expect([...numbersIn]).toEqual(wanted);
  });

  it("cost what lies in them, not what the file has", async () => {
    const bytes = hdf5Fixture("dense-latest.h5");
    const padded = new Uint8Array(bytes.length + (8 << 20));
    padded.set(bytes);
    const source = countingSource(fromBytes(padded, "m.h5"));
    await readArtifact(source, nodeHost(), quietWork());
    expect(source.bytesRead).toBeLessThan(1 << 20);
  });
});
