import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  openBytes,
  openCorpus,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

// Kaldi has no package: files are built from its sources, and those that it wrote are in the corpus.

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const i32 = (...values: number[]): Uint8Array =>
  concat(...values.map((value) => concat(Uint8Array.of(4), new Uint8Array(Int32Array.of(value).buffer))));
const f32 = (value: number): Uint8Array => concat(Uint8Array.of(4), new Uint8Array(Float32Array.of(value).buffer));
const f64 = (value: number): Uint8Array => concat(Uint8Array.of(8), new Uint8Array(Float64Array.of(value).buffer));
const vector = (...values: number[]): Uint8Array =>
  concat(text("FV "), i32(values.length), new Uint8Array(Float32Array.from(values).buffer));
const matrix = (rows: number, ...values: number[]): Uint8Array =>
  concat(text("FM "), i32(rows, values.length / rows), new Uint8Array(Float32Array.from(values).buffer));
const integers = (...values: number[]): Uint8Array =>
  concat(i32(values.length), new Uint8Array(Int32Array.from(values).buffer));
const binary = (...parts: (string | Uint8Array)[]): Uint8Array =>
  concat(text("\0B"), ...parts.map((part) => (typeof part === "string" ? text(part) : part)));

const topology = concat(
  integers(1, 2),
  integers(-1, 0, 0),
  i32(2),
  i32(2, 0, 2),
  i32(0),
  f32(0.75),
  i32(1),
  f32(0.25),
  i32(-1, 0),
  i32(1, -1, 0),
);
const transitions = concat(
  text("<TransitionModel> <Topology> "),
  topology,
  text("</Topology> <Triples> "),
  i32(2, 1, 0, 0, 2, 0, 1),
  text("</Triples> <LogProbs> "),
  vector(0, -0.5),
  text("</LogProbs> </TransitionModel> "),
);
const gmm = binary(
  transitions,
  "<DIMENSION> ",
  i32(2),
  "<NUMPDFS> ",
  i32(2),
  ...[1, 2].flatMap((k) => [
    "<DiagGMM> <GCONSTS> ",
    vector(-k),
    "<WEIGHTS> ",
    vector(1),
    "<MEANS_INVVARS> ",
    matrix(1, k, -0),
    "<INV_VARS> ",
    matrix(1, 0.5, k),
    "</DiagGMM> ",
  ]),
);
const nnet3 = binary(
  "<Nnet3> \ninput-node name=input dim=3\noutput-node name=output input=a.b\n\n<NumComponents> ",
  i32(2),
  "<ComponentName> Tdnn <TdnnComponent> <TimeOffsets> ",
  integers(-1, 4, 1),
  "<LinearParams> ",
  matrix(2, 1, 2, 3, 4, 5, 6),
  "<UseNaturalGradient> T<MaxChange> ",
  f32(0.75),
  "<Count> ",
  f64(1e10),
  "</TdnnComponent> <ComponentName> a.b <ConvComponent> <Offsets> ",
  i32(2),
  new Uint8Array(Int32Array.of(-1, 0, 1, 0).buffer),
  "<Cov> ",
  concat(text("DP "), i32(2), new Uint8Array(Float64Array.of(1, 2, 3).buffer)),
  "</ConvComponent> </Nnet3> <LeftContext> ",
  i32(13),
);
const nnet = binary(
  "<Nnet> <AffineTransform> ",
  i32(2, 1),
  "<LearnRateCoef> ",
  f32(1),
  matrix(2, 1, 2),
  vector(3, 4),
  "<!EndOfComponent> <Sigmoid> ",
  i32(2, 2),
  "<!EndOfComponent> </Nnet> ",
);
const asText = text(`<TransitionModel>
<Topology>
<TopologyEntry>
<ForPhones>
1 2
</ForPhones>
<State> 0 <PdfClass> 0 <Transition> 0 0.75 <Transition> 1 0.25 </State>
</TopologyEntry>
</Topology>
<LogProbs>
 [ 0 -0.50000001 ]
</LogProbs>
</TransitionModel>
<DIMENSION> 2 <NUMPDFS> 1 <DiagGMM>
<GCONSTS>  [ -12.5 ]
<MEANS_INVVARS>  [
  1 -0
  2.5e-3 nan ]
</DiagGMM>
`);

