import { type ByteSource, fromBytes } from "../bytes/source.ts";
import { ArtifactError } from "../errors.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { readCatboost } from "../formats/catboost/read.ts";
import { readLightgbm } from "../formats/lightgbm/read.ts";
import { readXgboost } from "../formats/xgboost/read.ts";
import type { RawArtifact } from "../model/artifact.ts";
import { utf8Bytes } from "../model/utf8.ts";
import { type DictNode, dictGet, isNode, type ObjectNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import type { AttributeRole } from "./roles.ts";

/** What a library's model keeps of itself in the library's own form, inside of a Python object. */
export interface HeldBooster {
  /** The attribute that its bytes are in. */
  readonly attribute: string;
  readonly raw: RawArtifact;
  readonly entries: readonly HeldEntry[];
}

/** A part of the model, as if it were an attribute of the object. */
export interface HeldEntry {
  readonly name: string;
  readonly value: Value;
  readonly role: AttributeRole;
}

/** What came of reading it: nothing is held, or it could not be read. */
export type Held = HeldBooster | ArtifactError | undefined;

interface Row {
  readonly isClass: (module: string, name: string) => boolean;
  readonly attributes: readonly string[];
  readonly read: (source: ByteSource, context: { readonly work: Work }) => Promise<RawArtifact>;
}

/** One row a library: where its objects keep the model, and who reads it. */
const ROWS: readonly Row[] = [
  {
    isClass: (module, name) => module === "xgboost.core" && name === "Booster",
    attributes: ["handle"],
    read: readXgboost,
  },
  {
    isClass: (module, name) => module === "lightgbm.basic" && name === "Booster",
    attributes: ["handle", "_handle"],
    read: readLightgbm,
  },
  {
    isClass: (module, name) => module === "catboost.core" && name.startsWith("CatBoost"),
    attributes: ["__model"],
    read: readCatboost,
  },
];

const known = new WeakMap<ObjectNode, Promise<Held>>();

/** Reads what an object holds in its library's own form, once; undefined for objects that hold nothing of the kind. */
export function heldBooster(node: ObjectNode, work: Work): Promise<Held> {
  const before = known.get(node);
  if (before !== undefined) return before;
  const found = findBooster(node, work);
  known.set(node, found);
  // What was cancelled is read when it is asked for again.
  found.catch(() => known.delete(node));
  return found;
}

async function findBooster(node: ObjectNode, work: Work): Promise<Held> {
  const { module, name } = classOf(node);
  const row = ROWS.find((each) => each.isClass(module, name));
  for (const attribute of row?.attributes ?? []) {
    const source = sourceOf(attributeOf(node, attribute), `${name}.${attribute}`);
    if (row === undefined || source === undefined) continue;
    try {
      const raw = await row.read(source, { work });
      return { attribute, raw, entries: entriesOf(raw) };
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      return error;
    }
  }
  return undefined;
}

/** Bytes, or a text as bytes. */
function sourceOf(value: Value | undefined, name: string): ByteSource | undefined {
  if (typeof value === "string") return fromBytes(utf8Bytes(value), name);
  return isNode(value) && value.kind === "bytes" ? value.data : undefined;
}

/** XGBoost's objects keep their configuration beside the model: the model has the address that it has in a file. */
function entriesOf({ root, told }: RawArtifact): readonly HeldEntry[] {
  if (!isNode(root) || root.kind !== "dict") return [];
  const model = dictGet(root, "Model");
  const isPair = isNode(model) && model.kind === "dict";
  const settings = new Set(told?.settings);
  const entries = (dict: DictNode): readonly HeldEntry[] =>
    dict.keys.flatMap((key, i) => {
      const value = dict.values[i];
      if (typeof key !== "string" || value === undefined || (isPair && value === model)) return [];
      return [{ name: key, value, role: settings.has(key) ? ("hyperparameter" as const) : ("value" as const) }];
    });
  return isPair ? [...entries(model), ...entries(root)] : entries(root);
}

/** What was wrong inside of it, at the address of the object. */
export function heldFindings({ raw }: HeldBooster, path: string): readonly Finding[] {
  return raw.findings.map(({ rule, severity, sentence }) => finding(rule, severity, sentence, { path }));
}
