import { fromBrokenUtf8 } from "../json-text.ts";
import { xmlAsUtf8 } from "./encoding.ts";

/** The first element of an XML text, for telling formats apart. */
export interface XmlRoot {
  /** Without its prefix. */
  readonly name: string;
  /** What follows the name in its tag, as far as it was given. */
  readonly attributes: string;
}

/** Undefined where the first bytes are no XML, or hold nothing but comments. */
export function xmlRoot(head: Uint8Array): XmlRoot | undefined {
  const [a = 0, b = 0] = head;
  const isMarked = a === 0xef || a === 0xff || a === 0xfe || (a === 0 && b === 0x3c);
  if (!isMarked && a !== 0x3c && a > 0x20) return undefined;
  let text: string;
  try {
    text = fromBrokenUtf8(xmlAsUtf8(head.subarray(0, head.length & ~1)).bytes);
  } catch {
    return undefined;
  }
  const before = /^\ufeff?(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!DOCTYPE[^<>[]*(?:\[[^\]]*\]\s*)?>)*/i.exec(text)?.[0] ?? "";
  const tag = /^<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>]|$)([^>]*)/.exec(text.slice(before.length));
  return tag === null ? undefined : { name: tag[1] ?? "", attributes: tag[2] ?? "" };
}
