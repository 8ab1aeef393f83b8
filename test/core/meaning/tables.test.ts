import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../src/core/errors.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { elementCount } from "../../../src/core/model/tensor.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { printValue } from "../../../src/core/view/print.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { bytes as binary, global, pickle, short } from "../../support/pickle-builder.ts";

const folder = new URL("../../fixtures/tables/", import.meta.url);
interface Hexed {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as Record<
  string,
  Record<string, Hexed | string | number>
>;
const openBytes = (bytes: Uint8Array, name: string): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
const open = (name: string): Promise<Artifact> => openBytes(new Uint8Array(readFileSync(new URL(name, folder))), name);

async function hexOf(artifact: Artifact, path: string): Promise<Hexed> {
  const parameter = artifact.parameters.find((each) => each.path === path || each.path === `[${JSON.stringify(path)}]`);
  if (parameter === undefined)
    throw new Error(`${path} is not in ${artifact.parameters.map((each) => each.path).join(", ")}`);
  const { tensor } = parameter;
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  return { dtype: tensor.dtype.name, shape: tensor.shape, hex: Buffer.from(bytes).toString("hex") };
}

const isSparse = (name: string): boolean => typeof expected[name]?.["format"] === "string";

describe("a sparse matrix of scipy", () => {
  it.each(Object.keys(expected).filter(isSparse))(
    "is one parameter with scipy's own dense values: %s",
    async (name) => {
      const artifact = await open(name);
      const { format, stored, ...matrix } = expected[name] ?? {};
      expect(artifact.complete).toBe(true);
      expect(artifact.parameters).toHaveLength(1);
      const [path = ""] = Object.keys(matrix);
      expect(await hexOf(artifact, path)).toEqual(matrix[path]);
      expect(artifact.parameters[0]?.tensor.sparse).toEqual({ format, stored });
    },
  );

  it("is read a window at a time", async () => {
    const [parameter] = (await open("csc-matrix-float64.pkl")).parameters;
    if (parameter === undefined) throw new Error("no parameter");
    const whole = await readElements(parameter.tensor, 0, 35);
    for (let start = 0; start < 35; start += 3) {
      const part = await readElements(parameter.tensor, start, Math.min(4, 35 - start));
      expect(part).toEqual(whole.slice(start * 8, start * 8 + part.length));
    }
  });

  it("whose elements are stored twice is shown as its arrays: a sum is not in the file", async () => {
    const artifact = await open("twice.pkl");
    expect(artifact.parameters.map(({ path }) => path)).toContain("X.data");
    expect(artifact.parameters.every(({ tensor }) => tensor.sparse === undefined)).toBe(true);
  });

  it("is the same as the same matrix in another form", async () => {
    const [one, other] = [await open("csr-matrix-float64.pkl"), await open("coo-array-float64.pkl")];
    expect(await hexOf(one, "X")).toEqual(await hexOf(other, "X"));
  });

  it("that is damaged opens all the same, with a reason or as its arrays", async () => {
    const bytes = new Uint8Array(readFileSync(new URL("csr-matrix-int64.pkl", folder)));
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      const opened = await openBytes(damaged, "a.pkl").catch((error: unknown) => {
        if (error instanceof ArtifactError) return undefined;
        throw error;
      });
      for (const { tensor } of opened?.parameters ?? [])
        await readElements(tensor, 0, Math.min(50, elementCount(tensor.shape)));
    }
  });
});

describe("a table of pandas", () => {
  const tables = Object.keys(expected).filter((name) => !isSparse(name));

  it.each(tables)("has its columns as parameters, value for value: %s", async (name) => {
    const artifact = await open(name);
    expect(artifact.complete).toBe(true);
    for (const [column, hexed] of Object.entries(expected[name] ?? {}))
      expect({ column, ...(await hexOf(artifact, column)) }).toEqual({ column, ...(hexed as Hexed) });
  });

  it("has categories, masks, time zones and the index beside them", async () => {
    const paths = async (name: string): Promise<string[]> => {
      const { parameters, values } = await open(name);
      return [...parameters, ...values].map(({ path }) => path).sort();
    };
    expect(await paths("categories.pkl")).toEqual(["k", "k.categories", "k.ordered", "n"]);
    expect(await paths("nullable.pkl")).toEqual(["i", "i.mask", "n"]);
    expect(await paths("times.pkl")).toEqual(["n", "t", "t.tz"]);
    expect(await paths("indexed.pkl")).toEqual(["index", "w"]);
    expect(await paths("plain.pkl")).toEqual(["a", "b", "c", "text"]);
  });
});

describe("values of Python's own", () => {
  it("are one value each, dates as the numbers they are made of", async () => {
    const date = pickle(global("datetime", "datetime"), binary([7, 228, 1, 2, 3, 4, 5, 0, 1, 2]));
    const zone = pickle(
      [
        global("datetime", "timezone"),
        global("datetime", "timedelta"),
        "BININT1 0",
        "BININT2 3600",
        "TUPLE2",
        "REDUCE",
      ],
      ["TUPLE1", "REDUCE"],
    );
    const artifact = await openBytes(
      pickle(
        ["EMPTY_DICT", "MARK", short("at"), date, zone, "TUPLE2", "REDUCE"],
        [short("day"), global("datetime", "date"), binary([7, 228, 1, 2]), "TUPLE1", "REDUCE"],
        [
          short("again"),
          global("datetime", "time"),
          binary([0x83, 0, 0, 0, 0, 0]),
          "TUPLE1",
          "REDUCE",
          "SETITEMS",
          "STOP",
        ],
      ),
      "a.pkl",
    );
    expect(artifact.values.map(({ path, value }) => [path, printValue(value, 200)])).toEqual([
      ["at", "datetime(2020, 1, 2, 3, 4, 5, 258, timezone(timedelta(0, 3600)))"],
      ["day", "date(2020, 1, 2)"],
      // The second one of an hour that comes twice.
      ["again", "time(3, 0, 0, 0, fold=1)"],
    ]);
  });
});
