import type { Parameter } from "../model/artifact.ts";
import { findPrefixChange } from "./path-prefix.ts";
import { isSqueezedAlike } from "./shape.ts";

/** Names that a file gives its arrays besides their addresses, by these. */
export type Called = ReadonlyMap<string, string> | undefined;

export interface CalledPair {
  readonly old: Parameter;
  readonly next: Parameter;
  /** As a file has it: the name, and the address of which it is the name. The same where no file tells a name. */
  readonly name: string;
  readonly path: string;
}

/**
 * Pairs by what the model calls its arrays, where a file has them under other addresses and says so (a Keras
 * `.weights.h5`, a TensorFlow checkpoint), or the formats differ in how they write one name: `out/kernel:0` is `out.kernel`.
 * A model's own name may come first on one side. Of several arrays of one name the first counts.
 */
export function alignCalled(
  old: readonly Parameter[],
  next: readonly Parameter[],
  oldCalled: Called,
  nextCalled: Called,
): readonly CalledPair[] {
  const before = byName(old, oldCalled);
  const after = byName(next, nextCalled);
  const isOne = (from: string, to: string): boolean => {
    const [a, b] = [before.get(from), after.get(to)];
    return a !== undefined && b !== undefined && isSqueezedAlike(a.tensor.shape, b.tensor.shape);
  };
  const pairs: CalledPair[] = [];
  const take = (from: string, to: string): void => {
    const [a, b] = [before.get(from), after.get(to)];
    if (a === undefined || b === undefined || !isOne(from, to)) return;
    const [path, called] = nextCalled?.has(b.path) === true ? [b.path, nextCalled] : [a.path, oldCalled];
    pairs.push({ old: a, next: b, path, name: called?.get(path) ?? path });
    before.delete(from);
    after.delete(to);
  };
  for (const name of Array.from(before.keys())) take(name, name);
  const isTold = oldCalled !== undefined || nextCalled !== undefined;
  if (!isTold || before.size === 0 || after.size === 0) return pairs;
  const change = findPrefixChange([...before.keys()], new Set(after.keys()), isOne);
  if (change !== undefined)
    for (const name of Array.from(before.keys()))
      if (name.startsWith(change.old)) take(name, change.next + name.slice(change.old.length));
  return pairs;
}

function byName(parameters: readonly Parameter[], called: Called): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  for (const parameter of parameters) {
    const name = plain(called?.get(parameter.path) ?? parameter.path);
    if (!found.has(name)) found.set(name, parameter);
  }
  return found;
}

/** A name as all formats would have it: dots between its parts, and without TensorFlow's number of an output. */
function plain(name: string): string {
  return name.replace(/:0$/, "").replaceAll("/", ".");
}
