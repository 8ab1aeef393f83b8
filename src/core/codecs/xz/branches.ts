import { damaged } from "../damage.ts";
import type { Filter } from "./filters.ts";

/**
 * Filters for machine code: branch targets were made absolute so that they repeat. Nobody needs them for models, but
 * Python's lzma module writes them when asked. Each looks at `bytes`, whose first one is at `position`, and gives how
 * many of them are done; the rest needs what follows.
 */
type Undo = (bytes: Uint8Array, view: DataView, position: number) => number;

/** By filter number: what instructions are aligned to, and how they are undone. */
const BRANCHES: Readonly<Record<number, { readonly align: number; readonly undo: () => Undo }>> = {
  4: { align: 1, undo: x86 },
  5: { align: 4, undo: () => each(4, powerPc) },
  6: { align: 16, undo: () => each(16, itanium) },
  7: { align: 4, undo: () => each(4, arm) },
  8: { align: 2, undo: () => armThumb },
  9: { align: 4, undo: () => each(4, sparc) },
  10: { align: 4, undo: () => each(4, arm64) },
};

export function branchFilter(id: number, properties: Uint8Array): Filter | undefined {
  const row = BRANCHES[id];
  if (row === undefined) return undefined;
  if (properties.length !== 0 && properties.length !== 4) throw damaged(`filter ${id} has odd properties`);
  let position =
    properties.length === 4 ? new DataView(properties.buffer, properties.byteOffset, 4).getUint32(0, true) : 0;
  if (position % row.align !== 0) throw damaged(`filter ${id} begins at ${position}, between instructions`);
  const undo = row.undo();
  let rest = new Uint8Array(0);
  return {
    next(piece) {
      const bytes = new Uint8Array(rest.length + piece.length);
      bytes.set(rest);
      bytes.set(piece, rest.length);
      const done = undo(bytes, new DataView(bytes.buffer), position);
      position = (position + done) >>> 0;
      rest = bytes.slice(done);
      return bytes.subarray(0, done);
    },
    end: () => rest,
  };
}

function each(width: number, change: (view: DataView, at: number, address: number) => void): Undo {
  return (bytes, view, position) => {
    const end = bytes.length - (bytes.length % width);
    for (let at = 0; at < end; at += width) change(view, at, position + at);
    return end;
  };
}

/** `bl`: the target's 24 bits in words, two instructions ahead. */
function arm(view: DataView, at: number, address: number): void {
  if (view.getUint8(at + 3) !== 0xeb) return;
  const target = ((view.getUint32(at, true) & 0xff_ffff) - ((address + 8) >>> 2)) & 0xff_ffff;
  view.setUint32(at, (target | 0xeb00_0000) >>> 0, true);
}

/** `bl` and `adrp`. */
function arm64(view: DataView, at: number, address: number): void {
  const instruction = view.getUint32(at, true);
  if (instruction >>> 26 === 0x25) {
    view.setUint32(at, (0x9400_0000 | ((instruction - (address >>> 2)) & 0x03ff_ffff)) >>> 0, true);
    return;
  }
  if ((instruction & 0x9f00_0000) >>> 0 !== 0x9000_0000) return;
  const page = ((instruction >>> 29) & 3) | ((instruction >>> 3) & 0x1f_fffc);
  if (((page + 0x02_0000) & 0x1c_0000) !== 0) return;
  const target = page - (address >>> 12);
  const low = ((target & 3) << 29) | ((target & 0x03_fffc) << 3) | (-(target & 0x02_0000) & 0xe0_0000);
  view.setUint32(at, ((instruction & 0x9000_001f) | low) >>> 0, true);
}

/** `bl` with the link bit. */
function powerPc(view: DataView, at: number, address: number): void {
  const instruction = view.getUint32(at);
  if ((instruction & 0xfc00_0003) !== 0x4800_0001) return;
  view.setUint32(at, 0x4800_0001 | (((instruction & 0x03ff_fffc) - address) & 0x03ff_fffc));
}

/** `call` to a target within 8 MiB. */
function sparc(view: DataView, at: number, address: number): void {
  const instruction = view.getUint32(at);
  const kind = instruction >>> 22;
  if (kind !== 0x100 && kind !== 0x1ff) return;
  const target = ((instruction << 2) - address) >>> 2;
  view.setUint32(at, ((0x4000_0000 - (target & 0x40_0000)) | 0x4000_0000 | (target & 0x3f_ffff)) >>> 0);
}

