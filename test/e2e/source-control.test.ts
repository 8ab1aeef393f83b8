import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { Workbench } from "./workbench.ts";

/** What a person does with models that are in git, in the real VS Code. `model.joblib` is at HEAD, and changed since. */
describe("models in Source Control", () => {
  let workbench!: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ vsix: inject("vsix") });
  });
  /** Both editors of VS Code's own diff, the old one first. */
  const sides = async (): Promise<readonly [Frame, Frame]> => [
    await workbench.view(".pair:has-text('Old side of a change to model.joblib')"),
    await workbench.view(".pair:has-text('New side of a change from model.joblib (')"),
  ];
  afterAll(async () => workbench?.stop());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await workbench.screenshot(`source-control-failed-${task.name.replaceAll(/\W+/g, "-")}`);
    await workbench.command("View: Close All Editors");
  });

  it("compares the active model with a version out of its own history", async () => {
    await workbench.open("model.joblib");
    await workbench.view(".head-title:has-text('LogisticRegression')");
    await workbench.pickFrom(
      "Compare Model with Git Revision...",
      "Compare model.joblib with Git Revision",
      "Credit-risk models, version 1.2.2 in use",
    );
    const view = await workbench.view(".head:has-text('Only rounding')");
    expect(await view.locator(".head-title").textContent()).toMatch(/model\.joblib \([0-9a-f]{8}\).*model\.joblib/);
    await workbench.screenshot("source-control-1-revision");
    await workbench.command("Show as Text Diff");
    const removed = workbench.page.locator(".monaco-diff-editor .original .view-line", {
      hasText: "1.6984924442390388",
    });
    await removed.first().waitFor();
    // Our grammar: a number is coloured otherwise than plain text.
    await removed.first().locator("span[class^=mtk]:not(.mtk1)", { hasText: "1.6984924442390388" }).waitFor();
    await workbench.screenshot("source-control-2-text");
  });

  it("shows the two sides of a model that VS Code takes for text", async () => {
    const file = path.join(workbench.workspace, "booster.model");
    const text = await readFile(path.resolve(import.meta.dirname, "../fixtures/lightgbm/new/classes.txt"), "utf8");
    await writeFile(file, text);
    const git = (...args: readonly string[]): unknown =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.invalid", ...args], { cwd: workbench.workspace });
    git("add", "booster.model");
    git("commit", "--quiet", "-m", "A booster");
    await writeFile(
      file,
      text.replace(/leaf_value=\S+/, (all) => `${all}1`),
    );
    await workbench.command("Source Control: Focus on Changes View");
    await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "booster.model" }).first().click();
    await workbench.view(".pair:has-text('Old side of a change to booster.model')");
    await workbench.view(".pair:has-text('New side of a change from booster.model')");
  });

  it("shows the two sides of VS Code's own diff as one: aligned, marked, moving together", async () => {
    await workbench.command("Source Control: Focus on Changes View");
    await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "model.joblib" }).first().click();
    const both = await sides();
    const [old, next] = both;
    for (const side of both) {
      await side.locator(".pair-found", { hasText: /^\d+ changes?$/ }).waitFor();
      // What changed first is selected, on both sides, and says what changed.
      await side.locator(".tree-row.is-selected:has-text('coef_'):has-text('rounded')").waitFor();
      await side.locator(".entry-verdict", { hasText: "every value is the old one rounded to float32" }).waitFor();
      await side.locator("mark.digits").first().waitFor();
    }
    // The same rows at the same heights, marked in VS Code's colours of a diff.
    expect(await rows(old)).toEqual(await rows(next));
    await old.locator(".tree-row.is-changed-old.is-near").first().waitFor();
    await next.locator(".tree-row.is-changed-new.is-near").first().waitFor();
    await workbench.screenshot("source-control-3-sides");
    // What is chosen, opened and closed by hand on one side is on the other.
    await next.locator("[role=treeitem]", { hasText: "intercept_" }).first().click();
    await old.locator(".details-title", { hasText: "intercept_" }).waitFor();
    await old.locator("[role=treeitem]", { hasText: "Hyper-parameters" }).first().dblclick();
    await next.locator("[role=treeitem][aria-expanded=true]", { hasText: "Hyper-parameters" }).waitFor();
    await expect.poll(async () => rows(next)).toEqual(await rows(old));
    // Scrolled by hand on one side, the other follows.
    await old.locator("[role=tree]").hover();
    await workbench.page.mouse.wheel(0, 66);
    const top = (side: Frame): Promise<number> => side.locator("[role=tree]").evaluate((tree) => tree.scrollTop);
    await expect.poll(() => top(old)).toBeGreaterThan(0);
    await expect.poll(async () => (await top(next)) - (await top(old))).toBe(0);
    await workbench.screenshot("source-control-4-sides-linked");
    await old.getByRole("button", { name: "Compare Parameters" }).click();
    const view = await workbench.view(".head:has-text('Only rounding')");
    await view.getByText("coef_ is the old one rounded to float32").first().waitFor();
  });

  it("compares the two sides again when one of them changes, with gaps where one has nothing; F7 goes through both", async () => {
    await workbench.command("Source Control: Focus on Changes View");
    await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "model.joblib" }).first().click();
    const both = await sides();
    const [old, next] = both;
    const selected = (side: Frame): Promise<string | null> => side.locator(".details-title").first().textContent();
    for (const side of both) await side.locator(".pair-found", { hasText: "1 change" }).waitFor();
    await workbench.replace("model.joblib", "pipeline_v1.3.0.joblib");
    for (const side of both) await side.locator(".pair-found", { hasText: /^\d\d+ changes$/ }).waitFor();
    await old.locator(".tree-row.is-gap").first().waitFor();
    expect(await rows(old)).toEqual(await rows(next));
    await workbench.screenshot("source-control-5-sides-gaps");
    // F7 from either side, and from VS Code's own part of the window.
    await old.locator("[role=tree]").focus();
    const seen: (string | null)[] = [await selected(old)];
    for (const key of ["F7", "F7", "Shift+F7"]) {
      await workbench.page.keyboard.press(key);
      await expect.poll(() => selected(old)).not.toBe(seen.at(-1));
      seen.push(await selected(old));
      await expect.poll(() => selected(next)).toBe(seen.at(-1));
    }
    expect(seen[3]).toBe(seen[1]);
    await workbench.page.locator(".tabs-container .tab.active").first().click();
    // Which VS Code makes anew then: they come back as they were.
    for (const side of await sides()) {
      await side.locator(".pair-found", { hasText: /changes$/ }).waitFor();
      await side.locator(".details-title", { hasText: seen[3] ?? "" }).waitFor();
    }
    await workbench.page.keyboard.press("F7");
    for (const side of await sides()) await expect.poll(() => selected(side)).toBe(seen[2]);
    await workbench.screenshot("source-control-6-sides-step");
  });
});

