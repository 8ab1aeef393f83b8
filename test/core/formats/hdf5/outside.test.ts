import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { readElements, readRectangle } from "../../../../src/core/model/window.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { elementsHex, fixture, fixtureJson, openBytes, tensorAt, valueAt } from "../../../support/read-format.ts";

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

const expected = Object.entries(fixtureJson("hdf5-outside/expected.json") as Readonly<Record<string, Expected>>);
const BESIDE = ["part0.h5", "part1.h5", "part2.h5", "below/deep.h5", "first.bin", "below/second.bin"];
const beside = Object.fromEntries(BESIDE.map((name) => [name, fixture(`hdf5-outside/${name}`)]));
const GENERATIONS = ["earliest", "v110", "latest"];
const REFUSED: readonly (readonly [string, RegExp])[] = [
  ["outside", /"\.\.\/values\.bin" is no file of the folder/],
  ["absent", /"absent\.bin", where it lies, is not there/],
  ["short", /first\.bin/],
  ["escape", /"\/etc\/other\.h5" is no file of the folder/],
  ["turned", /of another type/],
  ["twice", /a virtual dataset itself/],
  ["grows", /grows with what it is made of/],
];

function open(bytes: Uint8Array): Promise<Artifact> {
  return openBeside("virtual.h5", { ...beside, "virtual.h5": bytes });
}

const whyOf = (artifact: Artifact, name: string): string => {
  const value = valueAt(artifact, name);
  return isNode(value) && value.kind === "unread" ? value.why : "read";
};

describe.each(GENERATIONS)("datasets of other files (%s)", (generation) => {
  const bytes = fixture(`hdf5-outside/virtual-${generation}.h5`);

  it("have every value that h5py reads", async () => {
    const artifact = await open(bytes);
    for (const [name, { dtype, shape, hex }] of expected) {
      const tensor = tensorAt(artifact, name);
      const found = (await elementsHex(tensor)).join("");
      expect([name, tensor.dtype.name, tensor.shape, found]).toEqual([name, dtype, shape, hex]);
    }
  });

  it("say why they are not read", async () => {
    const artifact = await open(bytes);
    expect(artifact.complete).toBe(false);
    for (const [name, why] of REFUSED)
      expect([name, whyOf(artifact, name)]).toEqual([name, expect.stringMatching(why)]);
    const messages = artifact.findings.map(({ path, message }) => [path, message] as const);
    expect(messages.filter(([path]) => path === "missing")).toEqual([
      ["missing", 'A part of missing is "bias" of "gone.h5", which is not there: the fill value is shown for it.'],
    ]);
    expect(new Set(messages.map(([path]) => path))).toEqual(new Set(["missing", ...REFUSED.map(([name]) => name)]));
  });

  it("are named where no folder can be looked into", async () => {
    const artifact = await openBytes(bytes, "virtual.h5");
    expect(whyOf(artifact, "external")).toContain("cannot be looked for here");
    expect(whyOf(artifact, "stack")).toContain("cannot be looked for here");
    expect((await elementsHex(tensorAt(artifact, "blocks"))).length).toBe(20);
  });

  it("are read, or refused with a reason, whatever bytes are changed", async () => {
    const files = mutator([bytes], 67);
    for (let k = fuzzCount(60); k > 0; k--) {
      const started = performance.now();
      const outcome = await someOfAll(files.next()).catch((error: unknown) => error);
      if (outcome instanceof Error && !(outcome instanceof ArtifactError)) throw outcome;
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});

async function someOfAll(bytes: Uint8Array): Promise<void> {
  const artifact = await open(bytes);
  for (const [name] of expected) {
    const value = valueAt(artifact, name);
    if (!isNode(value) || value.kind !== "tensor") continue;
    await readElements(value.tensor, 0, Math.min(60, elementCount(value.tensor.shape)));
  }
}

describe("windows of a virtual dataset", () => {
  it("are what all of it has there", async () => {
    const artifact = await open(fixture("hdf5-outside/virtual-latest.h5"));
    const tensor = tensorAt(artifact, "columns");
    const all = await readElements(tensor, 0, 54);
    const window = await readRectangle(tensor, [1, 2], [3, 5]);
    const wanted = [1, 2, 3].map((row) => toHex(all.subarray((row * 9 + 2) * 2, (row * 9 + 7) * 2))).join("");
    expect(toHex(window)).toBe(wanted);
    expect(toHex(await readElements(tensor, 13, 3))).toBe(toHex(all.subarray(26, 32)));
  });
});
