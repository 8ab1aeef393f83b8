import { describe, expect, it } from "vitest";
import type { DiffEntry } from "../../../src/core/diff/report.ts";
import { schemaChanges } from "../../../src/core/diff/schema.ts";
import { checkArtifact, checkDrift } from "../../../src/core/findings/run.ts";
import { RULES } from "../../../src/core/findings/rules/table.ts";
import type { ImportUse, RawArtifact } from "../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import { say } from "../../../src/core/model/sentence.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf, tensorOf } from "../../support/artifacts.ts";
import { floats, list, logistic } from "../../support/estimators.ts";
import { existsSync } from "node:fs";
import { ArtifactError } from "../../../src/core/errors.ts";
import type { Host } from "../../../src/core/host.ts";

const HOST = {} as Host;

async function check(root: Value, more: Partial<RawArtifact> = {}, valueBytes?: number) {
  const artifact = await artifactOf(root, more);
  return checkArtifact(artifact, HOST, quietWork(), valueBytes === undefined ? {} : { valueBytes });
}

const uses = (...imports: readonly [string, string, number, ImportUse["class"], ImportUse["role"]][]) => ({
  imports: imports.map(
    ([module, name, offset, danger, role]): ImportUse => ({
      module,
      name,
      offset,
      class: danger,
      role,
    }),
  ),
});

describe("the table", () => {
  it("has one row and one page for each rule", () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { id, why } of RULES) {
      expect([id, existsSync(new URL(`../../../docs/rules/${id}.md`, import.meta.url))]).toEqual([id, true]);
      expect(why).toMatch(/\.$/);
    }
  });
});

describe("safety", () => {
  it("says what a dangerous global would do, and where it is asked for", async () => {
    const found = await check(
      null,
      uses(["os", "system", 118, "dangerous", "call"], ["os", "system", 300, "dangerous", "call"]),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      rule: "safety/dangerous-global",
      severity: "error",
      message:
        "Loading this file would run a shell command: it calls os.system (byte 118). Do not load it; nothing of it was run here.",
      range: { offset: 118, length: 1 },
      evidence: { uses: "2" },
    });
    expect(found[0]?.related).toHaveLength(1);
  });

  it("gives no place in the file when the offset is one of the inflated stream", async () => {
    const imports = uses(["builtins", "eval", 7, "dangerous", "import"]);
    const [found] = await check(null, { ...imports, container: ["zlib"] });
    expect(found?.range).toBeUndefined();
    expect(found?.message).toContain("would import builtins.eval (byte 7), which can run code");
  });

  it("groups what is unusual, milder when it is only imported", async () => {
    const found = await check(
      null,
      uses(
        ["app", "Model", 1, "unusual", "call"],
        ["app", "Model", 9, "unusual", "call"],
        ["app", "A", 2, "unusual", "import"],
        ["app", "B", 3, "unusual", "import"],
        ["app", "C", 4, "unusual", "import"],
        ["app", "D", 5, "unusual", "import"],
        ["numpy", "dtype", 6, "ordinary", "call"],
      ),
    );
    expect(found.map(({ severity, message }) => [severity, message])).toEqual([
      [
        "warning",
        "Loading this file would call app.Model, which is not known to be ordinary for a model. Load it only when you know who made it.",
      ],
      [
        "info",
        "Loading this file would import app.A, app.B, app.C … (+1), which is not known to be ordinary for a model.",
      ],
    ]);
  });

  it("is silent on ordinary imports", async () => {
    expect(await check(null, uses(["numpy", "dtype", 6, "ordinary", "call"]))).toEqual([]);
  });
});

