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

describe("a copy with one bit that is another", () => {
  const bits = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer);

  it.each(["w", "z"])("is no proof: a value of %s", async (name) => {
    const artifact = await artifactOf(
      dictOf({
        w: arrayNode(tensorOf(dtypeFromName("<f8"), [1], bits(1234.5))),
        z: arrayNode(tensorOf(dtypeFromName("<c16"), [1], new Uint8Array([...bits(4321.25), ...bits(-0)]))),
      }),
    );
    const plan = await planConversion(artifact, "safetensors", host, work);
    const sink = new MemorySink();
    await executeConversion(artifact, plan, sink, host, work);
    const copy = Buffer.from(sink.bytes());
    await verifyConversion(artifact, plan, fromBytes(copy, "copy.safetensors"), host, work);
    // A complex number stands in the document, in base64.
    const value =
      name === "w"
        ? Buffer.from(bits(1234.5))
        : Buffer.from(Buffer.from(bits(4321.25)).toString("base64").slice(0, 10));
    const at = copy.indexOf(value);
    expect(at).toBeGreaterThan(0);
    if (name === "w") copy[at] = (copy[at] ?? 0) ^ 1;
    else copy.write("B", at + 1);
    await expect(verifyConversion(artifact, plan, fromBytes(copy, "copy.safetensors"), host, work)).rejects.toThrow(
      new RegExp(name),
    );
  });
});

describe.each(TARGETS)("a conversion to %s", (target) => {
  it("carries arrays of no records, whose later fields begin after the end of nothing", async () => {
    const records = dtypeFromName("[('feature', '<i8'), ('threshold', '<f8'), ('value', '<f4', (2,))]");
    const artifact = await artifactOf(dictOf({ nodes: arrayNode(tensorOf(records, [0], new Uint8Array(0))) }));
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["nodes.feature", "nodes.threshold", "nodes.value"]);
    expect(await convert(artifact, target)).toMatchObject({ parameters: 3, losses: [] });
  });
});
