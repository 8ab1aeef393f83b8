import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { ArtifactError, corrupt } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { startsWithText } from "../probe.ts";
import { readJsonDump, readTextDump } from "./dump.ts";
import { factsOf, learnerOf, toldBy } from "./learner.ts";
import { LegacyReader } from "./legacy.ts";
import { isLinear } from "./linear-dump.ts";
import { giveTypes } from "./typed.ts";
import { closeUbjson, UbjsonReader } from "./ubjson.ts";

/** Before XGBoost 1.6 a pickled Booster is this, where its configuration begins (i64), the old binary form, and JSON. */
const SNAPSHOT = "CONFIG-offset:";
const SNAPSHOT_BYTES = SNAPSHOT.length + 8;

/** A model before its meaning: the graph, and what was wrong. */
interface Read {
  readonly root: Value | undefined;
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  readonly container: string;
}

/** Reads a saved model in any of XGBoost's forms. Throws when nothing of a model is there. */
export async function readXgboost(source: ByteSource, context: Pick<ReadContext, "work">): Promise<RawArtifact> {
  const [first] = await source.read(0, Math.min(source.size, 1));
  if (first === 0x5b || (first === 0x62 && (await isTextDump(source))))
    return readDump(source, first === 0x5b, context);
  const head = await source.read(0, Math.min(source.size, SNAPSHOT_BYTES));
  const read = await (startsWithText(head, SNAPSHOT)
    ? readSnapshot(source, head, context)
    : readModel(source, head, context));
  const { root } = read;
  const learner = learnerOf(root);
  if (learner === undefined || root === undefined) throw corrupt(`${source.name} holds no XGBoost model`);
  await giveTypes(root, context.work);
  // Once more: the version is a text now.
  const told = learnerOf(root) ?? learner;
  return {
    format: "xgboost",
    container: [],
    root,
    namedTensors: false,
    facts: [{ id: "xgboost.container", label: "Saved as", value: read.container }, ...factsOf(told)],
    told: toldBy(told),
    findings: read.findings,
    complete: read.complete,
  };
}

async function readModel(source: ByteSource, head: Uint8Array, context: Pick<ReadContext, "work">): Promise<Read> {
  // JSON goes on with a quote, UBJSON with the type of a key's length.
  if (head[0] === 0x7b && /^\{[iUIlL$#}N]/.test(String.fromCharCode(...head.subarray(0, 2))))
    return readUbjson(source, context.work);
  if (/^(?:\xef\xbb\xbf)?\s*\{/.test(String.fromCharCode(...head))) return readText(source, context);
  return readLegacy(source, context.work);
}

async function readText(source: ByteSource, context: Pick<ReadContext, "work">): Promise<Read> {
  const { root, findings, complete } = await readJson(source, context);
  return { root, findings, complete, container: "JSON" };
}

async function readUbjson(source: ByteSource, work: Work): Promise<Read> {
  const reader = new UbjsonReader(source);
  const stop = await stopOf(() => reader.read(work));
  if (stop !== undefined) closeUbjson(reader.root, reader.offset);
  const { root, offset } = reader;
  return { root, container: "UBJSON", ...outcome(source, offset, stop) };
}

async function readLegacy(source: ByteSource, work: Work): Promise<Read> {
  const reader = new LegacyReader(source);
  const stop = await stopOf(() => reader.read(work));
  if (stop !== undefined && reader.root.keys.length === 0) throw stop;
  return { root: reader.root, container: "binary (deprecated)", ...outcome(source, reader.offset, stop) };
}

async function readSnapshot(source: ByteSource, head: Uint8Array, context: Pick<ReadContext, "work">): Promise<Read> {
  if (head.length < SNAPSHOT_BYTES) throw corrupt(`${source.name} ends in its first ${SNAPSHOT_BYTES} bytes`);
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigInt64(SNAPSHOT.length, true));
  const at = SNAPSHOT_BYTES + length;
  if (length < 0 || at > source.size)
    throw corrupt(`${source.name}: the configuration begins at ${at} of ${source.size}`);
  const model = await readLegacy(slice(source, SNAPSHOT_BYTES, at), context.work);
  const config = await readText(slice(source, at, source.size), context);
  const root: DictNode = { kind: "dict", keys: ["Model", "Config"], values: [model.root ?? null, config.root ?? null] };
  return {
    root,
    container: model.container,
    findings: [...model.findings, ...config.findings],
    complete: model.complete && config.complete,
  };
}

/** What stopped reading, if anything did; throws what is about the reader, not the file. */
async function stopOf(read: () => Promise<void>): Promise<ArtifactError | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    return error;
  }
}

function outcome(
  source: ByteSource,
  end: number,
  stop: ArtifactError | undefined,
): { readonly findings: readonly Finding[]; readonly complete: boolean } {
  if (stop === undefined && end >= source.size) return { findings: [], complete: true };
  const found =
    stop === undefined
      ? finding(
          "integrity/trailing-bytes",
          "warning",
          say("{length} bytes follow the model, from byte {at}; they are not shown.", {
            length: source.size - end,
            at: end + (source.origin ?? 0),
          }),
          placeIn(source, end, source.size - end),
        )
      : finding(
          stop.code === "truncated" || stop.code === "limit" ? RULES[stop.code] : "integrity/corrupt",
          "error",
          say("Reading stopped: {reason}. What stands before is shown.", { reason: stop.message }),
          placeIn(source, Math.min(end, source.size), 0),
        );
  return { findings: [found], complete: false };
}

const RULES = { truncated: "integrity/truncated", limit: "integrity/limit" } as const;

/** `binf` begins with the same letter. */
async function isTextDump(source: ByteSource): Promise<boolean> {
  return startsWithText(await source.read(0, Math.min(source.size, 8)), "booster[");
}

async function readDump(
  source: ByteSource,
  isJson: boolean,
  { work }: Pick<ReadContext, "work">,
): Promise<RawArtifact> {
  const { root, findings, complete } = await (isJson ? readJsonDump(source, work) : readTextDump(source, work));
  const trees = dictGet(root, "trees");
  const count = isNode(trees) && trees.kind === "list" ? trees.items.length : 0;
  if (count === 0 && !isLinear(root)) throw corrupt(`${source.name} holds no tree of XGBoost`);
  return {
    format: "xgboost",
    container: [],
    root,
    namedTensors: false,
    facts: [
      { id: "xgboost.container", label: "Saved as", value: isJson ? "JSON dump" : "text dump" },
      ...(count === 0 ? [] : [{ id: "xgboost.trees", label: "Trees", value: String(count) }]),
    ],
    told: { framework: { name: "xgboost" } },
    findings,
    complete,
  };
}
