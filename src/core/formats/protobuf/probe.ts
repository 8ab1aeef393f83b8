import type { Probe } from "../format.ts";
import { varintAt, varintEnd } from "./parse.ts";
import type { FieldKind, MessageSpec } from "./spec.ts";

const MOST = 2n ** 50n;

/** One field at the head of a file. */
export interface HeadField {
  readonly number: number;
  /** Of a varint. */
  readonly value?: bigint;
  /** Of a field with a length: where its bytes lie in the head, which may end before they do. */
  readonly start?: number;
  readonly end?: number;
  /** True for the last field of a file that ends before it does. */
  readonly isCut?: true;
}

/**
 * The fields that a file would begin with if it were such a message; undefined where the bytes contradict that: a field
 * that the table does not have, or another wire type. Messages have no signature, so this is all that there is to tell
 * them by.
 */
export function headFields(
  { head, size }: Pick<Probe, "head" | "size">,
  spec: MessageSpec,
): readonly HeadField[] | undefined {
  const fields: HeadField[] = [];
  for (let at = 0; at < head.length; ) {
    const tagEnd = varintEnd(head, at);
    // The probe may end within a field.
    if (tagEnd < 0) return size > head.length && head.length - at < 10 ? fields : undefined;
    const tag = varintAt(head, at, tagEnd);
    const number = Number(tag / 8n);
    const wire = Number(tag % 8n);
    const kind = spec.fields[number]?.kind;
    if (kind === undefined || tag < 0n || !fits(kind, wire)) return undefined;
    if (wire === 1 || wire === 5) {
      at = tagEnd + (wire === 1 ? 8 : 4);
      if (at > size) return undefined;
      fields.push({ number });
      continue;
    }
    const valueEnd = varintEnd(head, tagEnd);
    if (valueEnd < 0) return size > head.length && head.length - tagEnd < 10 ? fields : undefined;
    const value = varintAt(head, tagEnd, valueEnd);
    if (wire === 0) {
      fields.push({ number, value });
      at = valueEnd;
      continue;
    }
    const end = valueEnd + Number(value);
    if (value < 0n || value > MOST) return undefined;
    if (end > size) return [...fields, { number, start: valueEnd, end, isCut: true }];
    fields.push({ number, start: valueEnd, end });
    at = end;
  }
  return fields;
}

function fits(kind: FieldKind, wire: number): boolean {
  switch (kind) {
    case "int":
    case "varints":
      return wire === 0 || wire === 2;
    case "fixed":
      return wire === 1 || wire === 5;
    case "fixed32":
      return wire === 5 || wire === 2;
    case "fixed64":
      return wire === 1 || wire === 2;
    case "text":
    case "bytes":
    case "message":
      return wire === 2;
    case "skip":
      return wire === 0 || wire === 1 || wire === 2 || wire === 5;
  }
}
