import { SourceCursor } from "../../bytes/source-cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { textOf } from "../probe.ts";
import { stoppedAt, unendedLine } from "../stopped.ts";
import * as say from "./findings.ts";
import { loadsOf } from "./layers.ts";
import { isParam, type Layer, type Param, paramOf } from "./param.ts";
import { loadWeights } from "./weights.ts";

/**
 * Reads an ncnn network from either of its two files: the layers of the .param, and the arrays of the .bin as the layers
 * load them. Weights without their .param are refused: they say nothing of themselves.
 */
export async function readNcnn(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work, siblings } = context;
  const own = siblings?.own ?? source.name;
  const isText = isParam(await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes)));
  const name = isText ? own.replace(/\.param$/i, ".bin") : own.replace(/\.bin$/i, ".param");
  const beside = name === own ? undefined : await siblings?.open(name);
  const text = isText ? source : beside;
  if (text === undefined) throw corrupt(`${source.name}: ${name}, which describes the network, is not beside it`, 0);
  if (text.size > LIMITS.writtenBytes) throw limitExceeded(text.name, text.size, LIMITS.writtenBytes);
  const param = paramOf(textOf(await text.read(0, text.size)), text.name);
  const findings = new CappedFindings();
  let isWhole = checkParam(param, text, findings);
  const bin = isText ? beside : source;
  let entries: readonly (readonly [string, Value])[] = [];
  if (bin === undefined) findings.add(say.weightsMissing(source, name));
  else {
    const read = await readBin(bin, param.layers, findings, work);
    entries = read.entries;
    isWhole &&= read.isWhole;
  }
  const calls = param.layers.map(call);
  return {
    format: "ncnn",
    container: [],
    root: bin === undefined ? undefined : dictOf(entries),
    namedTensors: true,
    facts: [{ id: "ncnn.layers", label: "Layers", value: String(param.layers.length) }],
    metadata: dictOf([["layers", listOf(calls)]]),
    told: { framework: { name: "ncnn" } },
    findings: findings.all(),
    complete: isWhole,
  };
}

function checkParam(
  { layers, promised, isEnded, brokenLine }: Param,
  text: ByteSource,
  findings: CappedFindings,
): boolean {
  if (brokenLine !== undefined) findings.add(say.brokenLine(text, brokenLine));
  else if (layers.length !== promised) findings.add(say.otherCount(text, promised, layers.length));
  else if (!isEnded) findings.add(unendedLine(text));
  return brokenLine === undefined && layers.length === promised;
}

async function readBin(
  bin: ByteSource,
  layers: readonly Layer[],
  findings: CappedFindings,
  work: Work,
): Promise<{ readonly entries: readonly (readonly [string, Value])[]; readonly isWhole: boolean }> {
  const cursor = new SourceCursor(bin);
  const entries: (readonly [string, Value])[] = [];
  const taken = new Set<string>();
  try {
    for (const [k, layer] of layers.entries()) {
      if (work.isDue()) await work.checkpoint();
      const loads = loadsOf(layer);
      if (typeof loads === "string")
        throw unsupported(`the layer ${layer.name} (${layer.type}) ${loads}`, cursor.offset);
      const path = taken.has(layer.name) ? `${layer.name}#${k}` : layer.name;
      taken.add(path);
      for (const load of loads)
        for (const [name, value] of await loadWeights(cursor, load)) entries.push([`${path}.${name}`, value]);
    }
  } catch (error) {
    const reason = asArtifactError(error, bin.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.add(stoppedAt(bin, reason));
    return { entries, isWhole: false };
  }
  if (cursor.remaining > 0) findings.add(say.unclaimed(bin, cursor.offset));
  return { entries, isWhole: cursor.remaining === 0 };
}

/** A layer as it is written: settings keep their numbers for names. */
function call({ type, name, inputs, outputs, settings }: Layer): Value {
  const entries: [string, Value][] = [
    ["name", name],
    ["inputs", listOf([...inputs])],
    ["outputs", listOf([...outputs])],
  ];
  for (const [key, values] of settings)
    entries.push([String(key), values.length === 1 ? (values[0] ?? "") : listOf([...values])]);
  return {
    kind: "object",
    callable: { kind: "global", module: "ncnn", name: type, offset: 0 },
    how: "call",
    args: [],
    kwargs: dictOf(entries),
    offset: 0,
  };
}
