import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { Workbench } from "./workbench.ts";

/** What a person does with models that are in git, in the real VS Code. `model.joblib` is at HEAD, and changed since. */
describe("models in Source Control", () => {
  let workbench!: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ vsix: inject("vsix") });
  });
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

  it("leads from VS Code's own diff to the comparison", async () => {
    await workbench.command("Source Control: Focus on Changes View");
    await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "model.joblib" }).first().click();
    const old = await workbench.view(".pair:has-text('Old side of a change to model.joblib')");
    const next = await workbench.view(".pair:has-text('New side of a change from model.joblib (')");
    // Half a window is narrow: the outline is folded away above the details.
    for (const side of [old, next]) await side.getByRole("button", { name: /^Outline/ }).click();
    await next.locator("[role=treeitem]", { hasText: "intercept_" }).first().click();
    await old.locator(".details-title", { hasText: "intercept_" }).waitFor();
    await old.locator("[role=treeitem]", { hasText: "coef_" }).first().click();
    await next.locator(".details-title", { hasText: "coef_" }).waitFor();
    await workbench.screenshot("source-control-3-sides");
    await old.getByRole("button", { name: "Compare Parameters" }).click();
    const view = await workbench.view(".head:has-text('Only rounding')");
    await view.getByText("coef_ is the old one rounded to float32").first().waitFor();
  });
});
