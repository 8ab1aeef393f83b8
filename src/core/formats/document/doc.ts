import { corrupt } from "../../errors.ts";
import type { Atom, GraphRecord } from "../../model/graph-records.ts";

/**
 * What our own files say about an artifact, before it is spelt: maps, lists, and the atoms of graph records. The
 * native container spells it as MessagePack, the other targets as JSON text; both are exact. Integers are bigint and
 * floats are numbers, so neither can become the other.
 */
export type Doc = Atom | DocMap | readonly Doc[];

/** Keys may come from a file, so a Map and never an object. */
export type DocMap = ReadonlyMap<string, Doc>;

/** A map of what is there: undefined values are left out. */
export function docMap(entries: Readonly<Record<string, Doc | undefined>>): DocMap {
  const map = new Map<string, Doc>();
  for (const [key, value] of Object.entries(entries)) if (value !== undefined) map.set(key, value);
  return map;
}

export function isDocMap(doc: Doc | undefined): doc is DocMap {
  return doc instanceof Map;
}

export function isDocList(doc: Doc | undefined): doc is readonly Doc[] {
  return Array.isArray(doc);
}

/** The text under `key`; undefined when there is none. Throws `corrupt` when it is something else. */
export function textAt(map: DocMap, key: string): string | undefined {
  const doc = map.get(key);
  if (doc === undefined || typeof doc === "string") return doc;
  throw corrupt(`${JSON.stringify(key)}: expected text, found ${kindOf(doc)}`);
}

/** The count under `key`: an integer from 0 to 2^53-1. */
export function countAt(map: DocMap, key: string): number | undefined {
  const doc = map.get(key);
  return doc === undefined ? undefined : countOf(doc, key);
}

/** The integer under `key`, of any sign. */
export function integerAt(map: DocMap, key: string): number | undefined {
  const doc = map.get(key);
  if (doc === undefined) return undefined;
  if (typeof doc !== "bigint" || !Number.isSafeInteger(Number(doc)))
    throw corrupt(`${JSON.stringify(key)}: expected an integer, found ${kindOf(doc)}`);
  return Number(doc);
}

export function countOf(doc: Doc | undefined, what: string): number {
  if (typeof doc !== "bigint") throw corrupt(`${JSON.stringify(what)}: expected a count, found ${kindOf(doc)}`);
  if (doc < 0n || doc > BigInt(Number.MAX_SAFE_INTEGER))
    throw corrupt(`${JSON.stringify(what)}: ${doc} is not a count`);
  return Number(doc);
}

export function flagAt(map: DocMap, key: string): boolean | undefined {
  const doc = map.get(key);
  if (doc === undefined || typeof doc === "boolean") return doc;
  throw corrupt(`${JSON.stringify(key)}: expected true or false, found ${kindOf(doc)}`);
}

/** The list under `key`; an absent one is empty. */
export function listAt(map: DocMap, key: string): readonly Doc[] {
  const doc = map.get(key);
  if (doc === undefined) return [];
  if (!isDocList(doc)) throw corrupt(`${JSON.stringify(key)}: expected a list, found ${kindOf(doc)}`);
  return doc;
}

export function mapAt(map: DocMap, key: string): DocMap | undefined {
  const doc = map.get(key);
  if (doc === undefined || isDocMap(doc)) return doc;
  throw corrupt(`${JSON.stringify(key)}: expected a map, found ${kindOf(doc)}`);
}

/** A document where only an atom may stand: a map is none, at any depth. */
export function atomOf(doc: Doc): Atom {
  if (isDocMap(doc)) throw corrupt("a map where a value was expected");
  if (isDocList(doc)) return doc.map(atomOf);
  return doc;
}

/** A document that is a record of a value graph; undefined for one that is none. */
export function recordOf(doc: Doc): GraphRecord | undefined {
  if (!isDocList(doc) || typeof doc[0] !== "string" || doc.some(holdsMap)) return undefined;
  return doc as unknown as GraphRecord;
}

/** Records hold atoms, and lists of them. */
function holdsMap(doc: Doc): boolean {
  return isDocMap(doc) || (isDocList(doc) && doc.some(holdsMap));
}

export function kindOf(doc: Doc | undefined): string {
  if (doc === undefined) return "nothing";
  if (doc === null) return "nil";
  if (isDocMap(doc)) return "a map";
  if (isDocList(doc)) return "a list";
  if (doc instanceof Uint8Array) return "bytes";
  if (typeof doc === "object") return "a reference";
  return typeof doc === "string" ? "text" : String(doc);
}
