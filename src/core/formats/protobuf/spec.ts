/**
 * What a message's fields are, by number: enough to walk a file without code made from its schema. Fields that a table
 * leaves out are skipped and counted.
 */
export interface MessageSpec {
  readonly name: string;
  readonly fields: Readonly<Record<number, FieldSpec>>;
}

/**
 * How a field is kept:
 * - `int`: a varint as the signed 64-bit integer that it is; small lists of them (shapes) too.
 * - `fixed`: where the four or eight bytes of a float, double or fixed integer lie.
 * - `text`: UTF-8, read. `bytes`: where they lie.
 * - `varints`, `fixed32`, `fixed64`: many numbers, packed or one by one: where they lie.
 * - `message`: another message, walked.
 * - `skip`: known, and of no use here.
 */
export type FieldKind = "int" | "fixed" | "text" | "bytes" | "varints" | "fixed32" | "fixed64" | "message" | "skip";

export interface FieldSpec {
  readonly name: string;
  readonly kind: FieldKind;
  /** A single message that occurs again is merged with the one before it, as protobuf has it. */
  readonly isRepeated: boolean;
  /** Of a message; a function, for messages hold each other. */
  readonly of?: () => MessageSpec;
}

const field = (kind: FieldKind, name: string): FieldSpec => ({ name, kind, isRepeated: true });

/** A message's table. The record is made by a function where it names a message that is defined further down. */
export function message(name: string, fields: Readonly<Record<number, FieldSpec>>): MessageSpec {
  return { name, fields };
}

export const int = (name: string): FieldSpec => field("int", name);
export const fixed = (name: string): FieldSpec => field("fixed", name);
export const text = (name: string): FieldSpec => field("text", name);
export const bytes = (name: string): FieldSpec => field("bytes", name);
export const varints = (name: string): FieldSpec => field("varints", name);
export const floats = (name: string): FieldSpec => field("fixed32", name);
export const doubles = (name: string): FieldSpec => field("fixed64", name);
export const skip = (name: string): FieldSpec => field("skip", name);
export const one = (name: string, of: () => MessageSpec): FieldSpec => ({
  name,
  kind: "message",
  isRepeated: false,
  of,
});
export const many = (name: string, of: () => MessageSpec): FieldSpec => ({
  name,
  kind: "message",
  isRepeated: true,
  of,
});
