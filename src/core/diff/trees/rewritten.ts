import type { SplitTest, Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import { float32Text } from "../../model/float-text.ts";
import type { Work } from "../../work.ts";
import { type FeatureKeys, isLeaf } from "./features.ts";
import { testOf } from "./key.ts";
import { sameCategories, sameLinear } from "./nodes.ts";

/**
 * What a converter makes of a tree: the same splits and leaves, in narrower numbers. Every number is held against exactly
 * what the rule gives, so that a tree is either explained to the last bit or not at all.
 */

/**
 * Of thresholds. `nearest`: rounded to float32; `printed`: that, as its shortest decimal text says it in float64; `kept`: to the float32 that parts all float32 numbers as before (the next
 * one below for `<=`); `alike`: to any number that does; `keptPrinted`: kept, as its shortest decimal text says it in float64.
 */
const THRESHOLD_RULES = ["same", "nearest", "kept", "printed", "alike", "keptPrinted"] as const;
/**
 * Of leaf values: as they are, times the tree's weight, or divided by the number of trees; then rounded to float32 or not. Or
 * the number of the leaf: ONNX looks up what an isolation forest knows of it.
 */
const LEAF_RULES = ["same", "same32", "weighted", "weighted32", "shared", "shared32", "numbered"] as const;

export type ThresholdRule = (typeof THRESHOLD_RULES)[number];
export type LeafRule = (typeof LEAF_RULES)[number];

export interface Rules {
  readonly thresholds: ThresholdRule;
  readonly leaves: LeafRule;
}

/** Rules that hold for a whole tree: a bit for each, in the order of the tables above. */
export interface Holding {
  readonly thresholds: number;
  readonly leaves: number;
  /** The wide tree sends some missing values left, and the narrow one none. */
  readonly isMissingLost: boolean;
}

const ALL_THRESHOLDS = 2 ** THRESHOLD_RULES.length - 1;
const SAME = 1;
const NEAREST = 2;
const KEPT = 4;
const PRINTED = 8;
const ALIKE = 16;
const KEPT_PRINTED = 32;
const AS_THEY_ARE = 3;
const WEIGHTED = 12;
const SHARED = 48;
const NUMBERED = 64;

/** A tree, its place, and the ensemble that it is of. */
export interface PlacedTree {
  readonly ensemble: TreeEnsemble;
  readonly tree: Tree;
  readonly index: number;
}

/** Which rules make the narrow tree of the wide one; undefined where none does. Throws when cancelled. */
export async function rulesBetween(
  wide: PlacedTree,
  narrow: PlacedTree,
  keys: FeatureKeys,
  work: Work,
): Promise<Holding | undefined> {
  const nodes = NodeRules.of(wide, narrow, keys);
  if (nodes === undefined) return undefined;
  let { thresholds, leaves, isMissingLost } = nodes.all;
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (work.isDue()) await work.checkpoint();
    const [a, b] = next;
    const holding = nodes.at(a, b);
    if (holding === undefined) return undefined;
    thresholds &= holding.thresholds;
    leaves &= holding.leaves;
    isMissingLost ||= holding.isMissingLost;
    if (thresholds === 0 || leaves === 0) return undefined;
    if (isLeaf(wide.tree, a)) continue;
    open.push([wide.tree.right[a] ?? -1, narrow.tree.right[b] ?? -1]);
    open.push([wide.tree.left[a] ?? -1, narrow.tree.left[b] ?? -1]);
  }
  return { thresholds, leaves, isMissingLost };
}

/** Which rules make a node of the narrow tree of one of the wide tree. */
export class NodeRules {
  /** All that can hold for these two trees. */
  readonly all: Holding;
  private readonly wide: PlacedTree;
  private readonly narrow: PlacedTree;
  private readonly keys: FeatureKeys;
  private readonly leaves: LeafPair;
  // A converter that does not know of directions sends what is missing to where no test holds.
  private readonly hasDirections: boolean;

