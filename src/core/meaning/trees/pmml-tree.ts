import { corrupt } from "../../errors.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { checkedTree, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree } from "./ensemble.ts";
import { dictIn, listIn, placesOf, type Predicate, predicatesOf, textOf } from "./pmml-predicates.ts";

/** A tree model, where it lies, and what its scores are multiplied with. */
export interface TreeSource {
  readonly model: DictNode;
  readonly nodes: DictNode;
  readonly path: string;
  readonly weight: number;
}

/** What trees of one ensemble share. */
export interface PmmlFields {
  readonly features: ReadonlyMap<string, number>;
  /** A category's number by field and label. */
  readonly categories: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Absent for regression. */
  readonly classes?: readonly string[];
  /** A tree gives its label one vote, whatever its distribution. */
  readonly isVote: boolean;
}

/**
 * Nodes of PMML have any number of children, each with a test of its own: the first whose test holds is gone to. Two that
 * exclude each other are one split; of others each is a split, with the rest on its right, and at the end a leaf for where
 * no test holds: the node's own score, or NaN for none.
 */
export async function pmmlTree(source: TreeSource | undefined, fields: PmmlFields, work: Work): Promise<Tree> {
  if (source === undefined) throw corrupt("a tree that is not there");
  const { nodes, model, path } = source;
  const parents = tensorIn(dictGet(nodes, "parent"));
  if (parents === undefined) throw corrupt(`${path} has no nodes`);
  const parent = await numbersOf(parents);
  const children: number[][] = Array.from(parent, () => []);
  for (const [node, above] of parent.entries()) if (node > 0) children[above]?.push(node);
  const predicates = await predicatesOf(nodes);
  const scores = await scoresOf(nodes, parent.length, fields);
  const defaults = await defaultsOf(model, nodes, parent.length);
  const cover = await coverOf(nodes, parent.length);
  const build = new Builder(fields, scores, cover);
  const isLast = dictGet(model, "noTrueChildStrategy") === "returnLastPrediction";
  const open: (readonly [number, number])[] = [[0, build.add()]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    const [node, first] = next;
    build.score(first, node);
    const inner = children[node] ?? [];
    let at: number | undefined = first;
    for (const [i, child] of inner.entries()) {
      const predicate = predicates.get(child) ?? { kind: "always" as const, isTrue: true };
      if (predicate.kind === "always" && !predicate.isTrue) continue;
      const before = i === 0 ? undefined : predicates.get(inner[i - 1] ?? -1);
      const rest = inner.slice(i + 1);
      const behind = rest.length === 1 ? predicates.get(rest[0] ?? -1) : undefined;
      const isElse = predicate.kind === "always" || (i === 1 && before !== undefined && excludes(before, predicate));
      if (
        isElse &&
        predicate.kind === "test" &&
        behind?.kind === "missing" &&
        behind.isMissing &&
        behind.field === predicate.field
      ) {
        const [left, right] = build.split(at, behind, undefined);
        open.push([rest[0] ?? -1, left], [child, right]);
        at = undefined;
        break;
      }
      if (isElse && (predicate.kind === "always" || rest.length === 0)) {
        open.push([child, at]);
        at = undefined;
        break;
      }
      const [left, right]: readonly [number, number] = build.split(at, predicate, goesTo(defaults, node, child, inner));
      open.push([child, left]);
      build.score(right, node);
      at = right;
    }
    if (at !== undefined && inner.length > 0 && !isLast) build.noScore(at);
  }
  return checkedTree(build.tree(), path, work);
}

/** Whether a missing value goes to the child, where the node says which one it goes to. */
function goesTo(
  defaults: ReadonlyMap<number, number>,
  node: number,
  child: number,
  inner: readonly number[],
): boolean | undefined {
  const wanted = defaults.get(node);
  return wanted === undefined || !inner.includes(wanted) ? undefined : wanted === child;
}

const OPPOSITES: Readonly<Record<SplitTest, SplitTest>> = {
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "==": "!=",
  "!=": "==",
  in: "not-in",
  "not-in": "in",
};

