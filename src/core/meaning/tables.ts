import type { AxisLabels } from "../model/artifact.ts";
import type { DecimalTexts, TensorRef } from "../model/tensor.ts";
import { type DictNode, isNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { dictPairs } from "./anatomy.ts";
import { TABLE_ENTRIES } from "./children.ts";
import { listTensor, type NumberListMemo, significantDigits } from "./numbers.ts";
import { readTexts } from "./texts.ts";

/** A large dict of numbers, as one tensor whose elements are labelled by the keys. */
export interface NumberTable {
  readonly tensor: TensorRef;
  readonly labels?: AxisLabels;
}

/** What was found out about large dicts: each is looked at once. */
export type TableMemo = Map<DictNode, NumberTable | null>;

/**
 * A dict with thousands of numbers (inverse document frequencies), or a smaller one that is a row of a dict of thousands (the
 * weights of a tagger's feature, by tag), as one tensor in the order of the file. Undefined for others, and for whole numbers
 * alone: those are codes and counts.
 */
export async function numberTable(
  dict: DictNode,
  isRow: boolean,
  lists: NumberListMemo,
  memo: TableMemo,
  work: Work,
): Promise<NumberTable | undefined> {
  if (dict.values.length <= TABLE_ENTRIES && !(isRow && dict.values.length > 0)) return undefined;
  const known = memo.get(dict);
  if (known !== undefined) return known === null ? undefined : known;
  const table = await readTable(dict, lists, work);
  memo.set(dict, table ?? null);
  return table;
}

async function readTable(dict: DictNode, lists: NumberListMemo, work: Work): Promise<NumberTable | undefined> {
  const pairs = dictPairs(dict);
  const items = pairs.map(({ value }) => value);
  const numbers = listTensor({ kind: "list", type: "list", items }, lists);
  if (numbers?.dtype.kind !== "f") return undefined;
  const texts = textsOf(items);
  const tensor = texts === undefined ? numbers : { ...numbers, texts };
  const labels = await readTexts({ kind: "list", type: "list", items: pairs.map(({ key }) => key) }, work);
  return labels === undefined ? { tensor } : { tensor, labels: { kind: "category", labels } };
}

/** How the numbers of a text file are written there; undefined for those of other files. */
function textsOf(items: readonly Value[]): DecimalTexts | undefined {
  const areAll = items.every((item) => typeof item === "bigint" || (isNode(item) && item.kind === "decimal"));
  if (!areAll) return undefined;
  const text = (index: number): string => {
    const item = items[index];
    return typeof item === "bigint" ? `${item}` : isNode(item) && item.kind === "decimal" ? item.text : "";
  };
  return { text, digits: (index) => significantDigits(text(index)) };
}
