import { type Sameness, sameValue } from "../diff/same-value.ts";
import type { Verdict } from "../diff/report.ts";
import { storedByteLength, type TensorRef } from "../model/tensor.ts";
import type { Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import type { Item } from "./outline-item.ts";
import type { SidesItem } from "./sides-item.ts";

/** Values of one row that are looked at for its mark; what has more below it has none. */
const VALUES_OF_ROW = 200_000;
/** Bytes of an array that is no parameter, and is read for a mark. */
const BYTES_OF_ARRAY = 1024 * 1024;

/** What the comparison says of two arrays that are parameters; undefined where it does not know the two as one. */
export type KnownVerdict = (old: TensorRef, next: TensorRef) => { readonly verdict: Verdict | undefined } | undefined;

/**
 * What became of a row of raw structure: there on one side, the same, or not. Arrays that are parameters are what the
 * comparison says of them, not read a second time. Undefined where that is not known, yet or at all.
 */
export async function rawVerdict(
  { old, new: next }: SidesItem,
  known: KnownVerdict,
  isLenient: boolean,
  work: Work,
): Promise<Verdict | undefined> {
  if (old === undefined || next === undefined) return old === undefined ? "added" : "removed";
  const [a, b] = [valueOf(old), valueOf(next)];
  if (a === undefined || b === undefined) return undefined;
  const [before, after] = [tensorOf(a), tensorOf(b)];
  const pair = before && after && known(before, after);
  if (pair !== undefined) return pair.verdict;
  const sameTensors = (one: TensorRef, other: TensorRef): Sameness | undefined => {
    const found = known(one, other);
    if (found !== undefined) return samenessOf(found.verdict);
    return Math.max(storedByteLength(one), storedByteLength(other)) > BYTES_OF_ARRAY ? "undecided" : undefined;
  };
  const sameness = await sameValue(a, b, { isLenient, work, sameTensors, nodes: VALUES_OF_ROW });
  return sameness === "undecided" ? undefined : sameness === "same" ? "identical" : "changed";
}

function valueOf({ about }: Item): Value | undefined {
  return about.type === "raw" ? about.value : undefined;
}

function tensorOf(value: Value): TensorRef | undefined {
  return typeof value === "object" && value?.kind === "tensor" && value.objects === undefined
    ? value.tensor
    : undefined;
}

function samenessOf(verdict: Verdict | undefined): Sameness {
  if (verdict === undefined || verdict === "unread") return "undecided";
  return verdict === "identical" || verdict === "renamed" ? "same" : "different";
}
