import type { Probe } from "../format.ts";
import { littleUint } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { BLOCK, PROGRAM, TENSOR } from "./messages.ts";
import { elementType } from "./types.ts";

/** The first block is number 0, and its parent -1. */
export function isProgram(probe: Probe): boolean {
  const [block] = headFields(probe, PROGRAM) ?? [];
  if (block?.number !== 1 || block.start === undefined || block.end === undefined) return false;
  const head = probe.head.subarray(block.start, block.end);
  const [idx, parent] = headFields({ head, size: block.end - block.start }, BLOCK) ?? [];
  return idx?.number === 1 && idx.value === 0n && parent?.number === 2 && parent.value === -1n;
}

/** Of a tensor without levels of detail, which parameters have none of. */
export function isTensors({ head, size }: Pick<Probe, "head" | "size">): boolean {
  const length = littleUint(head, 16, 4) ?? 0;
  if (littleUint(head, 0, 6) !== 0 || littleUint(head, 6, 6) !== 0 || littleUint(head, 12, 4) !== 0) return false;
  if (length < 2 || length > 512 || 20 + length > size) return false;
  const fields = headFields({ head: head.subarray(20, 20 + length), size: length }, TENSOR);
  const [type, ...dims] = fields ?? [];
  return (
    type?.number === 1 &&
    elementType(Number(type.value ?? -1n)) !== undefined &&
    dims.every(({ number }) => number === 2)
  );
}
