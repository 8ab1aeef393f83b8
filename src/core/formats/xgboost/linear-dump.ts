import { fromBrokenUtf8 } from "../../bytes/json-text.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt } from "../../errors.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { lineAt } from "../plain-text/lines.ts";
import { numbersWritten } from "../plain-text/written.ts";

//   booster[0]:
//   bias:
//   0.563866                 one for each output
//   weight:
//   0.969029                 one for each feature and output, the outputs of a feature together
//   ...
//
// src/gbm/gblinear_model.h, `DumpModel`. In JSON: [{"bias": [...], "weight": [...]}].

/** A linear model as text, from the line after its header on, and what ended it before the text did. */
export async function readLinearLines(
  source: ByteSource,
  bytes: Uint8Array,
  start: number,
  work: Work,
): Promise<{ readonly root: DictNode; readonly errors: readonly ArtifactError[] }> {
  const written: Record<"bias" | "weight", string[]> = { bias: [], weight: [] };
  const errors: ArtifactError[] = [];
  let into: string[] | undefined;
  for (let line = lineAt(bytes, start); line !== undefined; line = lineAt(bytes, line.next)) {
    if (work.isDue()) await work.checkpoint();
    const text = fromBrokenUtf8(bytes.subarray(line.start, line.end)).trim();
    if (text === "") continue;
    const section = /^(bias|weight):$/.exec(text)?.[1] as "bias" | "weight" | undefined;
    if (section !== undefined) into = written[section];
    else if (into !== undefined && NUMBER.test(text) && line.isEnded) into.push(text);
    else {
      errors.push(corrupt(`${source.name}: the line at byte ${line.start} is no number of a linear model`, line.start));
      break;
    }
  }
  const of = (section: "bias" | "weight"): Value => numbersWritten(written[section], source.name);
  const root: DictNode = { kind: "dict", keys: ["bias", "weight"], values: [of("bias"), of("weight")] };
  return { root: errors.length > 0 ? root : byOutput(root, source.name), errors };
}

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$|^[-+]?(?:nan|inf)$/i;

/** True for the one item of a linear model's dump in JSON. */
export function isLinear(item: Value | undefined): item is DictNode {
  if (!isNode(item) || item.kind !== "dict") return false;
  const [bias, weight, ...others] = item.keys;
  return bias === "bias" && weight === "weight" && others.length === 0;
}

/** Weights as features x outputs where there are several outputs. Throws where they do not come out even. */
export function byOutput(model: DictNode, name: string): DictNode {
  const [bias, weight] = [dictGet(model, "bias"), dictGet(model, "weight")];
  if (!isNode(bias) || bias.kind !== "tensor" || !isNode(weight) || weight.kind !== "tensor")
    throw corrupt(`${name}: a linear model without its biases and weights`);
  const [outputs = 0] = bias.tensor.shape;
  const [count = 0] = weight.tensor.shape;
  if (outputs === 0 || count % outputs !== 0)
    throw corrupt(`${name}: ${count} weights of a linear model with ${outputs} biases`);
  if (outputs === 1) return model;
  const shaped = { ...weight, tensor: { ...weight.tensor, shape: [count / outputs, outputs] } };
  return { ...model, values: model.values.map((value) => (value === weight ? shaped : value)) };
}
