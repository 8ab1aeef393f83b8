/** XXH32, seed 0: the checksum of LZ4 frames (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md). */
const PRIME1 = 0x9e3779b1;
const PRIME2 = 0x85ebca77;
const PRIME3 = 0xc2b2ae3d;
const PRIME4 = 0x27d4eb2f;
const PRIME5 = 0x165667b1;
const STRIPE = 16;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const round = (lane: number, input: number): number =>
  Math.imul(rotate((lane + Math.imul(input, PRIME2)) | 0, 13), PRIME1);

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

export class Xxh32 {
  private a = (PRIME1 + PRIME2) | 0;
  private b = PRIME2 | 0;
  private c = 0;
  private d = -PRIME1 | 0;
  private length = 0;
  private readonly rest = new Uint8Array(STRIPE);
  private held = 0;

  update(bytes: Uint8Array): this {
    this.length += bytes.length;
    let at = 0;
    if (this.held > 0) {
      at = Math.min(STRIPE - this.held, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.held);
      this.held += at;
      if (this.held < STRIPE) return this;
      this.stripes(this.rest, 0, STRIPE);
    }
    const end = at + STRIPE * Math.floor((bytes.length - at) / STRIPE);
    this.stripes(bytes, at, end);
    this.rest.set(bytes.subarray(end));
    this.held = bytes.length - end;
    return this;
  }

  private stripes(bytes: Uint8Array, from: number, end: number): void {
    let { a, b, c, d } = this;
    for (let at = from; at < end; at += STRIPE) {
      a = round(a, word(bytes, at));
      b = round(b, word(bytes, at + 4));
      c = round(c, word(bytes, at + 8));
      d = round(d, word(bytes, at + 12));
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** Unsigned. */
  digest(): number {
    const { a, b, c, d, rest, held } = this;
    let sum = this.length >= STRIPE ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : PRIME5;
    sum = (sum + this.length) | 0;
    let at = 0;
    for (; at + 4 <= held; at += 4) sum = Math.imul(rotate((sum + Math.imul(word(rest, at), PRIME3)) | 0, 17), PRIME4);
    for (; at < held; at++) sum = Math.imul(rotate((sum + Math.imul(rest[at] as number, PRIME5)) | 0, 11), PRIME1);
    sum = Math.imul(sum ^ (sum >>> 15), PRIME2);
    sum = Math.imul(sum ^ (sum >>> 13), PRIME3);
    return (sum ^ (sum >>> 16)) >>> 0;
  }
}
