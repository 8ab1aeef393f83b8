import type { AxisLabels, Told } from "../../model/artifact.ts";
import { type Doc, type DocMap, docMap, isDocList, listAt, mapAt } from "./doc.ts";

type Axes = NonNullable<Told["axes"]>;

const KINDS: readonly AxisLabels["kind"][] = ["feature", "class", "output", "component", "node", "category", "word"];

/**
 * Names along the axes of parameters, which stand nowhere else: the words of word vectors, LIBLINEAR's classes. Labels that
 * several axes share are written once: `labels` has each set as [kind, names], `of` the number of a set for each axis, by
 * address, or null.
 */
export function axesDoc(axes: Axes): DocMap {
  const numbers = new Map<AxisLabels, bigint>();
  const sets: Doc[] = [];
  const numberOf = (set: AxisLabels): bigint => {
    const known = numbers.get(set);
    if (known !== undefined) return known;
    const number = BigInt(sets.length);
    numbers.set(set, number);
    sets.push([set.kind, set.labels]);
    return number;
  };
  const of = new Map<string, Doc>();
  for (const [path, labels] of axes)
    of.set(
      path,
      labels.map((each) => (each === undefined ? null : numberOf(each))),
    );
  return docMap({ labels: sets, of });
}

export function axesOf(doc: DocMap): Axes {
  const sets = listAt(doc, "labels").map(labelsOf);
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  const of = mapAt(doc, "of");
  for (const [path, numbers] of of ?? [])
    if (isDocList(numbers))
      axes.set(
        path,
        numbers.map((number) => (typeof number === "bigint" ? sets[Number(number)] : undefined)),
      );
  return axes;
}

function labelsOf(doc: Doc): AxisLabels | undefined {
  if (!isDocList(doc)) return undefined;
  const [wanted, labels] = doc;
  const kind = KINDS.find((one) => one === wanted);
  if (kind === undefined || !isDocList(labels)) return undefined;
  return { kind, labels: labels.map((label) => (typeof label === "string" ? label : "")) };
}
