import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../src/core/limits.ts";
import { formatElement } from "../../../src/core/model/decode.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { DictNode, ListNode, Value } from "../../../src/core/model/value.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { artifactOf, arrayNode, dictOf, float64Bytes, objectOf, tensorOf } from "../../support/artifacts.ts";
import { floats, list, logistic, pipeline, scaler, texts, tuple } from "../../support/estimators.ts";

async function addresses(root: Value, namedTensors = false) {
  const { parameters, values } = await artifactOf(root, { namedTensors });
  return { parameters: parameters.map(({ path }) => path), values: values.map(({ path }) => path) };
}

async function valuesAt(root: Value, path: string): Promise<readonly string[]> {
  const { parameters } = await artifactOf(root);
  const tensor = parameters.find((parameter) => parameter.path === path)?.tensor;
  if (tensor === undefined) throw new Error(`no parameter ${path}`);
  const count = tensor.shape.reduce((a, b) => a * b, 1);
  const bytes = await readElements(tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => formatElement(tensor.dtype, view, i * tensor.dtype.itemSize));
}

describe("addresses", () => {
  it("are what a person would type", async () => {
    const root = dictOf({
      model: objectOf("my.models", "Scorer", dictOf({ weights: floats([2], 1, 2), layers: list(floats([1], 3)) })),
      "a.b c": floats([1], 4),
      "layer1.0.weight": floats([1], 5),
      table: dictOf({ "x.y": 0.5, plain: 1.5 }),
    });
    expect(await addresses(root)).toEqual({
      parameters: ["model.weights", "model.layers[0]", '["a.b c"]', "layer1.0.weight", 'table["x.y"]', "table.plain"],
      values: [],
    });
  });

  it("keep the names of tensor files as they are", async () => {
    const keys = ["a b", "0", "w."];
    const root = { kind: "dict", keys, values: keys.map((_, i) => floats([1], i)) } as const;
    expect((await addresses(root, true)).parameters).toEqual(["a b", "0", "w."]);
    expect((await addresses(root)).parameters).toEqual(['["a b"]', '["0"]', '["w."]']);
  });

  it("go by name through lists of named parts", async () => {
    const root = pipeline(["scale", scaler(["a", "b"], 2)], ["my step", logistic()], ["a.b", "passthrough"]);
    const { parameters } = await addresses(root);
    expect(parameters).toContain("steps.scale.mean_");
    expect(parameters).toContain('steps["my step"].coef_');
    expect((await addresses(root)).values).toContain('steps["a.b"]');
  });

  it("use positions where names repeat", async () => {
    const root = pipeline(["x", scaler(undefined, 1)], ["x", scaler(undefined, 1)]);
    expect((await addresses(root)).parameters).toEqual(["steps[0][1].mean_", "steps[1][1].mean_"]);
  });

  it("print keys that are no text in brackets", async () => {
    const keys: Value[] = [3n, true, null, 1.5, tuple("a", 1n), list()];
    const root = { kind: "dict", keys, values: keys.map((_, i) => floats([1], i)) } as const;
    expect((await addresses(root)).parameters).toEqual(["[3]", "[True]", "[None]", "[1.5]", '[("a", 1)]', "[#5]"]);
  });

  it("are unique: the later of two that collide is quoted", async () => {
    const root = dictOf({ a: dictOf({ b: 0.5 }), "a.b": 1.5, c: list(0.5, "x") });
    expect((await addresses(root)).parameters).toEqual(["a.b", '["a.b"]', "c[0]"]);
    const clash = dictOf({ "a.b": 1.5, a: dictOf({ b: 0.5 }) });
    expect((await addresses(clash)).parameters).toEqual(["a.b", 'a["b"]']);
  });

  it("take the last of duplicate keys, as Python does", async () => {
    const root: DictNode = { kind: "dict", keys: ["w", "w"], values: [floats([1], 1), floats([1], 2)] };
    expect((await addresses(root)).parameters).toEqual(["w"]);
    expect(await valuesAt(root, "w")).toEqual(["2.0"]);
  });

  it("give names of Object.prototype no power", async () => {
    const keys = ["__proto__", "constructor", "toString"];
    const root = { kind: "dict", keys, values: keys.map((_, i) => floats([1], i)) } as const;
    expect((await addresses(root)).parameters).toEqual(keys);
  });

  it("name a file that is one array or one value", async () => {
    expect((await addresses(floats([2], 1, 2))).parameters).toEqual(["array"]);
    expect((await addresses("text")).values).toEqual(["value"]);
  });
});

