import { fromAscii } from "../../bytes/json-text.ts";
import type { XmlElement } from "../../bytes/xml/document.ts";
import { keyPath } from "../../meaning/path.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { isInteger64Text, isNumberSpan, numbersIn } from "../xml/number-spans.ts";
import type { Dialect, PlainValues } from "../xml/plain.ts";
import { identityOf, isReal, isRow, isText } from "./elements.ts";
import { Spans } from "../xml/spans.ts";
import { arrayItems } from "./array-items.ts";
import { attributeTable, rowSpans, specialGroup } from "./groups.ts";
import { treeNodes } from "./tree-nodes.ts";

/** How elements of PMML are shown: arrays and matrices as tensors, trees and layers of neurons as tables. */
export const PMML_DIALECT: Dialect = {
  isText,
  isReal,
  identityOf,
  isRow,
  labelOf,
  special,
  specialGroup,
};

function labelOf(row: XmlElement): string | undefined {
  const own = row.attribute("name") ?? row.attribute("field") ?? row.attribute("parameterName");
  switch (row.name) {
    case "CategoricalPredictor":
      return own === undefined ? undefined : `${own}=${row.attribute("value") ?? ""}`;
    case "PCell": {
      const target = row.attribute("targetCategory");
      return target === undefined || own === undefined ? own : `${target}: ${own}`;
    }
    case "PCovCell":
      return `${row.attribute("pRow") ?? ""}, ${row.attribute("pCol") ?? ""}`;
    case "TargetValueCount":
    case "ScoreDistribution":
    case "TargetValue":
      return row.attribute("value");
    default:
      return own;
  }
}

async function special(
  element: XmlElement,
  path: string,
  depth: number,
  values: PlainValues,
): Promise<Value | undefined> {
  switch (element.name) {
    case "Array":
      return arrayValue(element, path, values);
    case "Matrix":
      return matrixValue(element, path, values);
    case "TreeModel":
    case "DecisionTree": {
      const node = element.child("Node");
      if (node === undefined) return undefined;
      const entries = await values.entries(element, path, depth, new Set(["Node"]));
      return dictOf([...entries, ["nodes", await treeNodes(node, keyPath(path, "nodes"), depth + 1, values)]]);
    }
    case "REAL-SparseArray":
    case "INT-SparseArray":
      return sparseValue(element, path, values);
    case "NeuralLayer":
      return layerValue(element, path, depth, values);
    default:
      return undefined;
  }
}

/** A tensor of numbers or a list of texts; undefined where it says that there are more or fewer than there are. */
function arrayValue(element: XmlElement, path: string, values: PlainValues): Value | undefined {
  const [type, n] = [element.attribute("type"), element.attribute("n")];
  const isCount = (count: number): boolean => n === undefined || n.trim() === String(count);
  const range = element.textRange;
  const { bytes } = element.document;
  const spans = type === "string" || range === undefined ? undefined : numbersIn(bytes, range);
  if (spans !== undefined) {
    if (!isCount(spans.length)) return undefined;
    const isWhole = type === "int" && spans.every(({ start, end }) => isInteger64Text(fromAscii(bytes, start, end)));
    return values.tensor(bytes, spans, [spans.length], !isWhole, path, element.offset);
  }
  const texts = arrayItems(element);
  return texts === undefined || !isCount(texts.length)
    ? undefined
    : values.list(texts.length, element.offset, () => texts);
}

/** Indices and entries as tensors however many there are. */
function sparseValue(element: XmlElement, path: string, values: PlainValues): Value | undefined {
  const entries: (readonly [string, Value])[] = element.attributes.map((attribute) => [
    attribute.name,
    values.attributeValue(element, attribute.name, attribute),
  ]);
  for (const part of element.children) {
    const { bytes } = part.document;
    const spans = part.textRange === undefined ? new Spans() : numbersIn(bytes, part.textRange);
    const isRun = part.textRange !== undefined || !part.hasText;
    if (spans === undefined || !isRun || part.attributes.length + part.children.length > 0) return undefined;
    const at = keyPath(path, part.name);
    entries.push([part.name, values.tensor(bytes, spans, [spans.length], true, at, part.offset)]);
  }
  return new Set(entries.map(([key]) => key)).size === entries.length ? dictOf(entries) : undefined;
}

/** Rows that are arrays of numbers of one length. */
function matrixValue(element: XmlElement, path: string, values: PlainValues): Value | undefined {
  const rows = element.children;
  if (rows.length === 0 || rows.some((row) => row.name !== "Array")) return undefined;
  if ((element.attribute("kind") ?? "any") !== "any") return undefined;
  const spans = rowSpans(rows);
  if (spans === undefined) return undefined;
  const columns = spans.length / rows.length;
  const [nRows, nColumns] = [element.attribute("nbRows"), element.attribute("nbCols")];
  if ((nRows ?? String(rows.length)) !== String(rows.length) || (nColumns ?? String(columns)) !== String(columns))
    return undefined;
  return values.tensor(element.document.bytes, spans, [rows.length, columns], true, path, element.offset);
}

/** Neurons that are all joined to the same ones: a matrix of weights. */
async function layerValue(
  layer: XmlElement,
  path: string,
  depth: number,
  values: PlainValues,
): Promise<Value | undefined> {
  const neurons = layer.childrenNamed("Neuron");
  const from = neurons[0]?.childrenNamed("Con").map((each) => each.attribute("from") ?? "");
  if (from === undefined || from.length === 0) return undefined;
  const spans = new Spans();
  const { bytes } = layer.document;
  for (const neuron of neurons) {
    const cons = neuron.children;
    if (cons.length !== from.length) return undefined;
    for (const [i, con] of cons.entries()) {
      const weight = con.attributeRange("weight");
      if (con.name !== "Con" || con.attribute("from") !== from[i] || weight === undefined) return undefined;
      if (con.attributes.length !== 2 || con.children.length > 0 || !isNumberSpan(bytes, weight)) return undefined;
      spans.push(weight);
    }
  }
  const table = attributeTable(neurons, path, values);
  if (table === undefined) return undefined;
  const at = keyPath(path, "weight");
  const ids = neurons.map((neuron) => neuron.attribute("id") ?? "");
  values.axes.set(at, [
    { kind: "node", labels: ids },
    { kind: "node", labels: from },
  ]);
  return dictOf([
    ...(await values.entries(layer, path, depth, new Set(["Neuron"]))),
    ...table,
    ["from", listOf(from)],
    ["weight", values.tensor(bytes, spans, [neurons.length, from.length], true, at, layer.offset)],
  ]);
}
