import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { encodeElement, toNumber } from "../../../src/core/model/decode.ts";
import { dtypeFromName, parseDType } from "../../../src/core/model/numpy-dtype.ts";
import { tensorStats } from "../../../src/core/model/stats.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import type { TensorStats } from "../../../src/core/view/viewer-model.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { countingSource } from "../../support/counting-source.ts";
import { concat, fromHex } from "../../support/bytes-builder.ts";
import { numberFixture } from "./number-fixtures.ts";

interface StatsRow {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly hex: string;
  readonly counts: Pick<
    TensorStats,
    "nan" | "positiveInfinity" | "negativeInfinity" | "zeros" | "negativeZeros" | "subnormals"
  >;
  readonly min: string;
  readonly max: string;
  readonly mean: string;
  readonly std: string;
  readonly histogram?: readonly number[];
}

const rows = Object.entries(numberFixture("stats") as Record<string, StatsRow>);

function tensorOf(row: StatsRow): TensorRef {
  const { shape, order, strides, offset = 0 } = row;
  const base = { dtype: dtypeFromName(row.dtype), shape, order, offset, data: fromBytes(fromHex(row.hex)) };
  return strides === undefined ? base : { ...base, strides };
}

/** A vector of elements given as text. */
function vector(dtypeName: string, texts: readonly string[]): TensorRef {
  const dtype = parseDType(dtypeName);
  const data = fromBytes(concat(...texts.map((text) => encodeElement(dtype, text))));
  return { dtype, shape: [texts.length], order: "C", offset: 0, data };
}

/** A float as Python's float.hex writes it. */
function fromHexFloat(text: string): number {
  const [, sign, whole = "", fraction = "", exponent = ""] = /^(-?)0x(\d)\.([0-9a-f]*)p([-+]\d+)$/.exec(text) ?? [];
  const digits = Number.parseInt(whole + fraction, 16);
  const power = Number(exponent) - 4 * fraction.length;
  // In two steps, as 2^-1074 is the smallest power there is.
  const half = Math.trunc(power / 2);
  return (sign === "-" ? -digits : digits) * 2 ** half * 2 ** (power - half);
}

