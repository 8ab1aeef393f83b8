import { fromUtf8 } from "../../bytes/json-text.ts";
import { lengthAt, tokenOf } from "./token.ts";

/** What the beginning of a file is as MessagePack. */
export interface HeadScan {
  readonly root: "a map" | "an array";
  readonly tokens: number;
  /** Every key is a text that can be printed. */
  readonly hasNames: boolean;
  /** There is an array of flax or msgpack-numpy. */
  readonly hasArrays: boolean;
  /** It begins as a map by name whose first value are bytes, or a longer text, that the file has. */
  readonly holdsBytes: boolean;
}

interface Open {
  readonly isMap: boolean;
  left: number;
}

/** Characters of a text that say as much as bytes do. */
const LONG_TEXT = 64;

/** Walks the first bytes; undefined when they cannot be MessagePack, or when bytes that are none follow. */
export function scanHead(head: Uint8Array, size: number): HeadScan | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const open: Open[] = [];
  let root: HeadScan["root"] | undefined;
  let tokens = 0;
  let hasNames = true;
  let hasArrays = false;
  let holdsBytes = false;
  let at = 0;
  while (at < head.length) {
    const token = tokenOf(head[at] ?? 0);
    if (token.kind === "never") return undefined;
    const body = at + 1 + token.width;
    if (body > size) return undefined;
    if (body > head.length) break;
    const frame = open.at(-1);
    const isKey = frame?.isMap === true && frame.left % 2 === 0;
    tokens += 1;
    if (frame !== undefined) frame.left -= 1;
    at = body;
    if (token.kind === "map" || token.kind === "array") {
      const count = lengthAt(view, body - token.width, token) * (token.kind === "map" ? 2 : 1);
      // Each item takes a byte at least.
      if (count > size - body) return undefined;
      if (root === undefined) {
        if (count === 0) return undefined;
        root = token.kind === "map" ? "a map" : "an array";
      }
      open.push({ isMap: token.kind === "map", left: count });
      hasNames &&= !isKey;
    } else if (root === undefined) return undefined;
    else if (token.kind === "text" || token.kind === "bytes" || token.kind === "extension") {
      const isExtension = token.kind === "extension";
      const length = lengthAt(view, body - token.width, token);
      const start = body + (isExtension ? 1 : 0);
      if (start + length > size) return undefined;
      const content = head.subarray(start, start + length);
      const isCut = start + length > head.length;
      if (token.kind === "text" && !isCut && fromUtf8(content) === undefined && isKey) return undefined;
      holdsBytes ||= tokens === 3 && !isKey && length > (token.kind === "bytes" ? 0 : LONG_TEXT);
      // Of a key that the probe ends in, nothing is known.
      if (isKey) hasNames &&= !isExtension && (isCut || isName(content));
      hasArrays ||= isExtension && head[body] === 1 && (head[start] ?? 0) === 0x93;
      hasArrays ||= isKey && length < 40 && /^(?:nd|__msgpack_chunked_array__)$/.test(fromUtf8(content) ?? "");
      at = start + length;
    } else if (isKey) hasNames = false;
    while (open.at(-1)?.left === 0) open.pop();
    if (open.length > 0) continue;
    // The object is whole: another one, or nothing, may follow.
    if (at >= size) break;
    const next = at < head.length ? tokenOf(head[at] ?? 0).kind : "map";
    if (next !== "map" && next !== "array") return undefined;
    hasNames &&= next === "map";
  }
  if (root === undefined || (at >= size && open.length > 0)) return undefined;
  return { root, tokens, hasNames, hasArrays, holdsBytes };
}

function isName(content: Uint8Array): boolean {
  const text = fromUtf8(content);
  return text !== undefined && text !== "" && !/\p{Cc}/u.test(text);
}
