import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly labels: readonly string[];
  readonly attributes: readonly string[];
  readonly transitions: readonly (readonly [string, string, number])[];
  readonly states: readonly (readonly [string, string, number])[];
}
const expected = fixtureJson("crfsuite/expected.json") as Expected;
const whole = fixture("crfsuite/tagger.crfsuite");
const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
const open = (bytes: Uint8Array): Promise<Artifact> => openBytes(bytes, "tagger.crfsuite");

/** A copy with other numbers at some places. */
function changed(...edits: readonly (readonly [at: number, value: number])[]): Uint8Array {
  const bytes = whole.slice();
  for (const [at, value] of edits) new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

/** Elements that are not zero, by the names of row and column, with the six decimals that the library tells. */
async function weightsOf(artifact: Artifact, path: string): Promise<[string, string, string][]> {
  const parameter = artifact.parameters.find((each) => each.path === path);
  const [rows, columns] = parameter?.axes ?? [];
  const tensor = tensorAt(artifact, path);
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const width = tensor.shape[1] ?? 0;
  return [...new Float64Array(bytes.slice().buffer)].flatMap((weight, at) =>
    weight === 0
      ? []
      : [[rows?.labels[Math.floor(at / width)] ?? "", columns?.labels[at % width] ?? "", weight.toFixed(6)]],
  );
}
const sorted = (rows: readonly (readonly [string, string, string | number])[]): string[] =>
  rows.map(([a, b, weight]) => `${a} ${b} ${Number(weight).toFixed(6)}`).sort();

describe("a CRFsuite model", () => {
  it("has the names and weights that the library reads", async () => {
    const artifact = await open(whole);
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["crfsuite", true, []]);
    expect(artifact.schema.classes).toEqual(expected.labels);
    expect(artifact.schema.features).toEqual(expected.attributes);
    expect(sorted(await weightsOf(artifact, "state_weights"))).toEqual(sorted(expected.states));
    expect(sorted(await weightsOf(artifact, "transition_weights"))).toEqual(sorted(expected.transitions));
    expect(tensorAt(artifact, "transition_weights")).toMatchObject({
      dtype: { name: "float64" },
      shape: [4, 4],
      sparse: { stored: expected.transitions.length },
    });
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes, "t.crfsuite"));
    expect(shown.filter(({ artifact }) => artifact.complete)).toEqual([]);
    expect(shown.length).toBeGreaterThan(100);
    for (const { artifact } of shown) expect(rulesOf(artifact)).toContain("integrity/truncated");
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("is refused in another type or version, and with chunks elsewhere", async () => {
    await expect(open(changed([12, 101]))).rejects.toMatchObject({ code: "unsupported" });
    await expect(open(changed([8, 0]))).rejects.toMatchObject({ code: "unsupported" });
    await expect(open(changed([28, 0xffffffff]))).rejects.toMatchObject({ code: "truncated" });
    await expect(open(changed([28, 0]))).rejects.toBeInstanceOf(ArtifactError);
    await expect(open(changed([28, view.getUint32(32, true)]))).rejects.toMatchObject({ code: "corrupt" });
    await expect(open(changed([56, 0x0fffffff]))).rejects.toMatchObject({ code: "truncated" });
    await expect(open(changed([60, 7]))).rejects.toMatchObject({ code: "corrupt" });
  });

  it.each([
    ["more labels than names", 20, 1_000_000],
    ["more attributes than names", 24, 0xffffffff],
    ["names in another byte order", view.getUint32(32, true) + 12, 1],
    ["names whose offsets lie outside", view.getUint32(36, true) + 20, 0xfffffff0],
    ["a list of another label", view.getUint32(40, true) + 12, view.getUint32(view.getUint32(40, true) + 16, true)],
    ["a feature of an attribute that is not there", 64, 5000],
    ["a feature of kind 1 that is of kind 0", 60, 1],
  ])("with %s is shown as what it has, and that is told", async (_, at, value) => {
    const artifact = await open(changed([at, value]));
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact).some((rule) => /^integrity\/(corrupt|truncated|limit)$/.test(rule))).toBe(true);
    expect(artifact.parameters.length).toBeGreaterThan(1);
  });

  it("is shown by its columns where a matrix would be too large", async () => {
    const artifact = await open(changed([20, 10_000_000]));
    expect(artifact.parameters.map(({ path }) => path)).toEqual([
      "state_weights.from",
      "state_weights.to",
      "state_weights.weight",
      "transition_weights.from",
      "transition_weights.to",
      "transition_weights.weight",
    ]);
    expect(tensorAt(artifact, "state_weights.weight").shape).toEqual([expected.states.length]);
  });

  it("tells of bytes behind the model", async () => {
    const artifact = await open(Uint8Array.from([...whole, 1, 2, 3]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/trailing-bytes"]]);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([whole], 43)).toEqual([]);
  });
});
