import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import { readableEnsembles } from "../../../src/core/diff/trees/pair.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { couples } from "../../../src/core/view/sides-couples.ts";
import type { SidesPairs } from "../../../src/core/view/sides-groups.ts";
import type { SideOutline } from "../../../src/core/view/sides-item.ts";
import { SidesOutline } from "../../../src/core/view/sides-outline.ts";
import { createOutline } from "../../../src/core/view/outline.ts";
import type { OutlineRow } from "../../../src/core/view/viewer-model.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, tensorOf } from "../../support/artifacts.ts";
import { type Float32Tensor, safetensors } from "../../support/safetensors-builder.ts";

const open = (bytes: Uint8Array): Promise<Artifact> => openArtifact(fromBytes(bytes, "x"), nodeHost(), quietWork());

/** The outline of two models as it is when their comparison is done. */
async function outlineOf(oldOne: Uint8Array | Artifact, newOne: Uint8Array | Artifact): Promise<SidesOutline> {
  const opened = async (one: Uint8Array | Artifact): Promise<Artifact> => (one instanceof Uint8Array ? open(one) : one);
  const [old, next] = [await opened(oldOne), await opened(newOne)];
  let pairs: SidesPairs | undefined;
  const report = await diffArtifacts(
    old,
    next,
    { watch: { aligned: (parameters, moved) => (pairs = { parameters, moved }), compared: () => undefined } },
    nodeHost(),
    quietWork(),
  );
  if (pairs === undefined) throw new Error("the comparison did not tell who belongs to whom");
  const side = async (artifact: Artifact) => ({
    artifact,
    outline: createOutline(artifact, await readableEnsembles(artifact)),
  });
  const outline = new SidesOutline(await side(old), await side(next), pairs);
  for (const { path, verdict } of report.entries) outline.mark(`parameters/${path}`, verdict);
  outline.markAll(report);
  return outline;
}

const listOf = (...items: Value[]): Value => ({ kind: "list", type: "list", items });

const vector = (...values: readonly number[]): Float32Tensor => ({ shape: [values.length], values });

/** "a.b changed", "- x" for a gap; as deep as rows are open at first. */
function lines(rows: readonly OutlineRow[]): readonly string[] {
  return rows.map(({ label, depth, compared }) => {
    const verdict = compared?.verdict === undefined ? "" : ` ${compared.verdict}`;
    const below = compared === undefined || compared.changes === 0 ? "" : ` (${compared.changes})`;
    return `${"  ".repeat(depth)}${compared?.isGap === true ? "- " : ""}${label}${verdict}${below}`;
  });
}

const parameters = (rows: readonly OutlineRow[]): readonly OutlineRow[] =>
  rows.filter(({ id }) => id.startsWith("parameters"));

describe("two lists as one", () => {
  const keys = (old: string, next: string): string =>
    couples(
      old.split(""),
      next.split(""),
      (item) => item,
      (item) => item,
    )
      .map((couple) => `${couple.old ?? "."}${couple.new ?? "."}`)
      .join(" ");

  it("keeps the new order, and puts what is gone behind what it stood behind", () => {
    expect(keys("abcd", "abcd")).toBe("aa bb cc dd");
    expect(keys("xabyc", "bac")).toBe("x. bb y. aa cc");
    expect(keys("", "ab")).toBe(".a .b");
    expect(keys("ab", "")).toBe("a. b.");
    expect(keys("abc", "cxa")).toBe("cc .x aa b.");
  });

  it("takes a key once on each side", () => {
    expect(keys("aa", "a")).toBe("aa a.");
  });
});

