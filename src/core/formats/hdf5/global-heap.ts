import { corrupt } from "../../errors.ts";
import { expectSignature, type H5Cursor, type H5File } from "./file.ts";

/** A collection's bytes and where each object lies in them. */
interface Collection {
  readonly bytes: Uint8Array;
  readonly objects: ReadonlyMap<number, { readonly start: number; readonly end: number }>;
}

/** Bytes of collections that are kept together; texts of one array lie in few, of some KiB each. */
const KEPT = 64 * 1024 * 1024;

/** Global heaps (III.E): elements of variable length lie in collections that several datasets share. */
export class GlobalHeaps {
  private readonly file: H5File;
  private readonly collections = new Map<number, Collection>();
  private kept = 0;

  constructor(file: H5File) {
    this.file = file;
  }

  /** The object that an address and an index name; no bytes for the address that is none. */
  async object(address: number | undefined, index: number): Promise<Uint8Array> {
    if (address === undefined || address === 0 || index === 0) return new Uint8Array(0);
    const { bytes, objects } = await this.collection(address);
    const object = objects.get(index);
    if (object !== undefined) return bytes.subarray(object.start, object.end);
    const place = this.file.place(address);
    throw corrupt(`${this.file.name}: the global heap at byte ${place} has no object ${index}`, place);
  }

  /** Collections may lie over each other, each as long as the file: those read longest ago go first. */
  private async collection(address: number): Promise<Collection> {
    const known = this.collections.get(address);
    if (known !== undefined) return known;
    const collection = await readCollection(this.file, address);
    // Somebody else may have read it meanwhile.
    const other = this.collections.get(address);
    if (other !== undefined) return other;
    this.collections.set(address, collection);
    this.kept += collection.bytes.length;
    for (const [place, { bytes }] of this.collections) {
      if (this.kept <= KEPT || place === address) break;
      this.collections.delete(place);
      this.kept -= bytes.length;
    }
    return collection;
  }

  /** Reads a reference to an object, and the object. */
  async follow(cursor: H5Cursor): Promise<Uint8Array> {
    const address = cursor.address();
    return this.object(address, cursor.u32());
  }
}

async function readCollection(file: H5File, address: number): Promise<Collection> {
  const head = await file.block(address, 8 + file.widths.length, "global heap");
  expectSignature(head, "GCOL");
  head.skip(4);
  const size = head.length();
  const bytes = await file.bytes(address, size, "global heap");
  const cursor = file.cursor(bytes, "global heap", address);
  cursor.skip(8 + file.widths.length);
  const objects = new Map<number, { readonly start: number; readonly end: number }>();
  while (cursor.remaining >= 8 + file.widths.length) {
    const index = cursor.u16();
    cursor.skip(6);
    const length = cursor.length();
    // Index 0 is the room that is left.
    if (index === 0) break;
    const start = bytes.length - cursor.remaining;
    cursor.skip(length);
    objects.set(index, { start, end: start + length });
    cursor.skip(Math.min(cursor.remaining, (8 - (length % 8)) % 8));
  }
  return { bytes, objects };
}
