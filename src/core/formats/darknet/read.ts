import { SourceCursor } from "../../bytes/source-cursor.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, limitExceeded, truncated } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { textOf } from "../probe.ts";
import { stoppedAt } from "../stopped.ts";
import { isConfiguration, type Section, sectionsOf } from "./configuration.ts";
import { layersOf } from "./layers.ts";

/** What training adds to the name of the weights: `yolov3_final.weights` belongs to `yolov3.cfg`. */
const ADDED = ["", "_final", "_best", "_last"];

/**
 * Reads a Darknet network from either of its two files: the sections of the .cfg, and the float32 of the .weights as the
 * tensors that the sections tell of. Weights alone are one row of numbers and not complete.
 */
export async function readDarknet(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const head = await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes));
  const isText = isConfiguration(head);
  const names = besides(context.siblings?.own ?? source.name, isText);
  const beside = await openFirst(names, context);
  const cfg = isText ? source : beside;
  const weights = isText ? beside : source;
  const sections = cfg === undefined ? undefined : await readSections(cfg, isText, findings);
  const reading = weights === undefined ? undefined : await readWeights(weights, sections, findings);
  if (reading === undefined) findings.add(weightsMissing(source, names[0] ?? ""));
  else if (cfg === undefined) findings.add(configurationMissing(source, names[0] ?? ""));
  const [net, ...layers] = sections ?? [];
  return {
    format: "darknet",
    container: [],
    root: reading === undefined ? undefined : dictOf(reading.tensors),
    namedTensors: true,
    facts: [...(reading?.facts ?? []), { id: "darknet.layers", label: "Layers", value: String(layers.length) }],
    ...(net === undefined
      ? {}
      : {
          metadata: dictOf([
            ["net", optionsOf(net)],
            ["layers", listOf(layers.map((layer) => call(layer)))],
          ]),
        }),
    told: { framework: { name: "darknet" } },
    findings: findings.all(),
    complete: reading?.isWhole ?? true,
  };
}

async function readSections(
  cfg: ByteSource,
  isOpened: boolean,
  findings: CappedFindings,
): Promise<readonly Section[] | undefined> {
  try {
    if (cfg.size > LIMITS.writtenBytes) throw limitExceeded(cfg.name, cfg.size, LIMITS.writtenBytes);
    return sectionsOf(textOf(await cfg.read(0, cfg.size)), cfg.name);
  } catch (error) {
    const reason = asArtifactError(error, cfg.name);
    if (isOpened || reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.add(stoppedAt(cfg, reason));
    return undefined;
  }
}

interface Weights {
  readonly tensors: readonly (readonly [string, Value])[];
  readonly facts: readonly Fact[];
  readonly isWhole: boolean;
}

async function readWeights(
  source: ByteSource,
  sections: readonly Section[] | undefined,
  findings: CappedFindings,
): Promise<Weights> {
  const cursor = new SourceCursor(source);
  const tensors: [string, Value][] = [];
  const facts: Fact[] = [];
  const dtype = scalarDType("float32");
  const take = (name: string, shape: readonly number[]): void => {
    const offset = cursor.offset;
    cursor.skip(elementCount(shape, name) * dtype.itemSize);
    const tensor = { dtype, shape, order: "C", offset: 0, data: slice(source, offset, cursor.offset) } as const;
    tensors.push([name, { kind: "tensor", tensor, className: "array", offset }]);
  };
  let error: ArtifactError | undefined;
  try {
    const [major, minor, revision] = [await cursor.i32(), await cursor.i32(), await cursor.i32()];
    const isLong = major * 10 + minor >= 2 && major < 1000 && minor < 1000;
    const seen = isLong ? await cursor.size("images seen") : await cursor.u32();
    facts.push({ id: "darknet.version", label: "Darknet", value: `${major}.${minor}.${revision}` });
    facts.push({ id: "darknet.seen", label: "Images seen in training", value: String(seen) });
    if (sections === undefined) {
      take("weights", [Math.floor(cursor.remaining / dtype.itemSize)]);
      return { tensors, facts, isWhole: false };
    }
    const { weights, stopped } = layersOf(sections);
    for (const { name, shape } of weights) take(name, shape);
    if (stopped !== undefined) throw stopped;
    if (cursor.remaining > 0) findings.add(unclaimed(source, cursor.offset));
  } catch (thrown) {
    error = asArtifactError(thrown, source.name);
    if (error.code === "cancelled" || error.code === "changed") throw error;
    if (facts.length === 0) throw error;
    findings.add(
      stoppedAt(
        source,
        error.code === "truncated"
          ? truncated(source.name, cursor.offset, error.place.needed ?? 0, cursor.remaining)
          : error,
      ),
    );
  }
  return { tensors, facts, isWhole: error === undefined && cursor.remaining === 0 };
}

/** Names that the other file may have. */
function besides(own: string, isText: boolean): readonly string[] {
  if (isText) return ADDED.map((added) => `${own.replace(/\.[^.]*$/, "")}${added}.weights`);
  const stem = own.replace(/\.weights$/i, "");
  const plain = stem.replace(/_(?:final|best|last|\d+)$/, "");
  return plain === stem ? [`${stem}.cfg`] : [`${stem}.cfg`, `${plain}.cfg`];
}

async function openFirst(names: readonly string[], { siblings }: ReadContext): Promise<ByteSource | undefined> {
  for (const name of names) {
    const found = await siblings?.open(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function optionsOf({ options }: Section): Value {
  return dictOf([...options]);
}

function call(section: Section): Value {
  return {
    kind: "object",
    callable: { kind: "global", module: "darknet", name: section.type, offset: 0 },
    how: "call",
    args: [],
    kwargs: dictOf([...section.options]),
    offset: 0,
  };
}

function weightsMissing(source: ByteSource, name: string): Finding {
  return finding(
    "integrity/not-read",
    "info",
    say("The weights are in a file of their own, and {name} is not beside this one: its structure is shown.", { name }),
    placeIn(source, 0, 0),
  );
}

function configurationMissing(source: ByteSource, name: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say(
      "Names and shapes are in the network's description, and {name} is not beside this file: its numbers are one row.",
      {
        name,
      },
    ),
    placeIn(source, 0, 0),
  );
}

function unclaimed(source: ByteSource, at: number): Finding {
  const length = source.size - at;
  return finding(
    "integrity/not-read",
    "warning",
    say("{length} bytes from byte {at} on belong to no layer of the network: its description may be another one's.", {
      length,
      at,
    }),
    placeIn(source, at, length),
  );
}
