import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { isOfType, makesClass } from "./by-value.ts";
import type { Evaluation } from "./evaluation.ts";
import { hashesByOwn, runsCode } from "./made-classes.ts";
import { DEPTH, isWithin } from "./within.ts";

/** Objects in the keys of one opcode, or the arguments of one call, that are looked at. */
const PARTS = 2_000;

/**
 * Loading runs `__hash__` of a class by value, or `__eq__` where its instances are hashed as others are, only where such an
 * instance becomes a key, or a part of one: `@dataclass(frozen=True)` writes both.
 */
export function noteKeys(keys: readonly Value[], evaluation: Evaluation, offset: number): void {
  if (!evaluation.hashesOwn) return;
  const isHashed = isWithin(keys, evaluation, (value) => hashesByOwn(value, evaluation), DEPTH, PARTS);
  if (isHashed) runsCode(offset, evaluation);
}

/** Members of an enum are found by their values; what another metaclass does with members is not known. */
export function noteMembersKeys(node: ObjectNode, evaluation: Evaluation): void {
  const { callable } = node;
  if (!evaluation.hashesOwn || !isNode(callable) || callable.kind !== "global") return;
  if (!makesClass(callable) || isOfType(node.args[0])) return;
  noteKeys(node.args, evaluation, node.offset);
}

/** Every second one of the items of a dict, which are keys and values in turn. */
export function keysOf(items: readonly Value[]): Value[] {
  return items.filter((item, i) => i % 2 === 0 && isNode(item));
}
