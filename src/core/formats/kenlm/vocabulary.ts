import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { Words } from "../word2vec/words.ts";

export interface Vocabulary {
  readonly words: Words;
  /** Where its first word begins. */
  readonly start: number;
}

const CHUNK = 1024 * 1024;
const FIRST = "<unk>";

/**
 * The `count` words at the end of the file. Nothing tells where they begin, so zero bytes are counted from the end on: the
 * first word is always the same, which shows that the count is right. Throws `corrupt` where it is not.
 */
export async function readVocabulary(source: ByteSource, low: number, count: number, work: Work): Promise<Vocabulary> {
  const what = `${source.name}: vocabulary`;
  let left = count;
  let firstEnd = -1;
  for (let end = source.size; end > low && firstEnd < 0; end -= CHUNK) {
    await work.checkpoint();
    const start = Math.max(low, end - CHUNK);
    if (source.size - start > LIMITS.textModelBytes + CHUNK)
      throw limitExceeded(`${what}: bytes`, source.size - start, LIMITS.textModelBytes, start);
    const bytes = await source.read(start, end);
    for (let at = bytes.length - 1; at >= 0; at -= 1)
      if (bytes[at] === 0) {
        left -= 1;
        if (left === 0) {
          firstEnd = start + at;
          break;
        }
      }
  }
  const start = firstEnd - FIRST.length;
  const bytes = start < low ? new Uint8Array(0) : await source.read(start, source.size);
  if (!FIRST.split("").every((character, k) => bytes[k] === character.charCodeAt(0)) || bytes.at(-1) !== 0)
    throw corrupt(
      `${what}: the file does not end with ${count} words, the first of them ${FIRST}`,
      Math.max(low, start),
    );
  const words = new Words();
  for (let at = 0; at < bytes.length; ) {
    if (work.isDue()) await work.checkpoint();
    const end = bytes.indexOf(0, at);
    words.push(bytes.subarray(at, end), start + at);
    at = end + 1;
  }
  return { words, start };
}
