import * as zlib from "node:zlib";
import { BytesBuilder } from "./bytes-builder.ts";

/** A zip member as a forger would write it: every field can lie. */
export interface ForgedMember {
  readonly name: string;
  readonly content: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory says instead of the truth. */
  readonly says?: {
    readonly size?: number;
    readonly compressedSize?: number;
    readonly crc32?: number;
    readonly offset?: number;
  };
  /** The name in the member's own header. */
  readonly localName?: string;
}

/** An archive of such members. `prefix` stands before it. */
export function forgeZip(
  members: readonly ForgedMember[],
  options: { prefix?: Uint8Array; comment?: string } = {},
): Uint8Array {
  const out = new BytesBuilder();
  const directory = new BytesBuilder();
  for (const member of members) {
    const { name, content, method = 0, flags = 0, says = {} } = member;
    const packed = method === 8 ? new Uint8Array(zlib.deflateRawSync(content)) : content;
    const crc32 = says.crc32 ?? zlib.crc32(content);
    const offset = says.offset ?? out.length;
    const fields = (b: BytesBuilder): BytesBuilder =>
      b
        .u16(flags)
        .u16(method)
        .u16(0)
        .u16(0x21)
        .u32(crc32)
        .u32(says.compressedSize ?? packed.length)
        .u32(says.size ?? content.length);
    const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
    const localName = bytesOf(member.localName ?? name);
    fields(out.text("PK\x03\x04").u16(20)).u16(localName.length).u16(0).raw(localName).raw(packed);
    fields(directory.text("PK\x01\x02").u16(20).u16(20)).u16(bytesOf(name).length).u16(0).u16(0).u16(0).u16(0).u32(0);
    directory.u32(offset).raw(bytesOf(name));
  }
  const start = out.length;
  out.raw(directory.bytes()).text("PK\x05\x06").u16(0).u16(0).u16(members.length).u16(members.length);
  out
    .u32(directory.length)
    .u32(start)
    .u16((options.comment ?? "").length)
    .text(options.comment ?? "");
  return new BytesBuilder()
    .raw(options.prefix ?? [])
    .raw(out.bytes())
    .bytes();
}
