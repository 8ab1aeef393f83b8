import type { Node, Value } from "../model/value.ts";
import { isNode } from "../model/value.ts";
import type { Work } from "../work.ts";
import type { Facts, Inherited } from "./facts.ts";
import { readNames, readTexts } from "./texts.ts";

/** Names handled for one file, over all estimators: a graph of shared parts could ask for any number of them. */
const NAMES = 4_000_000;

/** What learning from a graph remembers: nothing of it is read twice, however many estimators share it. */
export interface Reading {
  readonly work: Work;
  /** What a part was told by what it is a part of. */
  readonly inherited: Map<Node, Inherited>;
  /** What each estimator says itself. */
  readonly facts: Map<Node, Facts>;
  readonly lists: Map<Node, readonly string[] | undefined>;
  readonly names: Map<Node, readonly string[] | undefined>;
  left: number;
}

export function createReading(work: Work): Reading {
  return { work, inherited: new Map(), facts: new Map(), lists: new Map(), names: new Map(), left: NAMES };
}

/** Takes `count` names off what may still be handled; false when that is used up. */
export function spend(reading: Reading, count: number): boolean {
  reading.left -= count;
  return reading.left >= 0;
}

/** `readTexts`, once for each list. */
export async function textsOf(value: Value | undefined, reading: Reading): Promise<readonly string[] | undefined> {
  if (!isNode(value)) return undefined;
  if (!reading.lists.has(value)) reading.lists.set(value, await readTexts(value, reading.work));
  return reading.lists.get(value);
}

/** `readNames`, once for each list. */
export async function namesOf(value: Value | undefined, reading: Reading): Promise<readonly string[] | undefined> {
  if (!isNode(value)) return undefined;
  if (!reading.names.has(value)) reading.names.set(value, await readNames(value, reading.work));
  return reading.names.get(value);
}
