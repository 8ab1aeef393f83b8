import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

/** What each kind of value takes in memory while a document is read, in units of about 32 bytes. */
export const UNITS = { atom: 1, list: 4, map: 8, bytes: 5 } as const;

const UNIT_BYTES = 32;

/**
 * How much one document may still hold. One byte of a file makes a list or a map that takes a hundred in memory, and a
 * dtype can make gigabytes of a few characters: the length of a document says nothing about what reading it takes.
 */
export class DocumentRoom {
  readonly #what: string;
  #taken = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** Throws `limit` when the document holds too much. `offset` is the byte of what is being read. */
  take(units: number, offset: number): void {
    this.#taken += units;
    if (this.#taken > LIMITS.documentUnits)
      throw limitExceeded(
        `${this.#what}: memory for its values (in units of ${UNIT_BYTES} bytes)`,
        this.#taken,
        LIMITS.documentUnits,
        offset,
      );
  }

  /** Room for `bytes` bytes, before they are allocated. */
  takeBytes(bytes: number, offset: number): void {
    this.take(Math.ceil(bytes / UNIT_BYTES), offset);
  }
}
