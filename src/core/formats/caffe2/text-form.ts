import { isLikelyText, textOf } from "../probe.ts";

const TEXT =
  /^\ufeff?(?:\s*#[^\n]*\n)*\s*(?:name: *"[^"\n]*"\s+)?op \{\s+(?:(?:input|output|name): *"[^"\n]*"\s+)*type: *"[A-Z]\w*"/;

/** True for the text form: operators that have their type in quotes behind their inputs and outputs. */
export function isNetText(head: Uint8Array): boolean {
  return isLikelyText(head) && TEXT.test(textOf(head));
}
