import { readAll } from "../../bytes/read-all.ts";
import type { ByteSource } from "../../bytes/source.ts";

//   u32 count, count + 1 times u32 where a text begins (the last is where the last ends), then the texts.

/** A table of labels is less; more are shown as bytes. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The texts of a string tensor; undefined where the bytes are none, or too many to be read when a file is opened. */
export async function textsOf(data: ByteSource): Promise<string[] | undefined> {
  if (data.size > MOST_BYTES || data.size < 4) return undefined;
  const bytes = await readAll(data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  if (8 + count * 4 > bytes.length) return undefined;
  const texts: string[] = [];
  let last = 8 + count * 4;
  for (let index = 0; index < count; index++) {
    const [start, end] = [view.getUint32(4 + index * 4, true), view.getUint32(8 + index * 4, true)];
    // One after another: texts that lie over each other could be far more than the bytes.
    if (start !== last || end < start || end > bytes.length) return undefined;
    texts.push(UTF8.decode(bytes.subarray(start, end)));
    last = end;
  }
  return texts;
}

const UTF8 = new TextDecoder();
