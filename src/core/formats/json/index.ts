//   {"coef": [[0.5, -1.25e-3], [2, NaN]], "classes": ["no", "yes"], "n_iter": 100}
//
//   UTF-8 text, RFC 8259, with what Python's json module adds to it: NaN, Infinity, -Infinity. No signature: a file is
//   JSON when it begins as an object or an array and goes on as one as far as the probe reaches.
//   Arrays of numbers are tensors whose elements stay where they are, as text; every other value is described.

import { JsonScanner } from "../../bytes/json-scan.ts";
import { ArtifactError } from "../../errors.ts";
import type { Format, Match, Probe } from "../format.ts";
import { readShards, weightMapOf } from "../shards/read.ts";
import { configured } from "../../meaning/configuration.ts";
import { type Tokenizer, tokenizerOf, vocabularyOf } from "../../meaning/tokenizer.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { readJson } from "./read.ts";

export const jsonFormat: Format = {
  id: "json",
  label: "JSON",
  extensions: [".json"],
  sniff,
  async read(source, context) {
    const raw = await readJson(source, context);
    // The index of a model over several files is that model.
    const weights = weightMapOf(raw.root);
    if (weights !== undefined) return readShards(raw, weights, source, context);
    const tokenizer = tokenizerOf(raw.root);
    if (tokenizer !== undefined) return asTokenizer(raw, tokenizer);
    const tokens = vocabularyOf(raw.root);
    if (tokens !== undefined) return { ...raw, told: { ...raw.told, schema: { vocabularySize: tokens.size } } };
    const framework = configured(raw.root);
    return framework === undefined ? raw : { ...raw, told: { ...raw.told, framework } };
  },
};

/** The same values, and what they are. */
function asTokenizer(raw: RawArtifact, { type, tokens, added, special, merges }: Tokenizer): RawArtifact {
  const fact = (id: string, label: string, value: string): Fact => ({ id: `tokenizer.${id}`, label, value });
  return {
    ...raw,
    facts: [
      ...raw.facts,
      fact("tokens", "Tokens", String(tokens.size)),
      fact("added", "Added tokens", String(added.length)),
      ...(special.length > 0 ? [fact("special", "Special tokens", listed(special))] : []),
      ...(merges === undefined ? [] : [fact("merges", "Merges", String(merges.length))]),
    ],
    told: {
      ...raw.told,
      framework: { name: "tokenizers", ...(type === undefined ? {} : { className: type }) },
      schema: { ...raw.told?.schema, vocabularySize: tokens.size },
    },
  };
}

const MOST_LISTED = 20;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).join(", ");
  return names.length > MOST_LISTED ? `${shown} … (${names.length})` : shown;
}

function sniff({ head, size }: Probe): Match | undefined {
  const first = /^(?:\xef\xbb\xbf)?[ \t\r\n]*([[{])/.exec(String.fromCharCode(...head.subarray(0, 256)));
  if (first === null) return undefined;
  const what = first[1] === "{" ? "an object" : "an array";
  const { tokens, error } = scanHead(head);
  if (error === undefined) return { certainty: "likely", reason: `JSON text: ${what}` };
  // The probe may end inside of a value; a file that is no more than a bracket says too little.
  if (error.code === "truncated")
    return tokens > 1 || head.length < size ? { certainty: "likely", reason: `JSON text: ${what}` } : undefined;
  // A fault further on: it is shown up to there.
  return tokens > 3 ? { certainty: "possible", reason: `begins as JSON text: ${what}` } : undefined;
}

function scanHead(head: Uint8Array): { readonly tokens: number; readonly error?: ArtifactError } {
  let tokens = 0;
  try {
    const scanner = new JsonScanner(head, { allowTrailing: true });
    while (scanner.next() !== "end") tokens += 1;
    return { tokens };
  } catch (error) {
    if (error instanceof ArtifactError) return { tokens, error };
    throw error;
  }
}
