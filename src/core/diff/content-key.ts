import { readRanges, type SourceRange } from "../bytes/ranges.ts";
import { ArtifactError } from "../errors.ts";
import type { Host } from "../host.ts";
import { canonicalBytes, canonicalPieces, valueType } from "../model/canonical.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
import { isContiguous } from "../model/window-layout.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";

/** Fewer elements are equal by chance too often to say that a parameter moved. */
const FEWEST_ELEMENTS = 2;

/** What two parameters must share before their contents are worth a look. */
export function formKey(tensor: TensorRef): string | undefined {
  return elementCount(tensor.shape) < FEWEST_ELEMENTS
    ? undefined
    : `${valueType(tensor.dtype)}[${tensor.shape.join()}]`;
}

/** Elements that are looked at before a tensor is read whole. */
const GLANCED = 32;
/** Bytes up to which tensors are read whole together with their neighbours. */
const SMALL = 64 * 1024;

/**
 * A number for the first values of each tensor: those with different numbers have different contents. Reading all of two checkpoints
 * to find that nothing of one is in the other would take as long as comparing them. Undefined for what cannot be read.
 */
export function glances(tensors: readonly TensorRef[], work: Work): Promise<readonly (number | undefined)[]> {
  const head = (tensor: TensorRef): number => Math.min(GLANCED, elementCount(tensor.shape));
  const keyOf = ({ dtype }: TensorRef, bytes: Uint8Array): number => mixed(canonicalBytes(dtype, bytes));
  return eachOf(tensors, work, head, keyOf, async (tensor) =>
    keyOf(tensor, await readElements(tensor, 0, head(tensor), work)),
  );
}

/**
 * A digest of each tensor's values, whatever container they are in. Undefined for what cannot be read, and where all elements
 * are the same: fresh biases are all zeros, and no proof of anything.
 */
export function contentKeys(
  tensors: readonly TensorRef[],
  host: Host,
  work: Work,
): Promise<readonly (string | undefined)[]> {
  const all = (tensor: TensorRef): number | undefined =>
    denseByteLength(tensor) <= SMALL ? elementCount(tensor.shape) : undefined;
  const keyOf = ({ dtype }: TensorRef, read: Uint8Array): string | undefined => {
    const bytes = canonicalBytes(dtype, read);
    if (repeats(bytes, bytes.subarray(0, dtype.itemSize))) return undefined;
    const hasher = host.sha256();
    hasher.update(bytes);
    return hasher.hex();
  };
  return eachOf(tensors, work, all, keyOf, (tensor) => contentKey(tensor, host, work));
}

/**
 * What is made of each tensor's first `count` elements, neighbours read together; `alone` makes it of those that do not lie
 * end to end, or have no count. Undefined for what cannot be read: that it cannot is told when it is compared.
 */
async function eachOf<Key>(
  tensors: readonly TensorRef[],
  work: Work,
  countOf: (tensor: TensorRef) => number | undefined,
  keyOf: (tensor: TensorRef, bytes: Uint8Array) => Key,
  alone: (tensor: TensorRef) => Promise<Key>,
): Promise<readonly (Key | undefined)[]> {
  const keys = Array.from(tensors, (): Key | undefined => undefined);
  const ranges: SourceRange[] = [];
  const indices: number[] = [];
  for (const [index, tensor] of tensors.entries()) {
    if (work.isDue()) await work.checkpoint();
    const { dtype, offset, data } = tensor;
    const count = dtype.itemSize > 0 && isContiguous(tensor) ? countOf(tensor) : undefined;
    if (count === undefined) keys[index] = await whereReadable(() => alone(tensor));
    else {
      ranges.push({ data, start: offset, end: offset + count * dtype.itemSize });
      indices.push(index);
    }
  }
  await readRanges(ranges, work, (at, bytes) => {
    const index = indices[at] ?? 0;
    if (!(bytes instanceof ArtifactError)) keys[index] = keyOf(tensors[index] as TensorRef, bytes);
  });
  return keys;
}

async function whereReadable<Key>(make: () => Promise<Key>): Promise<Key | undefined> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}

/** FNV-1a (Fowler, Noll, Vo). Two that share it by chance cost two digests. */
function mixed(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** The same for one that is too large to be read in one piece. */
async function contentKey(tensor: TensorRef, host: Host, work: Work): Promise<string | undefined> {
  const hasher = host.sha256();
  const size = tensor.dtype.itemSize;
  let first: Uint8Array | undefined;
  let isConstant = size > 0;
  for await (const piece of canonicalPieces(tensor, work)) {
    hasher.update(piece);
    if (!isConstant) continue;
    first ??= piece.slice(0, size);
    isConstant = repeats(piece, first);
  }
  return isConstant ? undefined : hasher.hex();
}

function repeats(bytes: Uint8Array, unit: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== unit[at % unit.length]) return false;
  return true;
}
