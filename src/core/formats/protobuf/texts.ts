import { type ByteSource, slice } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Range } from "./message.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A field of bytes as the text that it is as a rule; as bytes where it is none, or is too long to be one. */
export async function textOrBytes(
  { start, end }: Range,
  { source, work }: { readonly source: ByteSource; readonly work: Work },
): Promise<Value> {
  if (work.isDue()) await work.checkpoint();
  if (end - start <= LIMITS.protobufTextBytes) {
    const bytes = await source.read(start, end);
    try {
      return UTF8.decode(bytes);
    } catch {
      // No text.
    }
  }
  return { kind: "bytes", type: "bytes", data: slice(source, start, end) };
}
