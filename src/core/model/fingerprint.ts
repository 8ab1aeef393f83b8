import type { Host } from "../host.ts";
import type { Work } from "../work.ts";
import type { Parameter } from "./artifact.ts";
import { canonicalPieces } from "./canonical.ts";
import { expectFewRepeats, expectFewZeros } from "./repeated.ts";
import { utf8Bytes } from "./utf8.ts";

/**
 * A digest over parameters that does not depend on their container, their order in it, byte order, memory order or
 * strides: the same addresses with the same types, shapes and bits have the same fingerprint. Defined in
 * docs/fingerprint.md; the prefix names the definition, so that it can be bettered without old ones lying.
 */
export const FINGERPRINT_PREFIX = "fp1:";

const TITLE = "model-loupe fingerprint 1\n";

/** Reads every parameter once, a piece at a time. Throws `limit` where they are the same bytes again and again. */
export async function fingerprint(parameters: readonly Parameter[], host: Host, work: Work): Promise<string> {
  expectFewRepeats(parameters);
  expectFewZeros(parameters);
  const hasher = host.sha256();
  hasher.update(utf8Bytes(TITLE));
  let done = 0;
  for (const { path, tensor } of sortedByPath(parameters)) {
    const { dtype, shape } = tensor;
    const name = utf8Bytes(dtype.block === undefined ? (dtype.scalar ?? dtype.name) : dtype.name);
    for (const part of [count(path.length), path, count(name.length), name, count(shape.length), ...shape.map(count)])
      hasher.update(part);
    for await (const piece of canonicalPieces(tensor, work)) hasher.update(piece);
    done += 1;
    work.report({ stage: "fingerprinting", done, total: parameters.length, unit: "parameters" });
  }
  return `${FINGERPRINT_PREFIX}${hasher.hex()}`;
}

/** 64 bits, little-endian. */
function count(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes;
}

/** By the bytes of the address, not by the language of whoever runs this. */
function sortedByPath(parameters: readonly Parameter[]): readonly { path: Uint8Array; tensor: Parameter["tensor"] }[] {
  return parameters
    .map(({ path, tensor }) => ({ path: utf8Bytes(path), tensor }))
    .sort((a, b) => compareBytes(a.path, b.path));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
