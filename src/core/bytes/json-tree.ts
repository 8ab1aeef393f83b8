import { ArtifactError } from "../errors.ts";
import { type JsonNotes, type JsonOptions, JsonScanner } from "./json-scan.ts";

/** A JSON value with its numbers as text. */
export type JsonValue = null | boolean | string | JsonNumber | JsonArray | JsonObject;

export interface JsonNumber {
  readonly kind: "number";
  readonly text: string;
  readonly start: number;
}

export interface JsonArray {
  readonly kind: "array";
  readonly items: JsonValue[];
  readonly start: number;
}

/** Entries in the order of the text, duplicates of a key kept. */
export interface JsonObject {
  readonly kind: "object";
  readonly entries: { readonly key: string; readonly start: number; readonly value: JsonValue }[];
  readonly start: number;
}

export interface JsonTree {
  /** What was read; undefined when not even a value began. */
  readonly root: JsonValue | undefined;
  readonly notes: JsonNotes;
  /** Why reading stopped early. */
  readonly error?: ArtifactError;
}

/**
 * Reads a text as a tree, up to `maxDepth` brackets deep and `maxValues` keys and values, each about 100 bytes. What was
 * read before an error is given with it.
 */
export function readJsonTree(
  bytes: Uint8Array,
  maxDepth: number,
  options: JsonOptions = {},
  maxValues: number = Number.POSITIVE_INFINITY,
): JsonTree {
  const open: (JsonArray | JsonObject)[] = [];
  let root: JsonValue | undefined;
  let key = { text: "", start: 0 };
  let scanner: JsonScanner | undefined;
  let values = 0;
  const place = (value: JsonValue): void => {
    const parent = open.at(-1);
    if (parent === undefined) root = value;
    else if (parent.kind === "array") parent.items.push(value);
    else parent.entries.push({ key: key.text, start: key.start, value });
  };
  try {
    scanner = new JsonScanner(bytes, options);
    for (let token = scanner.next(); token !== "end"; token = scanner.next()) {
      const { start } = scanner;
      values += 1;
      if (values > maxValues) throw scanner.error("limit", start, `more than ${maxValues} values`);
      if (token === "key") key = { text: scanner.text(), start };
      else if (token === "]" || token === "}") open.pop();
      else if (token === "[" || token === "{") {
        if (scanner.depth > maxDepth) throw scanner.error("limit", start, `nesting is over the limit of ${maxDepth}`);
        const value: JsonArray | JsonObject =
          token === "[" ? { kind: "array", items: [], start } : { kind: "object", entries: [], start };
        place(value);
        open.push(value);
      } else place(scalarOf(scanner));
    }
    return { root, notes: scanner.notes };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return { root, notes: scanner?.notes ?? NO_NOTES, error };
  }
}

const NO_NOTES: JsonNotes = { hasByteOrderMark: false, nonFinite: 0, nonFiniteAt: -1, invalidUtf8At: -1 };

function scalarOf(scanner: JsonScanner): JsonValue {
  if (scanner.kind === "string") return scanner.text();
  if (scanner.kind === "number") return { kind: "number", text: scanner.number(), start: scanner.start };
  return scanner.kind === "null" ? null : scanner.kind === "true";
}

/** The value under a key; of duplicates the last one, as Python and JavaScript have it. */
export function jsonGet(object: JsonObject, key: string): JsonValue | undefined {
  for (let index = object.entries.length - 1; index >= 0; index -= 1) {
    const entry = object.entries[index];
    if (entry?.key === key) return entry.value;
  }
  return undefined;
}
