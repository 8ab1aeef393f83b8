import type { DictNode, Node, ObjectNode, Value } from "../../model/value.ts";
import { isNode } from "../../model/value.ts";
import { argumentsOf, dict, objectNode, tuple } from "./graph.ts";

/**
 * What an unfinished stack was on its way to be: containers get the items that were read for them, objects the state
 * that was read, calls are described with the arguments that were. So a model that is cut in its last array still
 * shows everything before it.
 *
 * `marks` holds stack positions, as the machine keeps them. The nodes are completed in place: the stack is not used
 * again.
 */
export function collapse(stack: readonly Value[], marks: readonly number[], offset: number): Value | undefined {
  const rest = stack.slice();
  for (let k = marks.length - 1; k >= 0; k--) attach(rest, rest.splice(marks[k] as number), offset);
  foldPending(rest, offset);
  const [bottom] = rest;
  return rest.length > 1 && !isNode(bottom) ? tuple(rest) : bottom;
}

/** Puts the values above a mark into the container below it; without one they are the tuple they were meant for. */
function attach(below: Value[], items: Value[], offset: number): void {
  const target = below.at(-1);
  if (items.length === 0) return;
  if (isNode(target) && target.kind === "dict") {
    // Keys and values alternate: an odd one too many is a state or arguments, or a key that lost its value.
    while (items.length % 2 === 1 && foldCallOrState(items, offset));
    for (let i = 0; i + 1 < items.length; i += 2) setItem(target, items[i] as Value, items[i + 1] as Value);
    return;
  }
  while (foldCallOrState(items, offset));
  if (isNode(target) && target.kind === "list" && target.type !== "tuple" && target.type !== "frozenset")
    for (const item of items) target.items.push(item);
  else below.push(tuple(items));
}

/** Without marks, values pile up only because an opcode that joins them was about to come. */
function foldPending(stack: Value[], offset: number): void {
  while (stack.length > 1) {
    if (foldCallOrState(stack, offset)) continue;
    const last = stack.pop() as Value;
    const before = stack.at(-1);
    const target = stack.at(-2);
    if (takesItems(target) && !isNode(before)) {
      stack.pop();
      setItem(target, before as Value, last);
    } else if (isNode(before) && before.kind === "list" && before.type === "list") before.items.push(last);
    else if (isNode(before) && (before.kind === "dict" || before.kind === "object")) continue;
    else {
      stack.push(last);
      return;
    }
  }
}

/** An object and the state for it, or a class and the arguments for it, at the end of `stack`. */
function foldCallOrState(stack: Value[], offset: number): boolean {
  const last = stack.at(-1);
  const before = stack.at(-2);
  if (!isNode(last) || !isNode(before)) return false;
  if (before.kind === "object" && before.state === undefined && isState(last)) {
    stack.pop();
    before.state = last;
    return true;
  }
  const args = last.kind === "list" && last.type === "tuple" ? argumentsOf(last) : undefined;
  if (before.kind !== "global" || args === undefined) return false;
  stack.splice(-2, 2, objectNode(before, "call", args, offset));
  return true;
}

function isState(node: Node): boolean {
  return node.kind === "dict" || (node.kind === "list" && node.type === "tuple");
}

function takesItems(value: Value | undefined): value is DictNode | ObjectNode {
  return isNode(value) && (value.kind === "dict" || value.kind === "object");
}

function setItem(target: DictNode | ObjectNode, key: Value, value: Value): void {
  const entries = target.kind === "dict" ? target : (target.entries ??= dict());
  entries.keys.push(key);
  entries.values.push(value);
}
