import type { DiffEntry } from "../../diff/report.ts";
import { say } from "../../model/sentence.ts";
import { alike } from "../alike.ts";
import { arePrintedFloat32, measureDecimals, type PrintedForm, textGroups } from "../printed-numbers.ts";
import type { DriftContext, FileContext, Remark, Rule } from "../rule.ts";

export const decimalTruncated: Rule = {
  id: "precision/decimal-truncated",
  severity: "warning",
  why: "Digits were cut when the numbers were printed; the model still works, but it is not the one that was trained.",
  checkFile: ({ artifact }: FileContext) => {
    const groups = textGroups(artifact.parameters);
    if (arePrintedFloat32(groups.flatMap(({ texts }) => texts))) return [];
    const printed = groups.flatMap(({ path, texts }): Printed[] => {
      const form = measureDecimals(texts);
      return form === undefined ? [] : [{ path, ...form }];
    });
    return alike(printed, ({ kind, digits }) => `${kind} ${digits}`).map(fileRemark);
  },
  checkDrift: ({ entries }: DriftContext) =>
    entries.filter(({ verdict }) => verdict === "decimal-truncated").map(driftRemark),
};

/** What the diff's verdict says about the print: a count of digits, of decimals, or float32's shortest text. */
function driftRemark({ path, stats, detail }: DiffEntry): Remark {
  const args = { path, changed: stats?.changed ?? 0, elements: stats?.elements ?? 0 };
  const { digits, decimals } = detail ?? {};
  return {
    path,
    sentence:
      digits !== undefined
        ? say(
            "{path} is the old one printed with {digits} significant digits: {changed} of {elements} values differ. Write floats with 17 significant digits, or with repr.",
            { ...args, digits },
          )
        : decimals !== undefined
          ? say(
              "{path} is the old one printed with {decimals} decimals: {changed} of {elements} values differ. Write floats with 17 significant digits, or with repr.",
              { ...args, decimals },
            )
          : say(
              "{path} is the old float32 printed as short as can be and read as float64: {changed} of {elements} values differ. Read it as float32 again, or print it with 17 significant digits.",
              args,
            ),
    evidence: { ...detail, ...(stats === undefined ? {} : { maxRel: `${stats.maxRel}` }) },
  };
}

type Printed = PrintedForm & { readonly path: string };

function fileRemark(printed: readonly [Printed, ...Printed[]]): Remark {
  const [{ path, kind, digits }] = printed;
  const [count, total] = (["count", "total"] as const).map((what) => printed.reduce((sum, one) => sum + one[what], 0));
  const args = { path, count: count ?? 0, total: total ?? 0, digits };
  const evidence = { kind, digits: `${digits}`, numbers: `${args.total}` };
  if (printed.length > 1)
    return {
      path,
      sentence:
        kind === "decimals"
          ? say(
              "{count} of {total} numbers of {columns} columns like {path} are printed with {digits} decimals and none with more: what came after them is gone. Write floats with 17 significant digits, or with repr.",
              { ...args, columns: printed.length },
            )
          : say(
              "{count} of {total} numbers of {columns} columns like {path} are printed with {digits} significant digits and none with more: a float64 needs up to 17 to come back as it was. Write floats with 17 significant digits, or with repr.",
              { ...args, columns: printed.length },
            ),
      evidence: { ...evidence, columns: `${printed.length}` },
    };
  return {
    path,
    sentence:
      kind === "decimals"
        ? say(
            "{count} of {total} numbers of {path} are printed with {digits} decimals and none with more: what came after them is gone. Write floats with 17 significant digits, or with repr.",
            args,
          )
        : say(
            "{count} of {total} numbers of {path} are printed with {digits} significant digits and none with more: a float64 needs up to 17 to come back as it was. Write floats with 17 significant digits, or with repr.",
            args,
          ),
    evidence,
  };
}
