import { isNode, type Node, type Value } from "../model/value.ts";
import { printText, printValue } from "./print.ts";
import type { OutlineIcon } from "./viewer-model.ts";

/** One child of a value in the raw structure. */
export interface RawChild {
  readonly label: string;
  readonly value: Value;
}

/** How many children a value has in the raw structure. */
export function rawChildCount(value: Value): number {
  if (!isNode(value)) return 0;
  switch (value.kind) {
    case "list":
      return value.items.length;
    case "dict":
      return value.keys.length;
    case "object":
      return objectParts(value).length;
    case "tensor":
      return value.objects?.length ?? 0;
    case "persistent":
      return 1;
    case "float":
    case "decimal":
    case "bytes":
    case "scalar":
    case "global":
    case "unread":
      return 0;
  }
}

/** Children [start, start + count) without making the others. */
export function rawChildren(value: Value, start: number, count: number): RawChild[] {
  if (!isNode(value)) return [];
  const end = start + count;
  switch (value.kind) {
    case "list":
      return value.items.slice(start, end).map((item, index) => ({ label: `[${start + index}]`, value: item }));
    case "dict":
      return value.keys
        .slice(start, end)
        .map((key, index) => ({ label: keyLabel(key), value: value.values[start + index] ?? null }));
    case "object":
      return objectParts(value).slice(start, end);
    case "tensor":
      return (value.objects ?? [])
        .slice(start, end)
        .map((item, index) => ({ label: `[${start + index}]`, value: item }));
    case "persistent":
      return [{ label: "id", value: value.id }].slice(start, end);
    case "float":
    case "decimal":
    case "bytes":
    case "scalar":
    case "global":
    case "unread":
      return [];
  }
}

function keyLabel(key: Value): string {
  return typeof key === "string" ? (/^[\w.-]+$/.test(key) ? key : printText(key)) : printValue(key, 120);
}

function objectParts(node: Extract<Node, { kind: "object" }>): RawChild[] {
  const parts: RawChild[] = [];
  if (!isNode(node.callable) || node.callable.kind !== "global")
    parts.push({ label: "callable", value: node.callable });
  if (node.args.length > 0)
    parts.push({ label: "arguments", value: { kind: "list", type: "tuple", items: [...node.args] } });
  if (node.kwargs !== undefined) parts.push({ label: "keyword arguments", value: node.kwargs });
  if (node.state !== undefined) parts.push({ label: "state", value: node.state });
  for (const [index, state] of (node.moreStates ?? []).entries())
    parts.push({ label: `state ${index + 2}`, value: state });
  if (node.items !== undefined)
    parts.push({ label: "items", value: { kind: "list", type: "list", items: node.items } });
  if (node.entries !== undefined) parts.push({ label: "entries", value: node.entries });
  return parts;
}

/** The icon of a value. */
export function valueIcon(value: Value): OutlineIcon {
  if (value === null) return "none";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "bigint" || typeof value === "number") return "number";
  if (typeof value === "string") return "text";
  switch (value.kind) {
    case "float":
    case "decimal":
    case "scalar":
      return "number";
    case "bytes":
      return "bytes";
    case "list":
      return "list";
    case "dict":
      return "dict";
    case "tensor":
      return "tensor";
    case "global":
      return "global";
    case "object":
    case "persistent":
      return "object";
    case "unread":
      return "unread";
  }
}

/** What a raw row says of a value: its class or type, with the size or the text. */
export function valueDetail(value: Value): string {
  if (!isNode(value)) return printValue(value, 160);
  switch (value.kind) {
    case "list":
      return `${value.type} of ${value.items.length}`;
    case "dict":
      return `dict of ${value.keys.length}`;
    case "object":
      return isNode(value.callable) && value.callable.kind === "global"
        ? `${value.callable.module}.${value.callable.name}`
        : "call";
    case "tensor":
      return `${value.tensor.dtype.name} [${value.tensor.shape.join(", ")}]`;
    case "float":
    case "decimal":
    case "bytes":
    case "scalar":
    case "global":
    case "persistent":
    case "unread":
      return printValue(value, 160);
  }
}
