import { describe, expect, it } from "vitest";
import { array, weights } from "./arrays.ts";
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
