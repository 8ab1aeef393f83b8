import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { boosterOf, factsOf, toldBy } from "./booster.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { stoppedAt } from "../stopped.ts";
import { columnsOfDump } from "./dump.ts";
import { readText } from "./read-text.ts";

/** Reads a model's text, or its dump as JSON, into one graph. Throws when nothing of a model is there. */
export async function readLightgbm(source: ByteSource, context: Pick<ReadContext, "work">): Promise<RawArtifact> {
  const [first] = await source.read(0, Math.min(source.size, 1));
  const isText = first === "t".charCodeAt(0);
  const { root, findings, complete } = isText ? await fromText(source, context) : await fromDump(source, context);
  const booster = boosterOf(root);
  if (booster === undefined) throw corrupt(`${source.name} holds no LightGBM model`);
  return {
    format: "lightgbm",
    container: [],
    root: booster.node,
    namedTensors: false,
    facts: [{ id: "lightgbm.container", label: "Saved as", value: isText ? "text" : "JSON dump" }, ...factsOf(booster)],
    told: toldBy(booster),
    findings,
    complete,
  };
}

type Read = Pick<RawArtifact, "root" | "findings" | "complete">;

async function fromText(source: ByteSource, context: Pick<ReadContext, "work">): Promise<Read> {
  const { root, errors } = await readText(source, context);
  return { root, findings: errors.map((error) => stoppedAt(source, error)), complete: errors.length === 0 };
}

async function fromDump(source: ByteSource, context: Pick<ReadContext, "work">): Promise<Read> {
  const { root, findings, complete } = await readJson(source, context);
  const { root: model, errors } = await columnsOfDump(root, source.name, context.work);
  return {
    root: model,
    findings: [...findings, ...errors.map((error) => stoppedAt(source, error))],
    complete: complete && errors.length === 0,
  };
}
