import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
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

// test/generate/vw_fixtures.py wrote them; weights.json has the weights as the library tells them.
const weights = fixtureJson("vowpalwabbit/weights.json") as Record<string, Record<string, string>>;
const model = (name: string): Uint8Array => fixture(`vowpalwabbit/${name}.model`);
const text = (name: string, form: "readable" | "inverted"): Uint8Array => fixture(`vowpalwabbit/${name}.${form}.txt`);
const NAMES = ["plain", "resume", "sgd", "quadratic", "ftrl", "coin", "oaa", "mtr", "cover", "squarecb", "lda"];

const tensorOf = (artifact: Artifact, path: string) => {
  const found = artifact.parameters.find((each) => each.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
};
const floatOf = (hex: string): number => {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number.parseInt(hex, 16));
  return view.getFloat32(0, true);
};
/** As `std::ostream` prints: six digits. */
const printed = (value: number): string => String(Number(value.toPrecision(6)));

/** A header by hand, and what follows it. */
function header(version: string, options: string): Uint8Array {
  const builder = new BytesBuilder().u32(version.length + 1).text(`${version}\0`);
  builder.text("m").raw([0, 0, 0, 0]).raw([0, 0, 0x80, 0x3f]).u32(18);
  builder.zeros(version.startsWith("7") ? 8 : 0);
  return builder
    .zeros(12)
    .u32(options.length + 1)
    .text(`${options}\0`)
    .bytes();
}

describe("a binary model of Vowpal Wabbit", () => {
  it.each(Object.keys(weights))("(%s) has each weight at its index", async (name) => {
    const artifact = await openBytes(model(name), "m.vw");
    expect(artifact).toMatchObject({ format: "vowpalwabbit", complete: true, findings: [] });
    const { tensor, axes } = tensorOf(artifact, "weight");
    const hex = await elementsHex(tensor);
    const found = Object.fromEntries((axes[0]?.labels ?? []).map((label, i) => [label, hex[i]]));
    // A weight that is 0 is kept where the learner keeps something else of it.
    expect(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== "00000000"))).toEqual(
      weights[name],
    );
  });

  it("has its options, its labels, n-grams and its id", async () => {
    const artifact = await openBytes(model("quadratic"));
    expect(artifact.framework).toEqual({ name: "vowpalwabbit", version: "9.11.9" });
    expect(artifact.facts).toContainEqual({ id: "vowpalwabbit.id", label: "Id", value: "mine" });
    expect(valueAt(artifact, "options", "quadratic")).toBe("ab");
    expect(valueAt(artifact, "ngram")).toMatchObject({ items: ["a2"] });
    expect(artifact.values.filter(({ role }) => role === "hyperparameter").map(({ path }) => path)).toEqual(
      expect.arrayContaining(["options.quadratic", "bits"]),
    );
    expect(await elementsHex(tensorOf(artifact, "min_label").tensor)).toEqual(["000080bf"]);
  });

  it("has the state of training, and of its reductions", async () => {
    const artifact = await openBytes(model("cover"));
    expect(
      ["cover_counter", "event_sum", "action_sum", "total_features"].map((key) => valueAt(artifact, "state", key)),
    ).toEqual([2n, 2n, 4n, 12n]);
    expect([valueAt(artifact, "state", "l2_state"), valueAt(artifact, "state", "sum_loss")]).toEqual([1, 1.5]);
  });

  // Of topics it writes other numbers: without the prior that it adds to the binary ones.
  it.each(NAMES.filter((name) => name !== "lda"))("(%s) holds what its readable form says", async (name) => {
    const binary = await openBytes(model(name));
    const readable = await openBytes(text(name, "readable"), "m.txt");
    expect([readable.format, readable.complete]).toEqual(["vowpalwabbit", true]);
    const columns = readable.parameters.filter(({ axes }) => axes[0] !== undefined);
    expect(columns.length).toBeGreaterThan(0);
    for (const { path, tensor, axes } of columns) {
      const other = tensorOf(binary, path);
      expect([path, other.axes]).toEqual([path, axes]);
      const values = (await elementsHex(other.tensor)).map(floatOf);
      const said = Array.from({ length: elementCount(tensor.shape) }, (_, i) => Number(tensor.texts?.text(i)));
      expect(said.map(String)).toEqual(values.map(printed));
    }
  });

  it("of before there were checksums has pairs before its options", async () => {
    const bytes = new BytesBuilder().raw(header("7.8.0", "-q ab")).u8(0).u32(7).raw([0, 0, 0x80, 0x3f]).bytes();
    const artifact = await openBytes(bytes);
    expect([artifact.complete, valueAt(artifact, "options", "q")]).toEqual([true, "ab"]);
    expect(tensorOf(artifact, "weight").axes[0]?.labels).toEqual(["7"]);
  });

  it("with a header that was changed says so", async () => {
    const bytes = model("plain").slice();
    const at = new TextDecoder("latin1").decode(bytes).indexOf("m\0");
    bytes[at + 1] = 1;
    expect(rulesOf(await readBytes(bytes))).toEqual(["integrity/corrupt"]);
  });

  it("that keeps what is not known says what is not read", async () => {
    const bytes = new BytesBuilder().raw(header("8.0.0", "--kernel_svm")).u8(9).zeros(40).bytes();
    const artifact = await readBytes(bytes);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("that was cut has the weights before", async () => {
    const artifact = await openBytes(model("plain").subarray(0, -3));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/truncated"]]);
    expect(tensorOf(artifact, "weight").tensor.shape).toEqual([5]);
  });

  it.each(["resume", "cover"])(
    "cut at every 7th byte (%s) is shown in part, or refused with a reason",
    async (name) => {
      const { shown, refused } = await readCuts(model(name), (bytes) => readBytes(bytes));
      // Weights follow each other without a count: a cut between two of them cannot be seen.
      for (const { artifact } of shown) expect(artifact.complete || artifact.findings.length > 0).toBe(true);
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    },
  );

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    expect(await damagedCopies([...NAMES.map(model), text("cover", "inverted")], 21, 300)).toEqual([]);
  });
});

describe("a readable model of Vowpal Wabbit", () => {
  it("has the names of its features where it was inverted", async () => {
    const artifact = await openBytes(text("oaa", "inverted"));
    expect(artifact.schema.features).toEqual(["b^z", "Constant", "a^y", "a^x"]);
    expect(tensorOf(artifact, "weight").axes[0]?.labels.slice(0, 3)).toEqual(["b^z", "b^z[1]", "b^z[2]"]);
    expect(valueAt(artifact, "index")).toMatchObject({ kind: "list" });
  });

  it.each<[string, string]>([
    ["a line that is none", "what is this line then?\n"],
    ["a weight that is no number", "12:abc\n"],
  ])("with %s is shown up to there", async (_name, line) => {
    const artifact = await readBytes(
      new BytesBuilder().raw(text("plain", "readable")).text(line).text("1:2\n").bytes(),
    );
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("whose last line has no end says so", async () => {
    expect(rulesOf(await readBytes(text("plain", "readable").subarray(0, -1)))).toEqual(["integrity/truncated"]);
  });

  it("cut at every 7th byte is shown in part, or refused with a reason", async () => {
    const { shown, refused } = await readCuts(text("resume", "inverted"), (bytes) => readBytes(bytes));
    for (const { artifact } of shown) expect(artifact.format).toBe("vowpalwabbit");
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });
});
