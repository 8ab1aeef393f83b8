import type { ByteRange } from "../findings/finding.ts";
import type { ByteSource } from "./source.ts";

/** The place of a finding about bytes of `source`: a range of the opened file, where the bytes lie in it as they are. */
export function placeIn(source: ByteSource, offset: number, length: number): { readonly range?: ByteRange } {
  return source.origin === undefined ? {} : { range: { offset: source.origin + offset, length } };
}
