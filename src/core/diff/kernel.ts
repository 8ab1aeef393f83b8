import type { Host, KernelThread } from "../host.ts";
import type { ScalarName } from "../model/dtype.ts";
import { kernelBytes } from "./kernel-bytes.ts";
import { BLOCK } from "./lanes.ts";
import { addTo, SUM, type Tally } from "./tally.ts";

/**
 * The WebAssembly kernels (src/kernels/statistics.as) and the memory they work in. Both sides of a chunk are read
 * straight into that memory. Each half of a chunk is tallied apart, so that a second thread can take one of them: the
 * figures are the same, to the last bit, with it and without.
 */
export interface Kernel {
  readonly memory: SharedArrayBuffer;
  /** Bytes of `memory` from here on are the caller's. */
  readonly base: number;
  /** The name of the kernel for two types; undefined where there is none. */
  find(old: ScalarName | undefined, next: ScalarName | undefined): string | undefined;
  /** Clears what was tallied. */
  reset(): void;
  /** Tallies pairs of little-endian elements; at most `elements` of them, as the kernel was made for. One row per block. */
  run(name: string, old: KernelSide, next: KernelSide, count: number): readonly KernelBlock[];
  /** Adds what was tallied since `reset` to `tally`. */
  drain(tally: Tally): void;
  /** Takes a second thread from here on, where the machine has one. */
  expectMuch(): void;
  close(): void;
}

/** Where a side's elements begin in `memory`, and the bytes of one. */
export interface KernelSide {
  readonly at: number;
  readonly itemSize: number;
}

/** What one block of BLOCK elements brought: whether its elements are worth a look. */
export interface KernelBlock {
  readonly changed: number;
  /** The largest error; infinite where a pair changed to or from what is not finite. */
  readonly largest: number;
  /** The largest relative error since `reset`, of this half of the chunks up to this block. */
  readonly maxRel: number;
}

const PAGE = 65536;
/** The kernels' own state, one for each half; see the slots at the top of their source, of which the first are results. */
const STATES = [4096, 8192] as const;
const RESULT_BYTES = 256;
/** A block's row of results: three float64. */
const ROWS = 12288;
const ROW_BYTES = 24;
/** Blocks of one chunk: the first page holds their rows. */
const MAX_BLOCKS = Math.floor((PAGE - ROWS) / ROW_BYTES);

type Call = (old: number, next: number, count: number, block: number, state: number, rows: number) => void;

let compiled: WebAssembly.Module | null | undefined;

function compile(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  try {
    compiled = typeof WebAssembly === "undefined" ? null : new WebAssembly.Module(kernelBytes());
  } catch {
    // No SIMD, or compiling is forbidden: the reference does the same work, slower.
    compiled = null;
  }
  return compiled;
}

/** Shared memory has a maximum: it never grows. */
function createMemory(bytes: number): WebAssembly.Memory | undefined {
  const pages = 1 + Math.ceil(bytes / PAGE);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return undefined;
  }
}

/** Kernels with `bytes` of memory for the caller; undefined where WebAssembly SIMD or shared memory is not to be had. */
export function createKernel(bytes: number, host?: Host): Kernel | undefined {
  const module = compile();
  const memory = module === null ? undefined : createMemory(bytes);
  if (module === null || memory === undefined) return undefined;
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Readonly<Record<string, Call>>;
  const names = Object.keys(exports);
  const { buffer } = memory;
  const rows = new Float64Array(buffer, ROWS, MAX_BLOCKS * 3);
  const halves = STATES.map((state) => ({
    state,
    floats: new Float64Array(buffer, state, RESULT_BYTES / 8),
    ulp: new BigUint64Array(buffer, state + 144, 1),
  }));
  let thread: KernelThread | undefined;
  return {
    memory: buffer,
    base: PAGE,
    find(old, next) {
      const name = old === next ? (old ?? "") : `${old ?? ""}_${next ?? ""}`;
      return Object.hasOwn(exports, name) ? name : undefined;
    },
    reset() {
      for (const { floats } of halves) floats.fill(0);
    },
    run(name, old, next, count) {
      const blocks = Math.ceil(count / BLOCK);
      if (blocks > MAX_BLOCKS) throw new Error(`${blocks} blocks in one chunk, more than ${MAX_BLOCKS}`);
      // The first half has the odd block, and all of a short chunk.
      const first = Math.min(count, Math.ceil(blocks / 2) * BLOCK);
      const numbers = (from: number, length: number, state: number): Parameters<Call> => [
        old.at + from * old.itemSize,
        next.at + from * next.itemSize,
        length,
        BLOCK,
        state,
        ROWS + (from / BLOCK) * ROW_BYTES,
      ];
      const second = numbers(first, count - first, STATES[1]);
      const isShared = first < count && thread?.begin({ index: names.indexOf(name), numbers: second }) === true;
      exports[name]?.(...numbers(0, first, STATES[0]));
      if (isShared) thread?.end();
      else if (first < count) exports[name]?.(...second);
      return Array.from({ length: blocks }, (_, at) => ({
        changed: rows[3 * at] ?? 0,
        largest: rows[3 * at + 1] ?? 0,
        maxRel: rows[3 * at + 2] ?? 0,
      }));
    },
    drain(tally) {
      for (const { floats, ulp } of halves) drainHalf(tally, (slot) => floats[slot / 8] ?? 0, ulp[0] ?? 0n);
    },
    expectMuch() {
      thread ??= host?.kernelThread?.(module, memory);
    },
    close() {
      thread?.close();
      thread = undefined;
    },
  };
}

function drainHalf(tally: Tally, at: (slot: number) => number, ulp: bigint): void {
  tally.changed += at(0);
  tally.overflow += at(8);
  tally.underflow += at(16);
  tally.nanChanged += at(24);
  tally.infChanged += at(32);
  tally.signFlips += at(40);
  tally.fromZero += at(48);
  tally.finite += at(56);
  tally.maxAbs = Math.max(tally.maxAbs, at(64));
  tally.maxRel = Math.max(tally.maxRel, at(72));
  if (ulp > tally.maxUlp) tally.maxUlp = ulp;
  const [abs, squares, old, cross] = [80, 96, 112, 128].map((slot) => [at(slot), at(slot + 8)] as const);
  addPair(tally, SUM.abs, abs);
  addPair(tally, SUM.squares, squares);
  addPair(tally, SUM.old, old);
  // With new = old + d: new^2 = old^2 + 2 old d + d^2, and old new = old^2 + old d.
  for (const pair of [old, cross, cross, squares]) addPair(tally, SUM.next, pair);
  for (const pair of [old, cross]) addPair(tally, SUM.product, pair);
}

function addPair(tally: Tally, slot: number, pair: readonly [number, number] | undefined): void {
  if (pair === undefined) return;
  addTo(tally.sums, slot, pair[0]);
  addTo(tally.sums, slot, pair[1]);
}
