import { areRecords } from "../meaning/records.ts";
import { indexPath, keyPath } from "../meaning/path.ts";
import { isNode, type Value } from "../model/value.ts";
import { readableValue } from "../view/text-cells.ts";
import type { ValueChange } from "./report.ts";
import { PRINTED_LENGTH, sameValue, type SameValueOptions } from "./same-value.ts";

/** Rows that are told one by one; where more differ, the whole is told as well. */
const TOLD = 1_000;

export interface RecordChanges {
  readonly changes: readonly ValueChange[];
  /** Some row could not be compared whole. */
  readonly isUndecided: boolean;
}

/**
 * Two versions of so many rows of data that each has no address of its own (see `areRecords`): rows of a dict by their key,
 * rows of a list by their position. Undefined for anything else.
 */
export async function compareRecords(
  path: string,
  old: Value,
  next: Value,
  options: SameValueOptions,
): Promise<RecordChanges | undefined> {
  if (!areRecords(old) || !areRecords(next)) return undefined;
  const [before, after] = [rowsOf(path, old), rowsOf(path, next)];
  if (before === undefined || after === undefined) return undefined;
  const { work } = options;
  const changes: ValueChange[] = [];
  let isUndecided = false;
  let differing = 0;
  const tell = async (change: ValueChange, was: Value | undefined, is: Value | undefined): Promise<void> => {
    if (++differing > TOLD) return;
    const printed = (value: Value): Promise<string> => readableValue(value, PRINTED_LENGTH, work);
    changes.push({
      ...change,
      ...(was === undefined ? {} : { old: await printed(was) }),
      ...(is === undefined ? {} : { new: await printed(is) }),
    });
  };
  for (const [row, is] of after) {
    if (work.isDue()) await work.checkpoint();
    const was = before.get(row);
    if (was === undefined) await tell({ path: row, kind: "added" }, undefined, is);
    else {
      const sameness = await sameValue(was, is, options);
      isUndecided ||= sameness === "undecided";
      if (sameness !== "same") await tell({ path: row, kind: "changed" }, was, is);
      forget(was);
    }
    forget(is);
  }
  for (const [row, was] of before) if (!after.has(row)) await tell({ path: row, kind: "removed" }, was, undefined);
  if (differing > TOLD) {
    differing = 0;
    const rows = changes.splice(0);
    await tell({ path, kind: "changed" }, old, next);
    changes.push(...rows);
  }
  return { changes, isUndecided };
}

/** Rows by their address; undefined where two of them would share one. */
function rowsOf(path: string, value: Value): ReadonlyMap<string, Value> | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "list") return new Map(value.items.map((row, at) => [indexPath(path, at), row]));
  if (value.kind !== "dict") return undefined;
  const rows = new Map<string, Value>();
  for (const [at, key] of value.keys.entries()) {
    const row = value.values[at];
    if (typeof key !== "string" || row === undefined) return undefined;
    rows.set(keyPath(path, key), row);
  }
  return rows.size === value.keys.length ? rows : undefined;
}

function forget(row: Value): void {
  if (isNode(row) && row.kind === "dict") row.forget?.();
}
