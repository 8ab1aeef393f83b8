import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { truncated } from "../../errors.ts";
import { asArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type TensorNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { Evaluation } from "../pickle/evaluation.ts";
import { argumentsOf } from "../pickle/graph.ts";
import { ImportLog } from "../pickle/imports.ts";
import { Machine } from "../pickle/machine.ts";
import { readNested } from "../pickle/nested.ts";
import { reportOf } from "../pickle/report.ts";
import type { PickleStream } from "../pickle/stream.ts";
import { byteLength } from "./dtypes.ts";
import { troubleFindings } from "./findings.ts";
import { type Found, rebuildTensors } from "./rebuild.ts";
import { loadStorage, partOf, type TorchPickles } from "./stacked.ts";
import { keyText, sizeOf, type Storage, storageIdOf, storageOf } from "./storage.ts";
import { listTar } from "./tar-members.ts";
import { viewOf } from "./tensor.ts";

/** What is read of such an archive, each within its member. */
interface Reading {
  readonly context: ReadContext;
  readonly evaluation: Evaluation;
  readonly storages: Map<string, Storage>;
  readonly tensors: Map<string, Found>;
  readonly findings: Finding[];
  complete: boolean;
}

/**
 * Reads the tar archive of PyTorch before 0.1.12: `storages` and `tensors` are each a pickled count, then for each a
 * pickled description and its bytes; `pickle` is the object, which names tensors by persistent ids.
 */
export async function readTarCheckpoint(source: ByteSource, context: ReadContext): Promise<TorchPickles> {
  const members = await listTar(source, context.work);
  const reading: Reading = {
    context,
    evaluation: new Evaluation(ImportLog.create()),
    storages: new Map(),
    tensors: new Map(),
    findings: [],
    complete: members.isWhole,
  };
  if (!members.isWhole) reading.findings.push(cutArchive(source));
  const { byName } = members;
  const part = async (name: string, read: (member: ByteSource) => Promise<void>): Promise<void> => {
    const member = byName.get(name);
    if (member === undefined) return;
    try {
      await read(member);
    } catch (error) {
      unreadable(reading, name, error);
    }
  };
  await part("storages", (member) => readStorages(member, reading));
  await part("tensors", (member) => readTensors(member, reading));
  const system = byName.get("sys_info");
  const information = system && (await new Machine(system, 0, reading.evaluation).read(context.work)).root;
  const root = await readObject(byName.get("pickle"), reading);
  return {
    root,
    imports: reading.evaluation.imports,
    findings: reading.findings,
    complete: reading.complete && root !== undefined,
    ...(information === undefined ? {} : { system: information }),
  };
}

async function readObject(member: ByteSource | undefined, reading: Reading): Promise<Value | undefined> {
  if (member === undefined) return undefined;
  const { evaluation, context, findings } = reading;
  const stream = await new Machine(member, 0, evaluation).read(context.work);
  await readNested(evaluation, context.work);
  const outside = {
    find: (id: Value) => Promise.resolve(lookUp(id, reading)),
    // Files that other programs wrote name storages by tuples.
    hasPlainIds: true,
    load: (bytes: ByteSource) => loadStorage(bytes, context, 0),
  };
  const rebuilt = stream.root === undefined ? undefined : await rebuildTensors(stream.root, outside, context.work);
  evaluation.traits.persistent -= rebuilt?.resolved ?? 0;
  const report = reportOf(member, [stream], evaluation, context);
  const troubles = troubleFindings(member, rebuilt?.troubles ?? [], context);
  findings.push(...report.findings, ...troubles);
  reading.complete &&= report.isComplete && troubles.length === 0;
  return stream.root;
}

function lookUp(id: Value, { storages, tensors, evaluation }: Reading): Found | undefined {
  const [type] = argumentsOf(id) ?? [];
  const storage = storageIdOf(id);
  if (storage !== undefined)
    return storages.get(storage.key) ?? { problem: `storage ${storage.key} is not in the archive` };
  // (class, source file, source): the class of a module.
  if (isNode(type) && type.kind === "global") {
    evaluation.imports.called(type);
    return { value: type };
  }
  const key = keyText(id);
  return key === undefined ? undefined : (tensors.get(key) ?? storages.get(key));
}

/** A count, then (key, location, class) with the number of elements (64 bits) and the elements; then a list of parts. */
async function readStorages(member: ByteSource, reading: Reading): Promise<void> {
  let at = 0;
  const next = async (): Promise<PickleStream> => {
    const stream = await pickleAt(member, at, reading);
    at = stream.end;
    return stream;
  };
  const count = sizeOf((await next()).root) ?? 0;
  for (let k = 0; k < count; k++) {
    if (reading.context.work.isDue()) await reading.context.work.checkpoint();
    const [key, , type] = argumentsOf((await next()).root) ?? [];
    const name = keyText(key);
    if (name === undefined || !isNode(type) || type.kind !== "global") throw described(member, at, "storage");
    const elements = Number(new Cursor(await member.read(at, at + 8), member.name, at).i64());
    at += 8;
    const id = { className: type.name, key: name, count: elements };
    const known = storageOf(id, member, false).type;
    if (known === undefined) throw described(member, at, `storage of class ${type.name}`);
    const length = byteLength(known, elements);
    if (!(length >= 0 && at + length <= member.size)) throw truncated(member.name, at, length, member.size - at);
    reading.storages.set(name, storageOf(id, slice(member, at, at + length), false));
    at += length;
  }
  if (at >= member.size) return;
  for (const view of argumentsOf((await next()).root) ?? []) {
    const [target, base, offset, elements] = argumentsOf(view) ?? [];
    const [name, whole] = [keyText(target), reading.storages.get(keyText(base) ?? "")];
    const [start, length] = [sizeOf(offset), sizeOf(elements)];
    if (name === undefined || whole === undefined || start === undefined || length === undefined) continue;
    const found = partOf(whole, { offset: start, count: length });
    if ("data" in found) reading.storages.set(name, found);
  }
}

/** A count, then (key, storage, class) with dimensions (32 bits and 32 unused), sizes, strides and the offset, 64 bits each. */
async function readTensors(member: ByteSource, reading: Reading): Promise<void> {
  const first = await pickleAt(member, 0, reading);
  let at = first.end;
  const count = sizeOf(first.root) ?? 0;
  for (let k = 0; k < count; k++) {
    if (reading.context.work.isDue()) await reading.context.work.checkpoint();
    const stream = await pickleAt(member, at, reading);
    const [key, storageKey] = argumentsOf(stream.root) ?? [];
    const name = keyText(key);
    if (name === undefined) throw described(member, at, "tensor");
    const head = new Cursor(await member.read(stream.end, stream.end + 8), member.name, stream.end);
    const dimensions = head.i32();
    if (dimensions < 0 || dimensions > LIMITS.dimensions)
      throw described(member, at, `tensor of ${dimensions} dimensions`);
    const from = stream.end + 8;
    at = from + 16 * dimensions + 8;
    const cursor = new Cursor(await member.read(from, at), member.name, from);
    const numbers = Array.from({ length: 2 * dimensions + 1 }, () => Number(cursor.u64()));
    const view = {
      shape: numbers.slice(0, dimensions),
      strides: numbers.slice(dimensions, -1),
      offset: numbers.at(-1) ?? 0,
    };
    reading.tensors.set(name, tensorOf(reading.storages.get(keyText(storageKey) ?? ""), view, stream.start));
  }
}

function tensorOf(storage: Storage | undefined, view: Parameters<typeof viewOf>[2], offset: number): Found {
  if (storage?.type === undefined) return { problem: "its storage is not in the archive" };
  const made = viewOf(storage, storage.type, view);
  if (typeof made === "string") return { problem: made };
  return { value: { kind: "tensor", tensor: made, className: "torch.Tensor", offset } satisfies TensorNode };
}

/** Throws when it is damaged: then nothing after it can be found. */
async function pickleAt(member: ByteSource, at: number, { evaluation, context }: Reading): Promise<PickleStream> {
  const stream = await new Machine(member, at, evaluation).read(context.work);
  if (stream.problem !== undefined) throw described(member, at, "pickle");
  return stream;
}

function described(member: ByteSource, at: number, what: string): Error {
  return new Error(`${member.name}: no ${what} that is known at byte ${at}`);
}

function unreadable(reading: Reading, name: string, error: unknown): void {
  const reason = asArtifactError(error, `reading ${name}`);
  if (reason.code === "cancelled" || reason.code === "changed") throw reason;
  const rule = reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt";
  const sentence = say('Member "{name}" was not read: {reason}.', { name, reason: reason.message });
  reading.findings.push(finding(rule, "error", sentence, { evidence: { member: name } }));
  reading.complete = false;
}

function cutArchive(source: ByteSource): Finding {
  const sentence = say("The tar archive is cut off or damaged: not all of its members are there.");
  return finding("integrity/truncated", "error", sentence, { range: { offset: source.size, length: 0 } });
}
