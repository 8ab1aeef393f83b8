import { afterEach, describe, expect, inject, it } from "vitest";
import { Workbench } from "./workbench.ts";

/** A VS Code that has editors for diffs asks the extension for them, and no two editors have to be recognised. */
describe("VS Code's own diff, where the extension may use its proposal `customEditorDiffs`", () => {
  let workbench: Workbench | undefined;
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await workbench?.screenshot(`custom-editor-diffs-failed-${task.name.slice(0, 20)}`);
    await workbench?.stop();
    workbench = undefined;
  });
  const openChange = async (settings: Readonly<Record<string, unknown>>): Promise<Workbench> => {
    workbench = await Workbench.start({ vsix: inject("vsix"), proposals: ["customEditorDiffs"], settings });
    await workbench.command("Source Control: Focus on Changes View");
    await workbench.page.locator(".scm-view .monaco-list-row", { hasText: "model.joblib" }).first().click();
    return workbench;
  };

  it("is the comparison itself where diffs are shown inline", async () => {
    const { page } = await openChange({ "diffEditor.renderSideBySide": false });
    const view = await workbench?.view(".head:has-text('Only rounding')");
    await view?.getByText("coef_ is the old one rounded to float32").first().waitFor();
    await page.locator(".tab.active", { hasText: "model.joblib" }).first().waitFor();
    await workbench?.screenshot("custom-editor-diffs-inline");
  });

  it("is the two linked sides where diffs are shown side by side", async () => {
    await openChange({ "diffEditor.renderSideBySide": true });
    const old = await workbench?.view(".pair:has-text('Old side of a change to model.joblib')");
    const next = await workbench?.view(".pair:has-text('New side of a change from model.joblib (')");
    for (const side of [old, next]) await side?.locator(".pair-found", { hasText: "1 change" }).waitFor();
    await next?.locator("[role=treeitem]", { hasText: "intercept_" }).first().click();
    await old?.locator(".details-title", { hasText: "intercept_" }).waitFor();
    expect(await old?.locator(".pair").count()).toBe(1);
  });
});
