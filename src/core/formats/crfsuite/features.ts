import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { chunkAt } from "./header.ts";

/** Features of one kind, in the file's order. */
export interface Weights {
  readonly from: TensorRef;
  readonly to: TensorRef;
  readonly weight: TensorRef;
  readonly count: number;
}

export interface Features {
  readonly states: Weights;
  readonly transitions: Weights;
  /** By number: its kind and where it leads from. */
  readonly kinds: Uint8Array;
  readonly sources: Uint32Array;
}

const FEATURE_BYTES = 20;

export async function readFeatures(source: ByteSource, at: number, work: Work): Promise<Features> {
  const what = `${source.name}: features`;
  const cursor = await chunkAt(source, at, "FEAT");
  const count = cursor.u32();
  if (count * FEATURE_BYTES > cursor.remaining)
    throw truncated(what, cursor.offset, count * FEATURE_BYTES, cursor.remaining);
  if (count > LIMITS.sparseStored) throw limitExceeded(what, count, LIMITS.sparseStored, at + 8);
  const kinds = new Uint8Array(count);
  const sources = new Uint32Array(count);
  const gathered = [new Gathered(), new Gathered()] as const;
  const counts = [0, 0];
  const start = cursor.offset;
  for (let k = 0; k < count; k += 1) {
    if (work.isDue()) await work.checkpoint();
    const kind = cursor.u32();
    if (kind > 1) throw corrupt(`${what}: feature ${k} at byte ${cursor.offset - 4} is of kind ${kind}`, cursor.offset);
    kinds[k] = kind;
    counts[kind] = (counts[kind] ?? 0) + 1;
    sources[k] = cursor.u32();
    cursor.skip(12);
  }
  for (const [kind, part] of gathered.entries()) part.allocate(counts[kind] ?? 0);
  cursor.seek(start);
  for (let k = 0; k < count; k += 1) {
    if (work.isDue()) await work.checkpoint();
    cursor.skip(4);
    gathered[(kinds[k] ?? 0) as 0 | 1].add(cursor.take(FEATURE_BYTES - 4));
  }
  return { states: gathered[0].weights(what), transitions: gathered[1].weights(what), kinds, sources };
}

/** Columns of the table of features, as they are in the file. */
class Gathered {
  private count = 0;
  private from = new Uint8Array(0);
  private to = new Uint8Array(0);
  private weight = new Uint8Array(0);

  allocate(count: number): void {
    this.from = new Uint8Array(4 * count);
    this.to = new Uint8Array(4 * count);
    this.weight = new Uint8Array(8 * count);
  }

  add(feature: Uint8Array): void {
    this.from.set(feature.subarray(0, 4), 4 * this.count);
    this.to.set(feature.subarray(4, 8), 4 * this.count);
    this.weight.set(feature.subarray(8, 16), 8 * this.count);
    this.count += 1;
  }

  weights(name: string): Weights {
    const column = (scalar: "uint32" | "float64", bytes: Uint8Array): TensorRef => ({
      dtype: scalarDType(scalar),
      shape: [this.count],
      order: "C",
      offset: 0,
      data: fromBytes(bytes, name),
    });
    return {
      from: column("uint32", this.from),
      to: column("uint32", this.to),
      weight: column("float64", this.weight),
      count: this.count,
    };
  }
}

/**
 * Weights as a matrix of [rows, columns] whose other elements are not in the file; undefined where it would be larger than
 * LIMITS.sparseBytes. Throws `corrupt` for an element outside of it, and for one that comes twice.
 */
export async function weightMatrix(weights: Weights, rows: number, columns: number): Promise<TensorRef | undefined> {
  if (rows * columns * 8 > LIMITS.sparseBytes) return undefined;
  const { from, to, weight } = weights;
  return sparseTensor({ format: "coo", shape: [rows, columns], data: weight, index: [from, to] });
}
