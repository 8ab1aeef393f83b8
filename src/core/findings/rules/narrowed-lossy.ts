import type { DiffEntry } from "../../diff/report.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import type { DriftContext, Remark, Rule } from "../rule.ts";

export const narrowedLossy: Rule = {
  id: "precision/narrowed-lossy",
  severity: "warning",
  why: "Digits were lost between the versions; predictions change little, and it cannot be undone from the new file.",
  checkDrift: ({ entries }: DriftContext) => entries.filter(({ verdict }) => verdict === "rounded").map(remarkOf),
};

function remarkOf(entry: DiffEntry): Remark {
  const { path, detail, stats, old, new: next } = entry;
  const overflow = stats?.overflow ?? 0;
  return {
    path,
    // A finite value that is infinite now is no rounding.
    ...(overflow > 0 ? { severity: "error" as const } : {}),
    sentence: sentenceOf(entry, detail?.["dtype"] ?? next?.dtype ?? "a narrower type"),
    evidence: {
      ...detail,
      ...(old === undefined ? {} : { oldDtype: old.dtype }),
      ...(next === undefined ? {} : { newDtype: next.dtype }),
      ...(stats === undefined
        ? {}
        : { maxAbs: `${stats.maxAbs}`, maxRel: `${stats.maxRel}`, underflow: `${stats.underflow}` }),
    },
  };
}

function sentenceOf({ path, stats }: DiffEntry, dtype: string): Sentence {
  if (stats === undefined)
    return say(
      "{path} is the old one rounded to {dtype}. Keep the old file, or save the model before it is narrowed.",
      {
        path,
        dtype,
      },
    );
  const { changed, elements, overflow } = stats;
  if (overflow > 0)
    return say(
      "{path} is the old one rounded to {dtype}, which is too narrow for it: {overflow} of {elements} values became infinite. Keep the old file.",
      { path, dtype, overflow, elements },
    );
  return say(
    "{path} is the old one rounded to {dtype}: {changed} of {elements} values differ. Keep the old file, or save the model before it is narrowed.",
    { path, dtype, changed, elements },
  );
}
