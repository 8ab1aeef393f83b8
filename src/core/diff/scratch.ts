import type { Host } from "../host.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { BLOCK, type Lanes, newLanes } from "./lanes.ts";

/** Bytes of one side that are read at a time: few reads, and four buffers still fit the cache that all cores share. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
/** Of the widest type, so that a chunk of any pair of types fits. */
const SLACK_BYTES = 64 * 1024;

/** Memory that one comparison works in, whatever the size of what is compared. Not shared by two passes at once. */
export interface Scratch {
  readonly kernel: Kernel | undefined;
  /** Two buffers per side, so that the next chunk is read while this one is worked on. */
  readonly old: readonly [Buffered, Buffered];
  readonly next: readonly [Buffered, Buffered];
  readonly oldLanes: Lanes;
  readonly nextLanes: Lanes;
  readonly marks: Uint8Array;
}

export interface Buffered {
  readonly bytes: Uint8Array;
  /** Where `bytes` begins in the kernel's memory. */
  readonly at: number;
}

/** With a host whose threads the kernel may take; then `kernel.close` ends them. */
export function createScratch(host?: Host): Scratch {
  const size = CHUNK_BYTES + SLACK_BYTES;
  const kernel = createKernel(4 * size, host);
  const memory = kernel?.memory ?? new ArrayBuffer(4 * size);
  const part = (index: number): Buffered => {
    const at = (kernel?.base ?? 0) + index * size;
    return { bytes: new Uint8Array(memory, at, size), at };
  };
  return {
    kernel,
    old: [part(0), part(1)],
    next: [part(2), part(3)],
    oldLanes: newLanes(),
    nextLanes: newLanes(),
    marks: new Uint8Array(BLOCK),
  };
}
