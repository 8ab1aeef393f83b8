import type { ByteSource } from "../../bytes/source.ts";
import { SourceCursor } from "../../bytes/source-cursor.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { partlyRead } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf } from "../../model/make-value.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";

const HEADER = 16;
const V1 = 0xf993fac8;
const V2 = 0xf993fac9;
/** As V2; a shape of no dimensions is then a scalar, not "nothing". */
const V3 = 0xf993faca;

/** mshadow's `TypeFlag`. */
const TYPES: readonly (ScalarName | undefined)[] = [
  "float32",
  "float64",
  "float16",
  "uint8",
  "int32",
  "int8",
  "int64",
  "bool",
  "int16",
  "uint16",
  "uint32",
  "uint64",
  "bfloat16",
];

/** What a sparse array keeps beside its values. */
const PARTS: Readonly<Record<number, readonly string[]>> = { 1: ["indices"], 2: ["indptr", "indices"] };

/** Reads where each array of a list lies. Throws when there is not one. */
export async function readMxnet(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const cursor = new SourceCursor(source, HEADER);
  const findings = new CappedFindings();
  const values: Value[] = [];
  let names: string[] = [];
  let error: ArtifactError | undefined;
  try {
    const count = await cursor.size("number of arrays", LIMITS.tensors);
    for (let index = 0; index < count; index++) {
      if (work.isDue()) await work.checkpoint();
      values.push(await array(cursor));
    }
    names = await readNames(cursor, count, work);
    if (cursor.remaining > 0)
      throw corrupt(`${source.name}: ${cursor.remaining} bytes follow the names`, cursor.offset);
  } catch (thrown) {
    error = asArtifactError(thrown, source.name);
    if (error.code === "cancelled" || error.code === "changed" || values.length === 0) throw error;
    findings.add(partlyRead(source, values.length, error));
  }
  return {
    format: "mxnet",
    container: [],
    root: dictOf(addresses(names, values.length).map((name, index) => [name, values[index] ?? null])),
    namedTensors: true,
    facts: [{ id: "mxnet.arrays", label: "Arrays", value: String(values.length) }],
    told: { framework: { name: "mxnet" } },
    findings: findings.all(),
    complete: error === undefined,
  };
}

async function readNames(cursor: SourceCursor, arrays: number, work: Work): Promise<string[]> {
  const count = await cursor.size("number of names", LIMITS.tensors);
  if (count !== 0 && count !== arrays)
    throw corrupt(`${cursor.source.name}: ${count} names for ${arrays} arrays`, cursor.offset);
  const names: string[] = [];
  for (let index = 0; index < count; index++) {
    if (work.isDue()) await work.checkpoint();
    names.push(UTF8.decode(await cursor.take(await cursor.size("length of a name"))));
  }
  return names;
}

/** "arg:" and "aux:" say what an array is for, and are no part of its name; they stay where names would be the same. */
function addresses(names: readonly string[], count: number): string[] {
  const plain = names.map((name) => name.replace(/^(?:arg|aux):/, ""));
  const all = new Set(plain).size === plain.length ? plain : names;
  const seen = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const name = all[index] ?? `array_${index}`;
    const free = seen.has(name) ? `${name}#${index}` : name;
    seen.add(free);
    return free;
  });
}

async function array(cursor: SourceCursor): Promise<Value> {
  const at = cursor.offset;
  const magic = await cursor.u32();
  const isNew = magic === V2 || magic === V3;
  const storage = isNew ? await cursor.i32() : 0;
  const parts = storage > 0 ? PARTS[storage] : [];
  if (parts === undefined) throw unsupported(`${cursor.source.name}: an array of storage type ${storage}`, at);
  const stored = parts.length > 0 ? await shapeOf(cursor, true) : [];
  const shape = isNew || magic === V1 ? await shapeOf(cursor, true) : await dims(cursor, magic, false);
  // An array that was never given a shape has nothing more.
  if (shape.length === 0 && magic !== V3) return null;
  cursor.skip(8);
  const type = await cursor.i32();
  const kinds: { readonly type: number; readonly shape: readonly number[] }[] = [];
  for (const _ of parts) kinds.push({ type: await cursor.i32(), shape: await shapeOf(cursor, true) });
  // As MXNet does: how many values there are is told by the indices, whatever the stored shape says of it (NDArray::SetTBlob).
  const count = kinds.at(-1)?.shape[0] ?? 0;
  const values = elements(cursor, type, parts.length === 0 ? shape : [count, ...stored.slice(1)], at);
  if (parts.length === 0) return values;
  return dictOf([
    ["values", values],
    ["shape", { kind: "list", type: "list", items: shape.map(BigInt) }],
    ...parts.map((name, index): readonly [string, Value] => {
      const kind = kinds[index];
      return [name, elements(cursor, kind?.type ?? -1, kind?.shape ?? [], at)];
    }),
  ]);
}

function elements(cursor: SourceCursor, type: number, shape: readonly number[], at: number): Value {
  const scalar = TYPES[type];
  if (scalar === undefined) throw unsupported(`${cursor.source.name}: elements of type ${type}`, at);
  const dtype = scalarDType(scalar);
  const offset = cursor.offset;
  cursor.skip(elementCount(shape, cursor.source.name) * dtype.itemSize);
  return {
    kind: "tensor",
    tensor: { dtype, shape, order: "C", offset, data: cursor.source },
    className: "NDArray",
    offset: at,
  };
}

async function shapeOf(cursor: SourceCursor, isWide: boolean): Promise<number[]> {
  return dims(cursor, await cursor.u32(), isWide);
}

async function dims(cursor: SourceCursor, count: number, isWide: boolean): Promise<number[]> {
  if (count > LIMITS.dimensions)
    throw limitExceeded(`${cursor.source.name}: dimensions of an array`, count, LIMITS.dimensions, cursor.offset);
  const shape: number[] = [];
  for (let axis = 0; axis < count; axis++) shape.push(isWide ? await cursor.size("dimension") : await cursor.u32());
  return shape;
}

const UTF8 = new TextDecoder();
