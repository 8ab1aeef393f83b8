import { concat } from "./bytes-builder.ts";

/** Protobuf fields by hand. */
export const pb = {
  varint(value: number | bigint): Uint8Array {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    return Uint8Array.from([...bytes, Number(rest)]);
  },
  int: (field: number, value: number | bigint): Uint8Array => concat(pb.varint(field * 8), pb.varint(value)),
  bytes: (field: number, ...parts: Uint8Array[]): Uint8Array => {
    const content = concat(...parts);
    return concat(pb.varint(field * 8 + 2), pb.varint(content.length), content);
  },
  text: (field: number, text: string): Uint8Array => pb.bytes(field, new TextEncoder().encode(text)),
  float: (field: number, value: number): Uint8Array => concat(pb.varint(field * 8 + 5), pb.f32(value)),
  f32(...values: number[]): Uint8Array {
    return new Uint8Array(Float32Array.from(values).buffer);
  },
};
