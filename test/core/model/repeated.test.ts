import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import { fingerprint } from "../../../src/core/model/fingerprint.ts";
import { quietWork } from "../../../src/core/work.ts";
import { canonicalText } from "../../../src/core/view/canonical-text.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, tensorOf } from "../../support/artifacts.ts";
import { type CountingSource, countingSource } from "../../support/counting-source.ts";

const COUNT = 20_000;
const ELEMENTS = 100_000;
const host = nodeHost();

/** A list of one array again and again, as a pickle has it in a few bytes for each. */
async function listOfOne(fill: number): Promise<{ readonly artifact: Artifact; readonly data: CountingSource }> {
  const data = countingSource(fromBytes(new Uint8Array(ELEMENTS).fill(fill), "shared"));
  const tensor = tensorOf(scalarDType("uint8"), [ELEMENTS], new Uint8Array(0), { data });
  const items = Array.from({ length: COUNT }, () => arrayNode(tensor));
  return { artifact: await artifactOf({ kind: "list", type: "list", items }), data };
}

describe("an array that a file names again and again", () => {
  it("is read once for its text, and its digest stands in every line", async () => {
    const { artifact, data } = await listOfOne(1);
    const lines = (await canonicalText(artifact, host, quietWork())).match(/^\[\d+\]: uint8 \[100000\] sha256:\w+$/gm);
    expect([lines?.length, new Set(lines?.map((line) => line.slice(-64))).size]).toEqual([COUNT, 1]);
    expect(data.bytesRead).toBe(ELEMENTS);
  });

  it("has no fingerprint where reading it each time would take gigabytes", async () => {
    const { artifact, data } = await listOfOne(1);
    const refused = fingerprint(artifact.parameters, host, quietWork());
    await expect(refused).rejects.toMatchObject({ code: "limit" });
    await expect(refused).rejects.toThrow("that several parameters share");
    expect(data.bytesRead).toBe(0);
    expect(await fingerprint(artifact.parameters.slice(0, 2), host, quietWork())).toMatch(/^fp1:/);
  });

  it("is compared once with another, and every entry says what was found", async () => {
    const [old, next] = [await listOfOne(1), await listOfOne(2)];
    const report = await diffArtifacts(old.artifact, next.artifact, {}, host, quietWork());
    expect(report.summary).toEqual({ changed: COUNT });
    expect(report.entries.at(-1)).toMatchObject({ path: `[${COUNT - 1}]`, stats: { changed: ELEMENTS } });
    expect(report.entries.at(-1)?.top.length).toBe(10);
    expect(next.data.bytesRead).toBeLessThan(100 * ELEMENTS);
  });
});

describe("small arrays without end", () => {
  it("are written out up to a limit, and by digest after it", async () => {
    const small = (): ReturnType<typeof arrayNode> =>
      arrayNode(tensorOf(scalarDType("uint8"), [1000], new Uint8Array(1000)));
    const items = Array.from({ length: 1002 }, small);
    const text = await canonicalText(await artifactOf({ kind: "list", type: "list", items }), host, quietWork());
    expect(text.match(/^ {2}\[\d+\] 0$/gm)?.length).toBe(1_000_000);
    expect(text.match(/^\[\d+\]: uint8 \[1000\] sha256:/gm)).toEqual([
      "[1000]: uint8 [1000] sha256:",
      "[1001]: uint8 [1000] sha256:",
    ]);
  });
});
