import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { readableValue, tensorTexts } from "../../../../src/core/view/text-cells.ts";
import { pickleListingText } from "../../../../src/core/view/pickle-listing.ts";

/** Written by the libraries themselves (test/generate/safety_fixtures.py); all of it is harmless to load. */
const cases = JSON.parse(
  readFileSync(new URL("../../../fixtures/pickle/harmless.json", import.meta.url), "utf8"),
) as Record<string, string>;

const bytesOf = (name: string): Uint8Array => new Uint8Array(Buffer.from(cases[name] ?? "", "base64"));
const open = (bytes: Uint8Array): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, "a.pkl", 0), nodeHost(), quietWork());
const safety = ({ findings }: Artifact): string[] =>
  findings.filter(({ rule }) => rule.startsWith("safety/")).map(({ severity, message }) => `${severity}: ${message}`);

describe("what is harmless to load is no error", () => {
  it.each(Object.keys(cases))("%s", async (name) => {
    const artifact = await open(bytesOf(name));
    expect(artifact.complete).toBe(true);
    expect(safety(artifact).filter((each) => each.startsWith("error"))).toEqual([]);
    expect(artifact.imports.filter((use) => use.class === "dangerous")).toEqual([]);
  });
});

describe("arrays as dill writes them", () => {
  it.each(["dill: arrays, protocol 2", "dill: arrays, protocol 4"])("%s has every value", async (name) => {
    const artifact = await open(bytesOf(name));
    const work = quietWork();
    const numbers = await Promise.all(
      artifact.parameters.map(async ({ path, tensor }) => [
        path,
        tensor.dtype.name,
        tensor.shape,
        (await tensorTexts(tensor, 0, 6, work)).join(" "),
      ]),
    );
    expect(numbers).toEqual([
      ["rows", "float64", [2, 3], "0.0 1.0 2.0 3.0 4.0 5.0"],
      ["columns", "float64", [2, 2], "1.5 -0.0 2.5 inf"],
      ["matrix", "int16", [1, 2], "1 2"],
      ["none", "float32", [0, 2], ""],
    ]);
    const texts = artifact.values.map(async ({ path, value }) => [path, await readableValue(value, 100, work)]);
    expect(await Promise.all(texts)).toEqual([
      ["text", "[a, bc]"],
      ["objects", "[1, 'a', None]"],
    ]);
    const told = artifact.imports.filter((use) => use.class !== "ordinary" && use.name !== "_load_type");
    expect(told).toEqual([]);
  });
});

describe("arrays as JAX writes them", () => {
  const pickles = JSON.parse(
    readFileSync(new URL("../../../fixtures/pickle/jax.json", import.meta.url), "utf8"),
  ) as Record<string, string>;

  it.each(Object.keys(pickles))("have every value: %s", async (name) => {
    const artifact = await open(new Uint8Array(Buffer.from(pickles[name] ?? "", "base64")));
    const work = quietWork();
    const numbers = artifact.parameters.map(async ({ path, tensor }) => [
      path,
      tensor.dtype.name,
      tensor.shape,
      (await tensorTexts(tensor, 0, 6, work)).join(" "),
    ]);
    expect(await Promise.all(numbers)).toEqual([
      ["params.w", "float32", [2, 3], "0.0 1.0 2.0 3.0 4.0 5.0"],
      ["params.b", "bfloat16", [3], "1.5 -0.0 3.0"],
      ["count", "int32", [], "7"],
      ["none", "float32", [0, 2], ""],
    ]);
    expect([artifact.complete, safety(artifact)]).toEqual([true, []]);
  });
});

describe("what is ordinary of tables and distributions is not told of", () => {
  it.each(["pandas: table, protocol 5", "scipy.stats: of integers, protocol 4"])("%s", async (name) => {
    expect(safety(await open(bytesOf(name)))).toEqual([]);
  });
});

describe("what scanners flag is still a warning", () => {
  it.each([
    ["attrgetter, protocol 4", "operator.attrgetter"],
    ["methodcaller, protocol 2", "operator.methodcaller"],
    ["methodcaller with arguments, protocol 4", "operator.methodcaller"],
    ["os.stat_result, protocol 4", "os.stat_result"],
    ["http.HTTPStatus, protocol 4", "http.HTTPStatus"],
    ["socket, protocol 4", "socket.AddressFamily"],
    ["signal, protocol 2", "signal.Signals"],
  ])("%s names %s", async (name, global) => {
    const artifact = await open(bytesOf(name));
    expect(artifact.imports.map((use) => [`${use.module}.${use.name}`, use.class])).toContainEqual([global, "unusual"]);
    expect(safety(artifact).some((each) => each.startsWith("warning: Loading this file would call"))).toBe(true);
  });

  it.each(
    Object.keys(cases).filter((name) => /^(?:cloudpickle|dill): (?:lambda|plain|closure|class|instance)/.test(name)),
  )("%s says that it holds functions by value, and which", async (name) => {
    const artifact = await open(bytesOf(name));
    const said = artifact.findings.filter(({ message }) => message.includes("functions by value"));
    expect(said).toMatchObject([{ rule: "safety/unusual-global", severity: "warning" }]);
    expect(said[0]?.evidence?.["functions"]).toMatch(/<lambda>|plain|inner|Own\.__init__/);
  });

  it("a function in the pickle within numba's is one as well", async () => {
    const artifact = await open(bytesOf("numba: jit, protocol 4"));
    expect(safety(artifact).join("\n")).toContain("holds Python functions by value, as compiled code (plain)");
  });
});

describe("the listings say of a name what its finding says", () => {
  it.each<[string, string, string]>([
    ["dill: closure, protocol 4", "from builtins import getattr", ""],
    ["uuid, ipaddress, zoneinfo, protocol 4", "from builtins import getattr", ""],
    ["attrgetter, protocol 4", "from operator import attrgetter", "  # unusual"],
    ["dill: plain, protocol 4", "from dill._dill import _create_code", "  # unusual"],
  ])("%s: %s", async (name, line, mark) => {
    const of = async (form: "decompiled" | "disassembly"): Promise<string> =>
      pickleListingText(fromBytes(bytesOf(name), "a.pkl", 0), "a.pkl", { form }, nodeHost(), quietWork());
    expect((await of("decompiled")).split("\n").map((each) => each.slice(10))).toContain(line + mark);
    expect(await of("disassembly")).not.toContain("dangerous");
  });
});