describe("statistics as numpy and exact fractions have them", () => {
  it.each(rows)("%s", async (name, row) => {
    const stats = await tensorStats(tensorOf(row), quietWork());
    expect(stats).toMatchObject(row.counts);
    const dtype = dtypeFromName(row.dtype);
    const isFloat = row.min.includes("0x");
    const found = [stats.min, stats.max].map((text = "") =>
      isFloat ? toNumber(dtype, new DataView(encodeElement(dtype, text).buffer), 0) : text,
    );
    expect(found).toEqual([row.min, row.max].map((text) => (isFloat ? fromHexFloat(text) : text)));
    // Within the rounding of a handful of operations, relative to the spread of the values.
    const [mean, std] = [fromHexFloat(row.mean), fromHexFloat(row.std)];
    const unit = Math.max(Math.abs(mean), std) * 2 ** -51 + 5e-324;
    expect(
      Math.abs((stats.mean ?? Number.NaN) - mean),
      `mean ${stats.mean} of ${name}, not ${mean}`,
    ).toBeLessThanOrEqual(unit);
    expect(Math.abs((stats.std ?? Number.NaN) - std), `std ${stats.std} of ${name}, not ${std}`).toBeLessThanOrEqual(
      std * 1e-12 + 5e-324,
    );
    // numpy has no histogram of a range that overflows.
    expect(stats.histogram?.counts).toEqual(row.histogram ?? stats.histogram?.counts);
    expect(stats.histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(
      stats.elements - row.counts.nan - row.counts.positiveInfinity - row.counts.negativeInfinity,
    );
  });
});

describe("statistics", () => {
  it("agree with a plain reference, whatever the values and however many blocks they fill", async () => {
    await fc.assert(
      fc.asyncProperty(fc.float64Array({ maxLength: 300 }), async (values) => {
        const data = fromBytes(new Uint8Array(values.buffer));
        const stats = await tensorStats(
          { dtype: parseDType("<f8"), shape: [values.length], order: "C", offset: 0, data },
          quietWork(),
        );
        const finite = [...values].filter((value) => Number.isFinite(value));
        expect(stats).toMatchObject({
          elements: values.length,
          nan: values.filter((value) => Number.isNaN(value)).length,
          positiveInfinity: values.filter((value) => value === Infinity).length,
          negativeInfinity: values.filter((value) => value === -Infinity).length,
          zeros: finite.filter((value) => value === 0).length,
          negativeZeros: finite.filter((value) => Object.is(value, -0)).length,
          subnormals: finite.filter((value) => value !== 0 && Math.abs(value) < 2 ** -1022).length,
        });
        expect(Number(stats.min ?? Infinity)).toBe(Math.min(...finite));
        expect(Number(stats.max ?? -Infinity)).toBe(Math.max(...finite));
        expect(stats.histogram?.counts.reduce((sum, count) => sum + count, 0) ?? 0).toBe(finite.length);
        expect(stats.mean === undefined || Number.isFinite(stats.mean)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("span blocks", async () => {
    const values = new Float32Array(400_000).map((_, index) => index % 1000);
    const data = fromBytes(new Uint8Array(values.buffer));
    const stats = await tensorStats(
      { dtype: parseDType("<f4"), shape: [400, 1000], order: "C", offset: 0, data },
      quietWork(),
    );
    expect(stats).toMatchObject({ elements: 400_000, zeros: 400, min: "0.0", max: "999.0", mean: 499.5 });
    expect(stats.histogram?.counts).toHaveLength(64);
  });

  it("tell integers apart that one float64 stands for", async () => {
    const texts = ["9007199254740993", "9007199254740992", "9223372036854775807", "9223372036854775806"];
    expect(await tensorStats(vector("<i8", texts), quietWork())).toMatchObject({
      min: "9007199254740992",
      max: "9223372036854775807",
    });
    expect(
      await tensorStats(vector(">u8", ["18446744073709551614", "18446744073709551615"]), quietWork()),
    ).toMatchObject({
      min: "18446744073709551614",
      max: "18446744073709551615",
    });
  });

  it("give extended floats beyond float64 their extremes, and no moments", async () => {
    const stats = await tensorStats(vector("<f16", ["1e4000", "-1e-4940", "inf", "1.5"]), quietWork());
    expect(stats).toMatchObject({ min: "-1e-4940", max: "1e+4000", positiveInfinity: 1, zeros: 0, subnormals: 1 });
    expect(stats.mean).toBeUndefined();
  });

  it("order zeros by their sign", async () => {
    expect(await tensorStats(vector("<f4", ["0.0", "-0.0"]), quietWork())).toMatchObject({ min: "-0.0", max: "0.0" });
  });

  it("count complex numbers, and give times extremes", async () => {
    const complex = ["(0.0-0.0j)", "(nan+1.0j)", "(1.0+infj)", "(1.0+1e-320j)"];
    const counted = await tensorStats(vector("<c16", complex), quietWork());
    expect(counted).toMatchObject({ elements: 4, nan: 1, positiveInfinity: 1, zeros: 1, subnormals: 1 });
    expect(counted).not.toHaveProperty("min");
    expect(counted).not.toHaveProperty("mean");
    const dates = ["2020-02-29", "NaT", "1969-12-31"];
    expect(await tensorStats(vector("<M8[D]", dates), quietWork())).toMatchObject({
      nan: 1,
      min: "1969-12-31",
      max: "2020-02-29",
    });
    expect(await tensorStats(vector("|S3", ["b'abc'"]), quietWork())).toMatchObject({ elements: 1, zeros: 0 });
  });

  it("read 4- and 6-bit floats", async () => {
    const dtype = dtypeFromName("float4_e2m1fn");
    // 0.5, -0.0, 6.0
    const tensor: TensorRef = { dtype, shape: [3], order: "C", offset: 0, data: fromBytes(Uint8Array.of(0x81, 0x07)) };
    expect(await tensorStats(tensor, quietWork())).toMatchObject({
      elements: 3,
      zeros: 1,
      negativeZeros: 1,
      subnormals: 1,
      min: "-0.0",
      max: "6.0",
    });
  });

  it("notice float64 that holds float32 values only", async () => {
    const of = async (texts: readonly string[]): Promise<boolean | undefined> =>
      (await tensorStats(vector("<f8", texts), quietWork())).isFloat32Valued;
    expect(await of(["0.5", "0.10000000149011612", "nan", "inf"])).toBe(true);
    expect(await of(["0.5", "0.1"])).toBe(false);
    expect(await of([])).toBeUndefined();
    expect((await tensorStats(vector("<f4", ["0.5"]), quietWork())).isFloat32Valued).toBeUndefined();
  });

  it("say nothing of what is not there", async () => {
    expect(await tensorStats(vector("<f8", []), quietWork())).toEqual({
      elements: 0,
      nan: 0,
      positiveInfinity: 0,
      negativeInfinity: 0,
      zeros: 0,
      negativeZeros: 0,
      subnormals: 0,
    });
    expect(await tensorStats(vector("<f8", ["nan"]), quietWork())).not.toHaveProperty("histogram");
  });

  it("read the bytes twice, in order, whatever the order of the dimensions", async () => {
    const source = countingSource(fromBytes(new Uint8Array(8 * 1000 * 500)));
    await tensorStats(
      { dtype: parseDType("<f8"), shape: [1000, 500], order: "F", offset: 0, data: source },
      quietWork(),
    );
    expect(source.bytesRead).toBe(source.size * 2);
    expect(source.reads.length).toBeLessThan(20);
  });

  it("report progress and can be cancelled", async () => {
    const controller = new AbortController();
    const stages: string[] = [];
    const work = createWork({
      signal: controller.signal,
      onProgress: ({ stage, done, total }) => {
        stages.push(`${stage} ${done} of ${total}`);
        controller.abort();
      },
    });
    const tensor: TensorRef = {
      dtype: parseDType("<f8"),
      shape: [1_000_000],
      order: "C",
      offset: 0,
      data: fromBytes(new Uint8Array(8_000_000)),
    };
    await expect(tensorStats(tensor, work)).rejects.toMatchObject({ code: "cancelled" });
    expect(stages).toEqual(["counting 131072 of 2000000"]);
  });

  it("fail as reading does where the file ends early", async () => {
    const tensor: TensorRef = {
      dtype: parseDType("<f8"),
      shape: [10],
      order: "C",
      offset: 0,
      data: fromBytes(new Uint8Array(16)),
    };
    await expect(tensorStats(tensor, quietWork())).rejects.toMatchObject({ code: "truncated" });
  });
});
