import { placeIn } from "../bytes/place.ts";
import type { ByteSource } from "../bytes/source.ts";
import { say } from "../model/sentence.ts";
import { type Finding, finding } from "./finding.ts";

/** Bytes behind the end of the model. */
export function bytesAfter(source: ByteSource, at: number): Finding {
  const length = source.size - at;
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the end of the model, from byte {at}; they are not shown.", { length, at }),
    placeIn(source, at, length),
  );
}

/** As many zero bytes pad a file to whole blocks of a disk, or are space that a library has taken and not used. */
const PADDING = 65_536;

/** The same, where files of the format may be padded. Nothing where nothing follows the end that the file tells, or padding alone. */
export async function afterEnd(source: ByteSource, end: number): Promise<readonly Finding[]> {
  if (end >= source.size) return [];
  const next = await source.read(end, Math.min(source.size, end + PADDING));
  const isPadding = end + next.length === source.size && next.every((byte) => byte === 0);
  return isPadding ? [] : [bytesAfter(source, end)];
}
