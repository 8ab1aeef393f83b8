import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { utf8Bytes } from "../../model/utf8.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readLightgbm } from "../lightgbm/read.ts";
import { stoppedAt } from "../stopped.ts";
import { ZipBundle } from "../zip-bundle.ts";

/** Nodes lie in each other as pipelines do; deeper folders keep the rest of their path as one name. */
const DEPTH = 32;

/** Reads an MLeap bundle: each node is a dict with its model, its columns, and the nodes in it. */
export async function readMleap(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const bundle = await ZipBundle.of(source, context);
  const root = dictOf([]);
  let about: Value = null;
  for (const member of bundle.members) {
    const { name } = member;
    const isJson = name.endsWith(".json");
    if (name === "bundle.json") {
      about = await bundle.json(member);
      continue;
    }
    const folders = name.replace(/^root\//, "").split("/");
    const file = folders.pop() ?? name;
    const value = await (name.endsWith("/tree.json")
      ? bundle.jsonLines(member)
      : isJson
        ? bundle.json(member)
        : bundle.inner(member));
    const node = nodeAt(root, folders);
    node.keys.push(isJson ? file.slice(0, -".json".length) : file);
    node.values.push(value);
    const booster = file === "model.json" ? await boosterIn(value, name, bundle, context) : undefined;
    if (booster === undefined) continue;
    node.keys.push("booster");
    node.values.push(booster);
  }
  const version = textAt(about, "version");
  return {
    format: "mleap",
    container: ["zip"],
    root,
    namedTensors: false,
    facts: [],
    ...(isNode(about) && about.kind === "dict" ? { metadata: about } : {}),
    told: { framework: { name: "mleap", ...(version !== undefined && { version }) } },
    imports: bundle.imports,
    findings: bundle.findings.all(),
    complete: bundle.isWhole,
  };
}

/** LightGBM's model, whose text is an attribute: it is taken from there. Undefined where there is none, or it cannot be read. */
async function boosterIn(
  model: Value,
  name: string,
  bundle: ZipBundle,
  context: ReadContext,
): Promise<Value | undefined> {
  const attributes = dictAt(model, "attributes");
  const text = dictGet(dictAt(attributes, "booster"), "string");
  if (typeof text !== "string" || !text.startsWith("tree\n")) return undefined;
  try {
    const { root, findings, complete } = await readLightgbm(fromBytes(utf8Bytes(text), name), context);
    for (const found of findings) bundle.findings.add(found);
    if (!complete) bundle.isWhole = false;
    const at = attributes.keys.indexOf("booster");
    attributes.keys.splice(at, 1);
    attributes.values.splice(at, 1);
    return root;
  } catch (error) {
    const reason = asArtifactError(error, `reading ${name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    bundle.findings.add(stoppedAt(fromBytes(utf8Bytes(text), name), reason));
    bundle.isWhole = false;
    return undefined;
  }
}

function dictAt(value: Value | undefined, key: string): DictNode {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return isNode(found) && found.kind === "dict" ? found : dictOf([]);
}

function nodeAt(root: DictNode, folders: readonly string[]): DictNode {
  let node = root;
  const path = folders.length > DEPTH ? [...folders.slice(0, DEPTH), folders.slice(DEPTH).join("/")] : folders;
  for (const folder of path) {
    const key = folder.replace(/\.node$/, "");
    const known = dictGet(node, key);
    if (isNode(known) && known.kind === "dict") node = known;
    else {
      const made = dictOf([]);
      node.keys.push(key);
      node.values.push(made);
      node = made;
    }
  }
  return node;
}

function textAt(value: Value, key: string): string | undefined {
  const found = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return typeof found === "string" ? found : undefined;
}
