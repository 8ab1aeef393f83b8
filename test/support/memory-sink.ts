import type { ByteSink } from "../../src/core/bytes/sink.ts";
import { BytesBuilder } from "./bytes-builder.ts";

/** A sink that keeps what is written. */
export class MemorySink implements ByteSink {
  readonly #builder = new BytesBuilder();

  get position(): number {
    return this.#builder.length;
  }

  write(bytes: Uint8Array): Promise<void> {
    // A copy: the writer may use its buffer again.
    this.#builder.raw(bytes.slice());
    return Promise.resolve();
  }

  bytes(): Uint8Array {
    return this.#builder.bytes();
  }
}
