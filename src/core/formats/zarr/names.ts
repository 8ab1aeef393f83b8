import type { Siblings } from "../../bytes/siblings.ts";
import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { isObject, type JsonObject, parsedFile } from "./json.ts";
import type { ZarrStore } from "./store.ts";

/** An array's path and its metadata; undefined where that is not there. */
export type Entry = readonly [string, JsonObject | undefined];

const FILES = [".zarray", "zarr.json"] as const;

/** The array or group whose metadata a file is; undefined for any other file. */
export function arrayPath(file: string): string | undefined {
  return /^(?:(.*)\/)?(?:\.zarray|zarr\.json)$/
    .exec(file)
    ?.slice(1)
    .map((path) => path ?? "")[0];
}

/** Folders in folders: a path below has sixteen names at most. */
const DEPTH = 14;

/**
 * The arrays that lie below a group's folder, in the order of their names. An array's own folder is not looked into: it may have a
 * file for each of its chunks. Undefined where folders cannot be listed.
 */
export async function arraysBelow(siblings: Siblings | undefined, work: Work): Promise<readonly Entry[] | undefined> {
  if (siblings?.list === undefined || siblings.openBelow === undefined) return undefined;
  const found: Entry[] = [];
  let nodes = 0;
  const look = async (folder: string, depth: number): Promise<void> => {
    for (const name of (await siblings.list?.(folder)) ?? []) {
      await work.checkpoint();
      if (!name.endsWith("/")) continue;
      const path = folder === "" ? name.slice(0, -1) : `${folder}/${name.slice(0, -1)}`;
      nodes += 1;
      if (nodes > LIMITS.zarrNodes) throw limitExceeded("arrays and groups of a folder", nodes, LIMITS.zarrNodes);
      const node = await nodeAt(path, siblings);
      if (node === "group" && depth >= DEPTH) throw limitExceeded("groups of Zarr in each other", depth + 1, DEPTH);
      if (node === "group") await look(path, depth + 1);
      else if (node !== undefined) found.push([path, node]);
    }
  };
  await look("", 0);
  return found;
}

async function nodeAt(path: string, siblings: Siblings): Promise<JsonObject | "group" | undefined> {
  for (const name of FILES) {
    const file = await siblings.openBelow?.(`${path}/${name}`);
    if (file === undefined) continue;
    const metadata = await parsedFile(file);
    return metadata["node_type"] === "group" ? "group" : metadata;
  }
  return (await siblings.openBelow?.(`${path}/.zgroup`)) === undefined ? undefined : "group";
}

/**
 * What Orbax calls the folders of its arrays, where each has one: the keys of each value in the tree, joined by dots. Undefined for
 * any other metadata. https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html
 */
export function orbaxNames(root: JsonObject): readonly string[] | undefined {
  const tree = root["tree_metadata"];
  if (!isObject(tree)) return undefined;
  return Object.values(tree).flatMap((entry) => {
    const [keys, value] = isObject(entry) ? [entry["key_metadata"], entry["value_metadata"]] : [];
    // An empty dict, None: nothing of it is stored.
    if (isObject(value) && (value["skip_deserialize"] === true || value["value_type"] === "None")) return [];
    if (!Array.isArray(keys)) return [];
    const names = keys.map((key) => (isObject(key) ? key["key"] : undefined));
    return [names.filter((name) => typeof name === "string" || typeof name === "number").join(".")];
  });
}

/** What is not there is told of where it is read. */
export async function arraysNamed(names: readonly string[], store: ZarrStore): Promise<readonly Entry[]> {
  if (names.length > LIMITS.zarrNodes) throw limitExceeded("arrays of a checkpoint", names.length, LIMITS.zarrNodes);
  const found: Entry[] = [];
  for (const name of names) {
    const file = (await store.open(`${name}/.zarray`)) ?? (await store.open(`${name}/zarr.json`));
    found.push([name, file === undefined ? undefined : await parsedFile(file)]);
  }
  return found;
}
