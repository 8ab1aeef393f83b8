import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import { type ConversionResult, TARGETS, type TargetId } from "../../../src/core/convert/plan.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { verifyConversion } from "../../../src/core/convert/verify.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { dtypeFromName } from "../../../src/core/model/numpy-dtype.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, tensorOf } from "../../support/artifacts.ts";
import { MemorySink } from "../../support/memory-sink.ts";

const host = nodeHost();
const work = quietWork();

async function convert(artifact: Artifact, target: TargetId): Promise<ConversionResult> {
  const plan = await planConversion(artifact, target, host, work);
  expect(plan.losses).toEqual([]);
  const sink = new MemorySink();
  await executeConversion(artifact, plan, sink, host, work);
  return verifyConversion(artifact, plan, fromBytes(sink.bytes(), `copy.${target}`), host, work);
}

describe.each(TARGETS)("a conversion to %s", (target) => {
  it("carries arrays of no records, whose later fields begin after the end of nothing", async () => {
    const records = dtypeFromName("[('feature', '<i8'), ('threshold', '<f8'), ('value', '<f4', (2,))]");
    const artifact = await artifactOf(dictOf({ nodes: arrayNode(tensorOf(records, [0], new Uint8Array(0))) }));
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["nodes.feature", "nodes.threshold", "nodes.value"]);
    expect(await convert(artifact, target)).toMatchObject({ parameters: 3, losses: [] });
  });
});
