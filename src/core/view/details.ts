import type { ByteSource } from "../bytes/source.ts";
import { LIMITS } from "../limits.ts";
import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Artifact, Estimator, Fact, NamedValue, Parameter } from "../model/artifact.ts";
import { elementName, isNumeric, nameForPeople } from "../model/dtype.ts";
import { elementCount, storedByteLength } from "../model/tensor.ts";
import { classNameOf, isNode, type TensorNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { environmentFacts, grouped } from "./viewer.ts";
import { schemaLists } from "./outline-groups.ts";
import type { GroupId, Item } from "./outline-item.ts";
import { importNames } from "./import-names.ts";
import { positionOf } from "./position.ts";
import { beginsSegment } from "./prefix-tree.ts";
import { rawChildCount, rawChildren, valueDetail } from "./raw-children.ts";
import { elementTexts, readableValue } from "./text-cells.ts";
import { shownAxes } from "./shown-axes.ts";
import type { DetailTable, NodeDetails, ShownTrees, TensorView } from "./viewer-model.ts";

const TEXT_MAX = 100_000;
const CELL_MAX = 300;
/** Bytes of a value that are shown. */
const DUMPED = 16 * 1024;

const fact = (id: string, label: string, value: string): Fact => ({ id, label, value });

/** What the details pane shows for a row. Reads at most some thousand elements. */
export async function nodeDetails(artifact: Artifact, item: Item, work: Work): Promise<NodeDetails> {
  const { about } = item;
  const base = {
    id: item.id,
    title: item.path ?? item.label,
    ...(item.path === undefined ? {} : { path: item.path }),
    facts: [],
    findings: item.path === undefined ? [] : artifact.findings.filter((each) => each.path === item.path),
  };
  switch (about.type) {
    case "parameter":
      return { ...base, facts: parameterFacts(about.parameter), tensor: tensorView(about.parameter) };
    case "value":
      return {
        ...base,
        ...(await valueDetails(about.named.value, work)),
        facts: [...namedFacts(about.named), ...valueFacts(about.named.value)],
      };
    case "raw":
      return { ...base, ...(await valueDetails(about.value, work)), facts: valueFacts(about.value) };
    case "ensemble":
      return { ...base, trees: [shownTrees(about.ensemble)] };
    case "names":
      return {
        ...base,
        table: table(
          ["", about.what],
          about.names.map((name, index) => ({ cells: [String(index), name] })),
        ),
      };
    case "fact":
      return { ...base, title: about.fact.label, text: { value: about.fact.value, isCut: false } };
    case "prefix":
      return { ...base, ...(await prefixDetails(artifact, about.prefix, about.group, work)) };
    case "group":
      if (about.group === "trees")
        return {
          ...base,
          trees: (item.children ?? []).flatMap(({ about: one }) =>
            one.type === "ensemble" ? [shownTrees(one.ensemble)] : [],
          ),
        };
      return { ...base, ...(await groupDetails(artifact, about.group, work)) };
  }
}

function shownTrees({ path, library, treeCount, outputs }: TreeEnsemble): ShownTrees {
  return { path, library, trees: treeCount, outputs };
}

/** How a tensor can be looked at; the best view first. */
export function tensorView(parameter: Parameter): TensorView {
  const { tensor, path, axes } = parameter;
  const { shape, dtype } = tensor;
  const count = elementCount(shape);
  const isReal = dtype.kind !== "c" && dtype.kind !== "b";
  const isSmallVector = count > 1 && count <= 10_000 && shape.filter((size) => size > 1).length <= 1;
  // Each row of a few, over named columns: the coefficients of several classes.
  const isFewRows =
    shape.length === 2 && (shape[0] ?? 0) <= 20 && count > 1 && count <= 10_000 && axes[1] !== undefined;
  const views: TensorView["views"][number][] = ["values"];
  if (count > 0 && isReal) views.push("statistics");
  if (count > 1 && isReal) views.push("histogram");
  // Bars say more than a grid where one row of numbers has names.
  if (isSmallVector && isReal) {
    const hasNames = axes.some((axis) => axis !== undefined && axis.labels.length === count);
    if (hasNames) views.unshift("chart");
    else views.push("chart");
  } else if (isFewRows && isReal) views.unshift("chart");
  return {
    path,
    dtype: nameForPeople(dtype),
    shape,
    byteLength: storedByteLength(tensor),
    axes: shownAxes(axes),
    views,
  };
}

function parameterFacts(parameter: Parameter): Fact[] {
  const { tensor } = parameter;
  const facts = [
    fact("dtype", "Type", nameForPeople(tensor.dtype)),
    fact("shape", "Shape", `[${tensor.shape.join(", ")}]`),
    fact("elements", "Elements", grouped(elementCount(tensor.shape))),
    fact("bytes", "Bytes", grouped(storedByteLength(tensor))),
  ];
  if (tensor.dtype.bigEndian) facts.push(fact("byte-order", "Byte order", "big-endian"));
  if (tensor.strides !== undefined) facts.push(fact("strides", "Strides", `[${tensor.strides.join(", ")}] bytes`));
  else if (tensor.order === "F" && tensor.shape.length > 1)
    facts.push(fact("order", "Order", "Fortran (column-major)"));
  if (tensor.data.file !== undefined) facts.push(fact("file", "In the file", tensor.data.file));
  if (tensor.data.origin !== undefined)
    facts.push(fact("offset", "Byte offset", String(tensor.data.origin + tensor.offset)));
  if (tensor.dtype.block !== undefined) facts.push(fact("read-as", "Read as", elementName(tensor.dtype)));
  if (tensor.sparse !== undefined) {
    const { format, stored } = tensor.sparse;
    const density = (100 * stored) / Math.max(1, elementCount(tensor.shape));
    facts.push(fact("sparse", "Sparse", `${format}, ${stored} elements stored`));
    facts.push(fact("density", "Density", `${Number(density.toPrecision(3))} %`));
  }
  if (tensor.texts !== undefined) facts.push(fact("texts", "Stored as", "decimal text"));
  return facts;
}

function namedFacts(named: NamedValue): Fact[] {
  if (named.role !== "hyperparameter" || named.isDefault === undefined) return [];
  return [fact("default", "Default", named.isDefault ? "yes" : "no")];
}

function valueFacts(value: Value): Fact[] {
  if (!isNode(value)) return [fact("type", "Type", primitiveType(value))];
  const className = classNameOf(value);
  const facts = [
    fact("type", "Type", value.kind === "object" && className !== undefined ? className : valueType(value)),
  ];
  if (value.kind === "tensor" || value.kind === "scalar") {
    facts.push(
      fact("dtype", "Element type", value.tensor.dtype.name),
      fact("shape", "Shape", `[${value.tensor.shape.join(", ")}]`),
    );
  }
  if (value.kind === "bytes") facts.push(fact("bytes", "Bytes", grouped(value.data.size)));
  if ("offset" in value) facts.push(fact("offset", "Byte offset in the stream", String(value.offset)));
  return facts;
}

function primitiveType(value: null | boolean | bigint | number | string): string {
  if (value === null) return "None";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  return typeof value === "string" ? "str" : "bool";
}

function valueType(value: Exclude<Value, null | boolean | bigint | number | string>): string {
  switch (value.kind) {
    case "list":
    case "bytes":
      return value.type === "str8" ? "Python 2 str" : value.type;
    case "tensor":
      return value.className;
    case "scalar":
      return "numpy scalar";
    case "float":
      return "float";
    case "decimal":
      return "decimal text";
    case "dict":
    case "global":
    case "object":
    case "persistent":
    case "unread":
      return value.kind;
  }
}

async function valueDetails(value: Value, work: Work): Promise<Pick<NodeDetails, "text" | "table">> {
  if (isNode(value) && value.kind === "tensor" && (value.objects !== undefined || !isNumeric(value.tensor.dtype))) {
    return { table: await arrayTable(value, work) };
  }
  const count = rawChildCount(value);
  if (count > 0) {
    const rows = await Promise.all(
      rawChildren(value, 0, LIMITS.viewRows).map(async (child) => ({
        cells: [child.label, await cellText(child.value, work)],
      })),
    );
    return { table: { columns: ["Name", "Value"], rows, total: count } };
  }
  if (isNode(value) && value.kind === "bytes" && value.data.size > 0) return { text: await dumpOf(value.data) };
  const text = await readableValue(value, TEXT_MAX, work);
  return { text: { value: text, isCut: text.length > TEXT_MAX } };
}

/** The first bytes, sixteen in a line: where, as hex, as ASCII. */
async function dumpOf(data: ByteSource): Promise<{ readonly value: string; readonly isCut: boolean }> {
  const bytes = await data.read(0, Math.min(data.size, DUMPED));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${ascii}`);
  }
  if (data.size > bytes.length) lines.push(`… (${grouped(data.size)} bytes in all)`);
  return { value: lines.join("\n"), isCut: false };
}

/** Containers as what they are with their size; everything else as its value. */
async function cellText(value: Value, work: Work): Promise<string> {
  return isNode(value) && ["list", "dict", "object"].includes(value.kind) && rawChildCount(value) > 8
    ? valueDetail(value)
    : readableValue(value, CELL_MAX, work);
}

async function arrayTable(node: TensorNode, work: Work): Promise<DetailTable> {
  const total = node.objects?.length ?? elementCount(node.tensor.shape);
  const texts = await elementTexts(node, 0, LIMITS.viewRows, work);
  return {
    columns: ["", "Value"],
    rows: texts.map((text, index) => ({ cells: [positionOf(index, node.tensor.shape).join(", "), text] })),
    total,
  };
}

function table(columns: readonly string[], rows: DetailTable["rows"]): DetailTable {
  return { columns, rows: rows.slice(0, LIMITS.viewRows), total: rows.length };
}

async function prefixDetails(
  artifact: Artifact,
  prefix: string,
  group: GroupId,
  work: Work,
): Promise<Pick<NodeDetails, "facts" | "table">> {
  const estimator = artifact.estimators.find((each) => each.path === prefix);
  const facts = estimator === undefined ? [] : estimatorFacts(estimator);
  const isBelow = (path: string): boolean =>
    path.startsWith(prefix) && (path.length === prefix.length || beginsSegment(path, prefix.length));
  if (group === "parameters")
    return { facts, table: parameterTable(artifact.parameters.filter((each) => isBelow(each.path))) };
  return {
    facts,
    table: await namedTable(
      artifact.values.filter((each) => isBelow(each.path) && roleGroup(each.role) === group),
      work,
    ),
  };
}

function estimatorFacts(estimator: Estimator): Fact[] {
  return [
    fact("class", "Class", `${estimator.module}.${estimator.className}`),
    ...(estimator.library === undefined
      ? []
      : [fact("library", "Library", [estimator.library, estimator.version].filter(Boolean).join(" "))]),
    ...(estimator.schema.featureCount === undefined
      ? []
      : [fact("features", "Features", String(estimator.schema.featureCount))]),
  ];
}

function roleGroup(role: NamedValue["role"]): GroupId {
  return role === "hyperparameter" ? "hyperparameters" : role === "value" ? "values" : role;
}

async function groupDetails(
  artifact: Artifact,
  group: GroupId,
  work: Work,
): Promise<Pick<NodeDetails, "facts" | "table">> {
  switch (group) {
    case "trees":
      return { facts: [] };
    case "parameters":
      return { facts: [], table: parameterTable(artifact.parameters) };
    case "hyperparameters":
    case "fitted":
    case "values":
    case "metadata":
      return {
        facts: [],
        table: await namedTable(
          artifact.values.filter((each) => roleGroup(each.role) === group),
          work,
        ),
      };
    case "schema":
      return {
        facts: [],
        table: table(
          ["", "Values"],
          schemaLists(artifact.schema).map((list) => ({ cells: [list.what, list.names.join(", ")] })),
        ),
      };
    case "environment":
      return {
        facts: [],
        table: table(
          ["Name", "Value"],
          environmentFacts(artifact).map((each) => ({ cells: [each.label, each.value] })),
        ),
      };
    case "imports":
      return { facts: [], table: importTable(artifact) };
    case "structure":
      return {
        facts: [],
        table: table(
          ["Name", "Value"],
          artifact.root === undefined ? [] : [{ cells: ["root", valueDetail(artifact.root)] }],
        ),
      };
  }
}

function parameterTable(parameters: readonly Parameter[]): DetailTable {
  return {
    columns: ["Name", "Shape", "Type", "Bytes"],
    rows: parameters.slice(0, LIMITS.viewRows).map(({ path, tensor }) => ({
      cells: [path, `[${tensor.shape.join(", ")}]`, nameForPeople(tensor.dtype), grouped(storedByteLength(tensor))],
      id: `parameters/${path}`,
    })),
    total: parameters.length,
  };
}

async function namedTable(values: readonly NamedValue[], work: Work): Promise<DetailTable> {
  const rows = await Promise.all(
    values.slice(0, LIMITS.viewRows).map(async (each) => ({
      cells: [each.path, await cellText(each.value, work)],
      id: `${roleGroup(each.role)}/${each.path}`,
      ...(each.isDefault === false ? { mark: "non-default" as const } : {}),
    })),
  );
  return { columns: ["Name", "Value"], rows, total: values.length };
}

/** Every name once, worst first, then in the order of the file. */
function importTable(artifact: Artifact): DetailTable {
  const names = importNames(artifact.imports);
  return {
    columns: ["Import", "Class", "Use", "Times", "First at byte"],
    rows: names.slice(0, LIMITS.viewRows).map(({ name, uses, first }) => ({
      cells: [
        name,
        first.class,
        uses.some((use) => use.role === "call") ? "call" : "import",
        String(uses.length),
        String(first.offset),
      ],
      ...(first.class === "ordinary" ? {} : { mark: first.class }),
    })),
    total: names.length,
  };
}
