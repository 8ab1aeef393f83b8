import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { ArtifactError, corrupt, truncated } from "../../errors.ts";
import { utf8Bytes } from "../../model/utf8.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { Flatbuffer, type Table } from "../flatbuffers/table.ts";
import { readJson } from "../json/read.ts";
import { readStatistics, STATISTICS } from "./ctr-data.ts";
import { featuresOf } from "./features.ts";
import { apartSettings } from "./read-json.ts";
import { treesOf, windowOf } from "./trees.ts";

/** CBM1 and the size of what follows. */
const HEADER_BYTES = 8;

export interface ReadBinary {
  readonly root: DictNode;
  readonly errors: readonly ArtifactError[];
}

/** Keys of the model's notes whose text is JSON. */
const JSON_NOTES: ReadonlySet<string> = new Set(["params", "class_params", "multiclass_params"]);

/** Reads a `.cbm`: notes, features, trees and statistics, under the keys that CatBoost's own JSON has. */
export async function readBinary(source: ByteSource, work: Work): Promise<ReadBinary> {
  const head = await source.read(0, Math.min(source.size, HEADER_BYTES));
  if (head.length < HEADER_BYTES) throw truncated(source.name, 0, HEADER_BYTES, head.length);
  const size = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  const end = HEADER_BYTES + size;
  const errors: ArtifactError[] = [];
  if (end > source.size)
    errors.push(truncated(`${source.name}: the model`, HEADER_BYTES, size, source.size - HEADER_BYTES));
  const buffer = new Flatbuffer(slice(source, HEADER_BYTES, Math.min(end, source.size)));
  const core = await buffer.root();
  const root: DictNode = { kind: "dict", keys: [], values: [] };
  const put = (key: string, value: Value): void => {
    root.keys.push(key);
    root.values.push(value);
  };
  const attempt = async (doing: () => Promise<void>): Promise<void> => {
    try {
      await doing();
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      errors.push(error);
    }
  };
  await attempt(async () => put("format_version", (await core.text(0)) ?? ""));
  await attempt(async () => put("model_info", await notesOf(core, source, work)));
  apartSettings(root);
  let model: Table | undefined;
  await attempt(async () => {
    model = await core.table(1);
    if (model === undefined) throw corrupt(`${source.name} has no trees`);
    await readModel(model);
  });
  async function readModel(trees: Table): Promise<void> {
    put("features_info", await featuresOf(trees, buffer));
    const { key, items } = await treesOf(trees, buffer);
    put(key, { kind: "list", type: "list", items });
    put("scale", trees.f64(14, 1));
    const biases = await trees.vector(16, 8);
    if (biases !== undefined && biases.count > 0)
      put("bias", windowOf(buffer.source, "float64", biases.start, biases.count));
    else put("bias", trees.f64(15, 0));
    put("approx_dimension", BigInt(trees.i32(0, 1)));
  }
  await attempt(async () => {
    const parts = await core.texts(3);
    if (end >= source.size) {
      if (parts.length > 0 && end === source.size) throw truncated(`${source.name}: ${parts.join(", ")}`, end, 4, 0);
      return;
    }
    if (parts.length === 0)
      throw corrupt(`${source.name}: ${source.size - end} bytes follow the model, which names no parts`, end);
    let at = end;
    let unread: readonly string[] = parts;
    if (parts[0] === STATISTICS) {
      const { tables, end: after } = await readStatistics(source, end);
      put("ctr_data", tables);
      at = after;
      unread = parts.slice(1);
    }
    if (at === source.size && unread.length === 0) return;
    if (unread.length === 0) throw corrupt(`${source.name}: ${source.size - at} bytes follow the last part`, at);
    // What texts and embeddings are turned into numbers with: kept as it is.
    put("model_parts", {
      kind: "dict",
      keys: ["ids", "data"],
      values: [
        { kind: "list", type: "list", items: [...unread] },
        { kind: "bytes", type: "bytes", data: slice(source, at, source.size, "parts of the model") },
      ],
    });
  });
  return { root, errors };
}

/** Notes by key; what is JSON is read as such. */
async function notesOf(core: Table, source: ByteSource, work: Work): Promise<DictNode> {
  const notes: DictNode = { kind: "dict", keys: [], values: [] };
  for await (const pair of core.tables(2)) {
    const [key, text] = [(await pair.text(0)) ?? "", (await pair.text(1)) ?? ""];
    notes.keys.push(key);
    notes.values.push(JSON_NOTES.has(key) ? await jsonNote(text, `${key} of ${source.name}`, work) : text);
  }
  return notes;
}

/** The text itself where it is no whole JSON. */
async function jsonNote(text: string, name: string, work: Work): Promise<Value> {
  try {
    const { root, complete } = await readJson(fromBytes(utf8Bytes(text), name), { work });
    return complete && root !== undefined ? root : text;
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled") return text;
    throw error;
  }
}