describe("models in Source Control, in a light theme", () => {
  it("are marked in its colours of a diff", async () => {
    const workbench = await Workbench.start({ vsix: inject("vsix"), theme: "Default Light Modern" });
    try {
      await workbench.replace("model.joblib", "lr_params_v1.3.0.joblib");
      await workbench.command("Source Control: Focus on Changes View");
      await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "model.joblib" }).first().click();
      const old = await workbench.view(".pair:has-text('Old side of a change to model.joblib')");
      const next = await workbench.view(".pair:has-text('New side of a change from model.joblib (')");
      for (const side of [old, next]) await side.locator(".pair-found", { hasText: /changes$/ }).waitFor();
      const background = (side: Frame, row: string): Promise<string> =>
        side
          .locator(row)
          .first()
          .evaluate((element) => getComputedStyle(element).backgroundColor);
      const token = (side: Frame, name: string): Promise<string> =>
        side.locator("body").evaluate((body, variable) => {
          const probe = body.ownerDocument.createElement("i");
          probe.style.backgroundColor = `var(${variable})`;
          body.append(probe);
          const colour = getComputedStyle(probe).backgroundColor;
          probe.remove();
          return colour;
        }, name);
      const removed = "--vscode-diffEditor-removedLineBackground";
      const inserted = "--vscode-diffEditor-insertedLineBackground";
      const changed = ":not(.is-near):not(.is-selected)";
      expect(await background(old, `.tree-row.is-changed-old${changed}`)).toBe(await token(old, removed));
      expect(await background(next, `.tree-row.is-changed-new${changed}`)).toBe(await token(next, inserted));
      expect(await token(old, removed)).not.toBe(await token(old, inserted));
      await workbench.screenshot("source-control-7-sides-light");
    } catch (error) {
      await workbench.screenshot("source-control-failed-light");
      throw error;
    } finally {
      await workbench.stop();
    }
  });
});

/** What is drawn of a side's rows, with their heights. */
function rows(side: Frame): Promise<readonly string[]> {
  return side
    .locator("[role=treeitem]")
    .evaluateAll((all) =>
      all.map((row) => `${Math.round(row.getBoundingClientRect().top)} ${row.getAttribute("aria-level")}`).toSorted(),
    );
}