describe("a Kaldi model", () => {
  it("has a GMM's matrices and its transitions", async () => {
    const artifact = await openBytes(gmm, "final.mdl");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["kaldi", true, []]);
    expect(artifact.framework).toMatchObject({ name: "kaldi", className: "diagonal GMM" });
    expect(artifact.parameters.map(({ path }) => path)).toContain("DiagGMM[1].MEANS_INVVARS");
    expect(await elementsHex(tensorAt(artifact, "TransitionModel", "LogProbs"))).toEqual(["00000000", "000000bf"]);
    expect(tensorAt(artifact, "TransitionModel", "Triples").shape).toEqual([2, 3]);
    expect(await elementsHex(tensorAt(artifact, "TransitionModel", "Topology", "Phones"))).toEqual([
      "01000000",
      "02000000",
    ]);
    const path = "TransitionModel.Topology.States[0][0].transitions[0].probability";
    expect(artifact.parameters.some((each) => each.path === path)).toBe(true);
  });

  it("has a network's components by name", async () => {
    const artifact = await openBytes(nnet3, "final.raw");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    const component = (...keys: string[]): ReturnType<typeof valueAt> =>
      valueAt(artifact, "Nnet3", "components", ...keys);
    expect([component("Tdnn", "type"), component("Tdnn", "UseNaturalGradient")]).toEqual(["TdnnComponent", true]);
    expect(tensorAt(artifact, "Nnet3", "components", "Tdnn", "LinearParams").shape).toEqual([2, 3]);
    expect(await elementsHex(tensorAt(artifact, "Nnet3", "components", "Tdnn", "TimeOffsets"))).toEqual([
      "ffffffff",
      "04000000",
      "01000000",
    ]);
    expect(await elementsHex(tensorAt(artifact, "Nnet3", "components", "Tdnn", "MaxChange"))).toEqual(["0000403f"]);
    expect(tensorAt(artifact, "Nnet3", "components", "a.b", "Offsets").shape).toEqual([2, 2]);
    expect(tensorAt(artifact, "Nnet3", "components", "a.b", "Cov").shape).toEqual([3]);
    expect([valueAt(artifact, "LeftContext"), valueAt(artifact, "Nnet3", "config")]).toEqual([
      13n,
      "input-node name=input dim=3\noutput-node name=output input=a.b",
    ]);
  });

  it("of the first kind has its components in order, and a matrix may be alone", async () => {
    const artifact = await openBytes(nnet, "final.nnet");
    expect([artifact.complete, artifact.framework?.className]).toEqual([true, "nnet"]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual([
      "Nnet.AffineTransform.values",
      "Nnet.AffineTransform.LearnRateCoef[0]",
      "Nnet.AffineTransform.LearnRateCoef[1]",
      "Nnet.AffineTransform.LearnRateCoef[2]",
      "Nnet.Sigmoid.values",
    ]);
    const alone = await openBytes(binary(matrix(2, 1, 2, 3, 4)), "final.mat");
    expect([alone.complete, tensorAt(alone, "value").shape]).toEqual([true, [2, 2]]);
  });

  it("is the same as text, with its digits", async () => {
    const artifact = await openBytes(asText, "final.mdl");
    expect([artifact.format, artifact.complete]).toEqual(["kaldi", true]);
    const means = tensorAt(artifact, "DiagGMM", "MEANS_INVVARS");
    expect([means.shape, means.texts?.text(2), means.texts?.text(3)]).toEqual([[2, 2], "2.5e-3", "nan"]);
    expect([tensorAt(artifact, "DiagGMM", "GCONSTS").shape, valueAt(artifact, "DIMENSION")]).toEqual([[1], 2n]);
    const probabilities = tensorAt(artifact, "TransitionModel", "LogProbs");
    expect([probabilities.shape, probabilities.texts?.text(1)]).toEqual([[2], "-0.50000001"]);
    const network = await openBytes(
      text(
        "<Nnet3> \ninput-node name=i dim=1\n\n<NumComponents> 1 <ComponentName> a <Fixed> <Scale> F </Fixed> </Nnet3> ",
      ),
      "n.raw",
    );
    expect([network.complete, valueAt(network, "Nnet3", "components", "a", "Scale")]).toEqual([true, false]);
  });

  it.each([
    ["a size below zero", binary("<A> ", text("FV "), i32(-1))],
    ["a matrix that is not there", binary("<A> ", text("FM "), i32(2 ** 30, 2 ** 30))],
    ["a compressed matrix", binary("<A> ", text("CM "))],
    ["a list that is longer than the file", binary("<TimeOffsets> ", i32(2 ** 31 - 1))],
    ["topologies without end", binary("<Topology> ", integers(), integers(), i32(2 ** 30))],
    ["a byte that begins nothing", binary("<A> ", Uint8Array.of(200))],
    ["a word without an end", binary("<A> ", "x".repeat(70_000))],
  ])("says what is wrong: %s", async (_, bytes) => {
    const artifact = await readBytes(bytes, "final.mdl");
    expect([artifact.complete, artifact.findings.length]).toEqual([false, 1]);
  });

  it.each([gmm, nnet3, nnet, asText])("is shown up to where it is cut, or refused in words (%#)", async (bytes) => {
    const { shown, refused } = await readCuts(bytes, (cut) => readBytes(cut, "final.mdl"));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(5);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([gmm, nnet3, nnet, asText], 53, 400)).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "kaldi-binary");
describe.skipIf(files.length === 0)("the corpus's Kaldi models", () => {
  it.each(files)("$path opens complete", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["kaldi", true, []]);
    const weights = artifact.parameters.filter(({ path }) => path.endsWith(".LinearParams"));
    expect(weights.length).toBeGreaterThan(0);
  });
});

describe("a topology of more states than any has", () => {
  it("is stopped", async () => {
    const states = 600_000;
    const one = i32(0, 0);
    const all = new Uint8Array(one.length * states);
    for (let k = 0; k < states; k++) all.set(one, k * one.length);
    const artifact = await readBytes(binary("<Topology> ", integers(), integers(), i32(1, states), all), "final.mdl");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit"]]);
  });
});
