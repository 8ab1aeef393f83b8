import { type ByteSource, slice } from "../../bytes/source.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { Evaluation } from "../pickle/evaluation.ts";
import { argumentsOf } from "../pickle/graph.ts";
import { ImportLog } from "../pickle/imports.ts";
import { Machine } from "../pickle/machine.ts";
import { readNested } from "../pickle/nested.ts";
import { placeOf, reportOf, trailingBytes } from "../pickle/report.ts";
import type { PickleStream } from "../pickle/stream.ts";
import { storedLength, storageType } from "./dtypes.ts";
import { troubleFindings } from "./findings.ts";
import { type Found, type Outside, rebuildTensors } from "./rebuild.ts";
import { keyText, moduleClassOf, type Storage, type StorageId, storageIdOf, storageOf } from "./storage.ts";
import { TORCH_MAGIC } from "./magic.ts";

/** What came of the pickles of one file. */
export interface TorchPickles {
  readonly root: Value | undefined;
  readonly imports: ImportLog;
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  /** Of the system that wrote it: protocol version, byte order, sizes of types. */
  readonly system?: Value;
  /** Where the root is a storage. */
  readonly storage?: Storage;
}

/** Magic number, protocol version, system, object, storage keys (torch/serialization.py, `_legacy_save`). */
const STREAMS = 5;

/**
 * Reads the form that `torch.save` wrote before 1.6: five pickles, then for every storage in the order of the last
 * pickle's keys its number of elements (64 bits) and the elements, little-endian.
 */
export async function readStacked(source: ByteSource, context: ReadContext, depth = 0): Promise<TorchPickles> {
  const evaluation = new Evaluation(ImportLog.create());
  const streams: PickleStream[] = [];
  for (let position = 0; streams.length < STREAMS && position < source.size; ) {
    const stream = await new Machine(source, position, evaluation).read(context.work);
    streams.push(stream);
    if (stream.problem !== undefined || (streams.length === 1 && stream.root !== TORCH_MAGIC)) break;
    position = stream.end;
  }
  await readNested(evaluation, context.work);
  const last = streams.at(-1);
  const isWhole = streams.length === STREAMS && last?.problem === undefined;
  const keys = isWhole ? argumentsOf(streams[4]?.root) : undefined;
  const found = await findStorages(source, last?.end ?? 0, keys ?? [], evaluation, context);
  const outside: Outside = {
    find: (id) => Promise.resolve(lookUp(id, found, evaluation)),
    called: (callable) => evaluation.imports.called(callable),
    load: (bytes) => loadStorage(bytes, context, depth),
  };
  const root = streams[3]?.root;
  const rebuilt = root === undefined ? undefined : await rebuildTensors(root, outside, context.work);
  evaluation.traits.persistent -= rebuilt?.resolved ?? 0;
  const report = reportOf(source, streams, evaluation, context);
  const findings = [...report.findings, ...troubleFindings(source, rebuilt?.troubles ?? [], context)];
  if (!isWhole && last?.problem === undefined) findings.push(endsEarly(source, streams.length, context));
  if (found.cut !== undefined) findings.push(cutStorage(source, found.cut, context));
  if (isWhole && keys !== undefined && found.stopped === undefined && found.end < source.size)
    findings.push(trailingBytes(source, found.end, context));
  const system = streams[2]?.root;
  const storage = rebuilt?.storageOf(root);
  return {
    root,
    imports: evaluation.imports,
    findings,
    complete:
      report.isComplete && isWhole && keys !== undefined && rebuilt?.troubles.length === 0 && found.cut === undefined,
    ...(system === undefined ? {} : { system }),
    ...(storage === undefined ? {} : { storage }),
  };
}

interface FoundStorages {
  readonly byKey: ReadonlyMap<string, Storage>;
  /** The byte after the last one. */
  readonly end: number;
  /** Why the ones after it cannot be found. */
  readonly stopped?: string;
  /** Where the first one begins that the file ends in, and how many bytes it needs. */
  readonly cut?: { readonly offset: number; readonly needed: number };
}

