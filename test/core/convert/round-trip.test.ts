import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { compareGraphs } from "../../../src/core/convert/compare-graphs.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import type { TargetId } from "../../../src/core/convert/plan.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { restoreEmbedded } from "../../../src/core/formats/embedded/index.ts";
import { npzFormat } from "../../../src/core/formats/npz/index.ts";
import { safetensorsFormat } from "../../../src/core/formats/safetensors/index.ts";
import type { Artifact, RawArtifact } from "../../../src/core/model/artifact.ts";
import { describe as describeArtifact } from "../../../src/core/meaning/describe.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { quietWork } from "../../../src/core/work.ts";
import { fingerprint } from "../../../src/core/model/fingerprint.ts";
import { artifactOf } from "../../support/artifacts.ts";
import { MemorySink } from "../../support/memory-sink.ts";
import { anyGraph } from "../../support/random-values.ts";

const host = nodeHost();
const work = quietWork();
const context = { host, work, container: [] };

async function convert(artifact: Artifact, target: TargetId): Promise<RawArtifact> {
  const plan = await planConversion(artifact, target, host, work);
  const sink = new MemorySink();
  await executeConversion(artifact, plan, sink, host, work);
  const source = fromBytes(sink.bytes(), `copy.${target}`);
  const raw =
    target === "safetensors"
      ? await safetensorsFormat.read(source, context)
      : target === "npz"
        ? await npzFormat.read(source, context)
        : { ...NOTHING, format: "json" as const };
  return restoreEmbedded(raw, source, context);
}

const NOTHING = { container: [], root: null, namedTensors: false, facts: [], findings: [], complete: true };

describe.each(["safetensors", "npz", "json"] as const)("a conversion to %s", (target) => {
  it("gives any value graph back: values, bits, sharing, cycles", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph(), async (root) => {
        const artifact = await artifactOf(root);
        const raw = await convert(artifact, target);
        expect(raw.findings).toEqual([]);
        expect(await compareGraphs(root, raw.root, work)).toEqual([]);
        const again = await describeArtifact(raw, { name: "", size: 0, identity: "" }, work);
        expect(await fingerprint(again.parameters, host, work)).toBe(
          await fingerprint(artifact.parameters, host, work),
        );
      }),
      { numRuns: 200 },
    );
  });
});
