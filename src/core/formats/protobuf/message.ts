import type { FieldSpec, MessageSpec } from "./spec.ts";

/** Bytes [start, end) of the source. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Numbers that lie one after another: packed, or each behind its own tag of `tag` bytes. `count` is -1 for packed
 * varints, which nobody has counted.
 */
export interface Run {
  readonly start: number;
  end: number;
  readonly tag: number;
  count: number;
}

/** All numbers of one repeated field, wherever they lie. */
export interface Numbers {
  readonly wire: "varint" | "fixed32" | "fixed64";
  readonly runs: Run[];
}

/** A number is where a fixed one lies, negative for eight bytes: no field begins at byte 0. */
export type FieldValue = bigint | string | number | Range | Message;

/** What a message has of one field. Messages have a few fields, and files hundreds of thousands of messages: no maps. */
interface Held {
  readonly name: string;
  readonly all: FieldValue[];
  readonly next: Held | undefined;
}

interface HeldList {
  readonly name: string;
  readonly numbers: Numbers;
  readonly next: HeldList | undefined;
}

const NOTHING: readonly FieldValue[] = [];

/** A message as far as its table has it. Bytes and numbers are places in the source. */
export class Message {
  readonly spec: MessageSpec;
  /** Where its fields begin. */
  readonly start: number;
  /** True when the file ends, or is damaged, before the message does. */
  isCut = false;
  private held: Held | undefined = undefined;
  private lists: HeldList | undefined = undefined;

  constructor(spec: MessageSpec, start: number) {
    this.spec = spec;
    this.start = start;
  }

  add({ name }: FieldSpec, value: FieldValue): void {
    const known = this.find(name);
    if (known === undefined) this.held = { name, all: [value], next: this.held };
    else known.all.push(value);
  }

  /** The list of a field of numbers, made when its first one is met. */
  list({ name, kind }: FieldSpec): Numbers {
    const known = this.numbers(name);
    if (known !== undefined) return known;
    const numbers: Numbers = { wire: kind === "fixed32" || kind === "fixed64" ? kind : "varint", runs: [] };
    this.lists = { name, numbers, next: this.lists };
    return numbers;
  }

  has(name: string): boolean {
    return this.find(name) !== undefined || this.numbers(name) !== undefined;
  }

  /** The last one: what protobuf takes of a field that should occur once. */
  int(name: string): bigint | undefined {
    const value = this.last(name);
    return typeof value === "bigint" ? value : undefined;
  }

  /** As `int`, for enumerations and small sizes; undefined for what no number holds exactly. */
  number(name: string): number | undefined {
    const value = this.int(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : undefined;
  }

  ints(name: string): readonly bigint[] {
    return this.all(name).filter((value) => typeof value === "bigint");
  }

  /** Where the bytes of a single float or double lie. */
  fixed(name: string): number | undefined {
    const value = this.last(name);
    return typeof value === "number" ? Math.abs(value) : undefined;
  }

  /** How many bytes it has: 4 or 8. */
  fixedSize(name: string): 4 | 8 | undefined {
    const value = this.last(name);
    return typeof value === "number" ? (value < 0 ? 8 : 4) : undefined;
  }

  text(name: string): string | undefined {
    const value = this.last(name);
    return typeof value === "string" ? value : undefined;
  }

  texts(name: string): readonly string[] {
    return this.all(name).filter((value) => typeof value === "string");
  }

  range(name: string): Range | undefined {
    const value = this.last(name);
    return isRange(value) ? value : this.ranges(name).at(-1);
  }

  ranges(name: string): readonly Range[] {
    return this.all(name).filter(isRange);
  }

  message(name: string): Message | undefined {
    const value = this.last(name);
    return value instanceof Message ? value : this.messages(name).at(-1);
  }

  messages(name: string): readonly Message[] {
    return this.all(name).filter((value) => value instanceof Message);
  }

  numbers(name: string): Numbers | undefined {
    for (let each = this.lists; each !== undefined; each = each.next) if (each.name === name) return each.numbers;
    return undefined;
  }

  private find(name: string): Held | undefined {
    for (let each = this.held; each !== undefined; each = each.next) if (each.name === name) return each;
    return undefined;
  }

  private all(name: string): readonly FieldValue[] {
    return this.find(name)?.all ?? NOTHING;
  }

  private last(name: string): FieldValue | undefined {
    return this.find(name)?.all.at(-1);
  }
}

function isRange(value: FieldValue | undefined): value is Range {
  return typeof value === "object" && !(value instanceof Message);
}
