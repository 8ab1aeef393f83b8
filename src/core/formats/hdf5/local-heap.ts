import { corrupt } from "../../errors.ts";
import { utf8Text } from "../../model/utf8.ts";
import { expectSignature, type H5File } from "./file.ts";

/** A local heap (III.D): the names of one group, or of external files, each by its offset. */
export class LocalHeap {
  private readonly file: H5File;
  private readonly bytes: Uint8Array;
  private readonly address: number;

  private constructor(file: H5File, bytes: Uint8Array, address: number) {
    this.file = file;
    this.bytes = bytes;
    this.address = address;
  }

  static async open(file: H5File, address: number): Promise<LocalHeap> {
    const { offset, length } = file.widths;
    const head = await file.block(address, 8 + 2 * length + offset, "local heap");
    expectSignature(head, "HEAP");
    head.skip(4);
    const size = head.length();
    head.length();
    const data = head.address();
    if (data === undefined) return new LocalHeap(file, new Uint8Array(0), address);
    return new LocalHeap(file, await file.bytes(data, size, "local heap"), data);
  }

  /** The text at an offset, up to its zero byte. */
  text(offset: number): string {
    const end = this.bytes.indexOf(0, offset);
    const place = this.file.place(this.address + offset);
    if (offset > this.bytes.length || end < 0)
      throw corrupt(`${this.file.name}: a name at byte ${place} does not end in its heap`, place);
    return utf8Text(this.bytes.subarray(offset, end), place);
  }
}
