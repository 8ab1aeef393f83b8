import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { compareGraphs } from "../../../../src/core/convert/compare-graphs.ts";
import { modelFormat } from "../../../../src/core/formats/model/index.ts";
import { type ModelWriteOptions, writeModel } from "../../../../src/core/formats/model/write.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, tensorOf } from "../../../support/artifacts.ts";
import { MemorySink } from "../../../support/memory-sink.ts";
import { anyGraph } from "../../../support/random-values.ts";
import { isSame } from "../../../support/bytes-builder.ts";

const host = nodeHost();
const work = quietWork();

async function written(artifact: Artifact, options: ModelWriteOptions = {}): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeModel(artifact, sink, host, work, options);
  return sink.bytes();
}

async function readBack(bytes: Uint8Array): Promise<RawArtifact> {
  return modelFormat.read(fromBytes(bytes, "copy.model"), { host, work, container: [] });
}

const WAYS: readonly ModelWriteOptions[] = [
  {},
  { compression: "deflate" },
  { chunkBytes: 16 },
  { compression: "deflate", chunkBytes: 64 },
];

describe("a .model holds any value graph", () => {
  it.each(WAYS)("restores values, bits, sharing and cycles (%o)", async (options) => {
    await fc.assert(
      fc.asyncProperty(anyGraph(), async (root) => {
        const raw = await readBack(await written(await artifactOf(root), options));
        expect(raw.findings).toEqual([]);
        expect(raw.complete).toBe(true);
        expect(await compareGraphs(root, raw.root, work)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("gives the same bytes for the same artifact", async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph(), async (root) => {
        const artifact = await artifactOf(root);
        expect(isSame(await written(artifact), await written(artifact))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("keeps a graph deeper than any call stack", async () => {
    let root = dictOf({ bottom: 1n });
    for (let depth = 0; depth < 50_000; depth++) root = dictOf({ inner: root });
    const raw = await readBack(await written(await artifactOf(root)));
    expect(await compareGraphs(root, raw.root, work)).toEqual([]);
  });
});

describe("the compared is compared", () => {
  const graph = (bytes: Uint8Array): ReturnType<typeof dictOf> => {
    const shared = arrayNode(tensorOf(scalarDType("float64"), [2], bytes));
    return dictOf({ a: shared, b: shared, n: -0 });
  };

  it("finds one changed bit, a lost identity, and a lost sign of zero", async () => {
    const old = graph(float64Bytes(1, 2));
    const oneBit = float64Bytes(1, 2);
    oneBit[8] = 1;
    expect(await compareGraphs(old, graph(oneBit), work)).toMatchObject([
      { message: "its values differ from byte 8 on" },
    ]);
    const apart = graph(float64Bytes(1, 2));
    apart.values[1] = arrayNode(tensorOf(scalarDType("float64"), [2], float64Bytes(1, 2)));
    expect(await compareGraphs(old, apart, work)).toMatchObject([
      { message: expect.stringContaining("another object") },
    ]);
    const unsigned = graph(float64Bytes(1, 2));
    unsigned.values[2] = 0;
    expect(await compareGraphs(old, unsigned, work)).toMatchObject([{ message: "number 0 instead of number -0" }]);
  });
});
