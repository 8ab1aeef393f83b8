import { unsupported } from "../../errors.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { numbersOf, tensorIn } from "./columns.ts";
import type { SplitTest } from "./ensemble.ts";

/** What leads into a node. */
export type Predicate =
  | { readonly kind: "always"; readonly isTrue: boolean }
  | { readonly kind: "missing"; readonly field: string; readonly isMissing: boolean }
  | {
      readonly kind: "test";
      readonly field: string;
      readonly test: SplitTest;
      readonly value: number;
      /** What it is held against, where that is text: a label, or the digits of the number. */
      readonly texts: readonly string[];
      /** Where a missing value goes when the predicate itself says so. */
      readonly missing?: boolean;
    };

const TESTS: Readonly<Record<string, SplitTest>> = {
  lessThan: "<",
  lessOrEqual: "<=",
  greaterThan: ">",
  greaterOrEqual: ">=",
  equal: "==",
  notEqual: "!=",
};

/** Predicates by node. Throws `unsupported` for one that is no single test. */
export async function predicatesOf(nodes: DictNode): Promise<ReadonlyMap<number, Predicate>> {
  const found = new Map<number, Predicate>();
  for (const key of ["threshold", "label"]) {
    const table = dictIn(nodes, key);
    if (table === undefined) continue;
    const rows = await simpleRows(table);
    for (const [i, node] of (await placesOf(table)).entries()) found.set(node, simple(rows[i]));
  }
  const sets = dictIn(nodes, "set");
  if (sets !== undefined) {
    const [fields, operators, values] = [
      listIn(sets, "field"),
      listIn(sets, "booleanOperator"),
      listIn(sets, "values"),
    ];
    for (const [i, node] of (await placesOf(sets)).entries()) {
      const items = values[i];
      found.set(node, {
        kind: "test",
        field: textOf(fields[i]),
        test: operators[i] === "isNotIn" ? "not-in" : "in",
        value: Number.NaN,
        texts: isNode(items) && items.kind === "list" ? items.items.map(textOf) : [],
      });
    }
  }
  const always = dictIn(nodes, "always");
  if (always !== undefined) {
    const kinds = listIn(always, "predicate");
    for (const [i, node] of (await placesOf(always)).entries())
      found.set(node, { kind: "always", isTrue: kinds[i] === "True" });
  }
  for (const item of listIn(nodes, "compound")) {
    const predicate = await compound(item);
    if (predicate === undefined) throw unsupported("a predicate that is no single test");
    if (isNode(item) && item.kind === "dict") found.set(Number(dictGet(item, "node")), predicate);
  }
  return found;
}

/** Whether every predicate of a tree is a single test, with perhaps a way for missing values. */
export function isExpressible(nodes: DictNode): boolean {
  return (
    listIn(nodes, "compound").every((item) => compoundRows(item) !== undefined) &&
    listIn(nodes, "other").every(
      (item) =>
        isNode(item) &&
        item.kind === "dict" &&
        !item.keys.some((key) => typeof key === "string" && /Predicate$|^True$|^False$/.test(key)),
    )
  );
}

/** Names of the fields that predicates test. */
export function fieldsTested(nodes: DictNode): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (table: DictNode | undefined): void => {
    if (table !== undefined) for (const name of listIn(table, "field")) if (typeof name === "string") names.add(name);
  };
  for (const key of ["threshold", "label", "set"]) add(dictIn(nodes, key));
  for (const item of listIn(nodes, "compound")) add(compoundRows(item)?.table);
  return names;
}

interface Row {
  readonly field: string;
  readonly operator: string;
  readonly text: string;
  readonly number: number;
}

async function simpleRows(table: DictNode): Promise<readonly Row[]> {
  const tensor = tensorIn(dictGet(table, "value"));
  const numbers = tensor === undefined ? undefined : await numbersOf(tensor);
  const values = listIn(table, "value");
  const operators = listIn(table, "operator");
  return listIn(table, "field").map((field, i) => ({
    field: textOf(field),
    operator: textOf(operators[i]),
    text: tensor?.texts?.text(i) ?? textOf(values[i]),
    number: numbers?.[i] ?? Number(textOf(values[i]) || "NaN"),
  }));
}

/** The text of a label or a number as it is written; empty for none. */
export function textOf(value: Value | undefined): string {
  if (isNode(value)) return value.kind === "decimal" ? value.text : "";
  return value === null || value === undefined ? "" : String(value);
}

function simple(row: Row | undefined): Predicate {
  if (row === undefined) throw unsupported("a predicate without a field");
  const { field, operator } = row;
  if (operator === "isMissing" || operator === "isNotMissing")
    return { kind: "missing", field, isMissing: operator === "isMissing" };
  const test = Object.hasOwn(TESTS, operator) ? TESTS[operator] : undefined;
  if (test === undefined) throw unsupported(`the operator ${JSON.stringify(operator.slice(0, 40))}`);
  return { kind: "test", field, test, value: row.number, texts: [row.text] };
}

/** The rows of a compound predicate that is a test with its surrogates, or with a way for missing values. */
function compoundRows(item: Value): { readonly table: DictNode; readonly operator: string } | undefined {
  const predicate = isNode(item) && item.kind === "dict" ? dictIn(item, "CompoundPredicate") : undefined;
  const operator = predicate === undefined ? undefined : dictGet(predicate, "booleanOperator");
  const table = predicate === undefined ? undefined : dictIn(predicate, "SimplePredicate");
  if (predicate === undefined || table === undefined || typeof operator !== "string") return undefined;
  const isFirst = predicate.keys.find((key) => key !== "booleanOperator") === "SimplePredicate";
  const rows = listIn(table, "operator").map(textOf);
  if (operator === "surrogate") return isFirst && rows.length > 0 ? { table, operator } : undefined;
  const isPair = predicate.keys.length === 2 && rows.length === 2;
  const wanted = operator === "or" ? "isMissing" : operator === "and" ? "isNotMissing" : "";
  const [one, other] = listIn(table, "field");
  return isPair && one === other && rows.filter((each) => each === wanted).length === 1
    ? { table, operator }
    : undefined;
}

async function compound(item: Value): Promise<Predicate | undefined> {
  const found = compoundRows(item);
  if (found === undefined) return undefined;
  const rows = await simpleRows(found.table);
  // The others of a surrogate stand in where the first cannot be told.
  if (found.operator === "surrogate") return simple(rows[0]);
  const row = rows.find(({ operator }) => operator !== "isMissing" && operator !== "isNotMissing");
  if (row === undefined) return undefined;
  const predicate = simple(row);
  return predicate.kind === "test" ? { ...predicate, missing: found.operator === "or" } : undefined;
}

export async function placesOf(table: DictNode): Promise<readonly number[]> {
  const tensor = tensorIn(dictGet(table, "node"));
  return tensor === undefined ? [] : [...(await numbersOf(tensor))];
}

export function listIn(holder: DictNode, key: string): readonly Value[] {
  const value = dictGet(holder, key);
  return isNode(value) && value.kind === "list" ? value.items : [];
}

export function dictIn(holder: DictNode, key: string): DictNode | undefined {
  const value = dictGet(holder, key);
  return isNode(value) && value.kind === "dict" ? value : undefined;
}
