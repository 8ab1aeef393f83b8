import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { Workbench } from "./workbench.ts";

const run = promisify(execFile);

/** What a person does with the timeline of a model, in the real VS Code: both sides of a comparison are out of git. */
describe("a model in the Timeline", () => {
  let workbench!: Workbench;
  const commit = async (message: string): Promise<void> => {
    const identity = ["-c", "user.name=Loupe", "-c", "user.email=loupe@example.com"];
    await run("git", [...identity, "commit", "--quiet", "--message", message, "--", "model.joblib"], {
      cwd: workbench.workspace,
    });
  };
  beforeAll(async () => {
    workbench = await Workbench.start({ vsix: inject("vsix") });
    await commit("Coefficients through float32");
    await workbench.replace("model.joblib", "lr_params_v1.3.0.joblib");
    await commit("Trained again");
    await workbench.open("model.joblib");
    await workbench.view(".head-title:has-text('LogisticRegression')");
    await workbench.command("Explorer: Focus on Timeline View");
    await row("Trained again").waitFor();
  });
  afterAll(async () => workbench?.stop());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await workbench.screenshot(`timeline-failed-${task.name.replaceAll(/\W+/g, "-")}`);
  });

  const row = (message: string) =>
    workbench.page.locator(".timeline-tree-view .monaco-list-row", { hasText: message }).first();
  /** Takes an item of the menu of a row of the timeline. */
  const choose = async (message: string, item: string): Promise<void> => {
    const menu = workbench.page.locator(".monaco-menu").first();
    // By Enter: VS Code ignores a click in the tenth of a second after the menu opened. An item may not be there yet: then once more.
    for (let attempt = 0; ; attempt += 1)
      try {
        await row(message).click({ button: "right", timeout: 5000 });
        await menu.locator(".action-label", { hasText: item }).first().hover({ timeout: 3000 });
        await menu.locator(".action-item.focused", { hasText: item }).waitFor({ timeout: 3000 });
        await workbench.page.keyboard.press("Enter");
        await menu.waitFor({ state: "hidden", timeout: 3000 });
        return;
      } catch (error) {
        if (attempt >= 9) throw error;
        await workbench.page.keyboard.press("Escape");
      }
  };
  const sides = async (): Promise<readonly [Frame, Frame]> => [
    await workbench.view(".pair:has-text('Old side of a change to model.joblib (')"),
    await workbench.view(".pair:has-text('New side of a change from model.joblib (')"),
  ];
  const rows = (side: Frame): Promise<readonly number[]> =>
    side
      .locator("[role=treeitem]")
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top).toSorted((a, b) => a - b));

  it("is compared by a click on a commit with the one before it, both sides as one", async () => {
    await row("Coefficients through float32").click();
    const both = await sides();
    const [old, next] = both;
    for (const side of both) {
      await side.locator(".pair-found", { hasText: "1 change" }).waitFor();
      await side.locator(".tree-row.is-selected:has-text('coef_'):has-text('rounded')").waitFor();
    }
    await expect.poll(() => rows(next)).toEqual(await rows(old));
    await next.locator("[role=treeitem]", { hasText: "intercept_" }).first().click();
    await old.locator(".details-title", { hasText: "intercept_" }).waitFor();
    await workbench.screenshot("timeline-1-commit");
  });

  it("is compared across commits by Select for Compare and Compare with Selected", async () => {
    // The comparison before is behind it then: what is looked for is not found there.
    await workbench.open("model.joblib");
    await workbench.view(".head-title:has-text('LogisticRegression')");
    await choose("version 1.2.2 in use", "Select for Compare");
    await choose("Trained again", "Compare with Selected");
    for (const side of await sides()) await side.locator(".pair-found", { hasText: "6 changes" }).waitFor();
    const [, next] = await sides();
    await next.getByRole("button", { name: "Compare Parameters" }).click();
    const view = await workbench.view(".head:has-text('Retrained')");
    expect(await view.locator(".head-title").textContent()).toMatch(/model\.joblib \([0-9a-f]{8}\).*\([0-9a-f]{8}\)/);
    await workbench.screenshot("timeline-2-selected");
  });
});
