import type { ScalarName } from "../model/dtype.ts";
import { kernelBytes } from "./kernel-bytes.ts";
import { addTo, SUM, type Tally } from "./tally.ts";

/**
 * The WebAssembly kernels (src/kernels/statistics.as) and the memory they work in. Both sides of a block are read
 * straight into that memory; one call tallies it.
 */
export interface Kernel {
  readonly memory: ArrayBuffer;
  /** Bytes of `memory` from here on are the caller's. */
  readonly base: number;
  /** The name of the kernel for two types; undefined where there is none. */
  find(old: ScalarName | undefined, next: ScalarName | undefined): string | undefined;
  /** Clears what was tallied. */
  reset(): void;
  /** Tallies `count` pairs of little-endian elements at two byte positions of `memory`. */
  run(name: string, old: number, next: number, count: number): KernelBlock;
  /** Adds what was tallied since `reset` to `tally`. */
  drain(tally: Tally): void;
}

/** What one block brought: whether its elements are worth a look. */
export interface KernelBlock {
  readonly changed: number;
  /** The largest error; infinite where a pair changed to or from what is not finite. */
  readonly largest: number;
  /** The largest relative error since `reset`. */
  readonly maxRel: number;
}

const PAGE = 65536;
/** The kernels' own state; see the slots at the top of their source. */
const STATE = 1024;
const STATE_BYTES = 256;

type Exports = Readonly<Record<string, (old: number, next: number, count: number, state: number) => void>>;

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

/** Kernels with `bytes` of memory for the caller; undefined where WebAssembly SIMD is not to be had. */
export function createKernel(bytes: number): Kernel | undefined {
  const module = compile();
  if (module === null) return undefined;
  const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / PAGE) });
  const exports = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
  const { buffer } = memory;
  const floats = new Float64Array(buffer, STATE, STATE_BYTES / 8);
  const ulp = new BigUint64Array(buffer, STATE + 144, 1);
  const at = (slot: number): number => floats[slot / 8] ?? 0;
  return {
    memory: buffer,
    base: PAGE,
    find(old, next) {
      const name = old === next ? (old ?? "") : `${old ?? ""}_${next ?? ""}`;
      return Object.hasOwn(exports, name) ? name : undefined;
    },
    reset: () => void floats.fill(0),
    run(name, old, next, count) {
      exports[name]?.(old, next, count, STATE);
      return { changed: at(152), largest: at(160), maxRel: at(72) };
    },
    drain(tally) {
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
      if ((ulp[0] ?? 0n) > tally.maxUlp) tally.maxUlp = ulp[0] ?? 0n;
      const [abs, squares, old, cross] = [80, 96, 112, 128].map((slot) => [at(slot), at(slot + 8)] as const);
      addPair(tally, SUM.abs, abs);
      addPair(tally, SUM.squares, squares);
      addPair(tally, SUM.old, old);
      // With new = old + d: new^2 = old^2 + 2 old d + d^2, and old new = old^2 + old d.
      for (const pair of [old, cross, cross, squares]) addPair(tally, SUM.next, pair);
      for (const pair of [old, cross]) addPair(tally, SUM.product, pair);
    },
  };
}

function addPair(tally: Tally, slot: number, pair: readonly [number, number] | undefined): void {
  if (pair === undefined) return;
  addTo(tally.sums, slot, pair[0]);
  addTo(tally.sums, slot, pair[1]);
}