/** True where exactly one of the two holds for every value that is there. */
function excludes(one: Predicate, other: Predicate): boolean {
  if (one.kind === "missing" && other.kind === "missing")
    return one.field === other.field && one.isMissing !== other.isMissing;
  return (
    one.kind === "test" &&
    other.kind === "test" &&
    one.field === other.field &&
    OPPOSITES[one.test] === other.test &&
    one.texts.length === other.texts.length &&
    one.texts.every((text) => other.texts.includes(text))
  );
}

/** Columns while they grow. */
class Builder {
  readonly #fields: PmmlFields;
  readonly #scores: Float64Array;
  readonly #cover: Float64Array | undefined;
  readonly #outputs: number;
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #tests: SplitTest[] = [];
  readonly #missing: number[] = [];
  readonly #values: number[] = [];
  readonly #covers: number[] = [];
  readonly #categories = new Map<number, readonly number[]>();
  #hasMissing = false;

  constructor(fields: PmmlFields, scores: Float64Array, cover: Float64Array | undefined) {
    this.#fields = fields;
    this.#scores = scores;
    this.#cover = cover;
    this.#outputs = fields.classes?.length ?? 1;
  }

  add(): number {
    this.#feature.push(-1);
    this.#threshold.push(Number.NaN);
    this.#left.push(-1);
    this.#right.push(-1);
    this.#tests.push("<=");
    this.#missing.push(0);
    for (let k = 0; k < this.#outputs; k++) this.#values.push(0);
    this.#covers.push(0);
    return this.#feature.length - 1;
  }

  score(at: number, node: number): void {
    for (let k = 0; k < this.#outputs; k++)
      this.#values[at * this.#outputs + k] = this.#scores[node * this.#outputs + k] ?? Number.NaN;
    this.#covers[at] = this.#cover?.[node] ?? 0;
  }

  noScore(at: number): void {
    for (let k = 0; k < this.#outputs; k++) this.#values[at * this.#outputs + k] = Number.NaN;
    this.#covers[at] = 0;
  }

  split(at: number, predicate: Predicate, missing: boolean | undefined): readonly [number, number] {
    if (predicate.kind === "always") throw corrupt("a split without a test");
    this.#feature[at] = this.#fields.features.get(predicate.field) ?? -1;
    if (predicate.kind === "missing") {
      // Nothing equals NaN: only where a missing value goes tells the two sides apart.
      this.#tests[at] = predicate.isMissing ? "==" : "!=";
      this.#missing[at] = predicate.isMissing ? 1 : 0;
      this.#hasMissing = true;
    } else {
      const known = this.#fields.categories.get(predicate.field);
      const { test, texts } = predicate;
      const isSet = test === "in" || test === "not-in";
      if (isSet || (known !== undefined && (test === "==" || test === "!="))) {
        this.#tests[at] = isSet ? test : test === "==" ? "in" : "not-in";
        this.#categories.set(
          at,
          texts.map((text) => known?.get(text) ?? Number(text)).sort((a, b) => a - b),
        );
      } else {
        this.#tests[at] = test;
        this.#threshold[at] = predicate.value;
      }
      const goesLeft = predicate.missing ?? missing;
      if (goesLeft !== undefined) this.#hasMissing = true;
      this.#missing[at] = goesLeft === true ? 1 : 0;
    }
    const [left, right] = [this.add(), this.add()];
    this.#left[at] = left;
    this.#right[at] = right;
    return [left, right];
  }

  tree(): Tree {
    const [test] = this.#tests;
    return {
      nodeCount: this.#feature.length,
      feature: Int32Array.from(this.#feature),
      threshold: Float64Array.from(this.#threshold),
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      ...(this.#hasMissing ? { missingLeft: Uint8Array.from(this.#missing) } : {}),
      test: this.#tests.every((each) => each === test) ? (test ?? "<=") : this.#tests,
      ...(this.#categories.size === 0 ? {} : { categories: this.#categories }),
      outputs: this.#outputs,
      values: Float64Array.from(this.#values),
      ...(this.#cover === undefined ? {} : { cover: Float64Array.from(this.#covers) }),
    };
  }
}

/** [nodes, outputs]: numbers for regression; shares of the classes else, from the distribution or the label. */
async function scoresOf(nodes: DictNode, count: number, { classes, isVote }: PmmlFields): Promise<Float64Array> {
  const outputs = classes?.length ?? 1;
  const scores = new Float64Array(count * outputs).fill(Number.NaN);
  const { places, value } = await columnOf(nodes, "score", count);
  if (classes === undefined) {
    const numbers = tensorIn(value);
    if (numbers !== undefined)
      for (const [i, number] of (await numbersOf(numbers)).entries()) scores[places[i] ?? -1] = number;
    return scores;
  }
  const tensor = tensorIn(value);
  const labels = isNode(value) && value.kind === "list" ? value.items : [];
  for (const [i, node] of places.entries()) {
    const label = classes.indexOf(tensor?.texts?.text(i) ?? textOf(labels[i]));
    if (label < 0) continue;
    for (let k = 0; k < outputs; k++) scores[node * outputs + k] = k === label ? 1 : 0;
  }
  if (!isVote) await shares(nodes, classes, scores);
  return scores;
}

/** Over the labels' own: `probability` where it is told, else each class's part of the records. */
async function shares(nodes: DictNode, classes: readonly string[], scores: Float64Array): Promise<void> {
  const table = dictIn(nodes, "ScoreDistribution");
  if (table === undefined) return;
  const labels = listIn(table, "value").map((label) => classes.indexOf(textOf(label)));
  const told = tensorIn(dictGet(table, "probability"));
  const counts = told ?? tensorIn(dictGet(table, "recordCount"));
  if (counts?.shape.length !== 2) return;
  const numbers = await numbersOf(counts);
  for (const [row, node] of (await placesOf(table)).entries()) {
    const given = numbers.subarray(row * labels.length, (row + 1) * labels.length);
    const total = told === undefined ? given.reduce((sum, each) => sum + each, 0) : 1;
    scores.fill(0, node * classes.length, (node + 1) * classes.length);
    for (const [i, label] of labels.entries())
      if (label >= 0) scores[node * classes.length + label] = (given[i] ?? 0) / total;
  }
}

/** A column of all nodes, or of those that have it. */
async function columnOf(
  nodes: DictNode,
  name: string,
  count: number,
): Promise<{ readonly places: readonly number[]; readonly value: Value | undefined }> {
  const value = dictGet(nodes, name);
  if (isNode(value) && value.kind === "dict") return { places: await placesOf(value), value: dictGet(value, "value") };
  return { places: Array.from({ length: count }, (_, i) => i), value };
}

/** The node that a missing value goes to, by node, where the model says that there is one. */
async function defaultsOf(model: DictNode, nodes: DictNode, count: number): Promise<ReadonlyMap<number, number>> {
  const found = new Map<number, number>();
  if (dictGet(model, "missingValueStrategy") !== "defaultChild") return found;
  const ids = await columnOf(nodes, "id", count);
  const byId = new Map(
    (isNode(ids.value) && ids.value.kind === "list" ? ids.value.items : []).map((id, i) => [id, ids.places[i] ?? -1]),
  );
  const defaults = await columnOf(nodes, "defaultChild", count);
  const wanted = isNode(defaults.value) && defaults.value.kind === "list" ? defaults.value.items : [];
  for (const [i, id] of wanted.entries()) {
    const [node, child] = [defaults.places[i], byId.get(id)];
    if (node !== undefined && child !== undefined) found.set(node, child);
  }
  return found;
}

async function coverOf(nodes: DictNode, count: number): Promise<Float64Array | undefined> {
  const tensor = tensorIn(dictGet(nodes, "recordCount"));
  if (tensor === undefined) return undefined;
  const numbers = await numbersOf(tensor);
  return numbers.length === count ? numbers : undefined;
}
