import { type Tokenizer, tokenizerOf, vocabularyOf } from "../meaning/tokenizer.ts";
import type { Artifact } from "../model/artifact.ts";
import { say } from "../model/sentence.ts";
import type { SchemaChange } from "./report.ts";
import { added, change, removed, type Subject } from "./schema-sentences.ts";

const SUBJECT: Subject = { path: "", quote: "'", args: {} };

/** Words and tokens that came or went: of word vectors, language models, tokenizers. Their order is no change by itself. */
export function vocabularyChanges(old: Artifact, next: Artifact): readonly SchemaChange[] {
  const [before, after] = [tokenizerOf(old.root), tokenizerOf(next.root)];
  if (before !== undefined && after !== undefined) return tokenizerChanges(before, after);
  const [listed, now] = [vocabularyOf(old.root), vocabularyOf(next.root)];
  if (listed !== undefined && now !== undefined) return tokenChanges(listed, now);
  const told = wordsByPath(old);
  const seen = new Set<readonly string[]>();
  const changes: SchemaChange[] = [];
  for (const [path, words] of wordsByPath(next)) {
    const earlier = told.get(path);
    // Several parameters share one list.
    if (earlier === undefined || seen.has(words)) continue;
    seen.add(words);
    const subject = { ...SUBJECT, path };
    changes.push(
      ...removed(subject, "vocabulary-changed", missingFrom(words, earlier), {
        one: "Word {names} was removed.",
        several: "Words {names} were removed.",
      }),
      ...added(subject, "vocabulary-changed", missingFrom(earlier, words), {
        one: "Word {names} was added.",
        several: "Words {names} were added.",
      }),
    );
  }
  return changes;
}

function wordsByPath({ parameters }: Artifact): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { path, axes } of parameters) {
    const words = axes.find((axis) => axis?.kind === "word")?.labels;
    if (words !== undefined) found.set(path, words);
  }
  return found;
}

/** Words of `all` that `words` does not have. */
function missingFrom(words: Iterable<string>, all: Iterable<string>): readonly string[] {
  const known = new Set(words);
  return [...all].filter((word) => !known.has(word));
}

function tokenizerChanges(before: Tokenizer, after: Tokenizer): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (before.type !== undefined && after.type !== undefined && before.type !== after.type) {
    const sentence = say("The model was {old} and is {new}.", { old: before.type, new: after.type });
    changes.push(change("", "class-changed", sentence, [before.type], [after.type]));
  }
  changes.push(
    ...tokenChanges(before.tokens, after.tokens),
    ...removed(SUBJECT, "vocabulary-changed", missingFrom(after.merges ?? [], before.merges ?? []), {
      one: "Merge {names} was removed.",
      several: "Merges {names} were removed.",
    }),
    ...added(SUBJECT, "vocabulary-changed", missingFrom(before.merges ?? [], after.merges ?? []), {
      one: "Merge {names} was added.",
      several: "Merges {names} were added.",
    }),
  );
  return changes;
}

function tokenChanges(before: Tokenizer["tokens"], after: Tokenizer["tokens"]): readonly SchemaChange[] {
  return [
    ...removed(SUBJECT, "vocabulary-changed", missingFrom(after.keys(), before.keys()), {
      one: "Token {names} was removed.",
      several: "Tokens {names} were removed.",
    }),
    ...added(SUBJECT, "vocabulary-changed", missingFrom(before.keys(), after.keys()), {
      one: "Token {names} was added.",
      several: "Tokens {names} were added.",
    }),
    ...numberChanges(before, after),
  ];
}

/** Tokens of both sides that have another number: embeddings of a model that was trained with the old ones are others' now. */
function numberChanges(before: Tokenizer["tokens"], after: Tokenizer["tokens"]): readonly SchemaChange[] {
  const moved = [...after].filter(([token, id]) => (before.get(token) ?? id) !== id);
  const [first] = moved;
  if (first === undefined) return [];
  const [name, id] = first;
  const placed = { name, from: String(before.get(name)), to: String(id) };
  const sentence =
    moved.length === 1
      ? say("Token '{name}' has another number: it had {from} and has {to}.", placed)
      : say("{count} tokens have another number; the first is '{name}', which had {from} and has {to}.", {
          count: moved.length,
          ...placed,
        });
  const told = (tokens: Tokenizer["tokens"]): string[] => moved.map(([token]) => `${token}: ${tokens.get(token)}`);
  return [change("", "vocabulary-changed", sentence, told(before), told(after))];
}
