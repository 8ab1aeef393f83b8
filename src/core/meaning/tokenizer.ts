import { type DictNode, dictGet, isNode, type Value } from "../model/value.ts";

/**
 * A `tokenizer.json` of Hugging Face's tokenizers: an object with `added_tokens` and a `model`, whose `vocab` is an object of
 * numbers by token (BPE, WordPiece, WordLevel) or a list of [token, score] (Unigram), and whose `merges` are texts "a b"
 * or, since 0.20, pairs.
 * https://github.com/huggingface/tokenizers/tree/main/tokenizers/src (models/*\/serialization.rs)
 */
export interface Tokenizer {
  /** `BPE`, `WordPiece`, `Unigram`, `WordLevel`; files from before 0.9 do not tell. */
  readonly type?: string;
  /** Number by token, added tokens with it. */
  readonly tokens: ReadonlyMap<string, bigint>;
  readonly added: readonly string[];
  readonly special: readonly string[];
  /** In their order, which is their rank; undefined where the model has none. */
  readonly merges?: readonly string[];
}

/** Undefined for any other value. */
export function tokenizerOf(root: Value | undefined): Tokenizer | undefined {
  const model = dictOf(dictOf(root) && dictGet(dictOf(root) as DictNode, "model"));
  const addedTokens = isNode(root) && root.kind === "dict" ? dictGet(root, "added_tokens") : undefined;
  if (model === undefined || !isNode(addedTokens) || addedTokens.kind !== "list") return undefined;
  const tokens = tokensOf(dictGet(model, "vocab"));
  if (tokens === undefined) return undefined;
  const added: string[] = [];
  const special: string[] = [];
  for (const item of addedTokens.items) {
    const token = dictOf(item);
    const content = token && dictGet(token, "content");
    const id = token && dictGet(token, "id");
    if (token === undefined || typeof content !== "string" || typeof id !== "bigint") return undefined;
    tokens.set(content, id);
    added.push(content);
    if (dictGet(token, "special") === true) special.push(content);
  }
  const type = dictGet(model, "type");
  const merges = mergesOf(dictGet(model, "merges"));
  return {
    ...(typeof type === "string" ? { type } : {}),
    tokens,
    added,
    special,
    ...(merges === undefined ? {} : { merges }),
  };
}

/** What tokens of one kind of tokenizer or another look like: no other table of names has them. */
const TELLING = /^(?:\u0120|##|\u2581)|<\/w>$|^(?:\[UNK\]|<unk>|<\|endoftext\|>)$/;

/**
 * The numbers of a `vocab.json`, which lies beside a `merges.txt` and is nothing but an object of 0, 1, 2 ... by token;
 * undefined for any other value.
 */
export function vocabularyOf(root: Value | undefined): ReadonlyMap<string, bigint> | undefined {
  const dict = dictOf(root);
  if (dict === undefined || !dict.keys.some((key) => typeof key === "string" && TELLING.test(key))) return undefined;
  const tokens = tokensOf(dict);
  if (tokens === undefined) return undefined;
  const ids = new Set(tokens.values());
  const isCounted = ids.size === tokens.size && [...ids].every((id) => id >= 0n && id < BigInt(tokens.size));
  return isCounted ? tokens : undefined;
}

function dictOf(value: Value | undefined): DictNode | undefined {
  return isNode(value) && value.kind === "dict" ? value : undefined;
}

function tokensOf(vocabulary: Value | undefined): Map<string, bigint> | undefined {
  if (!isNode(vocabulary)) return undefined;
  const tokens = new Map<string, bigint>();
  if (vocabulary.kind === "dict") {
    for (const [k, token] of vocabulary.keys.entries()) {
      const id = vocabulary.values[k];
      if (typeof token !== "string" || typeof id !== "bigint") return undefined;
      tokens.set(token, id);
    }
    return tokens;
  }
  if (vocabulary.kind !== "list") return undefined;
  for (const [k, item] of vocabulary.items.entries()) {
    const token = isNode(item) && item.kind === "list" && item.items.length === 2 ? item.items[0] : undefined;
    if (typeof token !== "string") return undefined;
    tokens.set(token, BigInt(k));
  }
  return tokens;
}

function mergesOf(value: Value | undefined): readonly string[] | undefined {
  if (!isNode(value) || value.kind !== "list") return undefined;
  const merges: string[] = [];
  for (const item of value.items) {
    const pair = isNode(item) && item.kind === "list" ? item.items : undefined;
    if (typeof item === "string") merges.push(item);
    else if (pair?.length === 2 && pair.every((part) => typeof part === "string")) merges.push(pair.join(" "));
    else return undefined;
  }
  return merges;
}
