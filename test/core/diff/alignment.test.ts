import { describe, expect, it } from "vitest";
import { english, say } from "../../../src/core/model/sentence.ts";
import { array, parameter, weights } from "./arrays.ts";
import { artifact, compare, judgement, verdicts } from "./comparisons.ts";

const A = array("float32", weights(24, 1), [4, 6]);
const B = array("float32", weights(6, 2));
const C = array("float32", weights(6, 3));
const ZEROS = array("float32", [0, 0, 0, 0, 0, 0]);

describe("which parameter is which", () => {
  it("is told by path first", async () => {
    const report = await compare(artifact({ a: A, b: B }), artifact({ b: B, a: A }));
    expect(verdicts(report)).toEqual({ b: "identical", a: "identical" });
    expect(report.entries.map(({ tier }) => tier)).toEqual(["bits", "bits"]);
  });

  it("is told by a prefix that was added, removed or replaced, retrained or not", async () => {
    const plain = { "l1.weight": A, "l1.bias": B };
    const wrapped = { "module.l1.weight": A, "module.l1.bias": C };
    expect(verdicts(await compare(artifact(plain), artifact(wrapped)))).toEqual({
      "l1.weight -> module.l1.weight": "renamed",
      "l1.bias -> module.l1.bias": "changed",
    });
    expect(verdicts(await compare(artifact(wrapped), artifact(plain)))).toEqual({
      "module.l1.weight -> l1.weight": "renamed",
      "module.l1.bias -> l1.bias": "changed",
    });
    const other = { "model.l1.weight": A, "model.l1.bias": C };
    expect(verdicts(await compare(artifact(wrapped), artifact(other)))).toEqual({
      "module.l1.weight -> model.l1.weight": "renamed",
      "module.l1.bias -> model.l1.bias": "renamed",
    });
  });

  it("is not told by a prefix that one parameter has, where only its last name stays", async () => {
    const old = array("float32", weights(24, 5), [4, 6]);
    expect(
      verdicts(await compare(artifact({ "hidden.kernel": B, x: A }), artifact({ "extra.kernel": C, x: old }))),
    ).toEqual({
      "extra.kernel": "added",
      x: "changed",
      "hidden.kernel": "removed",
    });
  });

  it("has each parameter once, also where several have one path", async () => {
    const old = artifact([parameter("w", A), parameter("w", B), parameter("w", C)]);
    const report = await compare(old, artifact([parameter("w", A), parameter("w", C)]));
    expect(report.entries.map(({ path, verdict }) => [path, verdict])).toEqual([
      ["w", "identical"],
      ["w", "changed"],
      ["w", "removed"],
    ]);
    const more = await compare(artifact([parameter("w", A), parameter("w", C)]), old);
    expect(more.summary).toEqual({ identical: 1, changed: 1, added: 1 });
  });

  it("is told by content, once on each side", async () => {
    const report = await compare(artifact({ first: A, same: C }), artifact({ second: A, same: C }));
    expect(verdicts(report)).toEqual({ "first -> second": "renamed", same: "identical" });
    expect(report.entries[0]).toMatchObject({ tier: "digest", detail: { by: "content" } });
    expect(judgement(report)).toBe("Only renamed: first is now second, with the same values.");
  });

  it("is not told by content that says nothing, or is there twice", async () => {
    expect(verdicts(await compare(artifact({ x: ZEROS }), artifact({ y: ZEROS })))).toEqual({
      y: "added",
      x: "removed",
    });
    const twice = await compare(artifact({ x: B }), artifact({ y: B, z: B }));
    expect(verdicts(twice)).toEqual({ y: "added", z: "added", x: "removed" });
  });

  it("is told by plain names, where the values bear it out", async () => {
    const rounded = array(
      "float64",
      weights(6, 2).map((w) => Number(w.toPrecision(5))),
    );
    const old = { coef_: array("float64", weights(6, 2)), intercept_: array("float64", weights(3, 9)) };
    const report = await compare(
      artifact(old),
      artifact({ coefficients: rounded, intercept: array("float64", weights(3, 8)) }),
    );
    expect(verdicts(report)).toEqual({
      "coef_ -> coefficients": "decimal-truncated",
      intercept: "added",
      intercept_: "removed",
    });
  });

  it("is told by the nearest values when a tensor was renamed and trained on, and says how sure that is", async () => {
    const tuned = (seed: number, noise: number) =>
      weights(240, seed).map((w, at) => w + noise * (weights(240, seed + 100)[at] ?? 0));
    const before = [1, 2, 3].map((seed) => [`enc.${seed}.w`, array("float32", weights(240, seed), [12, 20])] as const);
    const after = [3, 1, 2].map(
      (seed) => [`block${seed}.kernel`, array("float32", tuned(seed, 0.05), [12, 20])] as const,
    );
    const report = await compare(artifact(Object.fromEntries(before)), artifact(Object.fromEntries(after)));
    expect(verdicts(report)).toEqual({
      "enc.3.w -> block3.kernel": "changed",
      "enc.1.w -> block1.kernel": "changed",
      "enc.2.w -> block2.kernel": "changed",
    });
    for (const entry of report.entries) {
      expect(entry.detail).toMatchObject({ by: "values" });
      expect(Number(entry.detail?.["confidence"])).toBeGreaterThan(0.9);
      expect(english(entry.paired ?? say(""))).toContain("likeness of their values");
    }
  });

  it("is not told by values that are as near to another", async () => {
    const ones = (seed: number) =>
      array(
        "float32",
        weights(64, seed).map((w) => 1 + w / 100),
        [64],
      );
    const report = await compare(
      artifact({ "a.scale": ones(1), "b.scale": ones(2) }),
      artifact({ "x.gamma": ones(3), "y.gamma": ones(4) }),
    );
    expect(report.summary).toEqual({ added: 2, removed: 2 });
  });

  it("is told by shape alone, with little confidence, where each side has one matrix of it left", async () => {
    const report = await compare(
      artifact({ "fc.weight": array("float32", weights(70, 1), [7, 10]), same: A }),
      artifact({ "head.kernel": array("float32", weights(70, 2), [7, 10]), same: A }),
    );
    expect(verdicts(report)).toEqual({ "fc.weight -> head.kernel": "changed", same: "identical" });
    expect(report.entries[0]?.detail).toMatchObject({ by: "shape", confidence: "0.30" });
  });

  it("is not told by shape alone where a side was not read whole", async () => {
    const report = await compare(
      artifact({ "fc.weight": array("float32", weights(70, 1), [7, 10]), same: A }, { complete: false }),
      artifact({ "head.kernel": array("float32", weights(70, 2), [7, 10]), same: A }),
    );
    expect(verdicts(report)).toMatchObject({ same: "identical", "head.kernel": "unread" });
    expect(report.entries.every(({ oldPath }) => oldPath === undefined)).toBe(true);
  });

  it.each([
    [5_000, [8, 8]],
    [600, [5, 7]],
    [600, [30, 40]],
  ])("finds %i parameters of the shape %j that were all renamed and changed", async (count, shape) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, (_, at) => weights(elements, at + 1));
    const old = artifact(
      Object.fromEntries(values.map((each, at) => [`old.${at % 20}.${at}`, array("float32", each, shape)])),
    );
    const next = artifact(
      Object.fromEntries(
        values.map((each, at) => [
          `new${at}.k`,
          array(
            "float32",
            each.map((w) => w * 1.001 + 1e-4),
            shape,
          ),
        ]),
      ),
    );
    const report = await compare(old, next, { top: 0 });
    expect(report.entries.length).toBe(count);
    expect(report.entries.every(({ path, oldPath }) => oldPath?.endsWith(`.${path.slice(3, -2)}`))).toBe(true);
  });

  it("does not pair what has another shape under another prefix", async () => {
    const report = await compare(artifact({ "module.w": A }), artifact({ w: B }));
    expect(verdicts(report)).toEqual({ w: "added", "module.w": "removed" });
    expect(judgement(report)).toContain("no parameter in common");
  });

  it("keeps every parameter once, in the new side's order, what is gone last", async () => {
    const old = artifact({ gone: array("float32", [1, 2, 3, 5]), b: B, a: A });
    const report = await compare(old, artifact({ a: A, new: array("int8", [1, 2]), b: C }));
    expect(report.entries.map(({ path }) => path)).toEqual(["a", "new", "b", "gone"]);
    expect(report.summary).toEqual({ identical: 1, added: 1, changed: 1, removed: 1 });
  });

  it("pairs 20,000 parameters that moved under another prefix", async () => {
    const many = (prefix: string) =>
      artifact(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`${prefix}layer${at}.weight`, B])));
    const report = await compare(many(""), many("module."), { top: 0 });
    expect(report.summary).toEqual({ renamed: 20_000 });
  });
});

describe("the same bytes of the same file", () => {
  it("are not read", async () => {
    const unreadable = { size: 1000, name: "file", origin: 64, read: () => Promise.reject(new Error("was read")) };
    const tensor = { ...A, data: unreadable };
    const same = { identity: "one version", size: 1000 };
    const report = await compare(artifact({ w: tensor }, same), artifact({ w: tensor }, same));
    expect(report.entries[0]).toMatchObject({ verdict: "identical", tier: "range" });
  });
});
