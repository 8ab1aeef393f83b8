import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { fromUtf8 } from "../../bytes/json-text.ts";
import { limitExceeded } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";

/** Words that are listed in a finding. */
const LISTED = 5;

/** The words of a file in its order, and what is odd about them. */
export class Words {
  readonly list: string[] = [];
  private broken = 0;
  private firstBroken = 0;
  private firstBrokenWord = "";

  /** `at`: where the word stands. Throws `limit` for more than are kept. */
  push(bytes: Uint8Array, at: number): void {
    if (this.list.length >= LIMITS.words) throw limitExceeded("words", this.list.length + 1, LIMITS.words, at);
    let text = asciiOf(bytes) ?? fromUtf8(bytes);
    if (text === undefined) {
      text = escaped(bytes);
      if (this.broken === 0) [this.firstBroken, this.firstBrokenWord] = [at, text];
      this.broken += 1;
    }
    this.list.push(text);
  }

  /** Of words that are no UTF-8. */
  brokenFindings(source: ByteSource): Finding[] {
    if (this.broken === 0) return [];
    const sentence = say("{count} words are no UTF-8, the first is {word}: their other bytes are shown as \\xNN.", {
      count: this.broken,
      word: this.firstBrokenWord.slice(0, 60),
    });
    return [finding("integrity/corrupt", "warning", sentence, placeIn(source, this.firstBroken, 0))];
  }

  /** The same, and of words that come twice. */
  findings(source: ByteSource): Finding[] {
    const found = this.brokenFindings(source);
    const doubled = this.doubled();
    if (doubled.count > 0)
      found.push(
        finding(
          "integrity/duplicate-name",
          "warning",
          say(
            "{count} rows have a word that an earlier row has ({words}): by its word only one of them can be found.",
            {
              count: doubled.count,
              words: doubled.listed.map((word) => JSON.stringify(word.slice(0, 60))).join(", "),
            },
          ),
          { evidence: { rows: String(doubled.count) } },
        ),
      );
    return found;
  }

  private doubled(): { readonly count: number; readonly listed: readonly string[] } {
    const seen = new Set<string>();
    const listed: string[] = [];
    let count = 0;
    for (const word of this.list) {
      if (!seen.has(word)) seen.add(word);
      else {
        count += 1;
        if (listed.length < LISTED) listed.push(word);
      }
    }
    return { count, listed };
  }
}

/** Most words are short and ASCII: a loop is faster than a decoder then. */
function asciiOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > 24) return undefined;
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Characters as they are, bytes that belong to none as `\xff`. */
export function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const character = at + length <= bytes.length ? fromUtf8(bytes.subarray(at, at + length)) : undefined;
    text += character ?? `\\x${first.toString(16).padStart(2, "0")}`;
    at += character === undefined ? 1 : length;
  }
  return text;
}
