import { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { classNameOf, type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";

/**
 * gensim keeps large arrays of a saved object in files of their own, and lists them in the object's state:
 *
 *     w2v.model                  object {__numpys: ["cum_table"], __scipys: [], __recursive_saveloads: ["wv"], wv: ...}
 *     w2v.model.cum_table.npy    the array; `.npz` with the member `val` where the pickle is compressed
 *     w2v.model.wv.vectors.npy   an array of the object under `wv`
 *
 * A sparse matrix under `__scipys` is a pickle without its arrays, `m.index.npy`, and those: `m.index.data.npy`,
 * `m.index.indices.npy`, `m.index.indptr.npy`, or one `m.index.sparse.npz` where the pickle is compressed. Attributes under
 * `__ignoreds` were not saved: loading sets them to None. What the state has for all that is its own: a model that was loaded,
 * and pickled as a whole then, still lists what once was apart.
 *
 * The facts are in gensim's `utils.SaveLoad`. An array that is found is put where it belongs; one that is not is named.
 */
export interface SideCars {
  readonly findings: readonly Finding[];
  /** Arrays that were put in their places. */
  readonly found: number;
}

/** Objects in objects that are followed: gensim's own nest three deep. */
const DEPTH = 8;

export async function followGensim(root: Value | undefined, context: ReadContext): Promise<SideCars> {
  const missing: string[] = [];
  let found = 0;
  const { siblings } = context;
  const seen = new Set<DictNode>();
  const open: { readonly value: Value | undefined; readonly prefix: string; readonly depth: number }[] = [
    { value: root, prefix: siblings?.own ?? "", depth: 0 },
  ];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const state = stateOf(at.value);
    if (state === undefined || seen.has(state) || at.depth > DEPTH) continue;
    seen.add(state);
    const namesApart = (key: string): readonly string[] =>
      namesUnder(state, key).filter((name) => dictGet(state, name) === undefined);
    for (const name of namesApart("__numpys")) {
      await context.work.checkpoint();
      const value = await arrayBeside(`${at.prefix}.${name}`, context);
      if (value === undefined) missing.push(`${at.prefix}.${name}.npy`);
      else {
        put(state, name, value);
        found++;
      }
    }
    for (const name of namesApart("__scipys")) {
      await context.work.checkpoint();
      const value = await sparseBeside(`${at.prefix}.${name}`, context, missing);
      if (value === undefined) continue;
      put(state, name, value);
      found++;
    }
    for (const name of namesApart("__ignoreds")) put(state, name, null);
    for (const name of namesUnder(state, "__recursive_saveloads"))
      open.push({ value: dictGet(state, name), prefix: `${at.prefix}.${name}`, depth: at.depth + 1 });
  }
  const [first] = missing;
  if (first === undefined) return { findings: [], found };
  const sentence = say(
    "{count} arrays of this gensim model are in files of their own beside it ({first} ...), which are not there or cannot be read.",
    { count: missing.length, first },
  );
  const evidence = { files: missing.slice(0, 20).join(", ") };
  return { findings: [finding("integrity/not-read", "warning", sentence, { evidence })], found };
}

function stateOf(value: Value | undefined): DictNode | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  return isNode(value.state) && value.state.kind === "dict" ? value.state : undefined;
}

function namesUnder(state: DictNode, key: string): readonly string[] {
  const list = dictGet(state, key);
  if (!isNode(list) || list.kind !== "list") return [];
  return list.items.filter((name): name is string => typeof name === "string").slice(0, LIMITS.findingsPerRule);
}

async function arrayBeside(name: string, context: ReadContext): Promise<Value | undefined> {
  for (const suffix of [".npy", ".npz"]) {
    const value = await readable(() => arrayIn(`${name}${suffix}`, context));
    if (value !== undefined) return value;
  }
  return undefined;
}

const SPARSE_PARTS = ["data", "indptr", "indices"] as const;

/** The object of scipy with its arrays; what is not there is added to `missing`. */
async function sparseBeside(name: string, context: ReadContext, missing: string[]): Promise<Value | undefined> {
  const packed = await readable(() => innerRoot(`${name}.sparse.npz`, context));
  const object =
    (await readable(() => sparseIn(`${name}.npy`, context))) ??
    (await readable(() => sparseIn(`${name}.npz`, context)));
  const parts: [string, Value][] = [];
  for (const part of SPARSE_PARTS) {
    const value =
      isNode(packed) && packed.kind === "dict"
        ? dictGet(packed, part)
        : await readable(() => arrayIn(`${name}.${part}.npy`, context));
    if (value === undefined) missing.push(`${name}.${part}.npy`);
    else parts.push([part, value]);
  }
  const state = stateOf(object);
  if (state === undefined) missing.push(`${name}.npy`);
  if (state === undefined || parts.length < SPARSE_PARTS.length) return undefined;
  for (const [part, value] of parts) put(state, part, value);
  return object;
}

/** A pickle of one object of scipy, whatever its name says. */
async function sparseIn(file: string, { siblings, readInner }: ReadContext): Promise<Value | undefined> {
  const source = await siblings?.open(file);
  if (source === undefined || readInner === undefined) return undefined;
  const { root, complete, imports = [] } = await readInner(source, file);
  // What else it would import is told when it is opened itself: here only what such a matrix needs is taken.
  const isOrdinary = imports.every((use) => use.class === "ordinary");
  const isSparse = /^scipy\.sparse\..*\.cs[rc]_(?:matrix|array)$/.test(classNameOf(root) ?? "");
  return complete && isOrdinary && isSparse ? root : undefined;
}

async function innerRoot(file: string, { siblings, readInner }: ReadContext): Promise<Value | undefined> {
  const source = await siblings?.open(file);
  if (source === undefined || readInner === undefined) return undefined;
  const { root, complete, imports = [] } = await readInner(source, file);
  return complete && imports.length === 0 ? root : undefined;
}

async function arrayIn(file: string, context: ReadContext): Promise<Value | undefined> {
  // An array of objects would bring imports that this file does not have: it is looked at by itself.
  const root = await innerRoot(file, context);
  if (!isNode(root)) return undefined;
  return root.kind === "dict" ? dictGet(root, "val") : root.kind === "tensor" ? root : undefined;
}

async function readable(read: () => Promise<Value | undefined>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}

function put(state: DictNode, name: string, value: Value): void {
  const at = state.keys.lastIndexOf(name);
  if (at >= 0) {
    state.values[at] = value;
    return;
  }
  state.keys.push(name);
  state.values.push(value);
}
