import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { dictionaryOf } from "../../../../src/core/formats/opennlp/dictionary.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { u32, utf } from "../../../support/java-builder.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  valueAt,
} from "../../../support/read-format.ts";

// test/generate/java/OpenNlpFixtures.java wrote them with OpenNLP 1.9.4, and every parameter as OpenNLP holds it.
const told = fixtureJson("opennlp/parameters.json") as Record<
  string,
  { readonly outcomes: readonly string[]; readonly parameters: Record<string, Record<string, string>> }
>;
const model = (name: string): Uint8Array => fixture(`opennlp/${name}.bin`);

/** Two outcomes, three predicates: the first two with parameters for both, the third for the second. */
const alone = (type = "Perceptron", last = u32(0x3ff00000)): Uint8Array =>
  concat(
    utf(type),
    u32(2),
    utf("yes"),
    utf("no"),
    u32(2),
    utf("2 0 1"),
    utf("1 1"),
    u32(3),
    utf("a"),
    utf("b"),
    utf("c"),
    ...Array.from({ length: 4 }, (_, k) => concat(u32(0x40000000 + k), u32(0))),
    last,
    u32(0),
  );

describe("a model of OpenNLP", () => {
  it.each(Object.entries(told))("(%s) has each parameter by predicate and outcome", async (name, expected) => {
    const artifact = await openBytes(model(name), `${name}.bin`);
    expect(artifact).toMatchObject({ format: "opennlp", complete: true, container: ["zip"] });
    expect(artifact.findings).toEqual([]);
    const found = artifact.parameters.find(({ path }) => path.endsWith(".parameters"));
    if (found === undefined) throw new Error("no parameters");
    const [predicates = [], outcomes = []] = found.axes.map((axis) => axis?.labels);
    expect(outcomes).toEqual(expected.outcomes);
    const hex = await elementsHex(found.tensor);
    const all = Object.fromEntries(
      predicates.map((predicate, i) => [predicate, hex.slice(i * outcomes.length, (i + 1) * outcomes.length)]),
    );
    const wanted = Object.fromEntries(
      Object.entries(expected.parameters)
        .map(([predicate, by]) => [predicate, outcomes.map((_, k) => by[String(k)] ?? "0000000000000000")] as const)
        // A predicate that says nothing is not written.
        .filter(([, values]) => values.some((value) => value !== "0000000000000000")),
    );
    expect(all).toEqual(wanted);
    expect(artifact.schema.classes).toEqual(expected.outcomes);
  });

  it("has its manifest and its dictionaries", async () => {
    const artifact = await openBytes(model("tagger"));
    expect(artifact.framework).toEqual({ name: "opennlp", version: "1.9.4", className: "POSTaggerME" });
    expect(valueAt(artifact, "manifest", "Language")).toBe("en");
    expect(artifact.values.find(({ path }) => path === "manifest.Language")?.role).toBe("hyperparameter");
    expect(valueAt(artifact, "tags.tagdict")).toMatchObject({ keys: ["the", "saw & co"], values: ["DT", "NN VB"] });
    expect(valueAt(artifact, "generator.featuregen")).toContain("<");
    expect(valueAt(await openBytes(model("tokenizer")), "abbreviations.dictionary")).toMatchObject({ items: ["Dr."] });
  });

  it("may be a model of events alone", async () => {
    const artifact = await openBytes(alone());
    expect([artifact.format, artifact.complete, valueAt(artifact, "type")]).toEqual(["opennlp", true, "Perceptron"]);
    const matrix = artifact.parameters.find(({ path }) => path === "parameters");
    expect(matrix?.tensor).toMatchObject({ shape: [3, 2], sparse: { stored: 5 } });
    expect((await elementsHex(matrix?.tensor ?? (undefined as never)))[4]).toBe("0000000000000000");
  });

  it.each<[string, Uint8Array]>([
    ["bytes behind it", concat(alone(), u32(0))],
    [
      "a pattern of an outcome that there is not",
      concat(utf("QN"), u32(1), utf("x"), u32(1), utf("1 7"), u32(1), utf("a")),
    ],
    ["patterns for other predicates", concat(utf("QN"), u32(1), utf("x"), u32(1), utf("9 0"), u32(1), utf("a"))],
    ["a count of 2^31 - 1", concat(utf("QN"), u32(0x7fffffff))],
  ])("with %s is refused with the reason", async (_name, bytes) => {
    await expect(readBytes(bytes)).rejects.toThrow(/byte \d+|bytes follow|patterns for 9 predicates of 1/);
  });

  it("does not make a list of more names than any model has", async () => {
    const bytes = new Uint8Array(2 * 12_000_000 + 64);
    bytes.set(concat(utf("QN"), u32(11_000_000)));
    await expect(readBytes(bytes)).rejects.toMatchObject({ code: "limit" });
  });

  it("cut at every 7th byte is shown in part, or refused with a reason", async () => {
    for (const whole of [alone(), model("doccat-maxent"), model("tokenizer")]) {
      const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes));
      for (const { artifact } of shown)
        expect([artifact.complete, rulesOf(artifact).length > 0]).toEqual([false, true]);
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    }
  });

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    expect(await damagedCopies([alone(), alone("NaiveBayes"), model("tagger"), model("tokenizer")], 17, 250)).toEqual(
      [],
    );
  });
});

describe("a dictionary", () => {
  it("is its entries, by name where something is said of them", () => {
    const xml =
      '<dictionary><entry tags="X"><token>a&#233;&lt;</token><token>b</token></entry><entry></entry></dictionary>';
    expect(dictionaryOf(xml)).toMatchObject({ keys: ["aé< b", ""], values: ["X", ""] });
    expect(dictionaryOf("<features/>")).toBeUndefined();
  });

  it("is gone through once, whatever it leaves open", () => {
    const open = ["<entry ", "<entry>", `<entry ${"a".repeat(2_000_000)}></entry>`, "<token>"];
    for (const piece of open) {
      const xml = `<dictionary>${piece.repeat(Math.ceil(2_000_000 / piece.length))}`;
      expect(dictionaryOf(xml)).toMatchObject({ kind: "list" });
    }
    expect(dictionaryOf('<dictionary><entry tags="A"/><entry><token>b</token></entry>')).toMatchObject({
      keys: ["", "b"],
      values: ["A", ""],
    });
  });
});
