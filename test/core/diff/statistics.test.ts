import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measure } from "../../../src/core/diff/measure.ts";
import type { DiffStats } from "../../../src/core/diff/report.ts";
import { createScratch } from "../../../src/core/diff/scratch.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { dtypeFromName } from "../../../src/core/model/numpy-dtype.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork } from "../../../src/core/work.ts";
import { floatFromHex } from "../../support/float-hex.ts";

/** What numpy says of a pair: see test/generate/diff_fixtures.py. */
interface Case {
  readonly old: string;
  readonly new: string;
  readonly kind: string;
  readonly oldBytes: string;
  readonly newBytes: string;
  readonly expect: Readonly<Record<string, number | string | null>>;
}

const CASES = JSON.parse(
  readFileSync(new URL("../../fixtures/diff/statistics.json", import.meta.url), "utf8"),
) as Case[];

const COUNTS = ["changed", "overflow", "underflow", "nanChanged", "infChanged", "signFlips"] as const;
/** Extremes are exact where differences are: a rounded difference is a correctly rounded extreme. */
const EXTREMES = ["maxAbs", "maxRel"] as const;
const SUMS = ["meanAbs", "l2", "relL2", "cosine"] as const;

function tensor(name: string, hex: string): TensorRef {
  const dtype = dtypeFromName(name);
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return { dtype, shape: [bytes.length / dtype.itemSize], order: "C", offset: 0, data: fromBytes(bytes) };
}

/** What differs from numpy, in words. */
function mismatches(stats: DiffStats, wanted: Case["expect"]): readonly string[] {
  const told = (key: keyof DiffStats): string => `${key} is ${stats[key]}, numpy has ${wanted[key]}`;
  const isFar = (key: (typeof EXTREMES | typeof SUMS)[number], relative: number): boolean => {
    const [found, right] = [stats[key], floatFromHex(String(wanted[key]))];
    if (Object.is(found, right)) return false;
    return !(Math.abs(found - right) <= relative * Math.abs(right) && Number.isFinite(right));
  };
  return [
    ...COUNTS.filter((key) => stats[key] !== wanted[key]),
    ...EXTREMES.filter((key) => isFar(key, 4e-16)),
    ...SUMS.filter((key) => isFar(key, 1e-12)),
    ...(String(stats.maxUlp ?? null) === String(wanted["maxUlp"]) ? [] : ["maxUlp" as const]),
  ].map(told);
}

describe("statistics of a pair are numpy's", () => {
  it.each(CASES.map((each) => [`${each.old} against ${each.new}, ${each.kind}`, each] as const))(
    "%s",
    async (_, each) => {
      const pair = { old: tensor(each.old, each.oldBytes), next: tensor(each.new, each.newBytes) };
      const scratch = createScratch();
      const byKernel = await measure(pair, scratch, quietWork(), { top: 3 });
      const byReference = await measure(pair, scratch, quietWork(), { top: 3, useKernel: false });
      expect(mismatches(byKernel.stats, each.expect)).toEqual([]);
      expect(mismatches(byReference.stats, each.expect)).toEqual([]);
    },
  );
});
