import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";

/**
 * gensim keeps large arrays of a saved object in files of their own, and lists them in the object's state:
 *
 *     w2v.model                  object {__numpys: ["cum_table"], __scipys: [], __recursive_saveloads: ["wv"], wv: ...}
 *     w2v.model.cum_table.npy    the array; `.npz` with the member `val` where the pickle is compressed
 *     w2v.model.wv.vectors.npy   an array of the object under `wv`
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
    for (const name of namesUnder(state, "__numpys")) {
      await context.work.checkpoint();
      const value = await arrayBeside(`${at.prefix}.${name}`, context);
      if (value === undefined) missing.push(`${at.prefix}.${name}.npy`);
      else {
        put(state, name, value);
        found++;
      }
    }
    // A sparse matrix is a pickle and three arrays: named, not put together.
    for (const name of namesUnder(state, "__scipys")) missing.push(`${at.prefix}.${name}.npy`);
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

async function arrayIn(file: string, { siblings, readInner }: ReadContext): Promise<Value | undefined> {
  const source: ByteSource | undefined = await siblings?.open(file);
  if (source === undefined || readInner === undefined) return undefined;
  const { root, complete, imports = [] } = await readInner(source, file);
  // An array of objects would bring imports that this file does not have: it is looked at by itself.
  if (!complete || imports.length > 0 || !isNode(root)) return undefined;
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
