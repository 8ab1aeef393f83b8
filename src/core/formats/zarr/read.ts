import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { gridSource } from "../../model/grid-source.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { gatherBox } from "../../model/gather.ts";
import { denseStrides } from "../../model/window-layout.ts";
import type { ReadContext } from "../format.ts";
import { undo } from "./codecs.ts";
import { isObject, type JsonObject, parsedFile } from "./json.ts";
import { arrayOf, type ZarrArray } from "./metadata.ts";
import { arrayPath, arraysBelow, arraysNamed, type Entry, orbaxNames } from "./names.ts";
import { isOcdbt, OcdbtStore } from "./ocdbt.ts";
import { Shard } from "./shards.ts";
import { folderStore, type ZarrStore } from "./store.ts";

/**
 * Reads a Zarr array, or all arrays of a group by their paths: those that its consolidated metadata names, that its folder has, that
 * Orbax notes, or that an OCDBT database has keys for. Chunks are files beside or below, opened when values are read. Throws when
 * there is no metadata of an array.
 */
export async function readZarr(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const findings = new CappedFindings();
  const { store, entries, version, container } = isOcdbt(await source.read(0, Math.min(4, source.size)))
    ? await ofDatabase(source, context)
    : await ofFolder(source, context, findings);
  let isWhole = entries !== undefined;
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const [path, metadata] of entries ?? []) {
    if (context.work.isDue()) await context.work.checkpoint();
    keys.push(path === "" ? "array" : path);
    try {
      values.push(await valueOf(path, metadata, source.name, store, context));
    } catch (error) {
      const reason = asArtifactError(error, `reading ${path}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      isWhole = false;
      const name = path === "" ? source.name : path;
      const sentence = say("{name} could not be read: {reason}.", { name, reason: reason.message });
      const rule = ruleOf(reason);
      findings.add(
        finding(rule, rule === "integrity/not-read" ? "warning" : "error", sentence, path === "" ? {} : { path }),
      );
      values.push({ kind: "unread", why: reason.message, offset: 0 });
    }
  }
  return {
    format: "zarr",
    container,
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [{ id: "zarr.version", label: "Zarr", value: `version ${version}` }],
    findings: findings.all(),
    complete: isWhole,
  };
}

/** The arrays of a group by their paths, and where their chunks are; undefined where they cannot be known. */
interface Group {
  readonly store: ZarrStore;
  readonly entries: readonly Entry[] | undefined;
  readonly version: 2 | 3;
  readonly container: readonly string[];
}

async function ofFolder(source: ByteSource, context: ReadContext, findings: CappedFindings): Promise<Group> {
  const root = await parsedFile(source);
  const { siblings } = context;
  const store = folderStore(siblings, source.name);
  const noted = siblings?.openBelow === undefined ? undefined : orbaxNames(root);
  if (noted !== undefined) return ofCheckpoint(noted, store, context, findings);
  const entries = arraysOf(root) ?? (await arraysBelow(siblings, context.work));
  if (entries === undefined)
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say(
          "A group of Zarr without consolidated metadata: it does not name its arrays. Open the .zarray or zarr.json of one of them.",
        ),
      ),
    );
  return { store, entries, version: versionOf(entries, root), container: [] };
}

const OCDBT_MANIFEST = "manifest.ocdbt";

/** What Orbax notes of a checkpoint is no checkpoint: where its arrays cannot be had, that is told. */
async function ofCheckpoint(
  names: readonly string[],
  store: ZarrStore,
  context: ReadContext,
  findings: CappedFindings,
): Promise<Group> {
  try {
    const manifest = await context.siblings?.open(OCDBT_MANIFEST);
    if (manifest !== undefined) return await ofDatabase(manifest, context);
    const entries = await arraysNamed(names, store);
    return { store, entries, version: versionOf(entries, {}), container: [] };
  } catch (error) {
    const { code, message } = asArtifactError(error, "reading a checkpoint of Orbax");
    if (code === "cancelled" || code === "changed") throw error;
    const sentence = say("{name} could not be read: {reason}.", { name: "Orbax", reason: message });
    findings.add(finding(code === "limit" ? "integrity/limit" : "integrity/not-read", "error", sentence));
    return { store, entries: undefined, version: 2, container: [] };
  }
}

async function ofDatabase(manifest: ByteSource, context: ReadContext): Promise<Group> {
  const store = await OcdbtStore.read(manifest, context);
  const entries: Entry[] = [];
  for (const key of store.keys.keys()) {
    const path = arrayPath(key);
    const file = path === undefined ? undefined : await store.open(key);
    if (path === undefined || file === undefined) continue;
    store.take(file.size);
    const metadata = await parsedFile(file);
    if (metadata["node_type"] !== "group") entries.push([path, metadata]);
  }
  if (entries.length === 0)
    throw unsupported(`${manifest.name}: an OCDBT database in which nothing is an array of Zarr`);
  return { store, entries, version: versionOf(entries, {}), container: ["ocdbt"] };
}

function versionOf(entries: readonly Entry[] | undefined, root: JsonObject): 2 | 3 {
  const first = entries?.find(([, metadata]) => metadata !== undefined);
  return (first?.[1] ?? root)["zarr_format"] === 3 ? 3 : 2;
}

/** Metadata of arrays by their paths from the folder of the file; undefined for a group that does not list them. */
function arraysOf(root: JsonObject): readonly Entry[] | undefined {
  if (root["node_type"] === "array" || (root["zarr_format"] === 2 && root["shape"] !== undefined)) return [["", root]];
  const consolidated = root["consolidated_metadata"];
  const all = isObject(consolidated) ? consolidated["metadata"] : root["metadata"];
  if (!isObject(all)) return undefined;
  const entries = Object.entries(all).flatMap(([key, value]): (readonly [string, JsonObject])[] => {
    if (!isObject(value)) return [];
    if (value["node_type"] === "array") return [[key, value]];
    return /(?:^|\/)\.zarray$/.test(key) ? [[key.replace(/\/?\.zarray$/, ""), value]] : [];
  });
  if (entries.length > LIMITS.namedValues) throw limitExceeded("arrays of a group", entries.length, LIMITS.namedValues);
  return entries;
}

async function valueOf(
  path: string,
  metadata: JsonObject | undefined,
  name: string,
  store: ZarrStore,
  context: ReadContext,
): Promise<Value> {
  if (metadata === undefined) throw corrupt("there is no metadata of it in the folder");
  const array = arrayOf(metadata);
  const { shape, chunk, dtype, fill, shardings } = array;
  // Chunks in a file along each axis.
  const inFile = shape.map((_, k) => shardings.reduce((product, { counts }) => product * (counts[k] ?? 1), 1));
  const files = shape.reduce((product, size, k) => product * Math.ceil(size / ((chunk[k] ?? 1) * (inFile[k] ?? 1))), 1);
  const { mostFiles } = store;
  if (mostFiles !== undefined && files > mostFiles) throw limitExceeded(`${path}: files of chunks`, files, mostFiles);
  const open = async (position: readonly number[]): Promise<ByteSource | undefined> =>
    store.open(path === "" ? array.key(position) : `${path}/${array.key(position)}`);
  // A path that leads elsewhere is said now, not when values are read.
  if (elementCount(shape) > 0) await open(shape.map(() => 0));
  const shards = new Map<string, Promise<Shard | undefined>>();
  /** `level`: how many shards a part lies in; a file is in none. */
  const shardAt = (position: readonly number[], level: number): Promise<Shard | undefined> => {
    const key = `${level}:${position.join(".")}`;
    const known = shards.get(key);
    const sharding = shardings[level];
    if (known !== undefined || sharding === undefined) return known ?? Promise.resolve(undefined);
    // There are no more files than may be open; what lies in them may be named any number of times.
    if (shards.size >= LIMITS.zarrChunks) shards.delete(shards.keys().next().value ?? "");
    const shard = partAt(position, level).then((part) => (part === undefined ? undefined : Shard.open(part, sharding)));
    shards.set(key, shard);
    shard.catch(() => shards.delete(key));
    return shard;
  };
  const partAt = async (position: readonly number[], level: number): Promise<ByteSource | undefined> => {
    const outer = shardings[level - 1];
    if (outer === undefined) return open(position);
    const around = position.map((place, k) => Math.floor(place / (outer.counts[k] ?? 1)));
    return (await shardAt(around, level - 1))?.chunk(position);
  };
  const stored = (position: readonly number[]): Promise<ByteSource | undefined> => partAt(position, shardings.length);
  const kept = new Map<string, Promise<Uint8Array | undefined>>();
  const chunkAt = (position: readonly number[]): Promise<Uint8Array | undefined> => {
    const key = position.join(".");
    const known = kept.get(key);
    if (known !== undefined) return known;
    const loaded = load(position, array, stored, context);
    // One row of chunks is read again and again; more is not kept.
    const most = Math.max(1, Math.floor(LIMITS.hdf5ChunkCacheBytes / (elementCount(chunk) * dtype.itemSize)));
    for (const oldest of kept.keys()) {
      if (kept.size < most) break;
      kept.delete(oldest);
    }
    kept.set(key, loaded);
    loaded.catch(() => kept.delete(key));
    return loaded;
  };
  const data = gridSource({ shape, chunk, itemSize: dtype.itemSize, fill }, chunkAt, path === "" ? name : path);
  return { kind: "tensor", tensor: { dtype, shape, order: "C", offset: 0, data }, className: "zarr.Array", offset: 0 };
}

/** A chunk in C order, unpacked. */
async function load(
  position: readonly number[],
  { chunk, dtype, steps, order }: ZarrArray,
  open: (position: readonly number[]) => Promise<ByteSource | undefined>,
  { host, work }: ReadContext,
): Promise<Uint8Array | undefined> {
  const file = await open(position);
  if (file === undefined) return undefined;
  const needed = elementCount(chunk) * dtype.itemSize;
  const bytes = await undo(steps, file, needed, host);
  if (work.isCancelled()) await work.checkpoint();
  if (order.every((axis, k) => axis === k)) return bytes;
  // Strides along the array's axes of what is stored in another order of them.
  const stored = denseStrides(
    order.map((axis) => chunk[axis] ?? 1),
    dtype.itemSize,
  );
  const strides = chunk.map((_, axis) => stored[order.indexOf(axis)] ?? 0);
  const out = new Uint8Array(needed);
  const tensor = { dtype, shape: chunk, order: "C", strides, offset: 0, data: fromBytes(bytes, file.name) } as const;
  await gatherBox(tensor, { corner: chunk.map(() => 0), extent: chunk }, out, 0, undefined);
  return out;
}
