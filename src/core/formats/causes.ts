import { placeIn } from "../bytes/place.ts";
import type { ByteSource } from "../bytes/source.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { type Sentence, say } from "../model/sentence.ts";
import type { Probe } from "./format.ts";
import { indexOfText, isLikelyText, startsWith, textOf } from "./probe.ts";

/** Texts are looked through for marks of a merge up to here, and only when something is wrong with them. */
const MERGED_BYTES = 8 * 1024 * 1024;
/** So many line feeds, each with a carriage return before it, are no chance. */
const FEEDS = 6;
/** Padding is shorter (GNU tar ends with up to 10 KiB), and a smaller part of a file. */
const ZEROS = 16 * 1024;
const ZERO_PART = 8;
const MARK = /(?:^|\n)<<<<<<< [^\n]*(?=\n)/;
const MIDDLE = /\n=======\r?\n/;

/** What happened to a file that cannot be read, or not to its end, where its bytes show it. */
export async function causeOf(source: ByteSource, probe: Probe): Promise<Finding | undefined> {
  if (isLikelyText(probe.head)) {
    const merged = await mergeMark(source, Math.min(source.size, MERGED_BYTES));
    if (merged !== undefined) return merged;
    // XML may begin so.
    if (startsWith(probe.head, [0xef, 0xbb, 0xbf]) && probe.head[3] !== 0x3c)
      return cause(source, 0, say("An editor put a UTF-8 byte order mark (ef bb bf) in front of it: take it off."));
  }
  return changedBinary(source, probe) ?? badEnd(source, probe);
}

/** The marks of a merge in a text that was read without a complaint, as far as the probe reaches. */
export function quietMerge(source: ByteSource, probe: Probe): Promise<Finding | undefined> {
  if (indexOfText(probe.head, "<<<<<<< ") < 0 || !isLikelyText(probe.head)) return Promise.resolve(undefined);
  return mergeMark(source, probe.head.length);
}

async function mergeMark(source: ByteSource, end: number): Promise<Finding | undefined> {
  const bytes = await source.read(0, end);
  if (indexOfText(bytes, "<<<<<<< ") < 0) return undefined;
  const text = textOf(bytes);
  const found = MARK.exec(text);
  // Looked for once, behind the first mark: a text of nothing but marks must not be gone through for each of them.
  if (found === null || !MIDDLE.test(text.slice(found.index + found[0].length))) return undefined;
  const line = text.slice(0, found.index + (found.index > 0 ? 1 : 0)).split("\n").length;
  return cause(
    source,
    indexOfText(bytes, "<<<<<<< "),
    say(
      "Line {line} is the mark of a merge conflict of Git: two versions of the file stand in it. Take one of them: git checkout --ours or --theirs.",
      { line },
    ),
  );
}

function changedBinary(source: ByteSource, { head }: Probe): Finding | undefined {
  if (isLikelyText(head)) return undefined;
  const replaced = indexOfText(head, "\u00ef\u00bf\u00bd");
  if (replaced >= 0 && replaced < 64)
    return cause(
      source,
      replaced,
      say(
        "It was read as text and saved: bytes are replaced by ef bf bd (the character U+FFFD), the first at byte {at}. What stood there is lost: get the file again.",
        { at: replaced },
      ),
    );
  let feeds = 0;
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) {
    if (head[at - 1] !== 13) return undefined;
    feeds++;
  }
  if (feeds < FEEDS) return undefined;
  return cause(
    source,
    head.indexOf(10) - 1,
    say(
      "Each line feed (0a) in its first {length} bytes has a carriage return (0d) in front: it was sent or checked out as text. Get it again in binary form, and mark it as binary in .gitattributes.",
      { length: head.length },
    ),
  );
}

function badEnd(source: ByteSource, { head, tail }: Probe): Finding | undefined {
  const end = tail.subarray(Math.max(0, tail.length - 4096));
  const text = String.fromCharCode(...end);
  const page = text.search(/<!doctype html|<html[\s>]/i);
  // A vocabulary of words has such a word as well, and numbers behind it.
  if (page >= 0 && isLikelyText(end.subarray(page))) {
    const at = source.size - end.length + page;
    return cause(
      source,
      at,
      say(
        "An HTML page follows from byte {at} on: the download broke off, and the answer of a server was put behind.",
        {
          at,
        },
      ),
    );
  }
  let zeros = 0;
  while (zeros < tail.length && tail[tail.length - 1 - zeros] === 0) zeros++;
  if (zeros < Math.max(ZEROS, Math.min(tail.length, source.size / ZERO_PART)) || head.every((byte) => byte === 0))
    return undefined;
  // Padding that a writer meant looks the same.
  return finding(
    "integrity/truncated",
    "info",
    say("Its last {zeros} bytes are zero, as in a download that took its room and was not finished.", { zeros }),
    placeIn(source, source.size - zeros, zeros),
  );
}

function cause(source: ByteSource, at: number, sentence: Sentence): Finding {
  return finding("integrity/corrupt", "error", sentence, placeIn(source, at, 0));
}
