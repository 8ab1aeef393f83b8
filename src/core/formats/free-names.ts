import { limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/**
 * Names that are given to one thing each: one that is asked for again gets a number behind it. A file may ask for one name
 * a million times, and put a long one before each of a million others, so each is found without a search, and all of them
 * together have a limit. Throws `limit` over it.
 */
export class FreeNames {
  readonly #taken = new Set<string>();
  /** The number that a name that was asked for before gets next. */
  readonly #next = new Map<string, number>();
  readonly #what: string;
  readonly #sign: string;
  #characters = 0;

  /** `what` opens the error text; `sign` stands between a name and its number. */
  constructor(what: string, sign = "#") {
    this.#what = what;
    this.#sign = sign;
  }

  take(name: string): string {
    this.#characters += name.length;
    if (this.#characters > LIMITS.addressCharacters)
      throw limitExceeded(`${this.#what}: characters of its names`, this.#characters, LIMITS.addressCharacters);
    let free = name;
    let n = this.#next.get(name) ?? 2;
    for (; this.#taken.has(free); n++) free = `${name}${this.#sign}${n}`;
    if (free !== name) this.#next.set(name, n);
    this.#taken.add(free);
    return free;
  }
}
