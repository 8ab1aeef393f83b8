import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { printValue } from "../../../../src/core/view/print.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  openCorpus,
  readBytes,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly pieces: readonly string[];
  readonly scores: string;
  readonly controls: readonly number[];
  readonly unknown: number;
}
const expected = fixtureJson("sentencepiece/expected.json") as Readonly<Record<string, Expected>>;

describe("a SentencePiece model", () => {
  it.each(["unigram", "bpe"])("(%s) has the pieces, scores and types that the library reads", async (kind) => {
    const artifact = await openBytes(fixture(`sentencepiece/${kind}.model`), "m.model");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["sentencepiece", true, []]);
    const wanted = expected[kind];
    expect(valueAt(artifact, "pieces")).toMatchObject({ items: wanted?.pieces });
    const scores = tensorAt(artifact, "scores");
    expect(toHex(await readElements(scores, 0, elementCount(scores.shape)))).toBe(wanted?.scores);
    const types = tensorAt(artifact, "types");
    const numbers = [...(await readElements(types, 0, elementCount(types.shape)))];
    expect(numbers.flatMap((type, i) => (type === 3 ? [i] : []))).toEqual(wanted?.controls);
    expect(numbers[wanted?.unknown ?? -1]).toBe(2);
    expect(artifact.schema.vocabularySize).toBe(25);
    expect(artifact.facts).toContainEqual({ id: "sentencepiece.type", label: "Model type", value: kind });
    const trainer = artifact.values.find(({ path }) => path === "__metadata__.trainer_spec")?.value;
    expect(printValue(trainer, 2000)).toContain("'vocab_size': 25");
    expect(printValue(trainer, 2000)).toContain("'character_coverage': 0.98");
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const whole = fixture("sentencepiece/bpe.model");
    const { shown, refused } = await readCuts(whole, readBytes);
    const complete = shown.filter(({ artifact }) => artifact.complete).map(({ length }) => length);
    // The settings at the end may be cut without a trace: from the first of them on.
    expect(Math.min(...complete, whole.length)).toBeGreaterThan(whole.length / 2);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(10);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([fixture("sentencepiece/unigram.model")], 17, 150)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "sentencepiece");
describe.skipIf(files.length === 0)("the corpus's SentencePiece models", () => {
  it.each(files)("$path opens whole", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([
      artifact.format,
      artifact.complete,
      artifact.findings.filter(({ severity }) => severity === "error"),
    ]).toEqual(["sentencepiece", true, []]);
  });
});
