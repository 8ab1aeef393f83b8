import { fromAscii } from "../../bytes/json-text.ts";
import type { XmlElement, XmlRange } from "../../bytes/xml/document.ts";
import { keyPath } from "../../meaning/path.ts";
import { dictOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { isNumberSpan, numbersIn } from "../xml/number-spans.ts";
import type { PlainValues } from "../xml/plain.ts";
import { Spans } from "../xml/spans.ts";
import { integers } from "./integers.ts";

/** Elements of one name that stand together, as the matrices and tables that they are. */
export function specialGroup(group: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  switch (group[0]?.name ?? "") {
    case "Cluster":
    case "VectorInstance":
      return matrixGroup(group, path, values) ?? sparseGroup(group, path, values);
    case "row":
      return inlineRows(group, path, values);
    default:
      return undefined;
  }
}

/** Elements with one array each, all of one length: their attributes as columns, the arrays as a matrix. */
function matrixGroup(group: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  const arrays: XmlElement[] = [];
  for (const element of group) {
    const [array, more] = element.children;
    if (array === undefined || more !== undefined || array.name !== "Array" || element.hasText) return undefined;
    arrays.push(array);
  }
  const [first] = arrays;
  const spans = rowSpans(arrays);
  const table = attributeTable(group, path, values);
  if (first === undefined || spans === undefined || table === undefined) return undefined;
  const shape = [group.length, spans.length / group.length];
  const at = keyPath(path, "Array");
  return dictOf([...table, ["Array", values.tensor(first.document.bytes, spans, shape, true, at, first.offset)]]);
}

/** Vectors of which only some elements are written: where all have the same ones a matrix of those, else one after another. */
function sparseGroup(group: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  const indices = new Spans();
  const entries = new Spans();
  const rows: number[] = [];
  const [first] = group;
  const head = first?.child("REAL-SparseArray");
  if (first === undefined || head === undefined) return undefined;
  const settings = settingsOf(head);
  const { bytes } = first.document;
  const textOf = ({ start, end }: XmlRange): string => fromAscii(bytes, start, end);
  const columns = new Set<string>();
  for (const [row, element] of group.entries()) {
    const [array, more] = element.children;
    if (array?.name !== "REAL-SparseArray" || more !== undefined || settingsOf(array) !== settings) return undefined;
    if (array.children.some(({ attributes }) => attributes.length > 0)) return undefined;
    const [ours, theirs] = ["Indices", "REAL-Entries"].map((name) => {
      const [part, other] = array.childrenNamed(name);
      if (part === undefined) return new Spans();
      return other === undefined && part.textRange !== undefined ? numbersIn(bytes, part.textRange) : undefined;
    });
    if (ours === undefined || theirs === undefined || ours.length !== theirs.length || array.children.length > 2)
      return undefined;
    columns.add(Array.from(ours, textOf).join(" "));
    for (const span of ours) {
      indices.push(span);
      rows.push(row);
    }
    for (const span of theirs) entries.push(span);
  }
  const table = attributeTable(group, path, values);
  if (table === undefined) return undefined;
  const at = keyPath(path, "REAL-SparseArray");
  const tensor = (name: string, spans: Spans, shape: readonly number[]): readonly [string, Value] => [
    name,
    values.tensor(bytes, spans, shape, true, keyPath(at, name), first.offset),
  ];
  const wide = entries.length / group.length;
  const parts =
    columns.size === 1
      ? [tensor("Indices", indices.slice(0, wide), [wide]), tensor("REAL-Entries", entries, [group.length, wide])]
      : [
          ["row", integers(rows, at)] as const,
          tensor("Indices", indices, [indices.length]),
          tensor("REAL-Entries", entries, [entries.length]),
        ];
  const shared = head.attributes.map(
    (attribute) => [attribute.name, values.attributeValue(head, attribute.name, attribute)] as const,
  );
  return dictOf([...table, ["REAL-SparseArray", dictOf([...shared, ...parts])]]);
}

function settingsOf(element: XmlElement): string {
  return element.attributes.map((attribute) => `${attribute.name}=${element.attributeText(attribute)}`).join(" ");
}

/** Rows of an inline table whose cells are nothing but text: a column for each. */
function inlineRows(rows: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const names = first.children.map((cell) => cell.name);
  if (names.length === 0 || new Set(names).size < names.length) return undefined;
  const columns: XmlElement[][] = names.map(() => []);
  for (const row of rows) {
    const cells = row.children;
    if (cells.length !== names.length || row.attributes.length > 0 || row.hasText) return undefined;
    for (const [i, cell] of cells.entries()) {
      if (cell.name !== names[i] || cell.attributes.length > 0 || cell.children.length > 0) return undefined;
      columns[i]?.push(cell);
    }
  }
  const { bytes } = first.document;
  return dictOf(
    columns.map((cells, i): readonly [string, Value] => {
      const spans = Spans.of(cells.flatMap(({ textRange }) => (textRange === undefined ? [] : [textRange])));
      const name = names[i] ?? "";
      return spans.length === cells.length && spans.every((span) => isNumberSpan(bytes, span))
        ? [name, values.tensor(bytes, spans, [spans.length], true, keyPath(path, name), first.offset)]
        : [name, values.list(cells.length, first.offset, () => cells.map(({ text }) => text))];
    }),
  );
}

/** The numbers of arrays of one length, row after row. */
export function rowSpans(rows: readonly XmlElement[]): Spans | undefined {
  const all = new Spans();
  let length: number | undefined;
  for (const row of rows) {
    const range = row.textRange;
    const spans = range === undefined ? undefined : numbersIn(row.document.bytes, range);
    if (spans === undefined || spans.length === 0) return undefined;
    if (
      spans.length !== (length ?? spans.length) ||
      (row.attribute("n") ?? String(spans.length)) !== String(spans.length)
    )
      return undefined;
    length = spans.length;
    for (const span of spans) all.push(span);
  }
  return all;
}

/** The attributes of elements that have more than those, as columns. */
export function attributeTable(
  rows: readonly XmlElement[],
  path: string,
  values: PlainValues,
): readonly (readonly [string, Value])[] | undefined {
  const table = values.table(rows, path);
  if (table === undefined || typeof table !== "object" || table?.kind !== "dict") return undefined;
  return table.keys.map((key, i) => [typeof key === "string" ? key : "", table.values[i] ?? null] as const);
}
