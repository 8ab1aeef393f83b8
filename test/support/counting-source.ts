import type { ByteSource } from "../../src/core/bytes/source.ts";

/** A source that records what is asked of it: what opening costs is behaviour, and is tested. */
export interface CountingSource extends ByteSource {
  /** Every read, in order. */
  readonly reads: readonly { readonly start: number; readonly end: number }[];
  readonly bytesRead: number;
  reset(): void;
}

export function countingSource(inner: ByteSource): CountingSource {
  const reads: { start: number; end: number }[] = [];
  const source: CountingSource = {
    size: inner.size,
    name: inner.name,
    reads,
    get bytesRead() {
      return reads.reduce((sum, { start, end }) => sum + (end - start), 0);
    },
    reset() {
      reads.length = 0;
    },
    read(start, end) {
      reads.push({ start, end });
      return inner.read(start, end);
    },
  };
  // Not spread: a spread would freeze the getter's first value.
  return inner.origin === undefined ? source : Object.assign(source, { origin: inner.origin });
}
