import { describe, expect, it } from "vitest";
import { concat } from "../../../support/bytes-builder.ts";
import { openBytes } from "../../../support/read-format.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const i32 = (...values: number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [at, value] of values.entries()) view.setInt32(at * 4, value);
  return new Uint8Array(view.buffer);
};
const [NIL, UNBOUND, GLOBAL, EMPTY] = [254, 252, 253, 242];
const [LIST, CALL, PROMISE, ENVIRONMENT, VECTOR] = [2, 6, 5, 4, 19];
const HAS_TAG = 0x400;
const characters = (content: string): Uint8Array => concat(i32(0x0004_0009, content.length), text(content));
const symbol = (name: string): Uint8Array => concat(i32(1), characters(name));
const file = (object: Uint8Array): Uint8Array => concat(text("X\n"), i32(2, 0x0004_0202, 0x0002_0300), object);

/** `message("run")`, which is evaluated when the promise is looked at; or a value that it had. */
const promise = (value: Uint8Array = i32(UNBOUND)): Uint8Array =>
  concat(
    i32(PROMISE | HAS_TAG, GLOBAL),
    value,
    concat(i32(CALL), symbol("message"), i32(LIST, 16, 1), characters("run"), i32(NIL)),
  );
const listOf = (item: Uint8Array): Uint8Array => concat(i32(VECTOR, 1), item);
const environmentOf = (name: string, value: Uint8Array): Uint8Array =>
  concat(i32(ENVIRONMENT, 0, EMPTY, LIST | HAS_TAG), symbol(name), value, i32(NIL, NIL, NIL));

describe("promises of R", () => {
  it.each([
    ["as the value", promise()],
    ["in a list", listOf(promise())],
    ["in a list of an environment", environmentOf("x", listOf(promise()))],
  ])("%s run their code when it is looked at", async (_place, object) => {
    const { findings, complete } = await openBytes(file(object), "m.rds");
    expect(complete).toBe(true);
    expect(findings).toMatchObject([{ rule: "safety/dangerous-global", severity: "error" }]);
    expect(findings[0]?.message).toContain('message("run")');
  });

  it.each([
    ["in an environment", environmentOf("x", promise())],
    ["for the dots of a function", environmentOf("...", concat(i32(17), promise(), i32(NIL)))],
    ["with the value that they had", listOf(promise(i32(14, 1, 0, 0)))],
  ])("%s are ordinary", async (_place, object) => {
    const { findings, complete } = await openBytes(file(object), "m.rds");
    expect([complete, findings]).toEqual([true, []]);
  });
});
