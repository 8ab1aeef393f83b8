import { fromAscii, fromBrokenUtf8 } from "../../bytes/json-text.ts";
import type { XmlElement } from "../../bytes/xml/document.ts";
import { replaceReferences } from "../../bytes/xml/references.ts";
import { asArtifactError, type ArtifactError } from "../../errors.ts";
import { indexPath, keyPath } from "../../meaning/path.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { isInteger64Text, numbersIn } from "../xml/number-spans.ts";
import type { Dialect, PlainValues } from "../xml/plain.ts";
import { Spans } from "../xml/spans.ts";
import { matrixTensor } from "./matrix.ts";

/** A matrix whose numbers are not those of its size and type: its parts are shown as any others are. */
export interface OddMatrix {
  readonly path: string;
  readonly reason: ArtifactError;
}

/** How nodes of OpenCV's storage are shown: matrices as tensors, `<_>` as items of lists, rows of numbers as matrices. */
export function opencvDialect(isInFile: boolean, odd: (matrix: OddMatrix) => void): Dialect {
  return {
    isText: () => true,
    isReal: () => false,
    identityOf: () => undefined,
    isRow: () => false,
    labelOf: () => undefined,
    specialGroup: () => undefined,
    async special(element, path, depth, values) {
      const type = element.attribute("type_id");
      if (type === "opencv-matrix" || type === "opencv-nd-matrix") {
        try {
          const tensor = matrixTensor(element, isInFile);
          if (tensor !== undefined) return { kind: "tensor", tensor, className: type, offset: element.offset };
        } catch (error) {
          odd({ path, reason: asArtifactError(error, path) });
        }
      }
      if (element.attributes.length > 0) return undefined;
      const items = element.children;
      if (items.length === 0) return leafValue(element, path, values);
      if (element.hasText || items.some(({ name }) => name !== "_")) return undefined;
      return (
        rowsValue(items, path, values) ?? columnsValue(items, path, values) ?? listValue(items, path, depth, values)
      );
    },
  };
}

/** A number, several of them, a text, or texts in quotes. */
function leafValue(element: XmlElement, path: string, values: PlainValues): Value {
  const spans = numbersOfLeaf(element);
  const [first] = spans ?? [];
  const { bytes } = element.document;
  if (spans !== undefined && first !== undefined) {
    const text = fromAscii(bytes, first.start, first.end);
    if (spans.length === 1) return values.number(text, first, false) ?? text;
    return values.tensor(bytes, spans, [spans.length], !areIntegers(bytes, spans), path, element.offset);
  }
  const { textRange } = element;
  const raw = textRange === undefined ? "" : fromBrokenUtf8(bytes.subarray(textRange.start, textRange.end)).trim();
  // Quotes within a text are references; others are around it.
  if (!/^"[^"]*"(?:\s+"[^"]*")*$/.test(raw)) return element.text.trim();
  const texts = (raw.match(/"[^"]*"/g) ?? []).map((part) => replaceReferences(part.slice(1, -1)));
  return texts.length === 1 ? (texts[0] ?? "") : values.list(texts.length, element.offset, () => texts);
}

function numbersOfLeaf(element: XmlElement): Spans | undefined {
  const range = element.textRange;
  return range === undefined || element.attributes.length > 0 || element.children.length > 0
    ? undefined
    : numbersIn(element.document.bytes, range);
}

function areIntegers(bytes: Uint8Array, spans: Spans): boolean {
  return spans.every(({ start, end }) => isInteger64Text(fromAscii(bytes, start, Math.min(end, start + 40))));
}

/** Items that are as many numbers each: a matrix, a row for each item. */
function rowsValue(items: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  const all = new Spans();
  let width: number | undefined;
  for (const item of items) {
    const spans = numbersOfLeaf(item);
    if (spans === undefined || spans.length === 0 || spans.length !== (width ?? spans.length)) return undefined;
    width = spans.length;
    for (const span of spans) all.push(span);
  }
  const [first] = items;
  if (first === undefined || width === undefined) return undefined;
  const { bytes } = first.document;
  const shape = width === 1 ? [items.length] : [items.length, width];
  return values.tensor(bytes, all, shape, !areIntegers(bytes, all), path, first.offset);
}

/** Items with the same parts, each as many numbers in all of them: a tensor for each part. */
function columnsValue(items: readonly XmlElement[], path: string, values: PlainValues): Value | undefined {
  const names = items[0]?.children.map(({ name }) => name) ?? [];
  if (items.length < 2 || names.length === 0 || new Set(names).size < names.length) return undefined;
  const columns: XmlElement[][] = names.map(() => []);
  for (const item of items) {
    const parts = item.children;
    if (parts.length !== names.length || item.attributes.length > 0 || item.hasText) return undefined;
    for (const [i, part] of parts.entries()) {
      if (part.name !== names[i]) return undefined;
      columns[i]?.push(part);
    }
  }
  const entries: (readonly [string, Value])[] = [];
  for (const [i, parts] of columns.entries()) {
    const name = names[i] ?? "";
    const column = rowsValue(parts, keyPath(path, name), values);
    if (column === undefined) return undefined;
    entries.push([name, column]);
  }
  return dictOf(entries);
}

async function listValue(
  items: readonly XmlElement[],
  path: string,
  depth: number,
  values: PlainValues,
): Promise<Value> {
  const found: Value[] = [];
  for (const [i, item] of items.entries()) {
    if (values.isFull) {
      found.push(values.rest(item, items.length - i));
      break;
    }
    found.push(await values.value(item, indexPath(path, i), depth + 1));
  }
  return listOf(found);
}
