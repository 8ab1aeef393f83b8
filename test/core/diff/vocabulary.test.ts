import { describe, expect, it } from "vitest";
import { schemaChanges } from "../../../src/core/diff/schema.ts";
import { corpusFiles } from "../../support/corpus.ts";
import { damagedCopies, fixture, openBytes, openCorpus, valueAt } from "../../support/read-format.ts";

const utf8 = (content: string): Uint8Array => new TextEncoder().encode(content);

async function changes(name: string, old: Uint8Array, next: Uint8Array): Promise<readonly string[]> {
  return schemaChanges(await openBytes(old, name), await openBytes(next, name)).map(({ message }) => message);
}

interface Parts {
  readonly type?: string;
  readonly vocab: unknown;
  readonly merges?: unknown;
  readonly added?: readonly (readonly [string, number])[];
}

const tokenizer = ({ type, vocab, merges, added = [["<s>", 3]] }: Parts): Uint8Array =>
  utf8(
    JSON.stringify({
      version: "1.0",
      added_tokens: added.map(([content, id]) => ({ id, content, special: id === 3 })),
      pre_tokenizer: null,
      model: { ...(type === undefined ? {} : { type }), vocab, ...(merges === undefined ? {} : { merges }) },
    }),
  );

const bpe = tokenizer({ type: "BPE", vocab: { a: 0, b: 1, ab: 2 }, merges: ["a b"] });

describe("a tokenizer", () => {
  it("is described as one: its model, its tokens, what is special", async () => {
    const artifact = await openBytes(bpe, "tokenizer.json");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["json", true, []]);
    expect(artifact.framework).toEqual({ name: "tokenizers", className: "BPE" });
    expect(artifact.schema.vocabularySize).toBe(4);
    const facts = Object.fromEntries(artifact.facts.map(({ id, value }) => [id, value]));
    expect(facts).toMatchObject({
      "tokenizer.tokens": "4",
      "tokenizer.added": "1",
      "tokenizer.special": "<s>",
      "tokenizer.merges": "1",
    });
    expect(valueAt(artifact, "model", "merges")).toMatchObject({ kind: "list", items: ["a b"] });
  });

  it.each([
    [
      "scores in a list",
      {
        vocab: [
          ["a", -0.5],
          ["b", -1],
        ],
      },
    ],
    ["pairs of merges", { vocab: { a: 0, b: 1 }, merges: [["a", "b"]] }],
  ])("may have %s", async (_, parts) => {
    const artifact = await openBytes(tokenizer(parts), "tokenizer.json");
    expect([artifact.framework, artifact.schema.vocabularySize]).toEqual([{ name: "tokenizers" }, 3]);
  });

  it.each([
    ["no added tokens", { model: { vocab: { a: 0 } } }],
    ["no vocabulary", { added_tokens: [], model: {} }],
    ["numbers that are none", { added_tokens: [], model: { vocab: { a: "0" } } }],
    ["added tokens that are none", { added_tokens: [1], model: { vocab: { a: 0 } } }],
    ["a list of something else", { added_tokens: [], model: { vocab: [1, 2] } }],
  ])("is not seen in an object with %s", async (_, content) => {
    const artifact = await openBytes(utf8(JSON.stringify(content)), "tokenizer.json");
    expect([artifact.format, artifact.framework]).toEqual(["json", undefined]);
  });

  it("is compared by its tokens and merges", async () => {
    expect(await changes("tokenizer.json", bpe, bpe)).toEqual([]);
    const next = tokenizer({
      type: "BPE",
      vocab: { b: 0, c: 1, ab: 2 },
      merges: ["b c", "a b"],
      added: [
        ["<pad>", 3],
        ["<s>", 4],
      ],
    });
    expect(await changes("tokenizer.json", bpe, next)).toEqual([
      "Token 'a' was removed.",
      "Tokens 'c', '<pad>' were added.",
      "2 tokens have another number; the first is 'b', which had 1 and has 0.",
      "Merge 'b c' was added.",
    ]);
    const pieces = tokenizer({ type: "WordPiece", vocab: { a: 0, b: 1, ab: 2 } });
    expect(await changes("tokenizer.json", bpe, pieces)).toEqual([
      "The model was BPE and is WordPiece.",
      "Merge 'a b' was removed.",
    ]);
  });

  it("may be a vocabulary alone, which is known by its tokens", async () => {
    const old = utf8('{"<|endoftext|>": 0, "a": 1, "\\u0120a": 2}');
    expect((await openBytes(old, "vocab.json")).schema.vocabularySize).toBe(3);
    expect(await changes("vocab.json", old, utf8('{"<|endoftext|>": 0, "b": 1, "\\u0120a": 2, "a": 3}'))).toEqual([
      "Token 'b' was added.",
      "Token 'a' has another number: it had 1 and has 3.",
    ]);
    for (const other of ['{"cat": 0, "dog": 1}', '{"<unk>": 0, "a": 5}', '{"<unk>": 0, "a": 0}', '{"<unk>": "a"}'])
      expect((await openBytes(utf8(other), "vocab.json")).schema.vocabularySize).toBeUndefined();
  });

  it("is shown, whatever bytes are changed", async () => {
    expect(await damagedCopies([bpe], 53, 150)).toEqual([]);
  });

  it.skipIf(corpusFiles().length === 0)("of the corpus is one", async () => {
    const artifact = await openCorpus("onnxruntime-extensions/tokenizer.json");
    expect([artifact.complete, artifact.framework?.name]).toEqual([true, "tokenizers"]);
  });
});

describe("word vectors", () => {
  it("are compared by their words, in whatever order", async () => {
    const old = utf8("3 2\na 1 2\nb 3 4\nc 5 6\n");
    expect(await changes("v.vec", old, utf8("3 2\nc 5 6\na 1 2\nb 3 4\n"))).toEqual([]);
    expect(await changes("v.vec", old, utf8("3 2\nc 5 6\na 1 2\nd 3 4\n"))).toEqual([
      "Word 'b' was removed.",
      "Word 'd' was added.",
    ]);
  });

  it("of one model share their words, which are told of once", async () => {
    const whole = fixture("fasttext/skipgram.bin");
    const next = whole.slice();
    next[whole.indexOf(0x66, 92)] = 0x46;
    expect(await changes("m.bin", whole, next)).toEqual(["Word 'file' was removed.", "Word 'File' was added."]);
  });
});

describe("a SentencePiece model", () => {
  it("is compared by its pieces", async () => {
    const [old, next] = [fixture("sentencepiece/unigram.model"), fixture("sentencepiece/bpe.model")];
    const found = await changes("m.model", old, next);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^Words? '.* (?:was|were) removed\.$/);
  });
});
