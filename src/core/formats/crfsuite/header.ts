import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";

export interface Header {
  /** Of the model, which the file may be longer than. */
  readonly size: number;
  readonly labels: number;
  readonly attributes: number;
  readonly features: number;
  readonly labelNames: number;
  readonly attributeNames: number;
  readonly labelRefs: number;
  readonly attributeRefs: number;
}

const HEADER_BYTES = 48;
const VERSION = 100;

/** Throws for a type or version that CRFsuite does not write. Offsets are checked where they are followed. */
export async function readHeader(source: ByteSource): Promise<Header> {
  const what = `${source.name}: CRFsuite header`;
  if (source.size < HEADER_BYTES) throw truncated(what, 0, HEADER_BYTES, source.size);
  const cursor = new Cursor(await source.read(4, HEADER_BYTES), what, 4);
  const size = cursor.u32();
  const type = cursor.latin1(4);
  const version = cursor.u32();
  if (type !== "FOMC" || version !== VERSION)
    throw unsupported(`${what}: a model ${JSON.stringify(type)} of version ${version}; FOMC of version 100 is read`, 8);
  cursor.skip(4);
  const [labels = 0, attributes = 0, ...offsets] = Array.from({ length: 7 }, () => cursor.u32());
  const [features = 0, labelNames = 0, attributeNames = 0, labelRefs = 0, attributeRefs = 0] = offsets;
  return { size, labels, attributes, features, labelNames, attributeNames, labelRefs, attributeRefs };
}

/** A chunk's first bytes: its length as it says, within the file. Throws for another id, and where the file ends in it. */
export async function chunkAt(source: ByteSource, at: number, id: string): Promise<Cursor> {
  const what = `${source.name}: ${id} chunk`;
  if (at < HEADER_BYTES || at + 12 > source.size) throw truncated(what, at, 12, source.size - at);
  const head = new Cursor(await source.read(at, at + 12), what, at);
  const found = head.latin1(4);
  if (found !== id) throw corrupt(`${what} at byte ${at} begins with ${JSON.stringify(found)}`, at);
  const length = head.u32();
  if (length < 12) throw corrupt(`${what} at byte ${at} has ${length} bytes`, at);
  if (length > source.size - at) throw truncated(what, at, length, source.size - at);
  const cursor = new Cursor(await source.read(at, at + length), what, at);
  cursor.skip(8);
  return cursor;
}
