import type { Change } from "./change.ts";
import { spliced } from "./random.ts";

/** Printable from the beginning on. */
export function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 2000).every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** What opens something in one of the text formats: repeated, it nests, names itself, or counts wrongly. */
const OPENERS = [
  "[",
  "{",
  "<a>",
  "- ",
  "? ",
  "&a *a",
  "*a ",
  "!!a ",
  "a: ",
  "[a.b]\n",
  '"""',
  "<!--",
  "\n  ",
  "a.",
  "-",
];

/** Lines are dropped, come again, often, elsewhere, or deeper; something is opened and never closed. */
export const lineChanges: Change = (bytes, random) => {
  const from = random.below(bytes.length);
  const start = bytes.lastIndexOf(0x0a, from) + 1;
  const end = bytes.indexOf(0x0a, from);
  const next = end < 0 ? bytes.length : end + 1;
  const line = bytes.slice(start, next);
  switch (random.below(6)) {
    case 0:
      return spliced(bytes, start, line.length, new Uint8Array(0));
    case 1: {
      const times = Math.min(1 + random.below(300), Math.floor(20_000 / Math.max(1, line.length)) + 1);
      const out = new Uint8Array(line.length * times);
      for (let k = 0; k < times; k++) out.set(line, k * line.length);
      return spliced(bytes, start, 0, out);
    }
    case 2:
      return spliced(bytes, bytes.lastIndexOf(0x0a, random.below(bytes.length)) + 1, 0, line);
    case 3:
      return spliced(bytes, start, 0, new TextEncoder().encode(random.pick(["  ", "\t", "    ", "#", "\ufeff", "\r"])));
    case 4: {
      const times = 1 + random.below(random.pick([3, 400]));
      return spliced(bytes, from, 0, new TextEncoder().encode(random.pick(OPENERS).repeat(times)));
    }
    default:
      return bytes.slice(0, from);
  }
};