describe("lists and scalars as tensors", () => {
  it("reads lists of numbers, nested ones too", async () => {
    const root = dictOf({
      ints: list(1n, -(2n ** 63n), 2n ** 63n - 1n),
      mixed: tuple(1n, 2.5, -0),
      matrix: list(list(1n, 2n), list(3n, 4n)),
      ragged: list(list(1n, 2n), list(3n)),
      big: list(2n ** 63n),
      lossy: list(2n ** 53n + 1n, 0.5),
      nan: list({ kind: "float", bits: 0x7ff8000000000001n }, 0.5),
    });
    const { parameters, values } = await artifactOf(root);
    expect(parameters.map(({ path, tensor, origin }) => [path, tensor.dtype.name, tensor.shape, origin])).toEqual([
      ["ints", "int64", [3], "list"],
      ["mixed", "float64", [3], "list"],
      ["matrix", "int64", [2, 2], "list"],
      ["ragged[0]", "int64", [2], "list"],
      ["ragged[1]", "int64", [1], "list"],
      ["lossy[1]", "float64", [], "scalar"],
      ["nan", "float64", [2], "list"],
    ]);
    expect(values.map(({ path }) => path)).toEqual(["big", "lossy[0]"]);
    expect(await valuesAt(root, "ints")).toEqual(["1", "-9223372036854775808", "9223372036854775807"]);
    expect(await valuesAt(root, "mixed")).toEqual(["1.0", "2.5", "-0.0"]);
    expect(await valuesAt(root, "matrix")).toEqual(["1", "2", "3", "4"]);
    expect(await valuesAt(root, "nan")).toEqual(["nan:0x7ff8000000000001", "0.5"]);
  });

  it("keeps numpy scalars in their dtype", async () => {
    const half = tensorOf(scalarDType("float32"), [], new Uint8Array([0, 0, 0, 0x3f]));
    const root = dictOf({ one: { kind: "scalar", tensor: half }, many: list({ kind: "scalar", tensor: half }) });
    const { parameters } = await artifactOf(root);
    expect(parameters.map(({ path, tensor, origin }) => [path, tensor.dtype.name, tensor.shape, origin])).toEqual([
      ["one", "float32", [], "scalar"],
      ["many", "float32", [1], "list"],
    ]);
    expect(await valuesAt(root, "many")).toEqual(["0.5"]);
  });

  it("keeps the digits of decimal text", async () => {
    const root = dictOf({ tol: { kind: "decimal", text: "0.10", nearest: 0.1, offset: 0 } });
    const { parameters } = await artifactOf(root);
    expect(parameters[0]?.tensor.texts?.text(0)).toBe("0.10");
    expect(parameters[0]?.tensor.texts?.digits(0)).toBe(2);
  });

  it("lists tables of plain values as one value", async () => {
    const numbers = Array.from({ length: 2000 }, (_, i) => BigInt(i * 7));
    const root = dictOf({
      vocabulary: dictOf({ late: 1n, paid: 0n }),
      counts: { kind: "dict", keys: numbers.map(String), values: numbers },
      settings: dictOf({ depth: 3n, loss: "log" }),
      names: list("a", "b"),
    });
    expect((await addresses(root)).values).toEqual([
      "vocabulary",
      "counts",
      "settings.depth",
      "settings.loss",
      "names",
    ]);
  });

  it("reads the fields of a structured array as tensors", async () => {
    const int32 = scalarDType("int32");
    const float64 = scalarDType("float64");
    const dtype = {
      name: "[('left', '<i4'), ('gain', '<f8')]",
      kind: "V",
      itemSize: 12,
      bits: 96,
      bigEndian: false,
      fields: [
        { name: "left", dtype: int32, offset: 0 },
        { name: "gain", dtype: float64, offset: 4 },
      ],
    } as const;
    const bytes = new Uint8Array(24);
    new DataView(bytes.buffer).setInt32(12, -7, true);
    bytes.set(float64Bytes(0.25), 4);
    bytes.set(float64Bytes(-0), 16);
    const root = dictOf({ nodes: arrayNode(tensorOf(dtype, [2], bytes)) });
    expect((await addresses(root)).parameters).toEqual(["nodes.left", "nodes.gain"]);
    expect(await valuesAt(root, "nodes.left")).toEqual(["0", "-7"]);
    expect(await valuesAt(root, "nodes.gain")).toEqual(["0.25", "-0.0"]);
  });
});

