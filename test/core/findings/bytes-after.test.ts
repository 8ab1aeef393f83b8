import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openArtifact } from "../../../src/core/open.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { testPath } from "../../support/open-file.ts";

const FILES =
  "gguf/blocks.gguf hdf5/groups-earliest.h5 hdf5/groups-latest.h5 hdf5/user-block.h5 netcdf/alone1.nc netcdf/draws1.nc netcdf/draws2.nc " +
  "sqlite/utf8.db crfsuite/tagger.crfsuite";

const trailing = async (name: string, bytes: Uint8Array): Promise<unknown[]> => {
  const { findings } = await openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
  return findings
    .filter(({ rule }) => rule === "integrity/trailing-bytes")
    .map(({ severity, range }) => ({ severity, range }));
};

describe("bytes after the end that a file tells", () => {
  it.each(FILES.split(" "))("%s", async (name) => {
    const bytes = new Uint8Array(await readFile(testPath(`fixtures/${name}`)));
    const followedBy = (count: number, value: number): Uint8Array => {
      const longer = new Uint8Array(bytes.length + count);
      longer.set(bytes);
      longer.fill(value, bytes.length);
      return longer;
    };
    expect(await trailing(name, bytes)).toEqual([]);
    expect(await trailing(name, followedBy(100, 7))).toEqual([
      { severity: "warning", range: { offset: bytes.length, length: 100 } },
    ]);
    // Something may hide behind zeros.
    expect(await trailing(name, followedBy(70_000, 0))).toHaveLength(1);
  });

  it.each(["gguf/blocks.gguf", "hdf5/groups-latest.h5", "netcdf/draws1.nc", "sqlite/utf8.db"])(
    "zeros that fill up a block are none: %s",
    async (name) => {
      const bytes = new Uint8Array(await readFile(testPath(`fixtures/${name}`)));
      const padded = new Uint8Array(bytes.length + 512);
      padded.set(bytes);
      expect(await trailing(name, padded)).toEqual([]);
    },
  );
});
