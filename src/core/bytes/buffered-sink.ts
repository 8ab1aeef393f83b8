import type { ByteSink } from "./sink.ts";

const BUFFER_BYTES = 256 * 1024;

/** A sink that gathers small writes: archives of a thousand small members would otherwise be thousands of writes. */
export class BufferedSink implements ByteSink {
  readonly #inner: ByteSink;
  #buffer = new Uint8Array(BUFFER_BYTES);
  #filled = 0;

  constructor(inner: ByteSink) {
    this.#inner = inner;
  }

  get position(): number {
    return this.#inner.position + this.#filled;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > BUFFER_BYTES - this.#filled) await this.flush();
    if (bytes.length >= BUFFER_BYTES) return this.#inner.write(bytes);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Hands everything on. To be called after the last write. */
  async flush(): Promise<void> {
    if (this.#filled === 0) return;
    const full = this.#buffer.subarray(0, this.#filled);
    // A new buffer, as the sink below may keep the one it was given.
    this.#buffer = new Uint8Array(BUFFER_BYTES);
    this.#filled = 0;
    await this.#inner.write(full);
  }
}
