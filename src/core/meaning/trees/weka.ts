import { CHILD_COUNT, FIRST_CHILD, ROWS } from "../../formats/weka/trees.ts";
import { corrupt } from "../../errors.ts";
import type { Artifact, Estimator, Schema } from "../../model/artifact.ts";
import { headerOf, heldHeader, schemaOf, type WekaHeader } from "../../formats/weka/header.ts";
import { classNameOf, dictGet, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributeOf } from "../anatomy.ts";
import { attributePath, indexPath } from "../path.ts";
import { checkedTree, indicesOf, numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest, Tree, TreeEnsemble } from "./ensemble.ts";

/** Columns of a kind of tree: what it splits on, and what it predicts. */
interface Kind {
  /** Of the classifier that holds it. */
  readonly field: string;
  readonly feature: string;
  readonly threshold: string;
  /** How a number is held against the threshold for the first child. */
  readonly test: SplitTest;
  readonly values: string;
}

const RANDOM: Kind = {
  field: "m_Tree",
  feature: "m_Attribute",
  threshold: "m_SplitPoint",
  test: "<",
  values: "m_ClassDistribution",
};
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["weka.classifiers.trees.RandomTree", RANDOM],
  ["weka.classifiers.trees.REPTree", { ...RANDOM, values: "m_ClassProbs" }],
  [
    "weka.classifiers.trees.J48",
    { field: "m_root", feature: "m_attIndex", threshold: "m_splitPoint", test: "<=", values: "m_perClass" },
  ],
]);

interface Member {
  readonly kind: Kind;
  readonly node: ObjectNode;
  readonly path: string;
  /** Leaves are smoothed by one example of each class. */
  readonly isSmoothed: boolean;
}

/** Weka's forests and other baggings of trees, and lone trees, in the order of the file. */
export function wekaEnsembles(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  if (artifact.told?.framework?.name !== "weka") return Promise.resolve([]);
  const found: TreeEnsemble[] = [];
  const claimed = new Set<ObjectNode>();
  const schemas = new Map<WekaHeader, Schema>();
  const beside =
    isNode(artifact.metadata) && artifact.metadata.kind === "dict" ? dictGet(artifact.metadata, "header") : undefined;
  const header = headerOf(beside) ?? heldHeader(artifact.root);
  for (const { node, path } of artifact.estimators) {
    const members = membersOf(node, path);
    if (members === undefined || members.some((member) => claimed.has(member.node))) continue;
    for (const member of members) claimed.add(member.node);
    // Inside another model, trees may have learned from other attributes or classes than the whole.
    const own = node === artifact.root ? undefined : heldHeader(node);
    const schema = own === undefined ? artifact.schema : (schemas.get(own) ?? schemaOf(own));
    if (own !== undefined) schemas.set(own, schema);
    found.push(ensembleOf(schema, path, members, own ?? header));
  }
  return Promise.resolve(found);
}

function membersOf(node: Estimator["node"], path: string): readonly Member[] | undefined {
  const lone = memberOf(node, path);
  if (lone !== undefined) return [lone];
  if (!/^weka\.classifiers\.(?:trees\.RandomForest|meta\.Bagging)$/.test(classNameOf(node) ?? "")) return undefined;
  // Before Weka 3.8 a forest held a bagging of its trees.
  const bagger = attributeOf(node, "m_bagger");
  const [holder, base] =
    isNode(bagger) && bagger.kind === "object" ? [bagger, attributePath(path, "m_bagger")] : [node, path];
  const list = attributeOf(holder, "m_Classifiers");
  if (!isNode(list) || list.kind !== "list" || list.items.length === 0) return undefined;
  const members = list.items.map((item, i) => memberOf(item, indexPath(attributePath(base, "m_Classifiers"), i)));
  return members.includes(undefined) ? undefined : members.filter((each) => each !== undefined);
}

function memberOf(value: Value, path: string): Member | undefined {
  const kind = KINDS.get(classNameOf(value) ?? "");
  if (kind === undefined) return undefined;
  const node = attributeOf(value, kind.field);
  if (!isNode(node) || node.kind !== "object" || tensorIn(attributeOf(node, FIRST_CHILD)) === undefined)
    return undefined;
  return { kind, node, path: attributePath(path, kind.field), isSmoothed: attributeOf(value, "m_useLaplace") === true };
}

function ensembleOf(
  schema: Schema,
  path: string,
  members: readonly Member[],
  header: WekaHeader | undefined,
): TreeEnsemble {
  const { classes } = schema;
  const outputs = classes?.length ?? 1;
  return {
    path,
    library: "weka",
    treeCount: members.length,
    ...(schema.features !== undefined && { features: schema.features }),
    ...(schema.featureCount !== undefined && { featureCount: schema.featureCount }),
    ...(classes !== undefined && { classes }),
    outputs,
    aggregate: "mean",
    base: Array.from({ length: outputs }, () => 0),
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: "float64", sum: "float64" },
    holds: [path],
    pathOf: (index) => members[index]?.path ?? "",
    tree: (index, work) => readTree(members[index], { outputs, isClassifier: classes !== undefined, header }, work),
  };
}

async function columnOf(node: ObjectNode, name: string): Promise<Int32Array> {
  const tensor = tensorIn(attributeOf(node, name));
  if (tensor === undefined) throw corrupt(`a tree has no column ${name}`);
  return indicesOf(tensor);
}

/** What all trees of an ensemble are read with. */
interface Shared {
  readonly outputs: number;
  readonly isClassifier: boolean;
  readonly header: WekaHeader | undefined;
}