describe("the outline of two models", () => {
  it("has the same rows on both sides, a gap where one has nothing", async () => {
    const outline = await outlineOf(
      safetensors({ "a.gone": vector(1, 2), "a.same": vector(1, 2), "b.one": vector(1, 2), "b.two": vector(3, 4) }),
      safetensors({ "a.same": vector(1, 2), "b.one": vector(1, 9), "b.two": vector(3, 4), "c.new": vector(7, 8, 9) }),
    );
    const [old, next] = [parameters(outline.first("old")), parameters(outline.first("new"))];
    expect(old.map(({ id }) => id)).toEqual(next.map(({ id }) => id));
    expect(old.map(({ children, depth, isOpen }) => [children, depth, isOpen])).toEqual(
      next.map(({ children, depth, isOpen }) => [children, depth, isOpen]),
    );
    expect(lines(old)).toEqual([
      "Parameters (3)",
      "  a (1)",
      "    gone removed",
      "    same identical",
      "  b (1)",
      "    one changed",
      "    two identical",
      "  - c.new added",
    ]);
    expect(lines(next)).toEqual([
      "Parameters (3)",
      "  a (1)",
      "    - gone removed",
      "    same identical",
      "  b (1)",
      "    one changed",
      "    two identical",
      "  c.new added",
    ]);
    // A gap has nothing of its own to say.
    const gap = old.at(-1);
    expect([gap?.path, gap?.detail, gap?.badges]).toEqual([undefined, "", []]);
  });

  it("puts renamed parameters in one row, each side by its own name", async () => {
    const values = Array.from({ length: 64 }, (_, i) => Math.sin(i));
    const outline = await outlineOf(
      safetensors({ "module.fc.weight": vector(...values), "module.fc.bias": vector(5, 6) }),
      safetensors({ "fc.weight": vector(...values), "fc.bias": vector(5, 7) }),
    );
    const [old, next] = [parameters(outline.first("old")), parameters(outline.first("new"))];
    expect(old.map(({ id }) => id)).toEqual(next.map(({ id }) => id));
    expect(lines(old)).toEqual([
      "Parameters (2)",
      "  module.fc (2)",
      "    module.fc.weight renamed",
      "    module.fc.bias changed",
    ]);
    expect(lines(next)).toEqual(["Parameters (2)", "  fc (2)", "    weight renamed", "    bias changed"]);
    expect(outline.locate("old", { path: "module.fc.bias" })?.id).toBe("parameters/fc.bias");
    expect(outline.locate("new", { path: "fc.bias" })?.id).toBe("parameters/fc.bias");
    expect(outline.idOf("old", "parameters/module.fc.weight")).toBe("parameters/fc.weight");
  });

  it("finds on both sides what either side has", async () => {
    const outline = await outlineOf(
      safetensors({ alpha: vector(1), gone: vector(2) }),
      safetensors({ alpha: vector(1), fresh: vector(3, 4) }),
    );
    for (const side of ["old", "new"] as const) {
      expect((await outline.find(side, "gone", quietWork())).rows.map(({ id }) => id)).toEqual([
        "parameters",
        "parameters/gone",
      ]);
      expect((await outline.find(side, "FRESH", quietWork())).rows.map(({ id }) => id)).toEqual([
        "parameters",
        "parameters/fresh",
      ]);
      expect((await outline.find(side, "no such", quietWork())).rows).toEqual([]);
    }
  });

  it("steps from change to change in the order of the rows, and around", async () => {
    const outline = await outlineOf(
      safetensors({ a: vector(1), b: vector(1), c: vector(1), d: vector(1) }),
      safetensors({ a: vector(1), b: vector(2), c: vector(1), d: vector(2) }),
    );
    const step = (from: string | undefined, by: 1 | -1): string | undefined =>
      outline.step("new", from && `parameters/${from}`, by)?.id.replace("parameters/", "");
    expect([step(undefined, 1), step("a", 1), step("b", 1), step("c", 1), step("d", 1)]).toEqual([
      "b",
      "b",
      "d",
      "d",
      "b",
    ]);
    expect([step("a", -1), step("b", -1), step("c", -1), step("d", -1)]).toEqual(["d", "d", "b", "b"]);
    expect(step("not a row", 1)).toBe("b");
    const same = await outlineOf(safetensors({ a: vector(1) }), safetensors({ a: vector(1) }));
    expect(same.step("new", undefined, 1)).toBeUndefined();
    expect(same.changes).toBe(0);
  });

  it("tells of a row once when its verdict is known, with what lies above it", async () => {
    const outline = await outlineOf(
      safetensors({ "a.x": vector(1), "a.y": vector(1) }),
      safetensors({ "a.x": vector(1), "a.y": vector(1) }),
    );
    outline.takeMarks();
    outline.mark("parameters/a.x", "changed");
    expect(outline.takeMarks()).toEqual([
      { id: "parameters/a.x", verdict: "changed", changes: 0 },
      { id: "parameters/a", changes: 1 },
      { id: "parameters", changes: 1 },
    ]);
    outline.mark("parameters/a.x", "changed");
    outline.mark("parameters/nothing", "changed");
    expect(outline.takeMarks()).toEqual([]);
  });

  it("lays raw values over each other by name, and marks values with an address", async () => {
    const outline = await outlineOf(
      await artifactOf(dictOf({ params: dictOf({ C: "one", penalty: "l2" }), extra: listOf("a", "b", "c") })),
      await artifactOf(
        dictOf({ params: dictOf({ C: "two", solver: "lbfgs", penalty: "l2" }), extra: listOf("a", "b") }),
      ),
    );
    const below = (side: "old" | "new", id: string): readonly string[] =>
      lines(outline.children(side, id, 0, 100).rows).map((line) => line.trim());
    const root = outline.children("old", "structure", 0, 1).rows[0]?.id ?? "";
    expect(outline.children("new", "structure", 0, 1).rows[0]?.id).toBe(root);
    const [params = "", extra = ""] = outline.children("old", root, 0, 10).rows.map(({ id }) => id);
    expect(below("old", params)).toEqual(["C", "- solver", "penalty"]);
    expect(below("new", params)).toEqual(["C", "solver", "penalty"]);
    expect(below("new", extra)).toEqual(["[0]", "[1]", "- [2]"]);
    expect(outline.item(outline.children("new", extra, 2, 1).rows[0]?.id ?? "")?.old?.detail).toBe("'c'");
    const changed = await Promise.all(
      (["old", "new"] as const).map(async (side) =>
        (await outline.find(side, "C", quietWork())).rows
          .filter(({ compared }) => compared?.verdict === "changed")
          .map(({ detail }) => detail),
      ),
    );
    expect(changed).toEqual([["'one'"], ["'two'"]]);
  });

  it("says what became of each raw value, and of an array what the comparison says of the parameter", async () => {
    const model = (C: string, weights: readonly number[], ...more: readonly string[]): Promise<Artifact> =>
      artifactOf(
        dictOf({
          params: dictOf({ C, penalty: "l2" }),
          same: listOf("a", "b"),
          weight: arrayNode(tensorOf(scalarDType("float64"), [weights.length], float64Bytes(...weights))),
          extra: listOf("a", ...more),
        }),
      );
    const outline = await outlineOf(
      await model("one", [0.1, 0.2, 0.3], "gone"),
      await model("two", [0.1, 0.2, 0.3].map(Math.fround)),
    );
    const marks = async (id: string): Promise<readonly string[]> => {
      outline.children("new", id, 0, 100);
      await outline.judge(quietWork());
      return lines(outline.children("new", id, 0, 100).rows).map((line) => line.trim());
    };
    const idOf = (id: string, at: number): string => outline.children("new", id, at, 1).rows[0]?.id ?? "";
    expect(await marks("structure")).toEqual(["root changed"]);
    const root = idOf("structure", 0);
    expect(await marks(root)).toEqual(["params changed", "same identical", "weight rounded", "extra changed"]);
    expect(await marks(idOf(root, 0))).toEqual(["C changed", "penalty identical"]);
    expect(await marks(idOf(root, 3))).toEqual(["[0] identical", "- [1] removed"]);
    // The page has them already: it is told of them once.
    expect(outline.takeMarks().filter(({ id }) => id === root)).toEqual([{ id: root, verdict: "changed", changes: 0 }]);
    expect(outline.takeMarks()).toEqual([]);
  });

  it("says of a raw array nothing before its parameter was compared, and then does", async () => {
    const model = async (last: number): Promise<SideOutline> => {
      const artifact = await artifactOf(
        dictOf({ weight: arrayNode(tensorOf(scalarDType("float64"), [2], float64Bytes(1, last))) }),
      );
      return { artifact, outline: createOutline(artifact, []) };
    };
    const outline = new SidesOutline(await model(2), await model(3), {
      parameters: [{ old: "weight", new: "weight" }],
      moved: (path) => path,
    });
    const root = outline.children("old", "structure", 0, 1).rows[0]?.id ?? "";
    const weight = outline.children("old", root, 0, 1).rows[0]?.id ?? "";
    expect(await outline.judge(quietWork())).toBe(false);
    outline.mark("parameters/weight", "changed");
    expect(await outline.judge(quietWork(), true)).toBe(true);
    expect(outline.takeMarks()).toContainEqual({ id: weight, verdict: "changed", changes: 0 });
  });

  it("answers ids that are none with nothing", async () => {
    const outline = await outlineOf(safetensors({ a: vector(1) }), safetensors({ a: vector(1) }));
    for (const id of ["nothing", "structure\u001f0/9", "structure\u001f-1", "structure\u001fx", "a\u001f0"]) {
      expect(outline.item(id)).toBeUndefined();
      expect(outline.children("old", id, 0, 10)).toEqual({ rows: [], total: 0 });
      expect(outline.locate("new", { id })).toBeUndefined();
    }
    expect(outline.locate("new", {})).toBeUndefined();
  });
});
