import type { Value } from "../../../model/value.ts";
import type { Work } from "../../../work.ts";
import type { PlainRegion } from "./region.ts";
import { Shadow } from "./shadow.ts";

/** Walks are short and never within each other: one stack does for all of them. */
let shadow = new Shadow();
/** After a container of this size the stack is not kept. */
const LARGE = 1024 * 1024;

/**
 * What lies directly in the container that bytes [start, end) of a region make: keys and values in turn for a dict. Containers
 * in it are not looked into.
 */
export function takeApart(region: PlainRegion, start: number, end: number, isTuple: boolean): Value[] {
  const taken = { isTuple, values: [] };
  shadow.begin(start);
  shadow.run(region, end, Number.POSITIVE_INFINITY, taken);
  if (end - start > LARGE) shadow = new Shadow();
  return taken.values;
}

/** Opcodes between two looks at the clock. */
const SLICE = 65_536;

/** As `takeApart`, for a container that takes longer than one may wait to cancel: with pauses, and a stack of its own. */
export async function takeApartInSlices(
  region: PlainRegion,
  start: number,
  end: number,
  isTuple: boolean,
  work: Work,
): Promise<Value[]> {
  const taken = { isTuple, values: [] };
  const own = new Shadow();
  own.begin(start);
  while (own.run(region, end, SLICE, taken) === "slice") {
    if (!work.isDue()) continue;
    work.report({ stage: "reading", done: own.at - start, total: end - start, unit: "bytes" });
    await work.checkpoint();
  }
  return taken.values;
}

/** True for bytes that are taken apart in slices where one can wait. */
export function isLarge(start: number, end: number): boolean {
  return end - start > LARGE;
}
