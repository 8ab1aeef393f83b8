import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, elementsHex, openBytes, readBytes, rulesOf, tensorAt } from "../../../support/read-format.ts";

interface Tensor {
  readonly name: string;
  /** Fastest first, as in the file. */
  readonly sizes: readonly number[];
  readonly type: number;
  readonly data: Uint8Array;
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

function tensors(file: BytesBuilder, list: readonly Tensor[], isPadded = false): Uint8Array {
  for (const { name, sizes, type, data } of list) {
    file.u32(sizes.length).u32(name.length).u32(type);
    for (const size of sizes) file.u32(size);
    file.text(name);
    if (isPadded) file.zeros((32 - (file.length % 32)) % 32);
    file.raw(data);
  }
  return file.bytes();
}

function words(file: BytesBuilder, list: readonly string[], scores?: readonly number[]): BytesBuilder {
  for (const [k, word] of list.entries()) {
    file.u32(word.length).text(word);
    if (scores !== undefined) file.raw(floats(scores[k] ?? 0));
  }
  return file;
}

const numbers = (file: BytesBuilder, ...values: number[]): BytesBuilder => {
  for (const value of values) file.u32(value);
  return file;
};

const MATRIX: Tensor = { name: "w", sizes: [3, 2], type: 0, data: floats(1, 2, 3, 4, 5, -0) };
const BLOCK: Tensor = { name: "q", sizes: [32], type: 8, data: Uint8Array.from({ length: 34 }, (_, k) => k) };

function whisper(list: readonly Tensor[] = [MATRIX], ftype = 1): Uint8Array {
  const file = numbers(new BytesBuilder().text("lmgg"), 5, 10, 4, 1, 1, 10, 4, 1, 1, 2, ftype);
  numbers(file, 2, 3)
    .raw(floats(1, 0, 0, 0, 1, 0))
    .u32(3);
  return tensors(words(file, ["a", "bc", ""]), list);
}

function ggjt(version: number, list: readonly Tensor[] = [MATRIX, BLOCK]): Uint8Array {
  const file = numbers(new BytesBuilder().text("tjgg").u32(version), 2, 8, 4, 1, 1, 4, 7);
  return tensors(words(file, ["<s>", "x"], [0, -1.5]), list, true);
}

describe("a GGML file of before GGUF", () => {
  it("of Whisper has its filters, words and tensors", async () => {
    const artifact = await openBytes(whisper());
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["ggml", true, []]);
    expect(artifact.facts.map(({ value }) => value)).toEqual(["ggml, without a version", "Whisper"]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.shape])).toEqual([
      ["mel_filters", [2, 3]],
      ["w", [2, 3]],
    ]);
    expect(await elementsHex(tensorAt(artifact, "w"))).toEqual([
      "0000803f",
      "00000040",
      "00004040",
      "00008040",
      "0000a040",
      "00000080",
    ]);
    expect(artifact.metadata).toMatchObject({
      keys: ["hyperparameters", "vocabulary"],
      values: [{ keys: expect.arrayContaining(["n_mels", "ftype"]) }, { items: ["a", "bc", ""] }],
    });
  });

  it.each<[string, number[], boolean]>([
    ["GPT-2 or StarCoder", [2, 10, 4, 1, 1, 1], true],
    ["GPT-J", [2, 10, 4, 1, 1, 8, 1], true],
    ["GPT-NeoX", [2, 10, 4, 1, 1, 8, 1, 1], false],
    ["LLaMA", [2, 8, 4, 1, 1, 4, 1], false],
  ])("of %s is told by what fits", async (family, head, isCounted) => {
    const file = numbers(new BytesBuilder().text("lmgg"), ...head);
    if (isCounted) file.u32(2);
    const artifact = await openBytes(tensors(words(file, ["ab", "c"]), [MATRIX]));
    expect(artifact.facts.at(-1)?.value).toBe(family);
    expect(artifact.complete).toBe(true);
  });

  it("of llama.cpp (ggjt 3) has scores of words, and blocks at multiples of 32", async () => {
    const artifact = await openBytes(ggjt(3));
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const q = tensorAt(artifact, "q");
    expect([q.dtype.name, q.shape, q.dtype.block?.bytes]).toEqual(["q8_0", [32], 34]);
    expect(artifact.metadata).toMatchObject({ keys: ["hyperparameters", "vocabulary", "scores"] });
  });

  it("of rwkv.cpp and an adapter have no words", async () => {
    const rwkv = tensors(numbers(new BytesBuilder().text("fmgg").u32(101), 5, 4, 1, 0), [MATRIX]);
    const lora = tensors(numbers(new BytesBuilder().text("algg").u32(1), 8, 16), [MATRIX], true);
    for (const [bytes, family] of [
      [rwkv, "RWKV"],
      [lora, "LoRA adapter"],
    ] as const) {
      const artifact = await openBytes(bytes);
      expect([artifact.facts.at(-1)?.value, artifact.complete]).toEqual([family, true]);
    }
  });

  it("with blocks of an old form names them, and reads what comes after", async () => {
    const old: Tensor = { name: "q", sizes: [32], type: 2, data: new Uint8Array(20) };
    const artifact = await openBytes(ggjt(1, [old, MATRIX]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["w"]);
    const present = await openBytes(whisper([BLOCK, MATRIX], 2007));
    expect([present.complete, present.findings]).toEqual([true, []]);
  });

  it("says which tensors are double, of unknown type, or no whole blocks", async () => {
    expect(rulesOf(await openBytes(whisper([MATRIX, MATRIX])))).toEqual(["integrity/duplicate-name"]);
    for (const wrong of [
      { ...MATRIX, type: 99 },
      { ...BLOCK, sizes: [33] },
    ]) {
      const artifact = await openBytes(whisper([MATRIX, wrong], 2007));
      expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    }
  });

  it("with a size of nothing is read, and said to be of no use", async () => {
    const file = numbers(new BytesBuilder().text("lmgg"), 5, 10, 4, 1, 0, 10, 4, 1, 1, 2, 1);
    numbers(file, 2, 1).raw(floats(1, 0)).u32(1);
    const artifact = await openBytes(words(file, ["a"]).bytes());
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/corrupt"]]);
    expect(artifact.findings[0]?.message).toContain("n_audio_layer is 0");
  });

  it.each([
    ["another version", numbers(new BytesBuilder().text("tjgg").u32(9), 1, 2).bytes()],
    [
      "numbers that fit no model",
      numbers(new BytesBuilder().text("lmgg"), ...Array<number>(60).fill(0x7fffffff)).bytes(),
    ],
    ["nothing else", new BytesBuilder().text("lmgg").bytes()],
  ])("with %s is refused with a reason", async (_what, bytes) => {
    await expect(openBytes(bytes)).rejects.toBeInstanceOf(ArtifactError);
  });

  it("that is cut anywhere is partial with its reason, or refused, or ends with a tensor", async () => {
    for (const whole of [whisper(), ggjt(3)]) {
      const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes));
      for (const { artifact, length } of shown) {
        // No count of tensors is in the file: a cut between two leaves a whole one.
        expect([length, artifact.complete ? "whole" : artifact.findings.length > 0]).toEqual([length, true]);
      }
      expect(refused.every(({ error }) => error instanceof ArtifactError)).toBe(true);
    }
  });

  it("survives damage", async () => {
    expect(await damagedCopies([whisper(), ggjt(3), ggjt(1)], 72)).toEqual([]);
  });
});
