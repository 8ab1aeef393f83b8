import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { formatElement } from "../../../src/core/model/decode.ts";
import { elementCount, type TensorRef } from "../../../src/core/model/tensor.ts";
import { isNode, type Value } from "../../../src/core/model/value.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { toHex } from "../../support/bytes-builder.ts";
import { fixtureJson, openBytes } from "../../support/read-format.ts";

/** What one column holds (test/generate/arrow_fixtures.py). */
interface Expected {
  readonly dtype?: string;
  readonly hex?: string;
  readonly mask?: string;
  readonly categories?: readonly string[];
  readonly tz?: string;
  readonly row?: number;
  readonly objects?: readonly unknown[];
}

type Tables = Record<string, { readonly pickle: string; readonly columns: Record<string, Expected> }>;
const tables = Object.entries(fixtureJson("arrow/tables.json") as Tables);
const bytesOf = (text: string): Uint8Array => new Uint8Array(inflateSync(Buffer.from(text, "base64")));

async function bytesIn(tensor: TensorRef): Promise<Uint8Array> {
  return readElements(tensor, 0, elementCount(tensor.shape));
}

/** As the generator writes it: numbers are texts. */
async function plain(value: Value): Promise<unknown> {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (!isNode(value)) return value;
  if (value.kind === "decimal") return value.text;
  if (value.kind === "bytes") return toHex(await value.data.read(0, value.data.size));
  if (value.kind === "list") return Promise.all(value.items.map(plain));
  if (value.kind === "dict")
    return Object.fromEntries(
      await Promise.all(value.keys.map(async (key, i) => [key, await plain(value.values[i] ?? null)])),
    );
  if (value.kind !== "tensor" || value.objects !== undefined) throw new Error(`a ${value.kind} in a list`);
  const bytes = await bytesIn(value.tensor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: value.tensor.shape[0] ?? 0 }, (_, i) =>
    formatElement(value.tensor.dtype, view, i * value.tensor.dtype.itemSize),
  );
}

interface Found {
  readonly tensor: TensorRef | undefined;
  readonly value: Value | undefined;
}

function at(artifact: Artifact, path: string): Found {
  const tensor = artifact.parameters.find((each) => each.path === path)?.tensor;
  const value = artifact.values.find((each) => each.path === path)?.value;
  const held = isNode(value) && value.kind === "tensor" && value.objects === undefined ? value.tensor : undefined;
  return { tensor: tensor ?? held, value };
}

/** Values with zeros where one is missing, which is what stands there in no particular form. */
async function hexOf(tensor: TensorRef, mask: Uint8Array | undefined): Promise<string> {
  const bytes = (await bytesIn(tensor)).slice();
  const size = bytes.length / Math.max(1, tensor.shape[0] ?? 1);
  for (const [i, isMissing] of (mask ?? []).entries()) if (isMissing === 1) bytes.fill(0, i * size, (i + 1) * size);
  return toHex(bytes);
}

describe("tables of Apache Arrow in a pickle", () => {
  it.each(tables)("of %s hold what the library says", async (_name, { pickle, columns }) => {
    const artifact = await openBytes(bytesOf(pickle), "table.pkl");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    for (const [name, expected] of Object.entries(columns))
      expect([name, await columnAt(artifact, name, expected)]).toEqual([name, expected]);
  });

  it.each(tables)("of %s, damaged anywhere, open as what can be read", async (_name, { pickle }) => {
    const bytes = bytesOf(pickle);
    for (let cut = 0; cut < bytes.length; cut += Math.ceil(bytes.length / 12))
      await openBytes(bytes.slice(0, cut), "t.pkl").catch(() => undefined);
    for (let k = 0; k < 24; k++) {
      const damaged = bytes.slice();
      for (let i = 0; i < 4; i++) damaged[(k * 7919 + i * 104729) % bytes.length] = (k * 31 + i * 255) & 0xff;
      const opened = await openBytes(damaged, "t.pkl").catch(() => undefined);
      for (const { tensor } of opened?.parameters ?? []) await bytesIn(tensor).catch(() => undefined);
    }
  });
});

/** A column as the generator tells of it. */
async function columnAt(artifact: Artifact, name: string, expected: Expected): Promise<Expected> {
  const { tensor } = at(artifact, name);
  if (expected.objects !== undefined || tensor === undefined)
    return { objects: (await heldAt(artifact, name, expected.objects)) as readonly unknown[] };
  const mask = at(artifact, `${name}.mask`).tensor;
  const missing = mask && (await bytesIn(mask));
  const words = at(artifact, `${name}.categories`).value;
  const zone = at(artifact, `${name}.tz`).value;
  const [, row] = tensor.shape;
  return {
    dtype: tensor.dtype.name,
    hex: await hexOf(tensor, missing),
    ...(missing?.includes(1) === true && { mask: toHex(missing) }),
    ...(isNode(words) && words.kind === "tensor" && { categories: words.objects as string[] }),
    ...(typeof zone === "string" && { tz: zone }),
    ...(row !== undefined && { row }),
  };
}

/** What stands at an address, or below it: numbers in lists and records are parameters, each under its own. */
async function heldAt(artifact: Artifact, path: string, expected: unknown): Promise<unknown> {
  const { tensor, value } = at(artifact, path);
  if (isNode(value) && value.kind === "tensor" && value.objects) return Promise.all(value.objects.map(plain));
  if (tensor !== undefined) return plain({ kind: "tensor", tensor, className: "", offset: 0 });
  if (value !== undefined) return plain(value);
  if (Array.isArray(expected)) return Promise.all(expected.map((each, i) => heldAt(artifact, `${path}[${i}]`, each)));
  if (typeof expected !== "object" || expected === null) return undefined;
  const entries = Object.entries(expected).map(async ([key, each]) => [
    key,
    await heldAt(artifact, `${path}.${key}`, each),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}
