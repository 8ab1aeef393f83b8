import { fromBrokenUtf8 } from "../../bytes/json-text.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { DictNode, ListNode, Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { type Line, lineAt } from "../plain-text/lines.ts";
import { wordValue } from "../plain-text/written.ts";
import { faultOf, treeValue } from "./tree-text.ts";

/** What was read of a model's text, and what stopped it. */
export interface ReadText {
  readonly root: DictNode;
  readonly errors: readonly ArtifactError[];
}

/** Lines of a header; trees, importances and parameters have their own sections. */
const HEADER_LINES = 1_000;
const PANDAS = "pandas_categorical:";

function put(node: DictNode, key: string, value: Value): void {
  node.keys.push(key);
  node.values.push(value);
}

const emptyDict = (): DictNode => ({ kind: "dict", keys: [], values: [] });

/**
 * Reads LightGBM's text line by line: header, trees, importances, parameters. Arrays stay in the text. What stands before a
 * fault is kept.
 */
export async function readText(source: ByteSource, context: Pick<ReadContext, "work">): Promise<ReadText> {
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const reader = new TextReader(source, bytes, context);
  const error = await reader.read();
  const errors = [...reader.errors, ...(error === undefined ? [] : [error])];
  if (bytes.length < source.size)
    errors.push(limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes, bytes.length));
  return { root: reader.root, errors };
}

class TextReader {
  readonly root = emptyDict();
  readonly errors: ArtifactError[] = [];
  private readonly source: ByteSource;
  private readonly bytes: Uint8Array;
  private readonly context: Pick<ReadContext, "work">;
  private readonly trees: ListNode = { kind: "list", type: "list", items: [] };
  private hasImportances = false;
  private at = 0;

  constructor(source: ByteSource, bytes: Uint8Array, context: Pick<ReadContext, "work">) {
    this.source = source;
    this.bytes = bytes;
    this.context = context;
  }

  /** What stopped it, if anything did. */
  async read(): Promise<ArtifactError | undefined> {
    const sizes = this.header();
    put(this.root, "trees", this.trees);
    for (let line = this.next(); line !== undefined; line = this.next()) {
      const { work } = this.context;
      if (work.isDue()) await work.checkpoint();
      const text = this.text(line);
      if (/^Tree=\d+$/.test(text)) this.tree();
      else if (/^feature[_ ]importances:$/.test(text)) this.importances();
      else if (text === "parameters:") this.parameters();
      else if (text.startsWith(PANDAS)) await this.pandas(line);
      else if (text !== "" && text !== "end of trees")
        return corrupt(`${this.source.name}: ${quoted(text)} begins no part of a LightGBM model`, line.start);
    }
    const found = this.trees.items.length;
    if (sizes !== undefined && found !== sizes)
      return truncated(`${this.source.name}: tree ${found} of ${sizes}`, this.bytes.length, 1, 0);
    // They follow the trees in every version.
    if (!this.hasImportances)
      return truncated(`${this.source.name}: the importances of features`, this.bytes.length, 1, 0);
    return undefined;
  }

  private next(): Line | undefined {
    const line = lineAt(this.bytes, this.at);
    if (line !== undefined) this.at = line.next;
    return line;
  }

  private back(line: Line): void {
    this.at = line.start;
  }

  private text({ start, end }: Line): string {
    return fromBrokenUtf8(this.bytes.subarray(start, end)).trim();
  }

  /** Lines `key=value` up to the first tree. Returns how many trees the file says it has. */
  private header(): number | undefined {
    let trees: number | undefined;
    for (let count = 0; count < HEADER_LINES; count++) {
      const line = this.next();
      if (line === undefined) return trees;
      const text = this.text(line);
      if (text.startsWith("Tree=") || /^(?:end of trees|feature[_ ]importances:|parameters:)/.test(text)) {
        this.back(line);
        return trees;
      }
      if (text === "" || text === "tree") continue;
      const equals = text.indexOf("=");
      const key = equals < 0 ? text : text.slice(0, equals);
      const value = text.slice(equals + 1);
      if (key === "tree_sizes") trees = value.split(" ").filter((word) => word !== "").length;
      // `average_output` is a line of its own.
      put(this.root, key, equals < 0 ? true : headerValue(key, value, line.start + equals + 1));
    }
    this.errors.push(
      limitExceeded(`${this.source.name}: lines before the first tree`, HEADER_LINES + 1, HEADER_LINES, this.at),
    );
    return trees;
  }

