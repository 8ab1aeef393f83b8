import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode } from "../../model/value.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { stoppedAt } from "../stopped.ts";
import { catboostModelOf, classesOf, factsOf, toldBy } from "./model.ts";
import { readBinary } from "./read-binary.ts";
import { likeBinary } from "./read-json.ts";

/** Reads a `.cbm`, or the JSON that CatBoost exports. Throws when nothing of a model is there. */
export async function readCatboost(source: ByteSource, context: Pick<ReadContext, "work">): Promise<RawArtifact> {
  const [first] = await source.read(0, Math.min(source.size, 1));
  const isBinary = first === "C".charCodeAt(0);
  const { root, findings, complete } = isBinary ? await fromBinary(source, context) : await fromJson(source, context);
  const model = catboostModelOf(root);
  if (model === undefined) throw corrupt(`${source.name} holds no CatBoost model`);
  return {
    format: "catboost",
    container: [],
    root: model.node,
    namedTensors: false,
    facts: [{ id: "catboost.container", label: "Saved as", value: isBinary ? "CBM" : "JSON" }, ...factsOf(model)],
    told: toldBy(model, await classesOf(model)),
    findings,
    complete,
  };
}

async function fromBinary(
  source: ByteSource,
  { work }: Pick<ReadContext, "work">,
): Promise<Pick<RawArtifact, "root" | "findings" | "complete">> {
  const { root, errors } = await readBinary(source, work);
  const unread = unreadParts(root);
  return {
    root,
    findings: [...errors.map((error) => stoppedAt(source, error)), ...unread],
    complete: errors.length + unread.length === 0,
  };
}

/** What texts and embeddings are turned into numbers with, which stays bytes. */
function unreadParts(root: DictNode): readonly Finding[] {
  const parts = dictGet(root, "model_parts");
  const [ids, data] = isNode(parts) && parts.kind === "dict" ? parts.values : [];
  if (!isNode(ids) || ids.kind !== "list" || !isNode(data) || data.kind !== "bytes") return [];
  const names = ids.items.map((id) => (typeof id === "string" ? id.replace(/\0+$/, "") : "?")).join(", ");
  return [
    finding(
      "integrity/not-read",
      "warning",
      say(
        "{bytes} bytes are not read: what text and embedding features are turned into numbers with ({parts}). Trees that split on those numbers are read.",
        { bytes: data.data.size, parts: names },
      ),
      { path: "model_parts" },
    ),
  ];
}

async function fromJson(
  source: ByteSource,
  context: Pick<ReadContext, "work">,
): Promise<Pick<RawArtifact, "root" | "findings" | "complete">> {
  const { root, findings, complete } = await readJson(source, context);
  const errors = await likeBinary(root, source.name, context.work);
  return {
    root,
    findings: [...findings, ...errors.map((error) => stoppedAt(source, error))],
    complete: complete && errors.length === 0,
  };
}
