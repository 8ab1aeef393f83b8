import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { type Float32Tensor, writeSafetensors } from "../support/safetensors-builder.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { openSides, type SidePages } from "./side-pages.ts";
import { fileEngine, workspace } from "./server-engine.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

describe("a model that is one side of VS Code's own diff", () => {
  it("says which side it is and leads to the comparison, as long as it is one", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { width: 420 });
    const { page } = panel;
    await page.getByRole("main").waitFor();
    expect(await page.getByRole("button", { name: "Compare Parameters" }).count()).toBe(0);
    await panel.send({ type: "pair", pair: { side: "new", other: "a model with a long name.joblib (9d5ed678)" } });
    const line = page.getByRole("note");
    await line.getByText("New side of a change from a model with a long name.joblib (9d5ed678)").waitFor();
    // The button is never pushed out, however long the name.
    const box = await line.getByRole("button", { name: "Compare Parameters" }).boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(420);
    await line.getByRole("button", { name: "Compare Parameters" }).click();
    expect(panel.commands).toEqual([{ type: "command", command: "compareSides" }]);
    await panel.screenshot("pair-line");
    await panel.send({ type: "pair", pair: { side: "old", other: "model.joblib" } });
    await line.getByText("Old side of a change to model.joblib").waitFor();
    await panel.send({ type: "pair" });
    await line.waitFor({ state: "detached" });
    expect(panel.complaints).toEqual([]);
  });
});

