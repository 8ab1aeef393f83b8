import { describe, expect, it } from "vitest";
import type { RObject } from "../../../../src/core/formats/rds/objects.ts";
import { toValue } from "../../../../src/core/formats/rds/values.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";
import { readBytes, rulesOf } from "../../../support/read-format.ts";

// Few bytes that stand for much: what several places refer to, numbers that are texts, sequences of three numbers.

const u32 = (...values: readonly number[]): Uint8Array =>
  concat(...values.map((value) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)));
const f64 = (...values: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (const [k, value] of values.entries()) view.setFloat64(8 * k, value);
  return new Uint8Array(view.buffer);
};
const END = u32(254);
const head = concat(Uint8Array.of(0x58, 0x0a), u32(2, 0x00040401, 0x00020300));
const symbol = (name: string): Uint8Array => concat(u32(1, 0x00040009, name.length), new TextEncoder().encode(name));
const reference = (number: number): Uint8Array => u32(number * 256 + 255);
const list = (...items: readonly Uint8Array[]): Uint8Array => concat(u32(19, items.length), ...items);
const tagged = (tag: Uint8Array, value: Uint8Array): Uint8Array => concat(u32(0x402), tag, value);
const pairs = (...items: readonly Uint8Array[]): Uint8Array =>
  concat(...items.map((item) => concat(u32(2), item)), END);
const environment = (frame: Uint8Array, hashed: Uint8Array): Uint8Array => concat(u32(4, 0, 242), frame, hashed, END);
/** The class by name: symbols are numbered as they come. */
const alternative = (name: string, state: Uint8Array): Uint8Array =>
  concat(u32(238), pairs(symbol(name), symbol("base"), u32(13, 1, 13)), state, END);
const sequence = (name: string, count: number, first: number, step: number): Uint8Array =>
  alternative(name, concat(u32(14, 3), f64(count, first, step)));

describe("an R object of few bytes", () => {
  it("whose environments take their variables from each other has not twice as many with each", async () => {
    // The first has two variables; each pair after it a holder of two references to the one before, and one made of that.
    const parts = [
      environment(concat(tagged(symbol("a"), u32(13, 1, 1)), tagged(symbol("b"), u32(13, 1, 2)), END), END),
    ];
    for (let k = 0, before = 1; k < 40; k++) {
      const holder = 4 + 2 * k;
      const twice = concat(tagged(reference(2), reference(before)), tagged(reference(3), reference(before)), END);
      parts.push(environment(twice, END), environment(END, reference(holder)));
      before = holder + 1;
    }
    const artifact = await readBytes(concat(head, list(...parts)), "m.rds");
    expect(artifact).toMatchObject({ format: "rds", root: { kind: "list" } });
    const last = isNode(artifact.root) && artifact.root.kind === "list" ? artifact.root.items.at(-1) : undefined;
    expect(last).toMatchObject({ items: [] });
  });

  it("that wraps one environment again and again, or has it for attributes, does not copy it", async () => {
    const COUNT = 20_000;
    const variables = Array.from({ length: COUNT }, (_, k) => tagged(symbol(`v${k}`), u32(13, 1, k)));
    const shared = environment(concat(...variables, END), END);
    const wrapped = concat(
      u32(238),
      pairs(symbol("wrap_list"), symbol("base"), u32(13, 1, 19)),
      pairs(reference(1)),
      tagged(reference(2), u32(13, 1, 1)),
      END,
    );
    const again = concat(
      u32(238),
      pairs(reference(COUNT + 2), reference(COUNT + 3), u32(13, 1, 19)),
      pairs(reference(1)),
      tagged(reference(2), u32(13, 1, 1)),
      END,
    );
    const numbers = concat(u32(0x20d, 1, 7), reference(1));
    const many = (part: Uint8Array): Uint8Array[] => Array.from({ length: COUNT }, () => part);
    const start = cpuMilliseconds();
    const { root } = await readBytes(concat(head, list(shared, wrapped, ...many(again), ...many(numbers))), "m.rds");
    // Four hundred million variables took gigabytes, and minutes.
    expect(cpuMilliseconds() - start).toBeLessThan(20_000);
    const items = isNode(root) && root.kind === "list" ? root.items : [];
    expect(items).toHaveLength(2 * COUNT + 2);
    expect([items[1] === items[0], items[COUNT] === items[0]]).toEqual([true, true]);
  });

  it("that is millions of numbers as texts is limited, by their number and by their characters", async () => {
    const many = [10, 4e6].map((count) =>
      alternative("deferred_string", pairs(sequence("compact_intseq", count, 1, 1), u32(13, 1, 0))),
    );
    const first = await readBytes(concat(head, list(...many)), "m.rds");
    expect([first.complete, rulesOf(first)]).toEqual([false, ["integrity/limit"]]);
    const long = alternative(
      "deferred_string",
      pairs(sequence("compact_realseq", 1e6, 1e300, 1e290), u32(13, 1, 9999)),
    );
    const second = await readBytes(concat(head, list(long)), "m.rds");
    expect([second.complete, rulesOf(second)]).toEqual([false, ["integrity/limit"]]);
    expect(second.findings[0]?.message).toContain("characters of numbers");
  });

  it("that is millions of texts is limited before they are made", async () => {
    const COUNT = 4_100_000;
    const missing = new Uint8Array(8 * COUNT).fill(0xff);
    for (let at = 0; at < missing.length; at += 8) missing.set([0, 0, 0, 9], at);
    const artifact = await readBytes(concat(head, u32(16, COUNT), missing), "m.rds");
    expect([artifact.complete, new Set(rulesOf(artifact))]).toEqual([false, new Set(["integrity/limit"])]);
  });
});

