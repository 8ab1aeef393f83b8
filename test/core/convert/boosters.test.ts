import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import { TARGETS, type TargetId } from "../../../src/core/convert/plan.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { verifyConversion } from "../../../src/core/convert/verify.ts";
import { ensemblesOf } from "../../../src/core/meaning/trees/index.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { MemorySink } from "../../support/memory-sink.ts";
import { testPath } from "../../support/open-file.ts";

const host = nodeHost();
const work = quietWork();

/** The copy, opened anew; the verification is a test of its own. */
async function converted(bytes: Uint8Array, name: string, target: TargetId): Promise<readonly [Artifact, Artifact]> {
  const artifact = await openArtifact(fromBytes(bytes, name), host, work, { check: false });
  const plan = await planConversion(artifact, target, host, work);
  const sink = new MemorySink();
  await executeConversion(artifact, plan, sink, host, work);
  const copy = fromBytes(sink.bytes(), `copy.${target}`);
  const result = await verifyConversion(artifact, plan, copy, host, work);
  expect(result.losses).toEqual([]);
  return [artifact, await openArtifact(copy, host, work, { check: false })];
}

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(testPath(`fixtures/${name}`)));

const FILES = [
  "boosting/xgboost_new.pkl",
  "boosting/lightgbm_new.pkl",
  "catboost/classes.pkl",
  "catboost/lossguide.cbm",
  "xgboost/new/categories.ubj",
  "xgboost/old/dart.model",
  "lightgbm/new/linear.txt",
];

describe("conversions of boosters", () => {
  it.each(FILES.flatMap((file) => TARGETS.map((target) => ({ file, target }))))(
    "$file to $target keeps parameters, settings and trees",
    async ({ file, target }) => {
      const [old, copy] = await converted(bytesOf(file), file, target);
      const settings = ({ values }: Artifact): readonly string[] =>
        values.filter(({ role }) => role === "hyperparameter").map(({ path }) => path);
      expect(settings(copy)).toEqual(settings(old));
      const [before, after] = [await ensemblesOf(old), await ensemblesOf(copy)];
      expect(after.map(({ path, treeCount, base }) => [path, treeCount, base])).toEqual(
        before.map(({ path, treeCount, base }) => [path, treeCount, base]),
      );
      expect(await after[0]?.tree(1, quietWork())).toEqual(await before[0]?.tree(1, quietWork()));
    },
  );

  it.each(TARGETS)("to %s keeps an infinite threshold that was written as text", async (target) => {
    const text = new TextDecoder()
      .decode(bytesOf("lightgbm/new/regression.txt"))
      .replace(/^threshold=\S+/m, "threshold=inf");
    const [, copy] = await converted(new TextEncoder().encode(text), "model.txt", target);
    const tree = await (await ensemblesOf(copy))[0]?.tree(0, quietWork());
    expect(tree?.threshold[0]).toBe(Number.POSITIVE_INFINITY);
  });
});
