import { textOf } from "../probe.ts";

/** An object with a version and a class, or a table that begins with a number or a string. */
const TEXT = /^(?:4\n1\n3\nV 1\n\d{1,3}\n\w|3\n1\n\d{1,9}\n[12]\n)/;

/** True for the text form of a file: what `torch.save(name, object, "ascii")` wrote. */
export function isText(head: Uint8Array): boolean {
  return TEXT.test(textOf(head.subarray(0, 64)));
}
