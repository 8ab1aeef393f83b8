import { append } from "../../append.ts";
import { fromBrokenUtf8 } from "../../bytes/json-text.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { formatElement } from "../../model/decode.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { type DictNode, dictGet, isNode, type ListNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { readJson } from "../json/read.ts";
import { lineAt } from "../plain-text/lines.ts";
import { numbersWritten, integersWritten, writtenText } from "../plain-text/written.ts";
import { stoppedAt } from "../stopped.ts";
import { byOutput, isLinear, readLinearLines } from "./linear-dump.ts";

/** One node as a dump writes it; texts of numbers as they stand there. */
interface DumpNode {
  readonly id: string;
  readonly split?: string;
  readonly condition?: string;
  readonly categories?: readonly string[];
  readonly yes?: string;
  readonly no?: string;
  readonly missing?: string;
  /** Several numbers for a leaf that is a vector. */
  readonly leaf?: readonly string[];
  readonly gain?: string;
  readonly cover?: string;
}

export interface ReadDump {
  readonly root: DictNode;
  readonly findings: readonly Finding[];
  readonly complete: boolean;
}

const REAL = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|[-+]?(?:nan|inf)";
const LINE = new RegExp(
  `^\\s*(\\d+):(?:leaf=(${REAL}|\\[(?:${REAL})(?:,\\s*(?:${REAL}))*\\])|\\[(.*)\\] yes=(\\d+),no=(\\d+)(?:,missing=(\\d+))?)((?:,\\w+=(?:${REAL}))*)\\s*$`,
  "i",
);
const HEADER = /^booster\[\d+\]:?\s*$/;

/** Reads what `dump_model` and `get_dump` write: trees to be looked at, with names in place of the numbers of features. */
export async function readTextDump(source: ByteSource, work: Work): Promise<ReadDump> {
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const trees: Value[] = [];
  const errors: ArtifactError[] = [];
  let nodes: DumpNode[] | undefined;
  const close = (): void => {
    if (nodes !== undefined) append(errors, put(trees, nodes, source.name));
    nodes = undefined;
  };
  for (let line = lineAt(bytes, 0); line !== undefined; line = lineAt(bytes, line.next)) {
    if (work.isDue()) await work.checkpoint();
    const text = fromBrokenUtf8(bytes.subarray(line.start, line.end));
    if (HEADER.test(text)) {
      close();
      nodes = [];
    } else if (text.trim() === "bias:" && trees.length === 0 && nodes?.length === 0) {
      const { root, errors: stops } = await readLinearLines(source, bytes, line.start, work);
      return { root, findings: stops.map((error) => stoppedAt(source, error)), complete: stops.length === 0 };
    } else if (text.trim() !== "") {
      const node = line.isEnded || line.end === source.size ? nodeOf(text) : undefined;
      if (node === undefined || nodes === undefined) {
        errors.push(corrupt(`${source.name}: the line at byte ${line.start} is no node`, line.start));
        break;
      }
      nodes.push(node);
    }
  }
  close();
  if (bytes.length < source.size)
    errors.push(limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes, bytes.length));
  return outcome(source, trees, errors);
}

function nodeOf(text: string): DumpNode | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, id = "", leaf, question = "", yes = "", no = "", missing, rest = ""] = match;
  const more = new Map(rest.split(",").map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""] as const));
  const [gain, cover] = [more.get("gain"), more.get("cover")];
  const noted = { ...(gain === undefined ? {} : { gain }), ...(cover === undefined ? {} : { cover }) };
  if (leaf !== undefined) return { id, leaf: leaf.replace(/[[\]\s]/g, "").split(","), ...noted };
  const set = /^(.*):\{([\d,]*)\}$/.exec(question);
  const test = new RegExp(`^(.*)<(${REAL})$`, "i").exec(question);
  return {
    id,
    // A feature that is there or not has no number behind it.
    split: set?.[1] ?? test?.[1] ?? question,
    ...(set === null ? {} : { categories: (set[2] ?? "").split(",").filter((each) => each !== "") }),
    ...(test === null ? {} : { condition: test[2] ?? "" }),
    yes,
    no,
    ...(missing === undefined ? {} : { missing }),
    ...noted,
  };
}

/** The same from the JSON form: a list of trees, their nodes in each other. */
export async function readJsonDump(source: ByteSource, work: Work): Promise<ReadDump> {
  const { root, findings, complete } = await readJson(source, { work });
  const trees: Value[] = [];
  const errors: ArtifactError[] = [];
  if (!isNode(root) || root.kind !== "list") throw corrupt(`${source.name} is no list of trees`);
  const [first] = root.items;
  if (root.items.length === 1 && isLinear(first)) {
    return { root: byOutput(first, source.name), findings, complete };
  }
  for (const [index, tree] of root.items.entries()) {
    if (work.isDue()) await work.checkpoint();
    const nodes = await flatten(tree);
    if (nodes === undefined) errors.push(corrupt(`${source.name}: a node of tree ${index} is not what XGBoost writes`));
    else append(errors, put(trees, nodes, source.name));
  }
  const read = outcome(source, trees, errors);
  return { root: read.root, findings: [...findings, ...read.findings], complete: complete && read.complete };
}