  /** Undefined where no rule can hold: the two do not write to outputs that could be the same. */
  static of(wide: PlacedTree, narrow: PlacedTree, keys: FeatureKeys): NodeRules | undefined {
    const leaves = LeafPair.of(wide, narrow);
    return leaves && new NodeRules(wide, narrow, keys, leaves);
  }

  private constructor(wide: PlacedTree, narrow: PlacedTree, keys: FeatureKeys, leaves: LeafPair) {
    this.wide = wide;
    this.narrow = narrow;
    this.keys = keys;
    this.leaves = leaves;
    this.hasDirections = narrow.tree.missingLeft?.includes(1) === true;
    const isFloat32 = [wide, narrow].some(({ ensemble }) => ensemble.precision.feature === "float32");
    const thresholds = isFloat32 ? ALL_THRESHOLDS : ALL_THRESHOLDS & ~(KEPT | ALIKE | KEPT_PRINTED);
    this.all = { thresholds, leaves: leaves.applicable, isMissingLost: false };
  }

  /** Undefined where none does. */
  at(a: number, b: number): Holding | undefined {
    const { wide, narrow, keys, all } = this;
    if (isLeaf(wide.tree, a) !== isLeaf(narrow.tree, b)) return undefined;
    if (isLeaf(wide.tree, a)) {
      if (!sameLinear({ ...wide, node: a }, { ...narrow, node: b }, keys)) return undefined;
      const leaves = this.leaves.rulesAt(a, b);
      return leaves === 0 ? undefined : { ...all, leaves };
    }
    if (!sameQuestion(wide, a, narrow, b, keys)) return undefined;
    const isMissingLost = !sameDirection(wide.tree, a, narrow.tree, b);
    if (isMissingLost && this.hasDirections) return undefined;
    if (wide.tree.categories?.has(a) === true) return { ...all, isMissingLost };
    const [from, to] = [wide.tree.threshold[a] ?? Number.NaN, narrow.tree.threshold[b] ?? Number.NaN];
    const thresholds = all.thresholds & thresholdRules(testOf(wide.tree, a), from, to);
    return thresholds === 0 ? undefined : { ...all, thresholds, isMissingLost };
  }
}

/** True where a missing value takes the same side of both; a library without a direction for missing values takes none. */
function sameDirection(wide: Tree, a: number, narrow: Tree, b: number): boolean {
  return (
    wide.missingLeft === undefined || narrow.missingLeft === undefined || wide.missingLeft[a] === narrow.missingLeft[b]
  );
}

/** All of a split but its threshold and its direction for missing values. */
function sameQuestion(wide: PlacedTree, a: number, narrow: PlacedTree, b: number, keys: FeatureKeys): boolean {
  const [one, other] = [wide.tree, narrow.tree];
  return (
    (one.zeroIsMissing?.[a] ?? 0) === (other.zeroIsMissing?.[b] ?? 0) &&
    testOf(one, a) === testOf(other, b) &&
    sameCategories(one.categories?.get(a), other.categories?.get(b)) &&
    keys.keyOf(wide.ensemble, one.feature[a] ?? -1) === keys.keyOf(narrow.ensemble, other.feature[b] ?? -1)
  );
}

function thresholdRules(test: SplitTest, wide: number, narrow: number): number {
  // The sign of a zero decides nothing.
  if (wide === narrow)
    return (
      SAME |
      ALIKE |
      (Math.fround(wide) === wide ? NEAREST | KEPT : 0) |
      (isPrinted(Math.fround(wide), narrow) ? PRINTED : 0) |
      (isPrinted(edgeOf(test, wide), narrow) ? KEPT_PRINTED : 0)
    );
  const edge = edgeOf(test, wide);
  return (
    (Math.fround(wide) === narrow ? NEAREST : 0) |
    (edge === narrow ? KEPT : 0) |
    (edge === edgeOf(test, narrow) ? ALIKE : 0) |
    (isPrinted(Math.fround(wide), narrow) ? PRINTED : 0) |
    (isPrinted(edge, narrow) ? KEPT_PRINTED : 0)
  );
}

