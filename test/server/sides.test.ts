import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver/node";
import type { ServerNotifications } from "../../src/protocol/methods.ts";
import { type Float32Tensor, writeSafetensors } from "../support/safetensors-builder.ts";
import { quietWork } from "../../src/core/work.ts";
import { Session } from "./session.ts";

const work = quietWork();

type Told = ServerNotifications["sides/told"];

describe("the two sides of VS Code's own diff", () => {
  let folder!: string;
  let session!: Session;
  let told: Told[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-sides-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    session = await Session.start();
    told = [];
    session.client.onNotification("sides/told", (each: Told) => void told.push(each));
  });
  afterEach(() => session.end());

  const write = async (name: string, tensors: Readonly<Record<string, Float32Tensor>>): Promise<string> =>
    pathToFileURL(await writeSafetensors(path.join(folder, name), tensors)).toString();
  const many = (count: number, size: number, at: (i: number) => number): Readonly<Record<string, Float32Tensor>> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `layer${i}.weight`,
        { shape: [size], values: new Float32Array(size).fill(at(i)) },
      ]),
    );

  it("are compared once, and what is found is told before the end", async () => {
    const oldUri = await write(
      "once-old.safetensors",
      many(6, 8, (i) => i),
    );
    const newUri = await write(
      "once-new.safetensors",
      many(7, 8, (i) => (i === 2 ? 9 : i)),
    );
    const { sides } = await session.ask("sides/open", { oldUri, newUri });
    const summary = await session.ask("sides/compare", { sides });
    expect(summary.complete).toBe(true);
    expect(summary.changes).toBe(2);
    expect(told[0]).toMatchObject({ sides, isRealigned: true, marks: [], done: 0, total: 6 });
    expect(told.at(-1)).toMatchObject({ isRealigned: false, changes: 2, done: 6, total: 6 });
    const marks = new Map(told.flatMap((each) => each.marks.map((mark) => [mark.id, mark.verdict])));
    expect(marks.get("parameters/layer2.weight")).toBe("changed");
    expect(marks.get("parameters/layer3.weight")).toBe("identical");
    // A panel on the same two is given the same comparison.
    const { diff, model } = await session.ask("diff/open", { oldUri, newUri });
    expect(model.summary).toMatchObject({ changed: 1, added: 1, identical: 5 });
    const { report } = await session.context.diffs.use(diff, work, (opened) => Promise.resolve(opened));
    const again = await session.ask("diff/open", { oldUri, newUri });
    expect((await session.context.diffs.use(again.diff, work, (opened) => Promise.resolve(opened))).report).toBe(
      report,
    );
    for (const each of [diff, again.diff]) await session.ask("diff/close", { diff: each });
    await session.ask("sides/close", { sides });
    expect(session.context.store.size.open).toBe(0);
  });

  it("show the same rows, details of their own, and both windows", async () => {
    const oldUri = await write("rows-old.safetensors", {
      a: { shape: [2], values: [1, 2] },
      gone: { shape: [1], values: [3] },
    });
    const newUri = await write("rows-new.safetensors", { a: { shape: [2], values: [1, 5] } });
    const { sides } = await session.ask("sides/open", { oldUri, newUri });
    await expect(session.ask("sides/first", { sides, side: "old" })).rejects.toThrow("not aligned yet");
    await session.ask("sides/compare", { sides });
    const first = async (side: "old" | "new") =>
      (await session.ask("sides/first", { sides, side })).rows.map(({ id }) => id);
    expect(await first("old")).toEqual(await first("new"));
    const details = await session.ask("sides/details", { sides, side: "new", id: "parameters/a" });
    expect(details.tensor?.path).toBe("a");
    expect(details.compared).toMatchObject({
      isGap: false,
      verdict: "changed",
      isBeside: true,
      other: { path: "a" },
    });
    const gap = await session.ask("sides/details", { sides, side: "new", id: "parameters/gone" });
    expect(gap).toMatchObject({ title: "gone", compared: { isGap: true, verdict: "removed" } });
    expect(gap.tensor).toBeUndefined();
    const window = { leading: [], row: 0, rows: 2, column: 0, columns: 1 };
    const both = await session.ask("sides/windows", { sides, side: "new", id: "parameters/a", window });
    expect([both.other?.texts, both.own.texts]).toEqual([
      ["1.0", "2.0"],
      ["1.0", "5.0"],
    ]);
    await expect(session.ask("sides/windows", { sides, side: "new", id: "parameters/gone", window })).rejects.toThrow(
      "no parameter on the new side",
    );
    const table = await session.ask("sides/details", { sides, side: "old", id: "parameters" });
    expect(table.table?.rows.map(({ id }) => id)).toEqual(["parameters/a", "parameters/gone"]);
    const step = await session.ask("sides/step", { sides, side: "old", from: "parameters/a", by: 1 });
    expect(step?.id).toBe("parameters/gone");
    expect(await session.ask("sides/locate", { sides, side: "new", path: "gone" })).toBeNull();
    await expect(session.ask("sides/details", { sides, side: "old", id: "nothing" })).rejects.toThrow("no row nothing");
    await session.ask("sides/close", { sides });
    await expect(session.ask("sides/first", { sides, side: "old" })).rejects.toThrow("no two sides are open");
  });

  it("lay a tree over the one in its place, whatever the ensemble is called on either side", async () => {
    const pairs = path.resolve(import.meta.dirname, "../fixtures/trees/pairs");
    const uriOf = (name: string): string => pathToFileURL(path.join(pairs, name)).toString();
    const { sides } = await session.ask("sides/open", {
      oldUri: uriOf("forest-regressor.pkl"),
      newUri: uriOf("forest-regressor.onnx"),
    });
    await session.ask("sides/compare", { sides });
    const ensembleOn = async (side: "old" | "new") => {
      const { rows } = await session.ask("sides/children", { sides, side, id: "trees", start: 0, count: 9 });
      const details = await session.ask("sides/details", { sides, side, id: rows[0]?.id ?? "" });
      return {
        ids: rows.map(({ id }) => id),
        path: details.trees?.[0]?.path ?? "",
        verdict: details.compared?.verdict,
      };
    };
    const [old, next] = [await ensembleOn("old"), await ensembleOn("new")];
    expect(old.ids).toEqual(next.ids);
    expect([old.ids.length, old.verdict, next.verdict]).toEqual([1, "rounded", "rounded"]);
    const tree = (side: "old" | "new", of: "old" | "new", index: number) =>
      session.ask("sides/tree", { sides, side, path: side === "old" ? old.path : next.path, of, index });
    const [left, right] = [await tree("old", "new", 2), await tree("new", "new", 2)];
    expect(left.rows).toEqual(right.rows);
    expect([left.oldIndex, left.newIndex, left.isCompared]).toEqual([2, 2, true]);
    expect(left.path).toBe("estimators_[2].tree_");
    expect(left.counts).toMatchObject({ changed: 0, added: 0, removed: 0 });
    expect(left.counts?.rounded).toBeGreaterThan(0);
    await expect(tree("old", "old", 7)).rejects.toThrow("no tree 7 of 7");
    await expect(session.ask("sides/tree", { sides, side: "old", path: "none", of: "old", index: 0 })).rejects.toThrow(
      "no trees at none",
    );
    await session.ask("sides/close", { sides });
  });

  it("show a tree that was added beside nothing", async () => {
    const versions = path.resolve(import.meta.dirname, "../fixtures/trees/versions");
    const uriOf = (name: string): string => pathToFileURL(path.join(versions, name)).toString();
    const { sides } = await session.ask("sides/open", { oldUri: uriOf("base.json"), newUri: uriOf("more.json") });
    await session.ask("sides/compare", { sides });
    const tree = await session.ask("sides/tree", { sides, side: "old", path: "", of: "new", index: 9 });
    expect([tree.oldIndex, tree.newIndex, tree.path]).toEqual([undefined, 9, ""]);
    expect(new Set(tree.rows.map(({ kind }) => kind))).toEqual(new Set(["added"]));
    await session.ask("sides/close", { sides });
  });

  it("let go of everything when they are closed in the middle; a panel that waits for the same goes on", async () => {
    const count = 400;
    const oldUri = await write(
      "cancel-old.safetensors",
      many(count, 20_000, (i) => i),
    );
    const newUri = await write(
      "cancel-new.safetensors",
      many(count, 20_000, (i) => i + 1),
    );
    const { sides } = await session.ask("sides/open", { oldUri, newUri });
    const source = new CancellationTokenSource();
    const compared = session.ask("sides/compare", { sides }, source.token);
    const failed = compared.then(
      () => "compared",
      () => "cancelled",
    );
    await expect.poll(() => told.length).toBeGreaterThan(0);
    const panel = session.ask("diff/open", { oldUri, newUri });
    source.cancel();
    expect(await failed).toBe("cancelled");
    await session.ask("sides/close", { sides });
    const { diff, model } = await panel;
    expect(model.entries).toHaveLength(count);
    await session.ask("diff/close", { diff });
    expect(session.context.store.size.open).toBe(0);
  });

  it("answer requests while they are compared", async () => {
    const oldUri = await write(
      "busy-old.safetensors",
      many(400, 20_000, (i) => i),
    );
    const newUri = await write(
      "busy-new.safetensors",
      many(400, 20_000, (i) => i * 1.5),
    );
    const { sides } = await session.ask("sides/open", { oldUri, newUri });
    let isDone = false;
    const compared = session.ask("sides/compare", { sides }).then(() => (isDone = true));
    await expect.poll(() => told.length).toBeGreaterThan(0);
    const { total } = await session.ask("sides/children", {
      sides,
      side: "old",
      id: "parameters",
      start: 0,
      count: 50,
    });
    expect([total, isDone]).toEqual([400, false]);
    await compared;
    expect(told.filter(({ marks }) => marks.length > 0).length).toBeGreaterThan(1);
  });
});