describe("two models that are the sides of one diff", () => {
  let folder!: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-sides-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const vector = (values: readonly number[]): Float32Tensor => ({ shape: [values.length], values });
  const write = (name: string, tensors: Readonly<Record<string, Float32Tensor>>): Promise<string> =>
    writeSafetensors(path.join(folder, name), tensors);

  /** Labels of the rows that are drawn, with their heights; gaps as what is read aloud. */
  const drawn = (panel: OpenPanel): Promise<readonly { readonly text: string; readonly top: number }[]> =>
    panel.page.getByRole("treeitem").evaluateAll((rows) =>
      rows
        .map((row) => ({
          text: row.querySelector(".tree-label")?.textContent ?? row.textContent ?? "",
          top: row.getBoundingClientRect().top,
        }))
        .toSorted((a, b) => a.top - b.top),
    );

  it("have the same rows at the same heights, with gaps and marks", async () => {
    const old = await write("gaps-old.safetensors", {
      "a.gone": vector([1, 2, 3]),
      "a.same": vector([1, 2, 3]),
      "b.changed": vector([1, 2, 3]),
      "b.rounded": vector([0.1234567, 0.2345678, 0.3456789]),
    });
    const next = await write("gaps-new.safetensors", {
      "a.same": vector([1, 2, 3]),
      "b.changed": vector([1, -20, 3]),
      "b.fresh": { shape: [2, 4], values: [5, 6, 7, 8, 9, 10, 11, 12] },
      "b.rounded": vector([0.123, 0.235, 0.346]),
    });
    const pages = await openSides(panels, session, old, next, { width: 560, height: 800 });
    await pages.compared;
    await pages.old.page.getByRole("treeitem", { name: "changed" }).first().waitFor();
    await expect.poll(() => pages.next.page.locator(".tree-row.is-gap").count()).toBe(1);
    await expect.poll(() => pages.old.page.locator(".tree-row.is-gap").count()).toBe(1);
    const [left, right] = [await drawn(pages.old), await drawn(pages.next)];
    expect(left.map(({ top }) => top)).toEqual(right.map(({ top }) => top));
    expect(left.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["gone", "same", "changed", "fresh: only on the new side", "rounded"]),
    );
    expect(right.map(({ text }) => text)).toEqual(
      left.map(({ text }) =>
        text === "gone" ? "gone: only on the old side" : text.startsWith("fresh") ? "fresh" : text,
      ),
    );
    await pages.old.screenshot("sides-old");
    await pages.next.screenshot("sides-new");
    expect([...pages.old.complaints, ...pages.next.complaints]).toEqual([]);
  });

  /** Enough rows to scroll, one in ten of them changed. */
  const many = (changed: boolean): Readonly<Record<string, Float32Tensor>> =>
    Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [
        `layer${String(i).padStart(4, "0")}.weight`,
        {
          shape: [4, 300],
          values: Array.from({ length: 1_200 }, (_unused, at) => (changed && i % 10 === 5 && at > 1 ? -at : at)),
        },
      ]),
    );
  const manyPages = async (options: OpenOptions = {}): Promise<SidePages> => {
    const pages = await openSides(
      panels,
      session,
      await write("many-old.safetensors", many(false)),
      await write("many-new.safetensors", many(true)),
      { width: 560, height: 800, ...options },
    );
    await pages.compared;
    for (const { page } of [pages.old, pages.next]) {
      await page.locator(".pair-found", { hasText: "100 changes" }).waitFor();
      await page.locator(".tree-row.is-selected", { hasText: "layer0005" }).waitFor();
    }
    return pages;
  };
  const top = (panel: OpenPanel): Promise<number> => panel.tree().evaluate((tree) => tree.scrollTop);
  const title = (panel: OpenPanel): Promise<string | null> =>
    panel.page.locator(".details-title").first().textContent();

  it("scroll, open, select and filter together, without answering each other", async () => {
    const { old, next } = await manyPages();
    const told = next.linked.length;
    await old.tree().hover();
    await old.page.mouse.wheel(0, 2_200);
    await expect.poll(() => top(old)).toBeGreaterThan(1_000);
    await expect.poll(async () => (await top(next)) - (await top(old))).toBe(0);
    expect(next.linked).toHaveLength(told);
    const chosen = next.page.getByRole("treeitem", { name: "layer0103" }).first();
    await chosen.click();
    await expect.poll(() => title(old)).toBe("layer0103.weight");
    expect(old.selected()).toBe("layer0103.weight");
    expect(old.linked.filter(({ kind }) => kind === "select")).toEqual([]);
    await next.tree().press("Home");
    await expect.poll(() => top(old)).toBe(0);
    await next.tree().press("ArrowLeft");
    for (const { page } of [old, next])
      await page.getByRole("treeitem", { name: "Parameters", expanded: false }).waitFor();
    await next.tree().press("ArrowRight");
    await old.page.getByRole("treeitem", { name: "layer0003" }).waitFor();
    await old.page.getByRole("textbox").fill("layer007");
    for (const { page } of [old, next])
      await expect.poll(() => page.getByRole("treeitem", { name: "layer" }).count()).toBe(10);
    expect(await next.page.getByRole("textbox").inputValue()).toBe("layer007");
    await next.page.getByRole("button", { name: "Clear the filter" }).click();
    for (const { page } of [old, next]) await page.getByRole("treeitem", { name: "layer0001" }).waitFor();
    expect([...old.complaints, ...next.complaints]).toEqual([]);
  });

  it("step through changes together, by keys and buttons from either side, around at the ends", async () => {
    const { old, next } = await manyPages();
    await old.page.locator("body").press("F7");
    await expect.poll(() => title(next)).toBe("layer0015.weight");
    await next.page.locator("body").press("F7");
    await expect.poll(() => title(old)).toBe("layer0025.weight");
    await old.page.getByRole("button", { name: "Previous change (Shift+F7)" }).click();
    await expect.poll(() => title(next)).toBe("layer0015.weight");
    await next.send({ type: "key", action: "previous-change" });
    await expect.poll(() => title(old)).toBe("layer0005.weight");
    // Before the first comes the last, which is far away and not loaded yet on the other side.
    await next.page.locator("body").press("Shift+F7");
    await next.page.getByRole("treeitem", { name: "layer0995" }).waitFor();
    await old.page.getByRole("treeitem", { name: "layer0995" }).waitFor();
    await expect.poll(async () => (await top(next)) - (await top(old))).toBe(0);
    await expect.poll(() => title(old)).toBe("layer0995.weight");
  });

  it("show values beside each other, what changed marked, in one view, at one place", async () => {
    const { old, next } = await manyPages();
    const grid = (panel: OpenPanel): Locator => panel.page.getByRole("grid");
    await grid(old).waitFor();
    const marked = (panel: OpenPanel): Promise<number> => panel.page.locator(".grid-cell.is-changed mark").count();
    await expect.poll(() => marked(old)).toBeGreaterThan(0);
    await expect.poll(() => marked(next)).toBe(await marked(old));
    // The first two are equal on both sides.
    await expect.poll(() => next.page.locator(".grid-cell.is-equal").count()).toBeGreaterThan(0);
    await grid(old).hover();
    await old.page.mouse.wheel(0, 880);
    const gridTop = (panel: OpenPanel): Promise<number> => grid(panel).evaluate((area) => area.scrollTop);
    await expect.poll(() => gridTop(old)).toBeGreaterThan(0);
    await expect.poll(async () => (await gridTop(next)) - (await gridTop(old))).toBe(0);
    await grid(next).click({ position: { x: 120, y: 80 } });
    const active = (panel: OpenPanel): Promise<string | null> => grid(panel).getAttribute("aria-activedescendant");
    const at = (await active(next))?.replace(/^.*?-/, "");
    await expect.poll(async () => (await active(old))?.replace(/^.*?-/, "")).toBe(at);
    await old.page.getByRole("tab", { name: "Statistics" }).click();
    await next.page.getByRole("tab", { name: "Statistics", selected: true }).waitFor();
    const separator = old.page.getByRole("separator", { name: "Height of the outline" });
    await separator.focus();
    await separator.press("ArrowDown");
    const height = (panel: OpenPanel): Promise<number> =>
      panel.page.locator(".pane.is-first").evaluate((pane) => pane.getBoundingClientRect().height);
    await expect.poll(async () => (await height(next)) - (await height(old))).toBe(0);
    expect([...old.complaints, ...next.complaints]).toEqual([]);
  });

  it("keep their header as high as the other's, whatever is found in one of them", async () => {
    const pages = await openSides(
      panels,
      session,
      path.join(workspace, "lr_params_v1.2.2.joblib"),
      path.join(workspace, "lr_params_v1.2.3.joblib"),
      { width: 480, height: 800, theme: "light" },
    );
    await pages.compared;
    const treeTop = (panel: OpenPanel): Promise<number> =>
      panel.tree().evaluate((tree) => tree.getBoundingClientRect().top);
    const tabsTop = (panel: OpenPanel): Promise<number> =>
      panel.page.getByRole("tablist").evaluate((tabs) => tabs.getBoundingClientRect().top);
    await pages.next.page.locator(".entry-verdict").waitFor();
    await pages.old.page.locator(".entry-verdict").waitFor();
    expect(await treeTop(pages.old)).toBe(await treeTop(pages.next));
    expect(await tabsTop(pages.old)).toBe(await tabsTop(pages.next));
    const before = await treeTop(pages.next);
    await pages.next.page
      .locator(".head")
      .getByRole("button", { name: /1 warning/ })
      .click();
    await pages.next.page.getByText("each of its 12 values is a float32 value").first().waitFor();
    expect(await treeTop(pages.next)).toBe(before);
    await pages.next.screenshot("sides-findings-light");
    await pages.old.screenshot("sides-old-light");
  });

  it("put values of one name beside each other, wherever they stand in the file", async () => {
    const [old, next] = ["lr_params_v1.2.2.joblib", "lr_params_v1.3.0.joblib"].map((name) =>
      path.join(workspace, name),
    );
    const pages = await openSides(panels, session, old ?? "", next ?? "", { width: 520, height: 900 });
    await pages.compared;
    const labels = (panel: OpenPanel): Promise<readonly string[]> => panel.page.locator(".bar-label").allTextContents();
    for (const { page } of [pages.old, pages.next]) await page.locator(".bar-number mark").first().waitFor();
    const shown = await labels(pages.old);
    expect(shown).toContain("age");
    expect(await labels(pages.next)).toEqual(shown);
    // In the order of the files two features have changed places.
    await pages.old.page.getByRole("button", { name: "By position" }).click();
    await pages.next.page.getByRole("button", { name: "By position", pressed: true }).waitFor();
    const [before, after] = [await labels(pages.old), await labels(pages.next)];
    expect(before).not.toEqual(after);
    expect(before.toSorted()).toEqual(after.toSorted());
    await pages.old.page.getByRole("treeitem", { name: "Fitted state" }).click();
    await pages.next.page.getByRole("cell", { name: "changed" }).first().waitFor();
    await pages.next.screenshot("sides-table");
  });

  it("come back as they were when their pages are made anew", async () => {
    const old = await write("again-old.safetensors", { "a.gone": vector([1]), "a.same": vector([1]) });
    const next = await write("again-new.safetensors", { "a.same": vector([1]), "b.new": vector([2]) });
    const state = { selected: "parameters/a.gone", opened: { "parameters/a": false }, share: 0.6 };
    const pages = await openSides(panels, session, old, next, { width: 420, height: 700, state });
    await pages.compared;
    await pages.next.page.getByText("Only the old side has it.").waitFor();
    await pages.old.page.locator(".entry-verdict", { hasText: "removed" }).waitFor();
    for (const { page } of [pages.old, pages.next])
      await page.getByRole("treeitem", { name: "a", expanded: false, exact: false }).first().waitFor();
    const heights = async (panel: OpenPanel): Promise<readonly number[]> => (await drawn(panel)).map((row) => row.top);
    expect(await heights(pages.old)).toEqual(await heights(pages.next));
    await pages.end();
  });

  it("show what they showed until a file that changed was compared again, and no error in between", async () => {
    const matrix = (last: number): Float32Tensor => ({ shape: [3, 2], values: [1, 2, 3, 4, 5, last] });
    const old = await write("reload-old.safetensors", { "a.weight": matrix(6), "b.weight": matrix(6) });
    const next = await write("reload-new.safetensors", { "a.weight": matrix(6), "b.weight": matrix(7) });
    const pages = await openSides(panels, session, old, next, { width: 480, height: 800 });
    await pages.compared;
    const both = [pages.old, pages.next];
    for (const { page } of both) await page.locator(".grid-cell.is-changed").waitFor();
    // Every error that is on the page for however short a time.
    for (const { page } of both)
      await page.evaluate(() => {
        const seen: string[] = [];
        Object.assign(globalThis, { seen });
        new MutationObserver(() => {
          for (const note of document.querySelectorAll(".error-note, [role=alert]")) seen.push(note.textContent ?? "");
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
      });
    // What was compared is gone from one side; its row is in the other place.
    await write("reload-new.safetensors", { "a.weight": matrix(8), "c.weight": { shape: [2], values: [1, 1] } });
    let proceed: () => void = () => undefined;
    const reloaded = pages.reload(
      new Promise((resolve) => {
        proceed = resolve;
      }),
    );
    await pages.next.page.locator(".head").getByText("2 parameters").waitFor();
    await pages.next.page.locator(".grid-cell.is-changed").waitFor();
    proceed();
    await reloaded;
    await pages.next.page.getByText("Only the old side has it.").waitFor();
    await pages.old.page.locator(".entry-verdict", { hasText: "removed" }).waitFor();
    for (const { page } of both)
      expect(await page.evaluate(() => (globalThis as unknown as { seen: readonly string[] }).seen)).toEqual([]);
    await pages.old.page.getByRole("treeitem", { name: "weight" }).first().click();
    await expect.poll(() => title(pages.next)).toBe("a.weight");
    for (const { page } of both) await page.locator(".grid-cell.is-changed").waitFor();
    await expect.poll(() => pages.next.page.locator(".grid-cell.is-changed").textContent()).toBe("8.0");
    await pages.end();
  });

  it("lay their trees over each other node by node: rounding, a change, gaps, one tree at a time on both", async () => {
    const trees = path.resolve(import.meta.dirname, "../fixtures/trees");
    const pages = await openSides(
      panels,
      session,
      path.join(trees, "pairs/forest-regressor.pkl"),
      path.join(trees, "pairs/forest-regressor-leaf.onnx"),
      { width: 480, height: 900 },
    );
    await pages.compared;
    const both = [pages.old, pages.next];
    // The trees are what changed first: nobody has to look for them.
    await pages.old.page.locator(".tree-row.is-selected", { hasText: "scikit-learn" }).waitFor();
    await pages.next.page.locator(".tree-row.is-selected", { hasText: "TreeEnsembleRegressor" }).waitFor();
    const nodes = (panel: OpenPanel): Locator => panel.page.locator(".one-tree");
    const kinds = (panel: OpenPanel, kind: string): Promise<number> =>
      nodes(panel).getByRole("img", { name: kind }).count();
    const heights = (panel: OpenPanel): Promise<readonly number[]> =>
      nodes(panel)
        .getByRole("treeitem")
        .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top).toSorted((a, b) => a - b));
    for (const panel of both) {
      await expect.poll(() => kinds(panel, "rounded")).toBeGreaterThan(2);
      // One number is not what rounding makes of it.
      expect(await kinds(panel, "changed")).toBe(1);
      await panel.page.locator(".tree-about", { hasText: "1 changed" }).waitFor();
    }
    await pages.old.screenshot("sides-trees-old");
    await pages.next.screenshot("sides-trees-new");
    await expect.poll(() => heights(pages.next)).toEqual(await heights(pages.old));
    await pages.old.screenshot("sides-trees-old");
    await pages.next.screenshot("sides-trees-new");
    await pages.old.page.getByRole("spinbutton", { name: "Tree" }).fill("3");
    for (const panel of both) {
      await nodes(panel).getByRole("tree", { name: "tree 3" }).waitFor();
      await expect.poll(() => kinds(panel, "rounded")).toBeGreaterThan(2);
      expect(await kinds(panel, "changed")).toBe(0);
    }
    // What is closed, and chosen, on one side is on the other.
    const root = (panel: OpenPanel): Locator => nodes(panel).getByRole("treeitem").first();
    await root(pages.next).click();
    await expect.poll(() => root(pages.old).getAttribute("aria-selected")).toBe("true");
    await nodes(pages.next).getByRole("tree").press("ArrowLeft");
    for (const panel of both) await expect.poll(() => nodes(panel).getByRole("treeitem").count()).toBe(1);
    expect([...pages.old.complaints, ...pages.next.complaints]).toEqual([]);
  });

  it("have a gap where a node, or a whole tree, is on one side only", async () => {
    const trees = path.resolve(import.meta.dirname, "../fixtures/trees/versions");
    const pages = await openSides(panels, session, path.join(trees, "base.json"), path.join(trees, "more.json"), {
      width: 480,
      height: 900,
      theme: "light",
    });
    await pages.compared;
    for (const { page } of [pages.old, pages.next])
      await page.locator(".tree-row.is-selected", { hasText: "xgboost" }).waitFor();
    await pages.next.page.getByRole("spinbutton", { name: "Tree" }).fill("9");
    await pages.old.page.getByText("Only the new side has this tree.").waitFor();
    const rows = (panel: OpenPanel, of: string): Promise<number> =>
      panel.page.locator(`.one-tree .tree-row${of}`).count();
    await expect.poll(() => rows(pages.next, ".is-changed-new")).toBeGreaterThan(2);
    expect(await rows(pages.old, ".is-gap")).toBe(await rows(pages.next, ".is-changed-new"));
    await pages.old.screenshot("sides-trees-gap");
    await pages.next.screenshot("sides-trees-added");
  });

  it("say of raw structure what became of each value", async () => {
    const pages = await openSides(
      panels,
      session,
      path.join(workspace, "lr_params_v1.2.2.joblib"),
      path.join(workspace, "lr_params_v1.2.3.joblib"),
      { width: 480, height: 900 },
    );
    await pages.compared;
    const structure = pages.next.page.getByRole("treeitem", { name: /^Structure/ });
    await structure.click();
    await pages.next.tree().press("ArrowRight");
    const root = (panel: OpenPanel): Locator => panel.page.getByRole("treeitem", { name: /^root/ });
    for (const panel of [pages.old, pages.next])
      await root(panel).locator(".tree-mark", { hasText: "changed" }).waitFor();
    await root(pages.next).dblclick();
    for (const panel of [pages.old, pages.next]) {
      await panel.page
        .locator(".tree-row", { hasText: "coef_" })
        .last()
        .locator(".tree-mark", { hasText: "rounded" })
        .waitFor();
      await panel.page
        .locator(".tree-row", { hasText: "intercept_" })
        .last()
        .locator(".tree-mark", { hasText: "identical" })
        .waitFor();
    }
    await pages.next.screenshot("sides-structure");
  });

  it("let go of what the other side alone has when there is no comparison", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { width: 480, state: { selected: "parameters/not.here" } });
    await panel.send({ type: "pair", pair: { side: "new", other: "gone.joblib" } });
    await panel.send({
      type: "sides",
      state: { phase: "failed", error: { code: "corrupt", message: "It is broken." } },
    });
    await panel.page.locator(".details-title", { hasText: "coef_" }).waitFor();
  });

  it("say so when they cannot be compared, and leave the outline of each alone", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { width: 480 });
    await panel.page.getByRole("main").waitFor();
    await panel.send({ type: "pair", pair: { side: "new", other: "gone.joblib" } });
    await panel.page.getByText("Comparing…").waitFor();
    await panel.send({ type: "sides", state: { phase: "failed", error: { code: "changed", message: "It changed." } } });
    const line = panel.page.getByRole("note");
    await line.getByText("Not compared").waitFor();
    await line.getByRole("button", { name: "Retry" }).click();
    expect(panel.commands).toEqual([{ type: "command", command: "retry" }]);
    await panel.page.getByRole("treeitem", { name: "coef_" }).waitFor();
    expect(await panel.page.getByRole("button", { name: "Next change (F7)" }).getAttribute("aria-disabled")).toBe(
      "true",
    );
  });
});
