import type { Rewriting } from "./report.ts";

/** What trees are that are the other side's in other numbers, in English: "rounded to float32, leaf values divided by the number of trees". */
export function rewritingText({ kind, dtype, thresholds, values, isMissingLost }: Rewriting): string {
  const what = {
    rounded: `rounded to ${dtype}`,
    refined: `with more digits than the old ones, which are these rounded to ${dtype}`,
    restated: "the same in other numbers",
    same: "the same",
  }[kind];
  const missing = isMissingLost ? "one side has no directions for missing values" : "";
  return [what, THRESHOLDS[thresholds], VALUES[values], missing].filter((text) => text !== "").join("; ");
}

const THRESHOLDS: Readonly<Record<Rewriting["thresholds"], string>> = {
  same: "",
  nearest: "",
  printed: "thresholds as their decimal text",
  kept: "thresholds to where they part all float32 numbers as before",
  keptPrinted: "thresholds to where they part all float32 numbers as before, as their decimal text",
  alike: "thresholds part all float32 numbers alike",
};

const VALUES: Readonly<Record<Rewriting["values"], string>> = {
  same: "",
  weighted: "leaf values times the weights of their trees",
  shared: "leaf values divided by the number of trees",
  numbered: "leaf values the numbers of their leaves",
};
