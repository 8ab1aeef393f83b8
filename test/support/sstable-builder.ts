import { BytesBuilder, concat } from "./bytes-builder.ts";
import { pb } from "./protobuf-builder.ts";

/** A sorted table by hand: one data block, keys with what they share left out, packed by Snappy as literals if asked. */
export function sstable(entries: readonly (readonly [string, Uint8Array])[], isSnappy = false): Uint8Array {
  const file = new BytesBuilder();
  const put = (plain: Uint8Array): Uint8Array => {
    const packed = isSnappy ? snappyLiterals(plain) : plain;
    const handle = concat(pb.varint(file.length), pb.varint(packed.length));
    file
      .raw(packed)
      .u8(isSnappy ? 1 : 0)
      .u32(0);
    return handle;
  };
  const data = put(block(entries));
  const meta = put(block([]));
  const index = put(block([["z", data]]));
  const places = concat(meta, index);
  return file
    .raw(places)
    .zeros(40 - places.length)
    .raw([0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb])
    .bytes();
}

function block(entries: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  const out = new BytesBuilder();
  let last = "";
  for (const [key, value] of entries) {
    let shared = 0;
    while (shared < last.length && last[shared] === key[shared]) shared += 1;
    out
      .raw(pb.varint(shared))
      .raw(pb.varint(key.length - shared))
      .raw(pb.varint(value.length));
    out.text(key.slice(shared)).raw(value);
    last = key;
  }
  return out.u32(0).u32(1).bytes();
}

function snappyLiterals(bytes: Uint8Array): Uint8Array {
  const out = new BytesBuilder().raw(pb.varint(bytes.length));
  for (let at = 0; at < bytes.length; at += 60) {
    const piece = bytes.subarray(at, at + 60);
    out.u8((piece.length - 1) << 2).raw(piece);
  }
  return out.bytes();
}
