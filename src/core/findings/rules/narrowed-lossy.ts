import { say } from "../../model/sentence.ts";
import type { DriftContext, Rule } from "../rule.ts";

export const narrowedLossy: Rule = {
  id: "precision/narrowed-lossy",
  severity: "warning",
  why: "Digits were lost between the versions; predictions change little, and it cannot be undone from the new file.",
  checkDrift: ({ entries }: DriftContext) =>
    entries
      .filter(({ verdict }) => verdict === "rounded")
      .map(({ path, detail, stats, old, new: next }) => {
        const narrow = detail?.["dtype"] ?? next?.dtype ?? "a narrower type";
        return {
          path,
          sentence:
            stats === undefined
              ? say(
                  "{path} is the old one rounded to {dtype}. Keep the old file, or save the model before it is narrowed.",
                  { path, dtype: narrow },
                )
              : say(
                  "{path} is the old one rounded to {dtype}: {changed} of {elements} values differ. Keep the old file, or save the model before it is narrowed.",
                  {
                    path,
                    dtype: narrow,
                    changed: stats.changed,
                    elements: stats.elements,
                  },
                ),
          evidence: {
            ...detail,
            ...(old === undefined ? {} : { oldDtype: old.dtype }),
            ...(next === undefined ? {} : { newDtype: next.dtype }),
            ...(stats === undefined ? {} : { maxAbs: `${stats.maxAbs}`, maxRel: `${stats.maxRel}` }),
          },
        };
      }),
};
