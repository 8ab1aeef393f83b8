import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
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
  return { root, findings: errors.map((error) => stoppedAt(source, error)), complete: errors.length === 0 };
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
