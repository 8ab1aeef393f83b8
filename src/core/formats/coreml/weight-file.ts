import type { Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, truncated } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Message } from "../protobuf/message.ts";
import { ExternalFiles } from "../onnx/external.ts";
import { blobTypeName, type ElementType } from "./program-types.ts";

//   weights/weight.bin, little-endian; every blob begins at a multiple of 64
//   0        64                                                        its offset
//   +--------+----------------------------------------------------------+----------+
//   | u32 count of blobs, u32 2 | u32 0xDEADBEEF, u32 type, u64 bytes, u64 offset | elements |
//   +--------+----------------------------------------------------------+----------+
//   https://github.com/apple/coremltools/blob/main/mlmodel/src/MILBlob/Blob/StorageFormat.hpp

const METADATA_BYTES = 64;
const SENTINEL = 0xdeadbeef;
/** What a program puts for the folder that it lies in. */
const FOLDER = "@model_path/";

export interface Blob {
  readonly data: ByteSource;
  readonly offset: number;
}

/** The files beside a program that its weights lie in. */
export class WeightFiles {
  private readonly files: ExternalFiles;

  constructor(siblings: Siblings | undefined) {
    this.files = new ExternalFiles(siblings);
  }

  /**
   * Where the elements of a blob begin, of which there are `count`. Undefined where the file cannot be had: `findings`
   * tell of it. Throws `corrupt` or `truncated` where the file has something else there.
   */
  async blob(value: Message, element: ElementType, count: number, name: string): Promise<Blob | undefined> {
    const location = (value.text("fileName") ?? "").replace(FOLDER, "");
    const source = await this.files.open(location, name);
    if (source === undefined) return undefined;
    const at = value.number("offset") ?? 0;
    const available = source.size - at;
    if (at < 0 || available < METADATA_BYTES) throw truncated(location, at, METADATA_BYTES, available);
    const bytes = await source.read(at, at + METADATA_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== SENTINEL) throw corrupt(`${location}: there is no blob at byte ${at}`, at);
    const type = blobTypeName(view.getUint32(4, true));
    const stored = element.name === "bool" ? "uint8" : element.name;
    if (type !== stored) throw corrupt(`${location}: the blob at byte ${at} is ${type}, the program has ${stored}`, at);
    const size = Number(view.getBigUint64(8, true));
    const offset = Number(view.getBigUint64(16, true));
    const needed = Math.ceil((count * element.bits) / 8);
    if (size < needed) throw corrupt(`${location}: the blob at byte ${at} has ${size} bytes of ${needed}`, at);
    if (offset > source.size || needed > source.size - offset)
      throw truncated(location, offset, needed, source.size - offset);
    return { data: source, offset };
  }

  missing(): readonly Finding[] {
    return this.files.findings();
  }
}
