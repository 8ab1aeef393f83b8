import type { Value } from "../../../model/value.ts";
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
