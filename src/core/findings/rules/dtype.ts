import type { DiffEntry } from "../../diff/report.ts";
import { valueType } from "../../model/canonical.ts";
import { dtypeFromName } from "../../model/dtype-from-name.ts";
import { say } from "../../model/sentence.ts";
import type { DriftContext, Remark, Rule } from "../rule.ts";
import { enumerate } from "./names.ts";

const RELATED = 50;

/** One remark for each pair of dtypes: a whole model that was cast is one event, not a thousand. */
export const dtypeDrift: Rule = {
  id: "schema/dtype",
  severity: "warning",
  why: "Readers that rely on the dtype break, and arithmetic is done in another precision.",
  checkDrift: ({ entries }: DriftContext) => {
    const casts = new Map<string, DiffEntry[]>();
    for (const entry of entries) {
      const { old, new: next } = entry;
      if (old === undefined || next === undefined || isSameType(old.dtype, next.dtype)) continue;
      const key = `${old.dtype}\n${next.dtype}`;
      const group = casts.get(key);
      if (group === undefined) casts.set(key, [entry]);
      else group.push(entry);
    }
    return [...casts.values()].map(remarkOf);
  },
};

/** Byte order is the container's: UBJSON and JSON of one XGBoost model differ in nothing else. */
function isSameType(old: string, next: string): boolean {
  return old === next || (isSwapped(old) !== isSwapped(next) && typeOf(old) === typeOf(next));
}

function isSwapped(name: string): boolean {
  return name.startsWith(">");
}

function typeOf(name: string): string {
  return valueType(dtypeFromName(name));
}

function remarkOf(group: readonly DiffEntry[]): Remark {
  const paths = group.map(({ path }) => path);
  const old = group[0]?.old?.dtype ?? "";
  const next = group[0]?.new?.dtype ?? "";
  const isLossless = group.every(({ verdict }) => verdict === "recast-lossless");
  const args = { paths: enumerate(paths), old, new: next };
  return {
    ...(paths.length === 1 && paths[0] !== undefined ? { path: paths[0] } : {}),
    severity: isLossless ? "info" : "warning",
    sentence: isLossless
      ? say("{paths} changed from {old} to {new}; every value is equal.", args)
      : say(
          "{paths} changed from {old} to {new}. Readers that expect {old} may refuse the file or compute with other precision.",
          args,
        ),
    evidence: { old, new: next, parameters: `${paths.length}` },
    ...(paths.length > 1
      ? { related: paths.slice(0, RELATED).map((path) => ({ path, message: `${path}: ${old} to ${next}` })) }
      : {}),
  };
}
