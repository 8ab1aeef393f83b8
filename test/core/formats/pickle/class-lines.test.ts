import { describe, expect, it } from "vitest";
import * as build from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const { short, stackGlobal } = build;
const LEVELS = 28;

/** A class by value in the memo, made of the two before it. */
const made = (at: number, bases: readonly number[]): build.Parts => [
  stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"),
  "MARK",
  stackGlobal("builtins", "type"),
  short(`C${at}`),
  "MARK",
  ...bases.map((base) => `BINGET ${base}` as const),
  "TUPLE",
  "EMPTY_DICT",
  "NONE",
  "NONE",
  "TUPLE",
  "REDUCE",
  `BINPUT ${at}`,
  "POP",
];

/** Two classes on each level, each of both of the level before: 2 to the power of 28 ways to the first; an instance with a state. */
function diamonds(method: string): Promise<Awaited<ReturnType<typeof readPickle>>> {
  const first: build.Parts = [
    ...made(0, []),
    ...made(1, []),
    stackGlobal("cloudpickle.cloudpickle", "_class_setstate"),
    "BINGET 0",
    "EMPTY_DICT",
    short(method),
    "BINGET 1",
    "SETITEM",
    "EMPTY_DICT",
    "TUPLE2",
    "TUPLE2",
    "REDUCE",
    "POP",
  ];
  const levels = Array.from({ length: LEVELS - 1 }, (_, level) => [
    ...made(2 * level + 2, [2 * level, 2 * level + 1]),
    ...made(2 * level + 3, [2 * level, 2 * level + 1]),
  ]);
  const last = `BINGET ${2 * LEVELS - 1}`;
  return readPickle(
    build.pickle("PROTO 4", ...first, ...levels.flat(), last, "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "BUILD", "STOP"),
  );
}

const dangers = ({ imports = [] }: Awaited<ReturnType<typeof readPickle>>): number =>
  imports.filter((use) => use.class === "dangerous").length;

describe("classes by value above one another", () => {
  it("are each asked once for what loading an instance runs", async () => {
    const artifact = await diamonds("predict");
    expect(artifact.complete).toBe(true);
    expect(dangers(artifact)).toBe(0);
  });

  it("pass on what loading an instance runs, however far above", async () => {
    expect(dangers(await diamonds("__setstate__"))).toBe(1);
  });
});
