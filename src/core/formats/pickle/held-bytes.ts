import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { isNode, type Value } from "../../model/value.ts";
import { latin1Bytes } from "./text.ts";

/** Short bytes of a pickle, copied out of the window: evaluation looks at them without waiting. */
export class HeldBytes implements ByteSource {
  readonly bytes: Uint8Array;
  readonly name = "bytes of the pickle";

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  read(start: number, end: number): Promise<Uint8Array> {
    try {
      checkRange(this, start, end);
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve(this.bytes.subarray(start, end));
  }
}

/**
 * Raw data as writers give it: bytes where they are, or text whose characters are bytes (Python 2 strings that are
 * ASCII, and what Python 2 arrays become in Python 3). Undefined for anything else.
 */
export function rawData(value: Value | undefined): ByteSource | undefined {
  if (isNode(value)) return value.kind === "bytes" ? value.data : undefined;
  if (typeof value !== "string") return undefined;
  const bytes = latin1Bytes(value);
  return bytes === undefined ? undefined : new HeldBytes(bytes);
}

/** A short text that may be bytes: a unit, a byte order. */
export function shortText(value: Value | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (!isNode(value) || value.kind !== "bytes" || !(value.data instanceof HeldBytes)) return undefined;
  const { bytes } = value.data;
  return bytes.length > 64 ? undefined : String.fromCharCode(...bytes);
}
