import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { OPCODES } from "../../../../src/core/formats/pickle/opcodes.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { childrenOf } from "../../../../src/core/model/graph-records.ts";
import { denseByteLength } from "../../../../src/core/model/tensor.ts";
import { isNode, type Node, type Value } from "../../../../src/core/model/value.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url);
const { cases, objects } = JSON.parse(readFileSync(new URL("pickle/new.json", fixtures), "utf8")) as {
  cases: { name: string; protocols: Record<string, string> }[];
  objects: Record<string, string>;
};
const joblibs = readdirSync(new URL("joblib/", fixtures)).filter((name) => name.endsWith("-raw.joblib"));
const seeds = [
  ...cases
    .filter(({ name }) => !/long list|strings|bytes/.test(name))
    .flatMap(({ protocols }) => Object.values(protocols)),
  ...Object.values(objects),
]
  .map((text) => new Uint8Array(Buffer.from(text, "base64")))
  .concat(joblibs.map((name) => new Uint8Array(readFileSync(new URL(`joblib/${name}`, fixtures)))));

/** Every node that can be reached; numbers and their bytes agree wherever an array is shown. */
function checkGraph(root: Value | undefined): void {
  const seen = new Set<Node>();
  const stack: (Value | undefined)[] = [root];
  while (stack.length > 0) {
    const value = stack.pop();
    if (!isNode(value) || seen.has(value)) continue;
    seen.add(value);
    if (value.kind === "tensor" && value.objects === undefined)
      expect(denseByteLength(value.tensor)).toBe(value.tensor.data.size);
    if (value.kind === "dict") expect(value.keys.length).toBe(value.values.length);
    for (const child of childrenOf(value)) stack.push(child);
  }
}

async function check(bytes: Uint8Array): Promise<"shown" | "refused"> {
  let artifact: RawArtifact;
  try {
    artifact = await readPickle(bytes);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return "refused";
  }
  const isDamaged = artifact.findings.some(({ rule }) => rule !== "integrity/trailing-bytes");
  if (artifact.complete === isDamaged)
    throw new Error(`complete: ${artifact.complete}, ${JSON.stringify(artifact.findings)}`);
  checkGraph(artifact.root);
  return "shown";
}

describe("damaged pickles", () => {
  const codes = OPCODES.map(({ code }) => code);

  it.each([1, 20_261, 777_777])(
    "seed %i: are shown with findings or refused, and nothing else happens",
    async (seed) => {
      const damaged = mutator(seeds, seed, codes);
      const outcomes = { shown: 0, refused: 0 };
      for (let k = fuzzCount(700); k > 0; k--) {
        const bytes = damaged.next();
        try {
          outcomes[await check(bytes)]++;
        } catch (error) {
          throw new Error(`${Buffer.from(bytes).toString("base64")}: ${String(error)}`, { cause: error });
        }
      }
      expect(outcomes.shown).toBeGreaterThan(outcomes.refused);
    },
  );

  it("random opcodes are walked to an end", async () => {
    const damaged = mutator([Uint8Array.from(codes)], 99, codes);
    for (let k = fuzzCount(500); k > 0; k--) await expect(check(damaged.next())).resolves.toMatch(/shown|refused/);
  });
});
