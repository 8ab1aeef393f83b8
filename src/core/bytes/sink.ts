/** Where a writer puts bytes, in order. The platform's file sink writes to a temporary file and renames on `commit`. */
export interface ByteSink {
  /** Bytes written so far. */
  readonly position: number;
  write(bytes: Uint8Array): Promise<void>;
}
