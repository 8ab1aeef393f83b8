import { DOCUMENT_MEMBER } from "../formats/embedded/layout.ts";
import { utf8Bytes } from "../model/utf8.ts";
import type { TargetId } from "./plan.ts";

/**
 * Names that a target cannot hold, written so that they can be had back: `%` and two hexadecimal digits for each byte
 * that may not stand there, as in addresses of the web, and `%25` for every `%`. The empty name is `%` alone.
 */
export function memberName(key: string, target: TargetId): string {
  if (target === "safetensors") return key === METADATA_KEY ? `%5F${key.slice(1)}` : escaped(key, NOT_IN_JSON_NAMES);
  if (target !== "npz") return key;
  if (key === "") return "%";
  if (key === DOCUMENT_MEMBER) return `%6D${key.slice(1)}`;
  const name = escaped(key, NOT_IN_ZIP_NAMES);
  return CLIMBS.test(name) ? name.replaceAll("/", "%2F") : name;
}

/** In a safetensors header this is no tensor. */
const METADATA_KEY = "__metadata__";

/** Lone surrogates have no UTF-8. */
const NOT_IN_JSON_NAMES = /[%\p{Surrogate}]/gu;
/** Zip readers end a name at a zero byte and turn a backslash. Slashes and colons are ordinary in names of weights. */
const NOT_IN_ZIP_NAMES = /[%\\\p{Cc}\p{Surrogate}]/gu;
/** Names that would be written outside of the folder, or nowhere, when the archive is unpacked. */
const CLIMBS = /(^|\/)(\.{0,2})(\/|$)/;

function escaped(key: string, what: RegExp): string {
  return key.replace(what, (character) => {
    let out = "";
    for (const byte of utf8Bytes(character)) out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    return out;
  });
}
