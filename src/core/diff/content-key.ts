import type { Host } from "../host.ts";
import { canonicalBytes, canonicalPieces, valueType } from "../model/canonical.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
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

/** Elements that are looked at before a tensor is read whole, and bytes from which on that pays. */
const GLANCED = 32;
const GLANCED_FROM = 64 * 1024;

/**
 * The first values of a large tensor: tensors that differ in these have other contents. Reading all of two checkpoints to
 * find that nothing of one is in the other would take as long as comparing them.
 */
export async function glanceKey(tensor: TensorRef): Promise<string> {
  if (denseByteLength(tensor) < GLANCED_FROM) return "";
  const bytes = canonicalBytes(
    tensor.dtype,
    await readElements(tensor, 0, Math.min(GLANCED, elementCount(tensor.shape))),
  );
  let key = "";
  for (const byte of bytes) key += String.fromCharCode(byte);
  return key;
}

/**
 * A digest of a tensor's values, whatever container they are in. Undefined where all elements are the same: fresh biases
 * are all zeros, and no proof of anything.
 */
export async function contentKey(tensor: TensorRef, host: Host, work: Work): Promise<string | undefined> {
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
