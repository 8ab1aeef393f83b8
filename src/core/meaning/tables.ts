import type { AxisLabels } from "../model/artifact.ts";
import type { TensorRef } from "../model/tensor.ts";
import type { DictNode } from "../model/value.ts";
import type { Work } from "../work.ts";
import { dictPairs } from "./anatomy.ts";
import { TABLE_ENTRIES } from "./children.ts";
import { listTensor, type NumberListMemo } from "./numbers.ts";
import { readTexts } from "./texts.ts";

/** A large dict of numbers, as one tensor whose elements are labelled by the keys. */
export interface NumberTable {
  readonly tensor: TensorRef;
  readonly labels?: AxisLabels;
}

/** What was found out about large dicts: each is looked at once. */
export type TableMemo = Map<DictNode, NumberTable | null>;

/**
 * A dict with thousands of numbers (inverse document frequencies) as one tensor in the order of the file. Undefined for
 * smaller ones, and for whole numbers alone: those are codes and counts.
 */
export async function numberTable(
  dict: DictNode,
  lists: NumberListMemo,
  memo: TableMemo,
  work: Work,
): Promise<NumberTable | undefined> {
  if (dict.values.length <= TABLE_ENTRIES) return undefined;
  const known = memo.get(dict);
  if (known !== undefined) return known === null ? undefined : known;
  const table = await readTable(dict, lists, work);
  memo.set(dict, table ?? null);
  return table;
}

async function readTable(dict: DictNode, lists: NumberListMemo, work: Work): Promise<NumberTable | undefined> {
  const pairs = dictPairs(dict);
  const tensor = listTensor({ kind: "list", type: "list", items: pairs.map(({ value }) => value) }, lists);
  if (tensor?.dtype.kind !== "f") return undefined;
  const labels = await readTexts({ kind: "list", type: "list", items: pairs.map(({ key }) => key) }, work);
  return labels === undefined ? { tensor } : { tensor, labels: { kind: "category", labels } };
}
