import { fromBrokenUtf8 } from "../../bytes/json-text.ts";
import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import { isBlank, lineAt, skipBlanks, wordEnd } from "./lines.ts";
import { numberEndAt } from "./numbers.ts";
import { Places } from "./places.ts";

/** One line `key value value ...` of a header. */
export interface HeaderEntry {
  readonly key: string;
  /** Byte of the first value, or of the line's end. */
  readonly at: number;
  readonly texts: readonly string[];
  /** Where the values stand. */
  readonly places: Uint32Array;
}

export interface KeyedHeader {
  readonly entries: ReadonlyMap<string, HeaderEntry>;
  /** The byte after the line that ends the header; undefined where it was not reached. */
  readonly end: number | undefined;
  readonly error?: ArtifactError;
}

/** More lines than any such header has; the longest of LIBSVM and LIBLINEAR has fourteen. */
const MOST_LINES = 64;

/** Reads lines `key value ...` up to one that is `last` alone, which LIBSVM and LIBLINEAR begin their models with. */
export function readKeyedHeader(bytes: Uint8Array, last: string, what: string): KeyedHeader {
  const entries = new Map<string, HeaderEntry>();
  let at = 0;
  for (let count = 0; count < MOST_LINES; count += 1) {
    const line = lineAt(bytes, at);
    if (line === undefined)
      return { entries, end: undefined, error: truncated(`${what}: the line "${last}"`, bytes.length, 1, 0) };
    const start = skipBlanks(bytes, line.start, line.end);
    const keyEnd = wordEnd(bytes, start, line.end);
    const key = fromBrokenUtf8(bytes.subarray(start, Math.min(keyEnd, start + 64)));
    if (!line.isEnded)
      return { entries, end: undefined, error: truncated(`${what}: the line of "${key}"`, line.end, 1, 0) };
    if (key === last && skipBlanks(bytes, keyEnd, line.end) === line.end) return { entries, end: line.next };
    if (!/^[A-Za-z_]\w*$/.test(key) || entries.has(key))
      return { entries, end: undefined, error: corrupt(`${what}: "${key}" at byte ${start} begins no line`, start) };
    entries.set(key, entryOf(bytes, key, keyEnd, line.end));
    at = line.next;
  }
  return { entries, end: undefined, error: corrupt(`${what}: no line "${last}" among ${MOST_LINES} lines`, at) };
}

function entryOf(bytes: Uint8Array, key: string, keyEnd: number, end: number): HeaderEntry {
  const places = new Places();
  const texts: string[] = [];
  const first = skipBlanks(bytes, keyEnd, end);
  for (let at = first; at < end; at = skipBlanks(bytes, wordEnd(bytes, at, end), end)) {
    places.push(at);
    texts.push(fromBrokenUtf8(bytes.subarray(at, wordEnd(bytes, at, end))));
  }
  return { key, at: first, texts, places: places.all() };
}

/** True when each of an entry's texts is a number from its first character to its last. */
export function areNumbers(bytes: Uint8Array, { places }: HeaderEntry): boolean {
  return places.every((place) => {
    const end = numberEndAt(bytes, place, bytes.length);
    return end > place && (end === bytes.length || bytes[end] === 0x0a || isBlank(bytes[end]));
  });
}
