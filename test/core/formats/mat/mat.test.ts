import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { toHex } from "../../../support/bytes-builder.ts";

const folder = new URL("../../../fixtures/mat/", import.meta.url);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
interface Numbers {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}
const { files } = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as {
  files: Record<string, Record<string, Numbers>>;
};
const open = (bytes: Uint8Array, name = "m.mat"): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), { check: false });
const textOf = ({ values }: Artifact, path: string): unknown => values.find((value) => value.path === path)?.value;

async function numbersOf({ parameters }: Artifact): Promise<Record<string, Numbers>> {
  const found: Record<string, Numbers> = {};
  for (const { path, tensor } of parameters) {
    const hex = toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
    found[path] = { dtype: tensor.dtype.name, shape: tensor.shape, hex };
  }
  return found;
}

describe.each(Object.entries(files))("%s", (name, expected) => {
  it("has every value, rows before columns", async () => {
    const artifact = await open(bytesOf(name), name);
    expect(artifact).toMatchObject({ format: "mat", complete: true, findings: [] });
    expect(await numbersOf(artifact)).toEqual(expected);
    const sparse = artifact.parameters.find(({ path }) => path === "sparse")?.tensor.sparse;
    expect(sparse).toEqual(
      "sparse" in expected ? { format: name.startsWith("v4") ? "coo" : "csc", stored: 5 } : undefined,
    );
  });

  it("cut at every 7th byte is shown with a finding, or refused", async () => {
    const whole = bytesOf(name);
    const step = whole.length > 5000 ? 77 : 7;
    for (let length = 0; length < whole.length; length += step) {
      const outcome: unknown = await open(whole.subarray(0, length)).catch((error: unknown) => error);
      const isError = outcome instanceof Error;
      expect([length, isError && !(outcome instanceof ArtifactError)]).toEqual([length, false]);
    }
  });

  it("damaged is shown with findings, or refused", async () => {
    const damaged = mutator([bytesOf(name)], 31, [0, 1, 2, 3, 9, 14, 15, 0x80, 0xff]);
    for (let i = fuzzCount(80); i > 0; i--) {
      const outcome: unknown = await open(damaged.next())
        .then(numbersOf)
        .catch((error: unknown) => error);
      if (outcome instanceof Error && !(outcome instanceof ArtifactError)) throw outcome;
    }
  });
});

it("a sparse matrix of version 4 whose rows do not fit its size stays those rows", async () => {
  const bytes = bytesOf("v4-sparse.mat");
  // The first element's row, behind the header and the name.
  new DataView(bytes.buffer, bytes.byteOffset).setFloat64(27, 99, true);
  const tensor = (await open(bytes)).parameters.find(({ path }) => path === "sparse")?.tensor;
  expect([tensor?.shape, tensor?.sparse]).toEqual([[6, 3], undefined]);
});

describe("texts of a MATLAB file", () => {
  it.each(["v5.mat", "v5-compressed.mat"])("%s has one row as a text, several as a list", async (name) => {
    const artifact = await open(bytesOf(name));
    expect(textOf(artifact, "text")).toBe("größe");
    expect(textOf(artifact, "rows")).toMatchObject({ items: ["ab", "cd"] });
    expect(textOf(artifact, "struct.name")).toBe("weights");
  });

  it("are read from versions 4 and 7.3 as well", async () => {
    expect(textOf(await open(bytesOf("v4.mat")), "text")).toBe("hello");
    expect(textOf(await open(bytesOf("v73.mat")), "text")).toBe("größe");
  });
});

describe("a damaged MATLAB file", () => {
  it("whose compressed variable has another checksum shows it with a finding", async () => {
    const bytes = bytesOf("v5-compressed.mat");
    const length = new DataView(bytes.buffer).getUint32(132, true);
    const last = 136 + length - 1;
    bytes[last] = (bytes[last] ?? 0) ^ 1;
    const artifact = await open(bytes);
    expect([artifact.complete, artifact.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/corrupt"]]);
    expect(artifact.parameters[0]?.path).toBe("double");
  });

  it("without a byte order is refused with what stands there", async () => {
    const bytes = bytesOf("v5.mat");
    bytes.set([0x20, 0x34], 126);
    await expect(open(bytes)).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("byte order"),
    });
  });
});