describe("values", () => {
  it("flags NaN in what predictions go through", async () => {
    const found = await check(logistic({ coef: [0.5, Number.NaN] }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      rule: "integrity/non-finite",
      path: "coef_",
      evidence: { nan: "1", infinite: "0", elements: "2" },
    });
    expect(found[0]?.message).toContain("1 of 2 values of coef_ are NaN, the first at position 1.");
  });

  it("does not flag what is ordinary: masks, edges, attributes that may be NaN", async () => {
    const tensors = dictOf({
      attention_mask: floats([2], Number.NEGATIVE_INFINITY, 0),
      bin_edges: floats([2], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      missing_value: floats([1], Number.NaN),
    });
    expect(await check(tensors)).toEqual([]);
    const imputer = objectOf(
      "sklearn.impute._base",
      "SimpleImputer",
      dictOf({ statistics_: floats([2], Number.NaN, 1), _sklearn_version: "1.2.2" }),
    );
    expect(await check(imputer)).toEqual([]);
    expect((await check(dictOf({ weight: floats([1], Number.NaN) }))).map(({ path }) => path)).toEqual(["weight"]);
  });

  it("does not take tables and distributions for parameters", async () => {
    const hole = (): Value => floats([1], Number.NaN);
    const frame = objectOf("pandas.core.frame", "DataFrame", dictOf({ values: hole() }));
    const imports: readonly ImportUse[] = [
      { module: "pandas.core.frame", name: "DataFrame", offset: 0, role: "call", class: "ordinary" },
    ];
    expect(await check(frame, { imports })).toEqual([]);
    const found = await check(dictOf({ data: frame, rest: list(frame), weight: hole() }), { imports });
    expect(found.map(({ path }) => path)).toEqual(["weight"]);
    const own = objectOf("my.models", "Net", dictOf({ weight: hole() }));
    expect((await check(dictOf({ data: frame, own }), { imports })).map(({ path }) => path)).toEqual(["own.weight"]);
  });

  const singles = [-1.698492, 0.92950055, -0.5680406, 0.6623101, 0.2468904].map(Math.fround);

  it("sees float64 that went through float32", async () => {
    const found = await check(logistic({ features: ["a", "b", "c", "d", "e"], coef: singles }));
    expect(found.map(({ rule, path }) => [rule, path])).toEqual([["precision/float32-valued", "coef_"]]);
  });

  it("tells once of many arrays that differ in their positions only, and of a few one by one", async () => {
    const stages = (count: number): Value =>
      dictOf({ stages: list(...Array.from({ length: count }, () => dictOf({ leaf: floats([5], ...singles) }))) });
    const found = await check(stages(25));
    expect(found.map(({ path, message }) => [path, message])).toEqual([
      [
        "stages[0].leaf",
        "25 arrays like stages[0].leaf are stored as float64, but each of their 125 values is a float32 value: they went through float32 on the way. Compare them with the originals, or save them before they are narrowed.",
      ],
    ]);
    expect((await check(stages(3))).map(({ path }) => path)).toEqual([0, 1, 2].map((i) => `stages[${i}].leaf`));
    const layers = Object.fromEntries(["a", "b", "c", "d"].map((name) => [name, floats([5], ...singles)]));
    expect(await check(dictOf(layers))).toHaveLength(4);
  });

  it("does not take whole numbers, short fractions or single values for float32", async () => {
    const quiet = [
      [0, 1, -1, 2, 3, 100, 123456, 16777215, -0],
      [0.5, 0.25, 0.375, 1.75, 3.0625, -0.125, 1 / 1024],
      [0.1, 0.2, 0.3, 0.001, 0.5],
      singles.slice(0, 3),
      [...singles, 0.1],
      [Number.POSITIVE_INFINITY],
      [],
    ];
    for (const values of quiet) expect(await check(dictOf({ mask: floats([values.length], ...values) }))).toEqual([]);
    const narrow = new Uint8Array(new Float32Array(singles).buffer);
    expect(await check(dictOf({ w: arrayNode(tensorOf(scalarDType("float32"), [5], narrow)) }))).toEqual([]);
    for (const column of ["threshold", "split_gain"])
      expect(await check(dictOf({ tree_: dictOf({ [column]: floats([5], ...singles) }) }))).toEqual([]);
  });

  it("reads no more than its budget when a file is opened, and all when asked", async () => {
    let read = 0;
    const size = 8 * 1024 * 1024;
    const data = {
      size,
      name: "sparse",
      read: (start: number, end: number) => {
        read += end - start;
        return Promise.resolve(new Uint8Array(end - start).fill(255));
      },
    };
    const root = dictOf({
      big: arrayNode({ dtype: scalarDType("float64"), shape: [size / 8], order: "C", offset: 0, data }),
      small: floats([1], Number.NaN),
    });
    expect((await check(root)).map(({ path }) => path)).toEqual(["small"]);
    expect(read).toBe(0);
    expect((await check(root, {}, size * 2)).map(({ path }) => path)).toEqual(["big", "small"]);
    expect(read).toBe(size);
  });

  it("turns a value that cannot be read into a finding, and goes on", async () => {
    const data = {
      size: 16,
      name: "gone",
      read: () => Promise.reject(new ArtifactError("truncated", "gone: needs 16 bytes at byte 0, 0 are left")),
    };
    const broken = arrayNode({ dtype: scalarDType("float64"), shape: [2], order: "C", offset: 0, data });
    const root = dictOf({ broken, sound: floats([1], Number.NaN) });
    expect((await check(root)).map(({ rule, path, message }) => [rule, path, message])).toEqual([
      [
        "integrity/truncated",
        "broken",
        "The values of broken cannot be read: gone: needs 16 bytes at byte 0, 0 are left",
      ],
      ["integrity/non-finite", "sound", expect.stringContaining("1 of 1 values of sound are NaN")],
    ]);
    expect((await check(root, { complete: false })).map(({ path }) => path)).toEqual(["sound"]);
  });

  it("sees decimal text that was cut, as an array and as single numbers of a dict", async () => {
    const decimals = ["-1.69849", "-0.929501", "-0.568041", "0.662310", "0.246890", "0.268672"];
    const node = (text: string): Value => ({ kind: "decimal", text, nearest: Number(text), offset: 0 });
    const tensor = {
      ...tensorOf(scalarDType("float64"), [6], float64Bytes(...decimals.map(Number))),
      texts: { text: (i: number) => decimals[i] ?? "", digits: () => 6 },
    };
    const array = await check(dictOf({ coef: arrayNode(tensor, "list") }), { format: "json" });
    expect(array.map(({ rule, path }) => [rule, path])).toEqual([["precision/decimal-truncated", "coef"]]);
    expect(array[0]?.message).toBe(
      "6 of 6 numbers of coef are printed with 6 significant digits and none with more: a float64 needs up to 17 to come back as it was. Write floats with 17 significant digits, or with repr.",
    );
    const dict = dictOf({ coef: dictOf(Object.fromEntries(decimals.map((text, i) => [`f${i}`, node(text)]))) });
    expect((await check(dict, { format: "json" })).map(({ path }) => path)).toEqual(["coef"]);
    const chosen = dictOf({ C: node("0.1"), tol: node("0.0001"), l1: node("0.5"), lr: node("0.001"), m: node("0.9") });
    expect(await check(chosen, { format: "json" })).toEqual([]);
  });
});

const entry = (path: string, verdict: DiffEntry["verdict"], more: Partial<DiffEntry> = {}): DiffEntry => ({
  path,
  verdict,
  tier: "numeric",
  because: say("by hand"),
  top: [],
  ...more,
});

async function drift(old: Value, next: Value, entries: readonly DiffEntry[] = []) {
  const [a, b] = [await artifactOf(old), await artifactOf(next)];
  return checkDrift({
    old: a,
    next: b,
    entries,
    schema: schemaChanges(a, b),
    isOfTrees: (path) => path.startsWith("tree_."),
  });
}

describe("drift", () => {
  it("is silent between a model and its retrained self", async () => {
    expect(await drift(logistic(), logistic({ coef: [3, 4] }), [entry("coef_", "changed")])).toEqual([]);
  });

  it("tells rounding, and to what", async () => {
    const side = { dtype: "float64", shape: [1, 2] };
    const found = await drift(logistic(), logistic(), [
      entry("coef_", "rounded", { old: side, new: side, detail: { dtype: "float32" } }),
      entry("intercept_", "identical", { old: side, new: side }),
    ]);
    expect(found.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      [
        "precision/narrowed-lossy",
        "warning",
        "coef_ is the old one rounded to float32. Keep the old file, or save the model before it is narrowed.",
      ],
    ]);
  });

  it("tells decimal truncation, dtypes, shapes and missing parameters", async () => {
    const found = await drift(logistic(), logistic(), [
      entry("a", "decimal-truncated", { detail: { digits: "6" } }),
      entry("b", "recast-lossless", { old: { dtype: "float32", shape: [2] }, new: { dtype: "float64", shape: [2] } }),
      entry("c", "changed", { old: { dtype: "float64", shape: [2] }, new: { dtype: "int64", shape: [2] } }),
      entry("d", "reshaped", { old: { dtype: "float64", shape: [2] }, new: { dtype: "float64", shape: [3] } }),
      entry("e", "removed"),
      entry("f", "removed"),
      entry("g", "added"),
    ]);
    expect(found.map(({ rule, severity, path }) => [rule, severity, path])).toEqual([
      ["schema/missing-parameter", "warning", undefined],
      ["schema/shape", "warning", "d"],
      ["schema/dtype", "info", "b"],
      ["schema/dtype", "warning", "c"],
      ["precision/decimal-truncated", "warning", "a"],
    ]);
    expect(found[0]?.message).toBe("2 parameters are not in the new version: e, f. Code that reads them fails.");
    expect(found[1]?.message).toContain("d has shape [3]; it had [2].");
  });

  it("tells swapped features and renamed classes as errors", async () => {
    const old = logistic({ features: ["income", "age"] });
    const found = await drift(old, logistic({ features: ["age", "income"], classes: ["default", "good"] }));
    expect(found.map(({ rule, severity }) => [rule, severity])).toEqual([
      ["schema/feature-order", "error"],
      ["schema/class-labels", "error"],
    ]);
    expect(found[0]?.message).toBe(
      "Features income and age changed places. A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
    );
    const wider = await drift(old, logistic({ features: ["income", "age", "debt"] }));
    expect(new Set(wider.map(({ rule }) => rule))).toEqual(new Set(["schema/feature-count"]));
  });

  it("says what every change of features and classes does to a caller", async () => {
    const features = ["a", "b", "c", "d", "e"];
    const base = logistic({ features, classes: ["x", "y", "z"] });
    const others = [
      logistic({ features: ["b", "a", "c", "d", "e"], classes: ["y", "x", "z"] }),
      logistic({ features: ["b", "c", "d", "e", "a"], classes: ["y", "z", "x"] }),
      logistic({ features: ["e", "c", "a", "b", "d"], classes: ["x", "y", "w"] }),
      logistic({ features: ["a", "b", "c", "d", "f"], classes: ["x", "y"] }),
      logistic({ features: ["a", "b", "c"], classes: ["x"] }),
      logistic({ features: ["a", "b", "c", "d"], classes: ["x", "y", "z", "w"] }),
      logistic({ features: [...features, "f"], classes: ["x", "y", "z", "v", "w"] }),
      logistic({ features: [...features, "f", "g"] }),
    ];
    const found = (await Promise.all(others.map((next) => drift(base, next)))).flat();
    const bare = found.filter(({ message, evidence }) => message === evidence?.["change"]);
    expect(found.length).toBeGreaterThan(15);
    expect(bare).toEqual([]);
  });

  it("tells library versions apart by release", async () => {
    const between = async (a: string, b: string) =>
      (await drift(logistic({ version: a }), logistic({ version: b }))).map(({ severity }) => severity);
    expect(await between("1.2.2", "1.2.2")).toEqual([]);
    expect(await between("1.2.1", "1.2.2")).toEqual(["info"]);
    expect(await between("1.2.2", "1.10.0")).toEqual(["warning"]);
    expect(await between("1.10.0", "1.9.1")).toEqual(["warning"]);
    const back = await drift(logistic({ version: "1.10.0" }), logistic({ version: "1.9.1" }));
    expect(back[0]?.message).toContain("which is older than the 1.10.0 of the old one");
  });

  it("cuts a long list of findings and says how many more there are", async () => {
    const entries = Array.from({ length: 150 }, (_, i) => entry(`w${i}`, "rounded", { detail: { dtype: "float16" } }));
    const found = await drift(dictOf({ a: list() }), dictOf({ a: list() }), entries);
    expect(found).toHaveLength(101);
    expect(found.at(-1)?.message).toBe("The same in 50 more places.");
  });
});