/** A pair of 16 bit halves; they may begin at any half. */
const armThumb: Undo = (bytes, _view, position) => {
  let at = 0;
  for (; at + 4 <= bytes.length; at += 2) {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    if ((b & 0xf8) !== 0xf0 || (d & 0xf8) !== 0xf8) continue;
    const source = ((b & 7) << 19) | (a << 11) | ((d & 7) << 8) | c;
    const target = (source * 2 - (position + at + 4)) >>> 1;
    bytes.set([target >>> 11, 0xf0 | ((target >>> 19) & 7), target, 0xf8 | ((target >>> 8) & 7)], at);
    at += 2;
  }
  return at;
};

/** Which of the three instructions in a bundle may be branches, by the bundle's template. */
const ITANIUM_BRANCHES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 6, 6, 0, 0, 7, 7, 4, 4, 0, 0, 4, 4];

/** Three instructions of 41 bits in 16 bytes. */
function itanium(view: DataView, at: number, address: number): void {
  const branches = ITANIUM_BRANCHES[view.getUint8(at) & 0x1f] ?? 0;
  for (let slot = 0; slot < 3; slot++) {
    if (((branches >> slot) & 1) === 0) continue;
    const bit = 5 + slot * 41;
    const start = at + (bit >> 3);
    const shift = BigInt(bit & 7);
    let word = 0n;
    for (let k = 5; k >= 0; k--) word = (word << 8n) | BigInt(view.getUint8(start + k));
    const instruction = word >> shift;
    if (((instruction >> 37n) & 0xfn) !== 5n || ((instruction >> 9n) & 7n) !== 0n) continue;
    const source = Number(((instruction >> 13n) & 0xf_ffffn) | (((instruction >> 36n) & 1n) << 20n)) * 16;
    const target = BigInt(((source - address) >>> 4) & 0x1f_ffff);
    const kept = instruction & ~(0x8f_ffffn << 13n);
    const changed = kept | ((target & 0xf_ffffn) << 13n) | ((target & 0x10_0000n) << 16n);
    const put = (word & ((1n << shift) - 1n)) | (changed << shift);
    for (let k = 0; k < 6; k++) view.setUint8(start + k, Number((put >> BigInt(8 * k)) & 0xffn));
  }
}

/** Whether an opcode byte among the three before spoils this one, by which of them were opcodes. */
const X86_ALLOWED = [true, true, true, false, true, false, false, false];
const X86_BYTES = [0, 1, 2, 2, 3, 3, 3, 3];
const isEdge = (byte: number): boolean => byte === 0 || byte === 0xff;

/** `call` and `jmp` with 32 bits: they begin anywhere, so what looks like one inside of another is told by a mask. */
function x86(): Undo {
  let mask = 0;
  return (bytes, view, position) => {
    if (bytes.length < 5) return 0;
    const end = bytes.length - 4;
    let at = 0;
    let last = -1;
    for (; at < end; at++) {
      if (((bytes[at] as number) & 0xfe) !== 0xe8) continue;
      const since = at - last;
      last = at;
      mask = since > 3 ? 0 : (mask << (since - 1)) & 7;
      const spoils = bytes[at + 4 - (X86_BYTES[mask] as number)] as number;
      if (mask !== 0 && (X86_ALLOWED[mask] !== true || isEdge(spoils))) {
        mask = (mask << 1) | 1;
        continue;
      }
      if (!isEdge(bytes[at + 4] as number)) {
        mask = (mask << 1) | 1;
        continue;
      }
      let source = view.getInt32(at + 1, true);
      let target: number;
      for (;;) {
        target = (source - (position + at + 5)) | 0;
        if (mask === 0) break;
        const bits = (X86_BYTES[mask] as number) * 8;
        if (!isEdge((target >>> (24 - bits)) & 0xff)) break;
        source = target ^ (2 ** (32 - bits) - 1);
      }
      target &= 0x01ff_ffff;
      view.setInt32(at + 1, target | -(target & 0x0100_0000), true);
      at += 4;
    }
    const since = at - last;
    mask = since > 3 ? 0 : mask << (since - 1);
    return at;
  };
}