async function readTree(
  member: Member | undefined,
  { outputs, isClassifier, header }: Shared,
  work: Work,
): Promise<Tree> {
  if (member === undefined) throw corrupt("there is no such tree");
  const { node, kind, path, isSmoothed } = member;
  const [first, counts] = [await columnOf(node, FIRST_CHILD), await columnOf(node, CHILD_COUNT)];
  const split = tensorIn(attributeOf(node, kind.feature));
  const features = split === undefined ? new Int32Array(first.length).fill(-1) : await indicesOf(split);
  const cut = tensorIn(attributeOf(node, kind.threshold));
  const thresholds = cut === undefined ? new Float64Array(first.length) : await numbersOf(cut);
  const table = tensorIn(attributeOf(node, kind.values));
  if (table === undefined) throw corrupt(`${path} has no column ${kind.values}`);
  const values = await numbersOf(table);
  const width = table.shape[1] ?? 1;
  const rowColumn = tensorIn(attributeOf(node, kind.values + ROWS));
  const rows = rowColumn === undefined ? undefined : await indicesOf(rowColumn);
  const empty = tensorIn(attributeOf(node, "m_isEmpty"));
  const isEmpty = empty === undefined ? undefined : await indicesOf(empty);

  const made = new Builder(outputs);
  /** Nodes to be made: of the file, their parent there, and where to note the place. */
  const open: { readonly from: number; readonly parent: number; readonly place: (at: number) => void }[] = [
    { from: 0, parent: -1, place: () => undefined },
  ];
  let budget = first.length * 2 + 2;
  for (let i = 0; i < open.length; i++) {
    if (work.isDue()) await work.checkpoint();
    const { from, parent, place } = open[i] ?? { from: -1, parent: -1, place: () => undefined };
    budget -= 1;
    if (budget < 0 || from < 0 || from >= first.length) throw corrupt(`${path}: a node has a child that there is not`);
    const count = counts[from] ?? 0;
    // An empty leaf, or one without a distribution, predicts what its parent saw.
    const row = rows === undefined ? from : (rows[from] ?? -1);
    const from2 = (isEmpty?.[from] === 1 || row < 0) && parent >= 0 ? parent : from;
    const at = rows === undefined ? from2 : (rows[from2] ?? -1);
    const given = at < 0 ? [] : [...values.subarray(at * width, at * width + Math.min(width, outputs))];
    const prediction = isClassifier ? fractions(given, isSmoothed) : given;
    if (count === 0) {
      place(made.leaf(prediction));
      continue;
    }
    const start = first[from] ?? -1;
    const attribute = features[from] ?? -1;
    // Weka counts attributes with the class among them.
    const feature =
      header !== undefined && header.classIndex >= 0 && attribute > header.classIndex ? attribute - 1 : attribute;
    const threshold = thresholds[from] ?? 0;
    const isNominal = header === undefined ? count !== 2 : header.attributes[attribute]?.values !== undefined;
    const isOneLabel = isNominal && count === 2 && threshold !== Number.MAX_VALUE && kind.test === "<=";
    if (!isNominal || isOneLabel) {
      if (count !== 2) throw corrupt(`${path}: a node splits a number in ${count}`);
      const inner = made.split(feature, threshold, isNominal ? "==" : kind.test, prediction);
      place(inner);
      open.push({ from: start, parent: from, place: (to) => made.setLeft(inner, to) });
      open.push({ from: start + 1, parent: from, place: (to) => made.setRight(inner, to) });
      continue;
    }
    // A child for each label: a chain of comparisons with one label each.
    let before = place;
    for (let k = 0; k < count - 1; k++) {
      const inner = made.split(feature, k, "==", prediction);
      before(inner);
      open.push({ from: start + k, parent: from, place: (to) => made.setLeft(inner, to) });
      before = (to) => made.setRight(inner, to);
    }
    open.push({ from: start + count - 1, parent: from, place: before });
  }
  return checkedTree(made.tree(), path, work);
}

function fractions(counts: readonly number[], isSmoothed: boolean): readonly number[] {
  const extra = isSmoothed ? 1 : 0;
  const total = counts.reduce((sum, count) => sum + count, 0) + extra * counts.length;
  return total === 0 ? counts : counts.map((count) => (count + extra) / total);
}

/** Columns of a tree that grows. */
class Builder {
  private readonly features: number[] = [];
  private readonly thresholds: number[] = [];
  private readonly lefts: number[] = [];
  private readonly rights: number[] = [];
  private readonly tests: SplitTest[] = [];
  private readonly values: number[] = [];
  private readonly outputs: number;

  constructor(outputs: number) {
    this.outputs = outputs;
  }

  leaf(prediction: readonly number[]): number {
    return this.split(-1, 0, "<", prediction);
  }

  split(feature: number, threshold: number, test: SplitTest, prediction: readonly number[]): number {
    this.features.push(feature);
    this.thresholds.push(threshold);
    this.lefts.push(-1);
    this.rights.push(-1);
    this.tests.push(test);
    for (let k = 0; k < this.outputs; k++) this.values.push(prediction[k] ?? 0);
    return this.features.length - 1;
  }

  setLeft(node: number, to: number): void {
    this.lefts[node] = to;
  }

  setRight(node: number, to: number): void {
    this.rights[node] = to;
  }

  tree(): Tree {
    return {
      nodeCount: this.features.length,
      feature: Int32Array.from(this.features),
      threshold: Float64Array.from(this.thresholds),
      left: Int32Array.from(this.lefts),
      right: Int32Array.from(this.rights),
      test: this.tests,
      outputs: this.outputs,
      values: Float64Array.from(this.values),
    };
  }
}
