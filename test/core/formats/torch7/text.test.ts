import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";
import { Torch7 } from "../../../support/torch7-builder.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const line = (values: readonly (number | string)[]): Uint8Array =>
  text(values.length === 0 ? "" : `${values.join(" ")}\n`);

/** The same objects as Torch writes them with "ascii" (DiskFile.c): each piece on a line, characters as they are. */
class AsText extends Torch7 {
  override int(...values: number[]): Uint8Array {
    return concat(...values.map((value) => line([value])));
  }

  override long(...values: number[]): Uint8Array {
    return line(values);
  }

  override doubles(...values: number[]): Uint8Array {
    return line(
      values.map((value) =>
        Number.isFinite(value) ? value.toPrecision(17) : value < 0 ? "-inf" : Number.isNaN(value) ? "-nan" : "inf",
      ),
    );
  }

  override floats(...values: number[]): Uint8Array {
    return line(values.map((value) => value.toPrecision(9)));
  }

  override bare(content: string): Uint8Array {
    return concat(this.int(text(content).length), text(`${content}\n`));
  }
}

const build = (t: Torch7): Uint8Array =>
  t.torch(
    1,
    "nn.Linear",
    t.table(
      2,
      [
        t.string("weight"),
        t.tensor(
          3,
          "torch.FloatTensor",
          { shape: [2, 3], strides: [3, 1], offset: 1 },
          t.storage(4, "torch.FloatStorage", 6, t.floats(0.1, -2, 3e-20, 4, 5, 6)),
        ),
      ],
      [
        t.string("bias"),
        t.tensor(
          5,
          "torch.DoubleTensor",
          { shape: [2], strides: [1], offset: 1 },
          t.storage(6, "torch.DoubleStorage", 2, t.doubles(0.1, -5e-324)),
        ),
      ],
      [
        t.string("sizes"),
        t.tensor(
          7,
          "torch.LongTensor",
          { shape: [2], strides: [1], offset: 1 },
          t.storage(8, "torch.LongStorage", 2, t.long(-1, 2 ** 40)),
        ),
      ],
      [
        t.string("mask"),
        t.tensor(
          9,
          "torch.ByteTensor",
          { shape: [3], strides: [1], offset: 1 },
          t.storage(10, "torch.ByteStorage", 3, Uint8Array.of(10, 32, 255)),
        ),
      ],
      [t.string("two words\n"), t.boolean(true)],
      [t.number(1), t.number(-0.5)],
    ),
  );
const binary = build(new Torch7());
const asText = build(new AsText());
const NAMES = ["weight", "bias", "sizes", "mask"];

async function contentOf(bytes: Uint8Array): Promise<unknown[]> {
  const { root } = await openBytes(bytes, "m.t7");
  const state = typeof root === "object" && root?.kind === "object" ? { root: root.state } : { root };
  const tensors = await Promise.all(NAMES.map(async (name) => [name, await elementsHex(tensorAt(state, name))]));
  return [...tensors, valueAt(state, "two words\n")];
}

describe("a Torch 7 file as text", () => {
  it("has what the binary one has", async () => {
    const artifact = await openBytes(asText, "m.t7");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["torch7", true, []]);
    expect(artifact.facts.map(({ value }) => value)).toContain("text");
    expect(await contentOf(asText)).toEqual(await contentOf(binary));
  });

  it.each([
    ["no integer", "3\n1\nx\n"],
    ["a table below zero", "3\n1\n1\n1\nx\n"],
    ["more elements than there are", "4\n1\n3\nV 1\n19\ntorch.DoubleStorage\n999999999\n1 2\n"],
    ["a string that is longer than the file", "3\n1\n1\n2\n99\nabc\n"],
    ["an integer of 40 digits", `3\n1\n1\n1\n${"9".repeat(80)}\n`],
  ])("says what is wrong, or is refused: %s", async (_, content) => {
    const outcome = await readBytes(text(content), "m.t7").then(
      ({ complete }) => !complete,
      (error: unknown) => error instanceof ArtifactError,
    );
    expect(outcome).toBe(true);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(asText, (bytes) => readBytes(bytes, "m.t7"));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
    expect(shown.length).toBeGreaterThan(30);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([asText], 73, 300)).toEqual([]);
  });
});