describe("graphs that are no trees", () => {
  it("lists a shared tensor under each of its names", async () => {
    const shared = floats([1], 1);
    expect((await addresses(dictOf({ a: shared, b: shared }))).parameters).toEqual(["a", "b"]);
  });

  it("opens a shared estimator once, where it is met first", async () => {
    const shared = logistic();
    const { estimators, parameters } = await artifactOf(dictOf({ first: shared, again: shared }));
    expect(estimators.map(({ path }) => path)).toEqual(["first"]);
    expect(parameters.map(({ path }) => path)).toEqual(["first.coef_", "first.intercept_"]);
  });

  it("ends on lists and objects that hold themselves", async () => {
    const loop: ListNode = list(0.5, "x");
    loop.items.push(loop);
    const self = objectOf("a", "B", null);
    self.state = dictOf({ me: self, w: floats([1], 1), loop });
    expect(await addresses(self)).toEqual({ parameters: ["w", "loop[0]"], values: ["loop[1]"] });
  });

  it("does not multiply a list that holds one list a hundred times, a hundred times over", async () => {
    let level = list(0.5, "x");
    for (let i = 0; i < 50; i++) level = list(...Array.from({ length: 100 }, () => level));
    const { parameters } = await artifactOf(dictOf({ level }));
    expect(parameters).toHaveLength(1);
    let numbers = list(1.5);
    for (let i = 0; i < 40; i++) numbers = list(...Array.from({ length: 100 }, () => numbers));
    await expect(artifactOf(dictOf({ numbers }))).resolves.toBeDefined();
  });

  it("looks at what many names share once: lists, tables, names of features, pipelines in pipelines", async () => {
    const wide = 20_000;
    const words = list(...Array.from({ length: wide }, (_, i) => `w${i}`));
    const keys = Array.from({ length: wide }, (_, i) => `w${i}`);
    const table = { kind: "dict", keys, values: keys.map(() => 0.5) } as const;
    const names = texts(...keys);
    let nested: Value = scaler(["a", "b"], 2);
    for (let i = 0; i < 30; i++) nested = pipeline(...Array.from({ length: 20 }, (_, j) => [`s${j}`, nested] as const));
    const models = Array.from({ length: wide }, () =>
      objectOf(
        "sklearn.x",
        "Model",
        dictOf({ feature_names_in_: names, steps: words, coef_: words, vocabulary: table }),
      ),
    );
    const { estimators, parameters } = await artifactOf(dictOf({ nested, models: list(...models) }));
    expect(estimators.length).toBe(1 + 30 + wide);
    expect(estimators.at(-1)?.schema.features).toBe(estimators.at(-2)?.schema.features);
    expect(parameters.at(-1)?.axes[0]).toBe(parameters.at(-2)?.axes[0]);
  });

  it("stops at the depth limit and says so", async () => {
    let deep: Value = floats([1], 1);
    for (let i = 0; i < LIMITS.valueDepth + 10; i++) deep = list(deep, "x");
    const { parameters, findings, complete } = await artifactOf(dictOf({ deep, after: floats([1], 2) }));
    expect(parameters.map(({ path }) => path)).toEqual(["after"]);
    expect(findings.map(({ rule }) => rule)).toEqual(["integrity/limit"]);
    expect(complete).toBe(false);
  });

  it("stops listing scalars at their limit and says so", async () => {
    const count = LIMITS.scalarParameters + 10;
    const keys = Array.from({ length: count }, (_, i) => `k${i}`);
    const values = keys.map((_, i) => (i === 0 ? "a text" : 0.5));
    const { parameters, complete, findings } = await artifactOf({ kind: "dict", keys, values });
    expect(parameters).toHaveLength(LIMITS.scalarParameters);
    expect(complete).toBe(false);
    expect(findings[0]?.message).toMatch(/^100001 parameters and values have an address/);
  });
});
