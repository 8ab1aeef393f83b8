import type { XmlElement, XmlRange } from "../../bytes/xml/document.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import { LIMITS } from "../../limits.ts";
import { indexPath, keyPath } from "../../meaning/path.ts";
import type { AxisLabels } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { TensorNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import {
  isInteger64Text,
  isNumberSpan,
  isNumberText,
  NumberSpans,
  numberOf,
  numbersIn,
  spansTensor,
} from "./number-spans.ts";
import { Spans } from "./spans.ts";

/** What is known of the elements of a kind of document, beyond what every XML tells. */
export interface Dialect {
  /** Attributes that are text even where they look like numbers: names, identifiers, labels. */
  isText(element: string, attribute: string): boolean;
  /** Attributes that are real numbers even where one is written without a fraction. */
  isReal(attribute: string): boolean;
  /** The attribute that tells elements of that name apart, where they are to be addressed by it. */
  identityOf(element: string): string | undefined;
  /** Elements that are rows of a table though there is but one. */
  isRow(element: string): boolean;
  /** What a row of a table is about; undefined where nothing says it. */
  labelOf(row: XmlElement): string | undefined;
  /** A form of its own for elements of one name that stand together; undefined for most. */
  specialGroup(group: readonly XmlElement[], path: string, values: PlainValues): Value | undefined;
  /** A form of its own for an element; undefined for most. */
  special(element: XmlElement, path: string, depth: number, values: PlainValues): Promise<Value | undefined>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** By name, in the order in which names come up first. */
type Entry = readonly [string, Value];

/**
 * Elements as data: attributes by name, elements within by theirs, several of one name as a table where they are rows of
 * one, by what tells them apart, or as a list. Numbers keep their text.
 */
export class PlainValues {
  /** What runs along columns of tables, by their address. */
  readonly axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  /** Elements that were left out, being too deep or too many. */
  tooDeep = 0;
  tooMany = 0;
  readonly #dialect: Dialect;
  readonly #work: Work;
  readonly #isInFile: boolean;
  #count = 0;
  #elements = 0;

  constructor(dialect: Dialect, work: Work, isInFile: boolean) {
    this.#dialect = dialect;
    this.#work = work;
    this.#isInFile = isInFile;
  }

  /** No more values are kept. */
  get isFull(): boolean {
    return this.#count >= LIMITS.xmlValues || this.#elements >= LIMITS.xmlElements;
  }

  /** How many of what was too many are kept. */
  get kept(): number {
    return this.#elements >= LIMITS.xmlElements ? LIMITS.xmlElements : LIMITS.xmlValues;
  }

  get isWhole(): boolean {
    return this.tooDeep === 0 && this.tooMany === 0;
  }

  async value(
    element: XmlElement,
    path: string,
    depth: number,
    without: ReadonlySet<string> = NOTHING,
  ): Promise<Value> {
    if (this.#work.isDue()) await this.#work.checkpoint();
    if (depth > LIMITS.valueDepth) {
      this.tooDeep += 1;
      return { kind: "unread", why: "nested too deep", offset: element.offset };
    }
    this.#elements += 1;
    if (this.#elements > LIMITS.xmlElements) {
      this.tooMany += 1;
      return { kind: "unread", why: "too many values", offset: element.offset };
    }
    const special = await this.#dialect.special(element, path, depth, this);
    if (special !== undefined) return special;
    const entries = await this.entries(element, path, depth, without);
    if (!element.hasText) return dictOf(entries);
    const text = this.#textValue(element, path);
    return entries.length === 0
      ? text
      : dictOf([...entries, [freeKey("text", new Set(entries.map(([key]) => key))), text]]);
  }

  /** Attributes and elements of an element, without those of the given names. */
  async entries(
    element: XmlElement,
    path: string,
    depth: number,
    without: ReadonlySet<string> = NOTHING,
  ): Promise<Entry[]> {
    const entries: Entry[] = [];
    const taken = new Set<string>();
    for (const { name, start, end } of element.attributes) {
      if (isDeclaration(name) || without.has(name)) continue;
      entries.push([freeKey(name, taken), this.attributeValue(element, name, { start, end })]);
    }
    const children = element.childrenWhere((child) => !without.has(child.name));
    const groups = groupsOf(children);
    if (groups === undefined) {
      // Their order among each other would be lost in groups.
      const key = freeKey("children", taken);
      const items: Value[] = [];
      for (const [i, child] of children.entries()) {
        if (this.isFull) {
          items.push(this.rest(child, children.length - i));
          break;
        }
        this.#count += 1;
        const at = indexPath(keyPath(path, key), i);
        items.push(dictOf([[keyOf(child), await this.value(child, keyPath(at, keyOf(child)), depth + 2)]]));
      }
      entries.push([key, listOf(items)]);
      return entries;
    }
    for (const [name, group] of groups) {
      const key = freeKey(name, taken);
      entries.push([key, await this.#group(group, keyPath(path, key), depth + 1)]);
    }
    return entries;
  }

  async #group(group: readonly XmlElement[], path: string, depth: number): Promise<Value> {
    const [first] = group;
    if (first === undefined) return null;
    const special = this.#dialect.specialGroup(group, path, this);
    if (special !== undefined) return special;
    const isRow = this.#dialect.isRow(first.name);
    const identity = this.#dialect.identityOf(first.name);
    const isTable = isRow || (group.length > 1 && identity === undefined);
    const table = isTable && group.every(isLeaf) ? this.table(group, path) : undefined;
    if (table !== undefined) return table;
    if (identity !== undefined) {
      const names = group.map((each) => each.attribute(identity));
      if (names.every((name) => name !== undefined) && new Set(names).size === names.length) {
        const entries: Entry[] = [];
        for (const [i, each] of group.entries()) {
          const name = names[i] ?? "";
          entries.push([name, await this.value(each, keyPath(path, name), depth + 1, new Set([identity]))]);
        }
        return dictOf(entries);
      }
    }
    if (group.length === 1 && !isRow) return this.value(first, path, depth);
    const items: Value[] = [];
    for (const [i, each] of group.entries()) {
      if (this.isFull) {
        items.push(this.rest(each, group.length - i));
        break;
      }
      items.push(await this.value(each, indexPath(path, i), depth + 1));
    }
    return listOf(items);
  }

  /** One value for all elements of a list that are too many. */
  rest(first: XmlElement, count: number): Value {
    this.tooMany += count;
    return { kind: "unread", why: "too many values", offset: first.offset };
  }

  /** A column for each attribute that any of the elements has; undefined where most of it would be holes. */
  table(rows: readonly XmlElement[], path: string): Value | undefined {
    const columns = new Map<string, (XmlRange | undefined)[]>();
    if (isMostlyHoles(rows)) return undefined;
    for (const [i, row] of rows.entries())
      for (const { name, start, end } of row.attributes) {
        if (isDeclaration(name)) continue;
        let column = columns.get(name);
        if (column === undefined) {
          column = Array.from({ length: rows.length }, () => undefined);
          columns.set(name, column);
        }
        column[i] = { start, end };
      }
    const labels = this.#labels(rows);
    const entries: Entry[] = [];
    for (const [name, ranges] of columns) {
      const at = keyPath(path, name);
      const column = this.column(rows, name, ranges, at);
      entries.push([name, column]);
      if (labels !== undefined && isTensor(column)) this.axes.set(at, [labels]);
    }
    return dictOf(entries);
  }

  #labels(rows: readonly XmlElement[]): AxisLabels | undefined {
    const labels: string[] = [];
    for (const row of rows) {
      const label = this.#dialect.labelOf(row);
      if (label === undefined) return undefined;
      labels.push(label);
    }
    return { kind: "feature", labels };
  }

  /** One attribute of many elements: a tensor where all have it and all are numbers, else a list with null for none. */
  column(rows: readonly XmlElement[], name: string, ranges: readonly (XmlRange | undefined)[], path: string): Value {
    const [first] = rows;
    if (first === undefined || this.#dialect.isText(first.name, name)) return this.#list(rows, name, ranges);
    const spans = Spans.of(ranges.filter((range) => range !== undefined));
    const { bytes } = first.document;
    if (spans.length < ranges.length || !spans.every((span) => isNumberSpan(bytes, span)))
      return this.#list(rows, name, ranges);
    return this.tensor(bytes, spans, [spans.length], true, path, first.offset);
  }

  #list(rows: readonly XmlElement[], name: string, ranges: readonly (XmlRange | undefined)[]): Value {
    return this.list(rows.length, rows[0]?.offset ?? 0, () =>
      rows.map((row, i) => {
        const range = ranges[i];
        return range === undefined ? null : this.attributeValue(row, name, range);
      }),
    );
  }

  /** A list of as many values, made only when so many can be kept. */
  list(count: number, offset: number, make: () => readonly Value[]): Value {
    this.#count += count;
    if (this.#count <= LIMITS.xmlValues) return listOf(make());
    this.tooMany += count;
    return { kind: "unread", why: "too many values", offset };
  }

  attributeValue(element: XmlElement, name: string, range: XmlRange): Value {
    const text = element.attributeText(range);
    if (this.#dialect.isText(element.name, name)) return text;
    return this.number(text, range, this.#dialect.isReal(name)) ?? text;
  }

  /** The number that a text is: whole ones as such, unless they stand where real ones do; undefined for other texts. */
  number(text: string, { start }: XmlRange, isReal: boolean): Value | undefined {
    if (!isReal && isInteger64Text(text)) return BigInt(text);
    if (!isNumberText(text)) return undefined;
    return { kind: "decimal", text, nearest: numberOf(text), offset: this.#isInFile ? start : 0 };
  }

  tensor(
    bytes: Uint8Array,
    spans: Spans,
    shape: readonly number[],
    isFloat: boolean,
    path: string,
    offset: number,
  ): TensorNode {
    const tensor = spansTensor(new NumberSpans(bytes, spans, this.#isInFile), shape, isFloat, path);
    return { kind: "tensor", tensor, className: "numbers", offset };
  }

  #textValue(element: XmlElement, path: string): Value {
    const { text, textRange } = element;
    if (textRange === undefined || this.#dialect.isText(element.name, "")) return text;
    const { bytes } = element.document;
    const spans = numbersIn(bytes, textRange);
    const [first] = spans ?? [];
    if (spans === undefined || first === undefined) return text;
    if (spans.length > 1) return this.tensor(bytes, spans, [spans.length], true, path, element.offset);
    return this.number(fromAscii(bytes, first.start, first.end), first, this.#dialect.isReal("")) ?? text;
  }
}

function isTensor(value: Value): value is TensorNode {
  return typeof value === "object" && value?.kind === "tensor";
}

/** Declarations of namespaces and where their schema is: they say how to read, not what. */
function isDeclaration(name: string): boolean {
  return name === "xmlns" || name.startsWith("xmlns:") || name === "xsi:schemaLocation";
}

/** Whether the cells of a table would be more than some times the attributes that there are. */
function isMostlyHoles(rows: readonly XmlElement[]): boolean {
  const names = new Set<string>();
  let cells = 0;
  for (const row of rows)
    for (const { name } of row.attributes) {
      names.add(name);
      cells += 1;
    }
  return names.size * rows.length > 16 * cells;
}

function isLeaf(element: XmlElement): boolean {
  return element.document.firstChild.at(element.index) < 0 && element.attributes.length > 0;
}

/** With its prefix only where that stands for another vocabulary than the one around it. */
function keyOf(element: XmlElement): string {
  const { name, qualifiedName } = element;
  if (name === qualifiedName || element.namespace === element.parent?.namespace) return name;
  return qualifiedName;
}

/** Children by name; undefined where those of one name do not stand together. */
function groupsOf(children: readonly XmlElement[]): ReadonlyMap<string, readonly XmlElement[]> | undefined {
  const groups = new Map<string, XmlElement[]>();
  let last: string | undefined;
  for (const child of children) {
    const name = keyOf(child);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [child]);
    else if (last === name) group.push(child);
    else return undefined;
    last = name;
  }
  return groups;
}

/** An attribute and an element may have one name. */
function freeKey(name: string, taken: Set<string>): string {
  let key = name;
  while (taken.has(key)) key = `${key}_`;
  taken.add(key);
  return key;
}
