import type { ByteSource } from "../../bytes/source.ts";
import type { BytesNode, DictNode, ListNode, ObjectNode, UnreadNode, Value } from "../../model/value.ts";
import { isNode } from "../../model/value.ts";
import { HeldBytes } from "./held-bytes.ts";
import { isAsciiRange, readText } from "./text.ts";

/** Nodes of the described graph, always with the same fields in the same order, so that they stay small. */

export function list(items: Value[]): ListNode {
  return { kind: "list", type: "list", items };
}

export function tuple(items: Value[]): ListNode {
  return { kind: "list", type: "tuple", items };
}

export function setOf(type: "set" | "frozenset", items: Value[]): ListNode {
  return { kind: "list", type, items };
}

export function dict(): DictNode {
  return { kind: "dict", keys: [], values: [] };
}

export function objectNode(callable: Value, how: "new" | "call", args: readonly Value[], offset: number): ObjectNode {
  return { kind: "object", callable, how, args, offset };
}

export function unread(why: string, offset: number): UnreadNode {
  return { kind: "unread", why, offset };
}

export function bytesNode(type: BytesNode["type"], data: ByteSource): BytesNode {
  return { kind: "bytes", type, data };
}

/** A Python 2 string: text when it is ASCII (most are attribute names), a copy of the bytes otherwise. */
export function python2String(bytes: Uint8Array): Value {
  if (!isAsciiRange(bytes, 0, bytes.length)) return bytesNode("str8", new HeldBytes(bytes.slice()));
  return readText(bytes, 0, bytes.length) as string;
}

/** The items of a tuple or list: what a call's argument must be. */
export function argumentsOf(value: Value | undefined): Value[] | undefined {
  return isNode(value) && value.kind === "list" && value.type !== "set" && value.type !== "frozenset"
    ? value.items
    : undefined;
}

/** What an element is in an error's sentence. */
export function kindName(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (typeof value === "bigint") return "an integer";
  if (typeof value === "number") return "a float";
  if (typeof value === "boolean") return "a boolean";
  if (typeof value === "string") return "a string";
  switch (value.kind) {
    case "list":
      return `a ${value.type}`;
    case "global":
      return `${value.module}.${value.name}`;
    case "object":
      return "an object";
    case "tensor":
      return "an array";
    case "bytes":
      return "bytes";
    case "dict":
      return "a dict";
    case "float":
    case "decimal":
      return "a float";
    case "scalar":
      return "a numpy scalar";
    case "persistent":
      return "a persistent object";
    case "unread":
      return "a value that was not read";
  }
}