  private tree(): void {
    const { bytes, source } = this;
    const start = this.at;
    const tree = emptyDict();
    for (let line = this.next(); line !== undefined; line = this.next()) {
      const equals = bytes.indexOf(0x3d, line.start);
      const isPair = equals > line.start && equals < line.end;
      const key = isPair ? fromBrokenUtf8(bytes.subarray(line.start, equals)) : "";
      if (!isPair || key === "Tree") {
        // An empty line ends a tree; what begins another part does as well.
        if (line.end > line.start) this.back(line);
        break;
      }
      if (!line.isEnded) {
        this.errors.push(truncated(`${source.name}: the line of ${quoted(key)}`, line.end, 1, 0));
        break;
      }
      put(tree, key, treeValue(bytes, key, equals + 1, line.end, source.name));
    }
    const fault = faultOf(tree);
    if (fault !== undefined)
      this.errors.push(corrupt(`${source.name}: tree ${this.trees.items.length}: ${fault}`, start));
    this.trees.items.push(tree);
  }

  private importances(): void {
    this.hasImportances = true;
    const found = emptyDict();
    for (let line = this.next(); line !== undefined; line = this.next()) {
      const text = this.text(line);
      const equals = text.lastIndexOf("=");
      if (equals < 0) {
        if (text !== "") this.back(line);
        break;
      }
      if (!line.isEnded) this.errors.push(truncated(`${this.source.name}: an importance`, line.end, 1, 0));
      put(found, text.slice(0, equals), wordValue(text.slice(equals + 1), line.start));
    }
    put(this.root, "feature_importances", found);
  }

  /** Lines `[key: value]` up to `end of parameters`. */
  private parameters(): void {
    const found = emptyDict();
    put(this.root, "parameters", found);
    for (let line = this.next(); line !== undefined; line = this.next()) {
      const text = this.text(line);
      if (text === "end of parameters") return;
      const pair = /^\[([^:\]]+): ?(.*)\]$/s.exec(text);
      if (pair !== null) put(found, pair[1] ?? "", wordValue(pair[2] ?? "", line.start));
      else if (text !== "") {
        this.errors.push(corrupt(`${this.source.name}: ${quoted(text)} is no parameter`, line.start));
        return;
      }
    }
    this.errors.push(truncated(`${this.source.name}: the end of the parameters`, this.bytes.length, 1, 0));
  }

  /** The categories of pandas columns, as JSON; `null` where there was no table. */
  private async pandas(line: Line): Promise<void> {
    const start = line.start + PANDAS.length;
    if (start >= line.end) {
      this.errors.push(truncated(`${this.source.name}: the categories of pandas`, line.end, 1, 0));
      return;
    }
    if (/^\s*null\s*$/.test(fromBrokenUtf8(this.bytes.subarray(start, line.end)))) {
      put(this.root, "pandas_categorical", null);
      return;
    }
    const { root, findings } = await readJson(slice(this.source, start, line.end), this.context);
    const [first] = findings;
    if (first !== undefined) this.errors.push(corrupt(first.message, start));
    put(this.root, "pandas_categorical", root ?? null);
  }
}

/** Names are texts whatever they look like; sizes in bytes are of the file, not of the model. */
function headerValue(key: string, value: string, offset: number): Value {
  if (key === "feature_names" || key === "feature_infos")
    return { kind: "list", type: "list", items: value.split(" ").filter((word) => word !== "") };
  return key === "tree_sizes" || key === "objective" || key === "version" ? value : wordValue(value, offset);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
