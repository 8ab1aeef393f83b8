import type { Host } from "../host.ts";
import { canonicalPieces, valueType } from "../model/canonical.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";

/** Fewer elements are equal by chance too often to say that a parameter moved. */
const FEWEST_ELEMENTS = 2;

/** What two parameters must share before their contents are worth a look. */
export function formKey(tensor: TensorRef): string | undefined {
  return elementCount(tensor.shape) < FEWEST_ELEMENTS
    ? undefined
    : `${valueType(tensor.dtype)}[${tensor.shape.join()}]`;
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
