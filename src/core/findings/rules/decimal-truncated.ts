import { say } from "../../model/sentence.ts";
import { arePrintedFloat32, measureDecimals, type PrintedForm, textGroups } from "../printed-numbers.ts";
import type { DriftContext, FileContext, Remark, Rule } from "../rule.ts";

export const decimalTruncated: Rule = {
  id: "precision/decimal-truncated",
  severity: "warning",
  why: "Digits were cut when the numbers were printed; the model still works, but it is not the one that was trained.",
  checkFile: ({ artifact }: FileContext) => {
    const groups = textGroups(artifact.parameters);
    if (arePrintedFloat32(groups.flatMap(({ texts }) => texts))) return [];
    return groups.flatMap(({ path, texts }) => {
      const form = measureDecimals(texts);
      return form === undefined ? [] : [fileRemark(path, form)];
    });
  },
  checkDrift: ({ entries }: DriftContext) =>
    entries
      .filter(({ verdict }) => verdict === "decimal-truncated")
      .map(({ path, stats, detail }) => ({
        path,
        sentence: say(
          "{path} is the old one printed with {digits} significant digits: {changed} of {elements} values differ. Write floats with 17 significant digits, or with repr.",
          {
            path,
            digits: detail?.["digits"] ?? "too few",
            changed: stats?.changed ?? 0,
            elements: stats?.elements ?? 0,
          },
        ),
        evidence: { ...detail, ...(stats === undefined ? {} : { maxRel: `${stats.maxRel}` }) },
      })),
};

function fileRemark(path: string, form: PrintedForm): Remark {
  const args = { path, count: form.count, total: form.total, digits: form.digits };
  return {
    path,
    sentence:
      form.kind === "decimals"
        ? say(
            "{count} of {total} numbers of {path} are printed with {digits} decimals and none with more: what came after them is gone. Write floats with 17 significant digits, or with repr.",
            args,
          )
        : say(
            "{count} of {total} numbers of {path} are printed with {digits} significant digits and none with more: a float64 needs up to 17 to come back as it was. Write floats with 17 significant digits, or with repr.",
            args,
          ),
    evidence: { kind: form.kind, digits: `${form.digits}`, numbers: `${form.total}` },
  };
}
