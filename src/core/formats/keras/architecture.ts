import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { configOf, textAt } from "./config.ts";
import { codeFindings } from "./findings.ts";
import { modelFacts, toldOf } from "./model.ts";

/** Reads what `model.to_json()` gives: a model's architecture, without any weights. It stays JSON. */
export async function readArchitecture(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const raw = await readJson(source, context);
  const config = configOf(raw.root);
  if (config === undefined) throw corrupt(`${source.name}: no configuration of a Keras model`);
  const backend = textAt(raw.root, "backend");
  const environment = backend === undefined ? [] : [{ id: "backend", label: "Backend", value: backend }];
  return {
    ...raw,
    facts: [
      { id: "keras.kind", label: "Keras architecture", value: "layers and their settings, no weights" },
      ...modelFacts(config),
      ...raw.facts,
    ],
    told: toldOf(config, textAt(raw.root, "keras_version"), environment),
    findings: [...raw.findings, ...codeFindings(config)],
  };
}
