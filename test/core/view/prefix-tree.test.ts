import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PrefixNode, prefixTree, segmentEnds } from "../../../src/core/view/prefix-tree.ts";

const segments = (path: string): string[] => {
  const ends = segmentEnds(path);
  return ends.map((end, index) => path.slice(index === 0 ? 0 : ends[index - 1], end));
};

const tree = (paths: readonly string[], keep: readonly string[] = []) =>
  prefixTree(
    paths.map((path) => ({ path })),
    new Set(keep),
  );

const lines = (node: PrefixNode<{ path: string }>, indent = ""): string[] =>
  node.children.flatMap((child) => [
    `${indent}${child.label}${child.item === undefined ? "" : " *"}`,
    ...lines(child, `${indent}  `),
  ]);

describe("segmentEnds", () => {
  it.each([
    ["coef_", ["coef_"]],
    ["steps.clf.coef_", ["steps", ".clf", ".coef_"]],
    ["estimators_[3].tree_.threshold", ["estimators_", "[3]", ".tree_", ".threshold"]],
    ['params["a b"].x', ["params", '["a b"]', ".x"]],
    ['params["a]\\"b"]', ["params", '["a]\\"b"]']],
    ["a[", ["a", "["]],
    ["dense/kernel:0", ["dense", "/kernel:0"]],
    ["/conv1/Conv.weight", ["/conv1", "/Conv", ".weight"]],
    ["a//b", ["a", "//b"]],
    ["a/", ["a/"]],
    ["model.", ["model."]],
    ['state_dict["conv1.weight"]', ["state_dict", '["conv1', '.weight"]']],
    ['optimizer.state["0.exp_avg"].x', ["optimizer", ".state", '["0', '.exp_avg"]', ".x"]],
    ['bins["1.5"]', ["bins", '["1.5"]']],
    ['bins["2.5e-3"]', ["bins", '["2.5e-3"]']],
    ['texts["One. And two."]', ["texts", '["One. And two."]']],
  ])("%s", (path, expected) => expect(segments(path)).toEqual(expected));

  it("covers every character of any text, in order", () => {
    fc.assert(fc.property(fc.string(), (path) => segments(path).join("") === path));
  });
});

describe("prefixTree", () => {
  it("makes one row of a chain of single children", () => {
    expect(lines(tree(["layer1.0.weight", "layer1.0.bias", "fc.weight"]))).toEqual([
      "layer1.0",
      "  weight *",
      "  bias *",
      "fc.weight *",
    ]);
  });

  it("groups the names of TensorFlow, Keras and Flax, and those of ONNX that begin with a slash", () => {
    expect(lines(tree(["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]))).toEqual([
      "dense",
      "  kernel *",
      "  bias *",
      "dense_1",
      "  kernel *",
      "  bias *",
    ]);
    expect(lines(tree(["/conv1/weight", "/conv1/bias", "/fc/weight"]))).toEqual([
      "/conv1",
      "  weight *",
      "  bias *",
      "/fc/weight *",
    ]);
  });

  it("groups quoted keys that are addresses themselves, and shows no quotes", () => {
    const paths = [
      'state["conv1.weight"]',
      'state["conv1.bias"]',
      'state["fc.weight"]',
      "state.epoch",
      'state["best loss"]',
    ];
    expect(lines(tree(paths))).toEqual([
      "state",
      "  conv1",
      "    weight *",
      "    bias *",
      "  fc.weight *",
      "  epoch *",
      "  best loss *",
    ]);
    expect(lines(tree(['net["a.w"]', 'net["a.b"]']))).toEqual(["net.a", "  w *", "  b *"]);
  });

  it("keeps estimators as rows of their own", () => {
    expect(lines(tree(["steps.scale.mean_", "steps.clf.coef_"], ["steps.scale", "steps.clf"]))).toEqual([
      "steps",
      "  scale",
      "    mean_ *",
      "  clf",
      "    coef_ *",
    ]);
  });

  it("shows an address that is a parameter and a prefix at once", () => {
    expect(lines(tree(["a", "a.b"]))).toEqual(["a *", "  b *"]);
  });

  it("has every item exactly once", () => {
    const path = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join("."));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 30 }), (paths) => {
        const found: string[] = [];
        const walk = (node: PrefixNode<{ path: string }>): void => {
          if (node.item !== undefined) found.push(node.item.path);
          for (const child of node.children) walk(child);
        };
        const root = tree(paths);
        walk(root);
        expect(found.sort()).toEqual([...paths].sort());
        expect(root.count).toBe(paths.length);
      }),
    );
  });

  it("stands an address of 100,000 segments", () => {
    expect(tree([Array.from({ length: 100_000 }, (_, index) => `s${index}`).join(".")]).count).toBe(1);
  });
});

describe("an address of very many segments", () => {
  it("has some levels of its own, and the rest in the last", () => {
    const paths = Array.from({ length: 3000 }, (_, k) => `a.b${".args[0]".repeat(400)}.x${k}`);
    let deepest = 0;
    let items = 0;
    const todo = [{ node: tree(paths), depth: 0 }];
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      deepest = Math.max(deepest, at.depth);
      if (at.node.item !== undefined) items += 1;
      for (const node of at.node.children) todo.push({ node, depth: at.depth + 1 });
    }
    expect([deepest <= 100, items]).toEqual([true, 3000]);
  });
});
