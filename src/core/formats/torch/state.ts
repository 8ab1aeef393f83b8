import type { Fact } from "../../model/artifact.ts";
import { classNameOf, type DictNode, isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";

/** The object of a checkpoint as it is shown. */
export interface State {
  readonly root: Value | undefined;
  /** True for a state dict: its keys are the addresses. */
  readonly namedTensors: boolean;
  /** Versions of modules that state dicts carry. */
  readonly metadata?: Value;
}

/** How deep in dicts a state dict is looked for: {"model": {"state_dict": ...}}. */
const DEPTH = 3;
/** What `Module.state_dict` sets on the dict that it gives: a version for each module. */
const METADATA = "_metadata";

/**
 * A state dict is an OrderedDict; shown as a dict, with the versions of its modules as metadata. Elsewhere such versions
 * move to the metadata as well: they are no parameters.
 */
export function stateOf(root: Value | undefined): State {
  const metadata: DictNode = { kind: "dict", keys: [], values: [] };
  takeMetadata(root, "", DEPTH, metadata);
  const dict = plainDict(root);
  const shown = dict ?? root;
  return {
    root: shown,
    namedTensors: isNode(shown) && shown.kind === "dict" && isStateDict(shown),
    ...(metadata.keys.length === 0 ? {} : { metadata }),
  };
}

function isOrderedDict(value: Value | undefined): value is ObjectNode {
  return isNode(value) && value.kind === "object" && classNameOf(value) === "collections.OrderedDict";
}

/** An OrderedDict that nothing but its entries is known of. */
function plainDict(value: Value | undefined): DictNode | undefined {
  if (!isOrderedDict(value) || value.state !== undefined || value.items !== undefined) return undefined;
  if (value.entries !== undefined) return value.entries;
  return value.args.length === 0 ? { kind: "dict", keys: [], values: [] } : undefined;
}

function isStateDict({ keys, values }: DictNode): boolean {
  if (keys.length === 0 || !keys.every((key) => typeof key === "string" && key !== "")) return false;
  return values.some((value) => isNode(value) && value.kind === "tensor") && values.every(isTensorLike);
}

/** A tensor, or what stands for one: quantised, sparse, not read. */
function isTensorLike(value: Value): boolean {
  if (!isNode(value)) return false;
  if (value.kind === "tensor" || value.kind === "unread") return true;
  return value.kind === "dict" && value.values.some((part) => isNode(part) && part.kind === "tensor");
}

function takeMetadata(value: Value | undefined, path: string, depth: number, into: DictNode): void {
  if (isOrderedDict(value)) {
    const attributes = attributesIn(value.state);
    if (attributes !== undefined && attributes.keys.length === 1 && attributes.keys[0] === METADATA) {
      into.keys.push(path === "" ? METADATA : `${path}.${METADATA}`);
      into.values.push(attributes.values[0] as Value);
      delete value.state;
    }
  }
  if (depth === 0) return;
  const entries = isOrderedDict(value) ? value.entries : isNode(value) && value.kind === "dict" ? value : undefined;
  for (const [k, key] of (entries?.keys ?? []).entries()) {
    const inner: Value | undefined = entries?.values[k];
    if (typeof key === "string" && isNode(inner) && mayHold(inner))
      takeMetadata(inner, path === "" ? key : `${path}.${key}`, depth - 1, into);
  }
}

function mayHold(node: Node): boolean {
  return node.kind === "dict" || isOrderedDict(node);
}

function attributesIn(state: Value | undefined): DictNode | undefined {
  return isNode(state) && state.kind === "dict" ? state : undefined;
}

/** What a checkpoint says of the libraries that wrote it, beside its tensors. */
export function versionsIn(root: Value | undefined): Fact[] {
  const entries = isOrderedDict(root) ? root.entries : isNode(root) && root.kind === "dict" ? root : undefined;
  const version = entries?.values[entries.keys.indexOf("pytorch-lightning_version")];
  return typeof version === "string" ? [{ id: "pytorch-lightning", label: "PyTorch Lightning", value: version }] : [];
}
