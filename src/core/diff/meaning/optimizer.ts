import type { Parameter } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { MeaningPair } from "./align.ts";

/**
 * What a Keras optimizer keeps: by position in `.keras` and `.weights.h5`, by name in the old HDF5 form, in one order.
 * https://github.com/keras-team/keras/blob/master/keras/src/optimizers/base_optimizer.py
 */
const BY_POSITION = /^optimizer\.vars\[\d+\]$/;
const BY_NAME = /^optimizer_weights\.\w+\./;

/** The state of an optimizer, where both sides have as much of it in the same shapes. */
export function alignOptimizer(old: readonly Parameter[], next: readonly Parameter[]): readonly MeaningPair[] {
  for (const isBackwards of [false, true]) {
    const before = stateIn(old, isBackwards ? BY_NAME : BY_POSITION);
    const after = stateIn(next, isBackwards ? BY_POSITION : BY_NAME);
    if (before.length === 0 || before.length !== after.length) continue;
    const pairs = before.flatMap((each, i): MeaningPair[] => {
      const other = after[i];
      if (other === undefined || each.tensor.shape.join() !== other.tensor.shape.join()) return [];
      return [{ old: each, next: other, because: BECAUSE, derivation: "same", isBackwards }];
    });
    if (pairs.length === before.length) return pairs;
  }
  return [];
}

/** In the order of positions where they are told, else in the order of the file. */
function stateIn(parameters: readonly Parameter[], pattern: RegExp): readonly Parameter[] {
  const found = parameters.filter(({ path }) => pattern.test(path));
  const position = ({ path }: Parameter): number => Number(/\[(\d+)\]$/.exec(path)?.[1] ?? 0);
  return pattern === BY_POSITION ? found.sort((a, b) => position(a) - position(b)) : found;
}

const BECAUSE = say("the optimizer's state in its order, which one side has by position and the other by name");
