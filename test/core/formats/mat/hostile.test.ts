import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isNode } from "../../../../src/core/model/value.ts";
import { BytesBuilder, concat } from "../../../support/bytes-builder.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";
import { openBytes, rulesOf, valueAt } from "../../../support/read-format.ts";

// Small files that ask for much: each of these took minutes or gigabytes.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const words = (...values: readonly number[]): Uint8Array => {
  const builder = new BytesBuilder();
  for (const value of values) builder.u32(value);
  return builder.bytes();
};
const element = (type: number, content: Uint8Array): Uint8Array =>
  concat(words(type, content.length), content, new Uint8Array(type === 15 ? 0 : (8 - (content.length % 8)) % 8));
const matrix = (kind: number, shape: readonly number[], name: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  element(14, concat(element(6, words(kind, 0)), element(5, words(...shape)), element(1, text(name)), ...parts));
const file = (...variables: readonly Uint8Array[]): Uint8Array =>
  concat(text("MATLAB 5.0 MAT-file".padEnd(124)), Uint8Array.of(0, 1, 0x49, 0x4d), ...variables);
const version4 = (type: number, rows: number, columns: number, content: Uint8Array): Uint8Array =>
  concat(words(type, rows, columns, 0, 2), text("t\0"), content);
const MANY = 2 ** 31 - 1;

describe("a MATLAB file of few bytes", () => {
  it("has no rows of text that have no characters", async () => {
    const five = await openBytes(file(matrix(4, [MANY, 0], "t", element(16, text("")))), "m.mat");
    expect([valueAt(five, "t"), five.complete]).toEqual(["", true]);
    const four = await openBytes(version4(51, MANY, 0, text("")), "m.mat");
    expect([valueAt(four, "t"), four.complete]).toEqual(["", true]);
    const short = await openBytes(
      file(matrix(9, [1, 1], "x", element(2, Uint8Array.of(5))), matrix(4, [MANY, 1], "t", element(16, text("abc")))),
      "m.mat",
    );
    expect([short.complete, rulesOf(short)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("has a long text as one, and its rows apart", async () => {
    const long = "abc".repeat(1_000_000);
    const artifact = await openBytes(
      file(
        matrix(4, [1, long.length], "t", element(16, text(long))),
        matrix(4, [2, 3], "rows", element(16, text("aAbBcC"))),
      ),
      "m.mat",
    );
    expect(valueAt(artifact, "t") === long).toBe(true);
    expect(valueAt(artifact, "rows")).toMatchObject({ items: ["abc", "ABC"] });
  });

  it("has as many names of fields as it wants, and each is looked for once", async () => {
    const names = Array.from({ length: 170_000 }, (_, k) => k.toString(16).padEnd(6, "\0")).join("");
    const variable = matrix(2, [0, 0], "s", element(5, words(6)), element(1, text(names)));
    const start = cpuMilliseconds();
    const artifact = await openBytes(file(variable), "m.mat");
    // Fourteen billion comparisons took a minute.
    expect(cpuMilliseconds() - start).toBeLessThan(20_000);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
  });

  it("does not keep all that its variables inflate to", async () => {
    const content = element(2, new Uint8Array(1_000_000));
    const packed = (name: string): Uint8Array => element(15, deflateSync(matrix(9, [1, 1_000_000], name, content)));
    const artifact = await openBytes(file(...Array.from({ length: 300 }, (_, k) => packed(`x${k}`))), "m.mat");
    expect([artifact.complete, artifact.parameters.length]).toEqual([true, 300]);
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(250 * 2 ** 20);
    const root = isNode(artifact.root) && artifact.root.kind === "dict" ? artifact.root : undefined;
    expect(root?.values).toHaveLength(300);
  });
});