/** Where each storage lies. One whose class is not known hides where the next one begins. */
async function findStorages(
  source: ByteSource,
  start: number,
  keys: readonly Value[],
  evaluation: Evaluation,
  { work }: ReadContext,
): Promise<FoundStorages> {
  const ids = new Map<string, StorageId>();
  for (const { id } of evaluation.persistentNodes) {
    const storage = storageIdOf(id);
    if (storage !== undefined) ids.set(storage.key, storage);
  }
  const byKey = new Map<string, Storage>();
  let end = start;
  for (const each of keys) {
    if (work.isDue()) await work.checkpoint();
    const key = keyText(each) ?? "";
    const id = ids.get(key);
    const type = id === undefined ? undefined : storageType(id.className, false);
    if (id === undefined || type === undefined) {
      const what = id === undefined ? "no tensor is made of it" : `its class torch.${id.className} is not known`;
      return { byKey, end, stopped: `how long storage ${key} before it is cannot be told: ${what}` };
    }
    if (end + 8 > source.size) return { byKey, end, cut: { offset: end, needed: 8 } };
    const count = new Cursor(await source.read(end, end + 8), source.name, end).u64();
    const needed =
      count > BigInt(Number.MAX_SAFE_INTEGER) / 16n ? Number.MAX_SAFE_INTEGER : storedLength(type, Number(count));
    const from = end + 8;
    const data = slice(source, from, Math.min(source.size, from + needed), `storage ${key} of ${source.name}`);
    byKey.set(key, { ...storageOf({ ...id, count: Number(count) }, data, false), isCut: data.size < needed });
    if (data.size < needed) return { byKey, end: source.size, cut: { offset: from, needed } };
    end = from + needed;
  }
  return { byKey, end };
}

function lookUp(id: Value, found: FoundStorages, evaluation: Evaluation): Found | undefined {
  const type = moduleClassOf(id);
  if (isNode(type) && type.kind === "global") {
    // What is named so is a class that an opcode calls.
    evaluation.imports.called(type);
    return { value: type };
  }
  const named = storageIdOf(id);
  if (named === undefined) return undefined;
  const whole = found.byKey.get(named.key);
  if (whole === undefined)
    return found.stopped === undefined
      ? {
          problem: `storage ${named.key} is not in the file`,
          rule: found.cut === undefined ? "integrity/corrupt" : "integrity/truncated",
        }
      : { problem: found.stopped, rule: "integrity/not-read" };
  return named.view === undefined ? whole : partOf(whole, named.view);
}

/** A storage that is part of another one, counted in elements. */
export function partOf(whole: Storage, { offset, count }: { readonly offset: number; readonly count: number }): Found {
  if (whole.type === undefined) return whole;
  const [start, end] = [storedLength(whole.type, offset), storedLength(whole.type, offset + count)];
  if (Number.isSafeInteger(end) && end <= whole.data.size) return { ...whole, data: slice(whole.data, start, end) };
  const rule = whole.isCut ? "integrity/truncated" : "integrity/corrupt";
  return { problem: `it is a part up to byte ${end} of a storage that has ${whole.data.size}`, rule };
}

/** A storage that was pickled as bytes: a file of this form whose object is the storage. */
export async function loadStorage(bytes: ByteSource, context: ReadContext, depth: number): Promise<Found> {
  if (depth >= LIMITS.innerFiles) return { problem: "files lie too deep in each other", rule: "integrity/limit" };
  // Imports in it were listed with those of the outer pickle.
  const { root, storage, findings, complete } = await readStacked(bytes, context, depth + 1);
  if (root === undefined || !complete)
    return { problem: `the bytes it is loaded from could not be read (${findings[0]?.message ?? "no checkpoint"})` };
  return storage ?? { value: root };
}

function endsEarly(source: ByteSource, streams: number, context: ReadContext): Finding {
  const sentence = say("The checkpoint ends after {streams} of its {all} pickles: it is cut off.", {
    streams,
    all: STREAMS,
  });
  return finding("integrity/truncated", "error", sentence, placeOf(source, context, source.size, 0));
}

function cutStorage(
  source: ByteSource,
  { offset, needed }: { offset: number; needed: number },
  context: ReadContext,
): Finding {
  const available = Math.max(0, source.size - offset);
  const sentence = say(
    "The checkpoint is cut off: a storage at byte {offset} needs {needed} bytes, {available} are left. Tensors in it and after it are not shown.",
    { offset, needed, available },
  );
  return finding("integrity/truncated", "error", sentence, placeOf(source, context, offset, available));
}