describe("variables of functions", () => {
  const NULL: RObject = { kind: "null", at: 0 };
  const whole = (value: number): RObject => ({ kind: "integer", at: 0, length: 1, scalar: value });
  const functionIn = (place: RObject): RObject => ({
    kind: "function",
    at: 0,
    items: [NULL, { kind: "symbol", at: 0, name: "x" }, place],
    tags: ["formals", "body", "environment"],
  });
  const variables = (entries: Readonly<Record<string, RObject>>): RObject => ({
    kind: "environment",
    at: 0,
    items: Object.values(entries),
    tags: Object.keys(entries),
  });
  const listOf = (entries: Readonly<Record<string, RObject>>): RObject => ({
    kind: "list",
    at: 0,
    items: Object.values(entries),
    attributes: [["names", { kind: "text", at: 0, texts: Object.keys(entries) }]],
  });
  const at = (value: Value | undefined, ...keys: readonly (string | number)[]): Value | undefined => {
    let found = value;
    for (const key of keys) {
      const node = isNode(found) && found.kind === "object" ? found.state : found;
      if (!isNode(node)) return undefined;
      if (typeof key === "number") found = node.kind === "list" ? node.items[key] : undefined;
      else found = node.kind === "dict" ? dictGet(node, key) : undefined;
    }
    return found;
  };

  it("are numbered as they are met: shared ones once, those within others behind them, also a function within itself", () => {
    const outer = variables({ n: whole(1) });
    const own = variables({});
    const itself = functionIn(own);
    own.items?.push(itself, outer);
    own.tags?.push("again", "parent.env");
    const inner = variables({ g: itself, h: functionIn(outer) });
    const { value } = toValue(listOf({ f: functionIn(inner), f2: functionIn(inner), k: functionIn(outer) }));
    const place = (...keys: readonly (string | number)[]): Value | undefined => at(value, ...keys);
    expect([place("f", "environment"), place("f2", "environment"), place("k", "environment")]).toEqual([
      "environments[0]",
      "environments[0]",
      "environments[1]",
    ]);
    // Met in the first of them: the function's own, which holds it; and the one that is known.
    expect(place("environments", 0, "g", "environment")).toBe("environments[2]");
    expect(place("environments", 0, "h", "environment")).toBe("environments[1]");
    expect(place("environments", 2, "again")).toBe(place("environments", 0, "g"));
    expect(place("environments", 2, "parent.env")).toBe("environments[1]");
    expect(place("environments", 3)).toBeUndefined();
  });

  it("of very many functions take no look through all for each", () => {
    const COUNT = 200_000;
    const items = Array.from({ length: COUNT }, () => functionIn(variables({})));
    const start = cpuMilliseconds();
    const { value } = toValue({ kind: "list", at: 0, items });
    // Twenty billion steps would take minutes.
    expect(cpuMilliseconds() - start).toBeLessThan(20_000);
    expect(at(value, "values", COUNT - 1, "environment")).toBe(`environments[${COUNT - 1}]`);
  });
});
