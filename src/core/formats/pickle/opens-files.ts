import { dictGet, type DictNode, type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { GlobalName } from "./getters.ts";

/**
 * Classes of ordinary libraries that open a file or start a program whose name they are given. A model has them with a state and
 * calls none of them.
 */
const OPENS: readonly (readonly [module: RegExp, name: RegExp])[] = [
  // `IndexedCorpus.__init__` unpickles the index beside the corpus, which may lie on any server (gensim/corpora/indexedcorpus.py).
  [/^gensim\.corpora(?:\.|$)/, /(?:Corpus|Reader)$/],
  [/^gensim\.matutils$/, /^Mm(?:Writer|Reader)$/],
  [/^gensim\.models(?:\.|$)/, /(?:Sentences?|Text8Corpus|BrownCorpus|TaggedLineDocument|Evaluation)$/],
  [/^gensim\.similarities(?:\.|$)/, /^(?:Shard|Similarity)$/],
  // Made anew, and not given their state, they read files and connect to other machines.
  [/^(?:transformers|sentence_transformers|trl|accelerate)\./, /(?:Arguments|Config|State)$/],
  // A study that is made of an address connects to it.
  [/^optuna\.study(?:\.|$)/, /^Study$/],
];
/** Classes that start the program that they are made with, whatever it is. */
const STARTS = /^gensim\.models\.wrappers(?:\.|$)/;

/** Loading would call such a class with a name. */
export function opensGiven({ module, name }: GlobalName, { args, how }: ObjectNode): boolean {
  if (how !== "call" || args.length === 0) return false;
  if (STARTS.test(module)) return true;
  return OPENS.some(([of, named]) => of.test(module) && named.test(name)) && args.some(isText);
}

/** What is not a number or a thing that holds others may be a name, or give one. */
function isText(value: Value): boolean {
  if (typeof value === "string") return true;
  return isNode(value) && ["bytes", "object", "persistent", "unread"].includes(value.kind);
}

const FILE_RESOURCE = /^sklearn_crfsuite\._fileresource$/;
const WRAPPER = /^Z?NDArrayWrapper$/;
const FOLDERS = /[\\/:]|\.\./;

/**
 * An object whose state names a file outside of where its library keeps its own. `FileResource` writes and deletes the file that its
 * state names (sklearn_crfsuite/_fileresource.py), and joblib before 0.10 unpickles arrays beside the model.
 */
export function reachesFile(global: GlobalNode, state: Value): boolean {
  if (!keepsFile(global)) return false;
  const isResource = isFileResource(global);
  if (!isNode(state) || state.kind !== "dict" || !state.keys.every((key) => typeof key === "string")) return isResource;
  if (!isResource) return !isPlainName(state, "filename");
  return (dictGet(state, "name") ?? null) !== null || !isPlainName(state, "prefix") || !isPlainName(state, "suffix");
}

/** The two classes of which that is asked. */
export function keepsFile(global: GlobalNode): boolean {
  return isFileResource(global) || (WRAPPER.test(global.name) && /(?:^|\.)joblib\./.test(global.module));
}

function isFileResource({ module, name }: GlobalNode): boolean {
  return name === "FileResource" && FILE_RESOURCE.test(module);
}

function isPlainName(state: DictNode, key: string): boolean {
  const text = dictGet(state, key);
  return text === undefined || text === null || (typeof text === "string" && !FOLDERS.test(text));
}
