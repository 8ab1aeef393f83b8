import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { sameValue } from "../../../src/core/diff/same-value.ts";
import type { DictNode, ListNode, Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";
import { arrayNode, dictOf, objectOf } from "../../support/artifacts.ts";
import { list, logistic, texts, tuple } from "../../support/estimators.ts";
import { array } from "./arrays.ts";

const compare = (old: Value, next: Value, isLenient = false) => sameValue(old, next, { isLenient, work: quietWork() });

const bytes = (...data: number[]): Value => ({ kind: "bytes", type: "bytes", data: fromBytes(Uint8Array.from(data)) });
const decimal = (text: string): Value => ({ kind: "decimal", text, nearest: Number(text), offset: 0 });
const scalar = (name: "float64" | "int64" | "float32", value: number): Value => ({
  kind: "scalar",
  tensor: array(name, [value], []),
});
const set = (...items: Value[]): ListNode => ({ kind: "list", type: "set", items });
const pairs = (keys: Value[], values: Value[]): DictNode => ({ kind: "dict", keys, values });

/** A list that holds itself. */
function loop(...items: Value[]): ListNode {
  const node = list(...items);
  node.items.push(node);
  return node;
}

describe("two values", () => {
  it.each<[string, Value, Value]>([
    ["numbers", 0.1, 0.1],
    ["NaN", Number.NaN, Number.NaN],
    ["decimal text and the number it is", decimal("0.10"), 0.1],
    ["a numpy scalar and the number in it", scalar("float64", 0.5), 0.5],
    ["a numpy integer and the integer", scalar("int64", 7), 7n],
    ["lists", list(1n, "a", null), list(1n, "a", null)],
    ["sets in another order", set(1n, "b", "a"), set("a", 1n, "b")],
    ["dicts in another order", dictOf({ a: 1n, b: 2n }), dictOf({ b: 2n, a: 1n })],
    ["dicts with tuples for keys", pairs([tuple(1n, "x")], [true]), pairs([tuple(1n, "x")], [true])],
    ["bytes", bytes(1, 2, 3), bytes(1, 2, 3)],
    ["objects", logistic(), logistic()],
    ["text arrays", texts("a", "b"), texts("a", "b")],
    ["cycles", loop(1n), loop(1n)],
    [
      "a class that moved within its library",
      objectOf("sklearn.tree.tree", "Tree", null),
      objectOf("sklearn.tree._tree", "Tree", null),
    ],
    ["__proto__ as a key", dictOf(JSON.parse('{"__proto__": 1}') as Record<string, number>), pairs(["__proto__"], [1])],
  ])("are the same: %s", async (_, old, next) => {
    expect(await compare(old, next)).toBe("same");
    expect(await compare(next, old)).toBe("same");
  });

  it.each<[string, Value, Value]>([
    ["numbers", 0.1, 0.1000001],
    ["signs of zero", 0, -0],
    ["an integer and a float", 1n, 1],
    ["True and 1", true, 1n],
    ["None and text", null, "None"],
    ["a list and a tuple", list(1n), tuple(1n)],
    ["orders of a list", list(1n, 2n), list(2n, 1n)],
    ["a shorter list", list(1n, 2n), list(1n)],
    ["keys", dictOf({ a: 1n }), dictOf({ b: 1n })],
    ["bytes", bytes(1, 2, 3), bytes(1, 2, 4)],
    ["a deep attribute", logistic(), logistic({ settings: { l1_ratio: 0.5 } })],
    ["classes", objectOf("a.b", "C", null), objectOf("z.b", "C", null)],
    ["text arrays", texts("a", "b"), texts("a", "c")],
    ["arrays", arrayNode(array("int8", [1, 2])), arrayNode(array("int8", [1, 3]))],
    ["cycles with other content", loop(1n), loop(2n)],
    ["payloads of NaN", { kind: "float", bits: 0x7ff8000000000001n }, Number.NaN],
  ])("are different: %s", async (_, old, next) => {
    expect(await compare(old, next)).toBe("different");
    expect(await compare(next, old)).toBe("different");
  });

  it("are the same across formats that cannot tell them apart", async () => {
    expect(await compare(tuple(1n, 2n), list(1n, 2n), true)).toBe("same");
    expect(await compare(1, 1n, true)).toBe("same");
    expect(await compare(texts("bad", "good"), list("bad", "good"), true)).toBe("same");
    expect(await compare(texts("bad", "good"), list("bad", "fine"), true)).toBe("different");
    expect(await compare(1.5, 1n, true)).toBe("different");
    const numbers = arrayNode(array("float64", [1, 2.5], [2]), "list");
    expect(await compare(numbers, list(1n, 2.5), true)).toBe("same");
    expect(await compare(arrayNode(array("float64", [1, 2], [2]), "list"), list(1n, 2n), true)).toBe("same");
    expect(await compare(numbers, list(1n, 2.25), true)).toBe("different");
    expect(await compare(numbers, list(1n, 2.5, 3n), true)).toBe("different");
    expect(await compare(numbers, list(1n, 2.5))).toBe("different");
    expect(await compare(pairs([1n], ["x"]), pairs(["1"], ["x"]), true)).toBe("same");
  });

  it("are undecided when something was not read, and never same", async () => {
    const unread: Value = { kind: "unread", why: "cut", offset: 9 };
    expect(await compare(list(1n, unread), list(1n, unread))).toBe("undecided");
    expect(await compare(list(1n, unread), list(2n, unread))).not.toBe("same");
  });

  it("of any depth are compared without recursion", async () => {
    const deep = (end: Value): Value => {
      let value = end;
      for (let i = 0; i < 100_000; i++) value = list(value);
      return value;
    };
    expect(await compare(deep(1n), deep(1n))).toBe("same");
    expect(await compare(deep(1n), deep(2n))).toBe("different");
  });

  it("that share parts a million times over are compared once", async () => {
    const shared = (end: Value): Value => {
      let value = end;
      for (let i = 0; i < 60; i++) value = list(value, value);
      return value;
    };
    expect(await compare(shared("x"), shared("x"))).toBe("same");
    expect(await compare(shared("x"), shared("y"))).toBe("different");
  });
});
