import { isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { type Attribute, attributesOfObject, classOf, dictPairs } from "../anatomy.ts";
import type { Child } from "../children.ts";
import type { AttributeRole } from "../roles.ts";

/** A part of a module with its address and role. */
export interface ModulePart {
  readonly child: Child;
  readonly role: AttributeRole;
  /** True for the module's own settings. */
  readonly isAttribute: boolean;
}

/** True for an `nn.Module`, whatever its class, and for a module of a TorchScript archive. */
export function isTorchModule(node: ObjectNode): boolean {
  return isScripted(node) ? attributesOfObject(node) !== undefined : tablesOf(node) !== undefined;
}

/**
 * What a module has, under the addresses that `state_dict()` gives: parameters, buffers and the modules in it by their
 * names, joined by dots; and its settings. Bookkeeping that is empty is left out.
 */
export function modulePartsOf(node: ObjectNode, path: string): readonly ModulePart[] {
  const parts: ModulePart[] = [];
  const learned = (name: string, value: Value): void => {
    if (value !== null)
      parts.push({ child: { value, path: joined(path, name), name }, role: "fitted", isAttribute: false });
  };
  const tables = isScripted(node) ? undefined : tablesOf(node);
  for (const attribute of attributesOfObject(node) ?? []) {
    const { name, value } = attribute;
    if (tables?.includes(attribute) === true)
      for (const { key, value: part } of entriesOf(value) ?? []) learned(typeof key === "string" ? key : "?", part);
    else if (tables !== undefined && isAlias(attribute, tables)) continue;
    else if (holdsState(value)) learned(name, value);
    else if (!isBookkeeping(attribute))
      parts.push({ child: { value, path: joined(path, name), name }, role: "hyperparameter", isAttribute: true });
  }
  return parts;
}

const TABLES: ReadonlySet<string> = new Set(["_parameters", "_buffers", "_modules"]);

/** The dicts that make an object a module; undefined when it has not all of them. */
function tablesOf(node: ObjectNode): readonly Attribute[] | undefined {
  const attributes = attributesOfObject(node);
  // Every object is asked, and few have one of them.
  if (attributes?.some(({ name }) => name === "_modules") !== true) return undefined;
  const tables = attributes.filter(({ name, value }) => TABLES.has(name) && entriesOf(value) !== undefined);
  return tables.length === TABLES.size ? tables : undefined;
}

function isScripted(node: ObjectNode): boolean {
  const { module } = classOf(node);
  return module === "__torch__" || module.startsWith("__torch__.");
}

function joined(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function entriesOf(value: Value): readonly { readonly key: Value; readonly value: Value }[] | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "dict") return dictPairs(value);
  if (value.kind !== "object" || !["OrderedDict", "dict"].includes(classOf(value).name)) return undefined;
  return value.entries === undefined ? [] : dictPairs(value.entries);
}

/** Tensors, modules, and what holds such. */
function holdsState(value: Value): boolean {
  if (!isNode(value)) return false;
  if (value.kind === "tensor" || value.kind === "unread") return true;
  if (value.kind === "object") return !isEmpty(value);
  if (value.kind === "list") return value.items.some(isInteresting);
  return value.kind === "dict" && value.values.some(isInteresting);
}

function isInteresting(value: Value): boolean {
  return isNode(value) && (value.kind === "tensor" || value.kind === "object" || value.kind === "list");
}

/** A private list of nothing but the module's own parameters: recurrent layers keep one. */
function isAlias({ name, value }: Attribute, tables: readonly Attribute[]): boolean {
  if (!name.startsWith("_") || !isNode(value) || value.kind !== "list" || value.items.length === 0) return false;
  const own = new Set(tables.flatMap((table) => (entriesOf(table.value) ?? []).map((each) => each.value)));
  return value.items.every((item) => isNode(item) && own.has(item));
}

/** Private and empty: hooks that nobody set. */
function isBookkeeping({ name, value }: Attribute): boolean {
  return name.startsWith("_") && (typeof value === "boolean" || value === null || (isNode(value) && isEmpty(value)));
}

function isEmpty(node: Node): boolean {
  if (node.kind === "list") return node.items.length === 0;
  if (node.kind === "dict") return node.keys.length === 0;
  return node.kind === "object" && entriesOf(node)?.length === 0;
}
