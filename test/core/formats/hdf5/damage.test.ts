import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { dictGet, isNode } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { readCuts } from "../../../support/cuts.ts";
import { hdf5Fixture } from "../../../support/hdf5-fixtures.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";

const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readArtifact(fromBytes(bytes, "m.h5", 0), nodeHost(), quietWork());
const rules = ({ findings }: RawArtifact): string[] => findings.map(({ rule }) => rule);

/** Some elements of every tensor. */
async function look({ root }: RawArtifact): Promise<void> {
  for (const value of isNode(root) && root.kind === "dict" ? root.values : [])
    if (isNode(value) && value.kind === "tensor" && value.objects === undefined)
      await readElements(value.tensor, 0, Math.min(40, elementCount(value.tensor.shape)));
}

/** The file with bytes of it exchanged; `find` is what stands there. */
function patched(name: string, find: string, change: readonly number[], skip = 0): Uint8Array {
  const bytes = hdf5Fixture(name);
  const at = Buffer.from(bytes.buffer).indexOf(find, 0, "latin1");
  if (at < 0) throw new Error(`no ${find} in ${name}`);
  bytes.set(change, at + skip);
  return bytes;
}

describe("a cut HDF5 file", () => {
  it.each(["attributes-earliest.h5", "attributes-latest.h5"])(
    "%s gives a view with a finding, or an error that says where, cut at every 7th byte",
    async (name) => {
      const { shown, refused } = await readCuts(hdf5Fixture(name), read);
      for (const { length, artifact } of shown) {
        expect(artifact.complete, `${length}`).toBe(false);
        expect(rules(artifact), `${length}`).toContain("integrity/truncated");
      }
      for (const { length, error } of refused) expect(error, `${length}`).toBeInstanceOf(ArtifactError);
      expect(shown.length).toBeGreaterThan(20);
    },
  );

  it("keeps the datasets before the cut", async () => {
    const whole = hdf5Fixture("types-earliest.h5");
    const artifact = await read(whole.subarray(0, whole.length - 2000));
    expect(isNode(artifact.root) && artifact.root.kind === "dict" ? artifact.root.values.length : 0).toBeGreaterThan(
      20,
    );
    expect(artifact.complete).toBe(false);
  });
});

describe("a damaged HDF5 file", () => {
  it.each<[string, Uint8Array, string, string]>([
    ["a superblock of the future", patched("types-latest.h5", "HDF", [9], 7), "unsupported", "version 9"],
    ["a checksum that does not fit", patched("types-latest.h5", "HDF", [0xff], 40), "corrupt", "checksum"],
    ["addresses of 3 bytes", patched("types-earliest.h5", "HDF", [3], 12), "unsupported", "3 bytes"],
    ["a root group that is none", patched("types-earliest.h5", "HDF", [1, 0], 63), "corrupt", "no object header"],
  ])("with %s is refused with the reason", async (_what, bytes, code, words) => {
    const error: unknown = await read(bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toContain(words);
  });

  it("whose group runs in a circle is shown with a finding", async () => {
    const bytes = hdf5Fixture("groups-earliest.h5");
    const text = Buffer.from(bytes.buffer);
    // Every node becomes one of a higher level that leads to itself.
    for (let tree = text.indexOf("TREE"); tree >= 0; tree = text.indexOf("TREE", tree + 1)) {
      bytes[tree + 5] = 1;
      new DataView(bytes.buffer).setBigUint64(tree + 32, BigInt(tree), true);
    }
    const artifact = await read(bytes);
    expect([artifact.complete, rules(artifact)[0]]).toEqual([false, "integrity/corrupt"]);
  });

  it("tells of a chunk whose checksum does not fit when its values are read, and reads the others", async () => {
    const bytes = hdf5Fixture("chunks-earliest.h5");
    const good = await read(bytes);
    const tensorOf = (artifact: RawArtifact): Parameters<typeof readElements>[0] => {
      const value =
        isNode(artifact.root) && artifact.root.kind === "dict" ? dictGet(artifact.root, "fletcher") : undefined;
      if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
      return value.tensor;
    };
    const needle = (await readElements(tensorOf(good), 0, 2)).slice();
    const at = Buffer.from(bytes.buffer).indexOf(needle);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const tensor = tensorOf(await read(bytes));
    await expect(readElements(tensor, 0, 2)).rejects.toMatchObject({ code: "corrupt" });
    await expect(readElements(tensor, 2, 2)).resolves.toHaveLength(16);
  });

  it.each([7, 4_242])("seed %i: is shown with findings or refused, and nothing else happens", async (seed) => {
    const names = [
      "attributes-earliest.h5",
      "attributes-latest.h5",
      "types-latest.h5",
      "groups-latest.h5",
      "chunks-latest.h5",
      "types-earliest.h5",
      "szip.h5",
    ];
    const files = mutator(names.map(hdf5Fixture), seed, [0, 1, 2, 3, 8, 0x10, 0x20, 0x80, 0xff]);
    for (let i = fuzzCount(150); i > 0; i--) {
      const bytes = files.next();
      const started = cpuMilliseconds();
      const outcome = await read(bytes)
        .then(look)
        .catch((error: unknown) => error);
      if (outcome !== undefined && !(outcome instanceof ArtifactError)) throw outcome;
      expect(cpuMilliseconds() - started).toBeLessThan(5000);
    }
  });
});