async function flatten(tree: Value): Promise<DumpNode[] | undefined> {
  const found: DumpNode[] = [];
  const open: Value[] = [tree];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!isNode(value) || value.kind !== "dict") return undefined;
    const node = value;
    const text = (key: string): string | undefined => writtenText(dictGet(node, key));
    const [id, leaf, split, condition] = [
      text("nodeid"),
      await leafTexts(dictGet(node, "leaf")),
      dictGet(node, "split"),
      dictGet(node, "split_condition"),
    ];
    const noted = only({ gain: text("gain"), cover: text("cover") });
    if (id === undefined) return undefined;
    if (leaf !== undefined) {
      found.push({ id, leaf, ...noted });
      continue;
    }
    const [yes, no] = [text("yes"), text("no")];
    const children = dictGet(node, "children");
    if (typeof split !== "string" || yes === undefined || no === undefined) return undefined;
    if (!isNode(children) || children.kind !== "list") return undefined;
    const categories = await categoriesIn(condition);
    found.push({
      id,
      split,
      yes,
      no,
      ...only({ missing: text("missing"), condition: writtenText(condition) }),
      ...(categories === undefined ? {} : { categories }),
      ...noted,
    });
    append(open, [...children.items].reverse());
  }
  return found;
}

/** A number, or one for each output. */
async function leafTexts(leaf: Value | undefined): Promise<readonly string[] | undefined> {
  const text = writtenText(leaf);
  if (text !== undefined) return [text];
  return isNode(leaf) && leaf.kind === "tensor" ? textsOf(leaf.tensor) : undefined;
}

/** Categories are whole numbers in place of a threshold. */
async function categoriesIn(condition: Value | undefined): Promise<readonly string[] | undefined> {
  if (!isNode(condition)) return undefined;
  if (condition.kind === "list") return condition.items.length === 0 ? [] : undefined;
  if (condition.kind !== "tensor" || condition.tensor.dtype.kind !== "i") return undefined;
  return textsOf(condition.tensor);
}

async function textsOf(tensor: TensorRef): Promise<readonly string[]> {
  const { texts } = tensor;
  const count = elementCount(tensor.shape);
  if (texts !== undefined) return Array.from({ length: count }, (_, i) => texts.text(i));
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => formatElement(tensor.dtype, view, i * tensor.dtype.itemSize));
}

function only<K extends string>(entries: Readonly<Record<K, string | undefined>>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;
}

/** Adds a tree as columns, nodes and leaves apart; what is wrong with how its nodes hang together. */
function put(trees: Value[], all: readonly DumpNode[], name: string): readonly ArtifactError[] {
  const ids = new Set(all.map(({ id }) => id));
  const nodes = all.filter(({ leaf }) => leaf === undefined);
  const leaves = all.filter(({ leaf }) => leaf !== undefined);
  const missing = nodes.flatMap(({ yes, no }) => [yes, no]).find((child) => child !== undefined && !ids.has(child));
  const width = leaves[0]?.leaf?.length ?? 1;
  const columns = (
    of: readonly DumpNode[],
    keys: readonly (keyof DumpNode & ("yes" | "no" | "missing" | "gain" | "cover"))[],
  ): DictNode => {
    const made: DictNode = {
      kind: "dict",
      keys: ["nodeid"],
      values: [
        integersWritten(
          of.map(({ id }) => id),
          name,
        ),
      ],
    };
    for (const key of keys) {
      const found = of.filter((node) => node[key] !== undefined).length;
      // A feature that is there or not has no side for missing values.
      const isFilled = key === "missing" && found > 0;
      if (found === 0 || (found < of.length && !isFilled)) continue;
      const texts = of.map((node) => node[key] ?? "-1");
      made.keys.push(key);
      made.values.push(
        ["yes", "no", "missing"].includes(key) ? integersWritten(texts, name) : numbersWritten(texts, name),
      );
    }
    return made;
  };
  const inner = columns(nodes, ["yes", "no", "missing", "gain", "cover"]);
  const list = (items: readonly string[]): ListNode => ({ kind: "list", type: "list", items: [...items] });
  inner.keys.push("split", "split_condition");
  inner.values.push(
    list(nodes.map(({ split = "" }) => split)),
    numbersWritten(
      nodes.map(({ condition = "nan" }) => condition),
      name,
    ),
  );
  const sets = nodes.filter(({ categories }) => categories !== undefined);
  if (sets.length > 0) {
    inner.keys.push("categories");
    inner.values.push({
      kind: "dict",
      keys: sets.map(({ id }) => id),
      values: sets.map(({ categories = [] }) => integersWritten(categories, name)),
    });
  }
  const outer = columns(leaves, ["cover"]);
  const written = numbersWritten(
    leaves.flatMap(({ leaf = [] }) => leaf),
    name,
  );
  const isEven = leaves.every(({ leaf }) => leaf?.length === width);
  const isTable = isEven && width > 1 && isNode(written) && written.kind === "tensor";
  outer.keys.splice(1, 0, "leaf");
  outer.values.splice(
    1,
    0,
    isTable ? { ...written, tensor: { ...written.tensor, shape: [leaves.length, width] } } : written,
  );
  trees.push({ kind: "dict", keys: ["nodes", "leaves"], values: [inner, outer] });
  if (!isEven) return [corrupt(`${name}: leaves of tree ${trees.length - 1} have not as many numbers each`)];
  if (all.length === 0) return [corrupt(`${name}: tree ${trees.length - 1} has no nodes`)];
  return missing === undefined ? [] : [truncated(`${name}: tree ${trees.length - 1}: the node ${missing}`, 0, 1, 0)];
}

function outcome(source: ByteSource, trees: Value[], errors: readonly ArtifactError[]): ReadDump {
  return {
    root: { kind: "dict", keys: ["trees"], values: [{ kind: "list", type: "list", items: trees }] },
    findings: errors.map((error) => stoppedAt(source, error)),
    complete: errors.length === 0,
  };
}