/** A decimal text of few digits: 0.74629366 for what is 0.7462936639785767 in float32. */
function isPrinted(near: number, narrow: number): boolean {
  return near === Math.fround(narrow) && Number(float32Text(near)) === narrow;
}

/** The float32 that parts float32 numbers as a threshold does: the last that is held for smaller, or the first that is not. */
function edgeOf(test: SplitTest, threshold: number): number {
  const near = Math.fround(threshold);
  if (test === "<=" || test === ">") return near <= threshold ? near : nextFloat32(near, -1);
  if (test === "<" || test === ">=") return near >= threshold ? near : nextFloat32(near, 1);
  return near === threshold ? near : Number.NaN;
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The neighbour of a finite float32, above or below. */
function nextFloat32(value: number, step: 1 | -1): number {
  if (value === 0) return step * 2 ** -149;
  single[0] = value;
  bits[0] = (bits[0] ?? 0) + (value > 0 ? step : -step);
  return single[0] ?? Number.NaN;
}

/** The columns of both trees that write to one output, -1 where a tree does not. */
interface Column {
  readonly wide: number;
  readonly narrow: number;
  readonly sign: 1 | -1;
}

/** What leaves of two trees say, output by output. */
class LeafPair {
  /** Rules that leave what is predicted as it was. */
  readonly applicable: number;
  private readonly wide: PlacedTree;
  private readonly narrow: PlacedTree;
  private readonly columns: readonly Column[];

  /** Undefined where the two do not write to outputs that could be the same. */
  static of(wide: PlacedTree, narrow: PlacedTree): LeafPair | undefined {
    const [from, to] = [wide.ensemble.outputs, narrow.ensemble.outputs];
    if (isPartial(wide, narrow)) return new LeafPair(wide, narrow, [{ wide: 0, narrow: 0, sign: 1 }], AS_THEY_ARE);
    // Of two classes the second one tells the other: converters leave the first out.
    const isSecond = from === 2 && to === 1;
    // Or hold its negative for the first.
    const isBoth = from === 1 && to === 2;
    if (from !== to && !isSecond && !isBoth) return undefined;
    const columns = Array.from(
      { length: to },
      (_, output): Column => ({
        wide: columnOf(wide, isSecond ? 1 : isBoth ? 0 : output),
        narrow: columnOf(narrow, output),
        sign: isBoth && output === 0 ? -1 : 1,
      }),
    );
    const rules = applicable(wide, narrow);
    return rules === 0 ? undefined : new LeafPair(wide, narrow, columns, rules);
  }

  private constructor(wide: PlacedTree, narrow: PlacedTree, columns: readonly Column[], rules: number) {
    this.wide = wide;
    this.narrow = narrow;
    this.columns = columns;
    this.applicable = rules;
  }

  /** The rules that hold for a leaf of each. */
  rulesAt(a: number, b: number): number {
    let rules = this.applicable;
    const { tree, ensemble, index } = this.wide;
    const values = tree.values.subarray(a * tree.outputs, (a + 1) * tree.outputs);
    const total = values.reduce((sum, value) => sum + value, 0);
    const [weight, trees] = [ensemble.weightOf(index), ensemble.treeCount];
    const share = 1 / trees;
    const { tree: narrow } = this.narrow;
    if (this.columns.some((column) => narrow.values[b * narrow.outputs + column.narrow] !== a)) rules &= ~NUMBERED;
    for (const column of this.columns) {
      const value = column.sign * (values[column.wide] ?? 0);
      const found = column.narrow < 0 ? 0 : (narrow.values[b * narrow.outputs + column.narrow] ?? 0);
      // A quotient of two float64 in any order in which it is computed.
      const made = [[value], [value * weight], [value * share, value / trees, value * (share / total)]];
      for (const [rule, numbers] of made.entries()) {
        if (!numbers.some((number) => number === found || Object.is(number, found))) rules &= ~(1 << (2 * rule));
        if (!numbers.some((number) => Math.fround(number) === found || Object.is(Math.fround(number), found)))
          rules &= ~(2 << (2 * rule));
      }
    }
    return rules;
  }
}

/** True where one side does not tell what its trees add to, and both have one value a leaf. */
function isPartial(wide: PlacedTree, narrow: PlacedTree): boolean {
  return (
    (wide.ensemble.isPartial === true || narrow.ensemble.isPartial === true) &&
    wide.tree.outputs === 1 &&
    narrow.tree.outputs === 1
  );
}

/** The column of a tree's values that adds to an output. */
function columnOf({ ensemble, tree, index }: PlacedTree, output: number): number {
  const own = ensemble.outputOf(index);
  if (own !== undefined) return own === output ? 0 : -1;
  return output < tree.outputs ? output : -1;
}

/** Rules that leave what is predicted as it was: sums of the two ensembles are made of the same numbers. */
function applicable(wide: PlacedTree, narrow: PlacedTree): number {
  const [from, to] = [wide.ensemble, narrow.ensemble];
  const isOne = from.treeCount === 1 && to.treeCount === 1;
  const isAlike = from.aggregate === to.aggregate || (isOne && from.aggregate !== "each" && to.aggregate !== "each");
  const [weight, other] = [from.weightOf(wide.index), to.weightOf(narrow.index)];
  if (isAlike)
    return (
      (weight === other ? AS_THEY_ARE : 0) |
      (other === 1 ? WEIGHTED : 0) |
      (from.aggregate === "each" && to.aggregate === "each" ? NUMBERED : 0)
    );
  return from.aggregate === "mean" && to.aggregate === "sum" && weight === 1 && other === 1 ? SHARED : 0;
}

/**
 * The rules that explain most trees, of those the ones that change least; undefined where none explains any.
 */
export function commonRules(holdings: readonly (Holding | undefined)[]): Rules | undefined {
  let best: Rules | undefined;
  let most = 0;
  for (const leaves of LEAF_RULES)
    for (const thresholds of THRESHOLD_RULES) {
      const count = holdings.filter(
        (holding) => holding !== undefined && isHeld(holding, { thresholds, leaves }),
      ).length;
      if (count <= most) continue;
      most = count;
      best = { thresholds, leaves };
    }
  return best;
}

/** How many splits and how many leaves each rule holds for. */
export class RuleCounts {
  private readonly thresholds = THRESHOLD_RULES.map(() => 0);
  private readonly leaves = LEAF_RULES.map(() => 0);

  add(holding: Holding, isOfLeaf: boolean): void {
    const [counts, held] = isOfLeaf ? [this.leaves, holding.leaves] : [this.thresholds, holding.thresholds];
    for (const rule of counts.keys()) if ((held & (1 << rule)) !== 0) counts[rule] = (counts[rule] ?? 0) + 1;
  }

  /** The rules, of those that can hold, that hold for most nodes; of equals the ones that change least. */
  most(all: Holding): { readonly rules: Rules; readonly count: number } {
    const [threshold, leaf] = [strongest(this.thresholds, all.thresholds), strongest(this.leaves, all.leaves)];
    return {
      rules: { thresholds: THRESHOLD_RULES[threshold] ?? "same", leaves: LEAF_RULES[leaf] ?? "same" },
      count: (this.thresholds[threshold] ?? 0) + (this.leaves[leaf] ?? 0),
    };
  }
}

function strongest(counts: readonly number[], allowed: number): number {
  let found = -1;
  for (const [rule, count] of counts.entries())
    if ((allowed & (1 << rule)) !== 0 && (found < 0 || count > (counts[found] ?? 0))) found = rule;
  return found;
}

export function isHeld({ thresholds, leaves }: Holding, rules: Rules): boolean {
  return (
    (thresholds & (1 << THRESHOLD_RULES.indexOf(rules.thresholds))) !== 0 &&
    (leaves & (1 << LEAF_RULES.indexOf(rules.leaves))) !== 0
  );
}
