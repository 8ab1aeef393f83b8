import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../fixtures/torch");
const NAMES = ["new-views.pt", "old-views.pt", "new-kinds.pt", "new-quantised.pt", "new-script.pt", "new-module.pt"];
const STACKED = ["new-views-stacked.pt", "new-stacked-protocol-4.pt", "new-module-stacked.pt", "new-tensors.pkl"];

describe("damaged PyTorch files", () => {
  it.each([
    ["zip archives", NAMES, 11],
    ["stacked files", STACKED, 12],
  ] as const)("%s open or are refused with a reason, in bounded time", async (_what, names, seed) => {
    const files = names.map((name) => new Uint8Array(readFileSync(path.join(FOLDER, name))));
    const mutations = mutator(files, seed, [0x28, 0x2e, 0x51, 0x52, 0x74, 0x85, 0x86, 0x87, 0x50, 0x4b]);
    for (let k = 0; k < fuzzCount(300); k++) {
      const bytes = mutations.next();
      const start = cpuMilliseconds();
      const outcome = await outcomeOf(openArtifact(fromBytes(bytes, "m.pt", 0), nodeHost(), quietWork()));
      expect(["opened", "refused"], `mutation ${k}: ${String(outcome)}`).toContain(outcome);
      expect(cpuMilliseconds() - start, `mutation ${k}`).toBeLessThan(2000);
    }
  });
});
