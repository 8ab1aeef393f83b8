import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Format } from "../../../../src/core/formats/format.ts";
import { npyFormat } from "../../../../src/core/formats/npy/index.ts";
import { npzFormat } from "../../../../src/core/formats/npz/index.ts";
import { safetensorsFormat } from "../../../../src/core/formats/safetensors/index.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { numpyFixture } from "../../../support/numpy-fixtures.ts";

const host = nodeHost();

/** Reads the index and some elements of everything in it. */
async function look(format: Format, bytes: Uint8Array): Promise<void> {
  const { root } = await format.read(fromBytes(bytes, "m", 0), { host, work: quietWork(), container: [] });
  const values: readonly (Value | undefined)[] = isNode(root) && root.kind === "dict" ? root.values : [root];
  for (const value of values) {
    if (!isNode(value) || (value.kind !== "tensor" && value.kind !== "bytes")) continue;
    if (value.kind === "bytes") await value.data.read(0, Math.min(100, value.data.size));
    else await readElements(value.tensor, 0, Math.min(20, elementCount(value.tensor.shape)));
  }
}

const safetensors = new Uint8Array(
  readFileSync(new URL("../../../fixtures/safetensors/numpy.safetensors", import.meta.url)),
);
const seeds: [string, Format, Uint8Array][] = [
  ["struct-nested.npy", npyFormat, numpyFixture("new", "struct-nested.npy")],
  ["fortran-order.npy", npyFormat, numpyFixture("new", "fortran-order.npy")],
  ["objects.npy", npyFormat, numpyFixture("new", "objects.npy")],
  ["stored.npz", npzFormat, numpyFixture("new", "stored.npz")],
  ["deflated.npz", npzFormat, numpyFixture("new", "deflated.npz")],
  ["zip64.npz", npzFormat, numpyFixture("new", "zip64.npz")],
  ["streamed.npz", npzFormat, numpyFixture("new", "streamed.npz")],
  ["numpy.safetensors", safetensorsFormat, safetensors],
];

describe("bytes changed anywhere", () => {
  it.each(seeds)("%s gives a view or an error that says where", async (_, format, bytes) => {
    const edits = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    const cut = fc.option(fc.nat(bytes.length), { nil: bytes.length });
    await fc.assert(
      fc.asyncProperty(edits, cut, async (changes, length) => {
        const changed = bytes.slice(0, length);
        for (const [at, value] of changes) if (at < length) changed[at] = value;
        const outcome = await look(format, changed).catch((error: unknown) => error);
        // A foreign error would be shown with its own words by this.
        expect(outcome instanceof ArtifactError ? undefined : outcome).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
