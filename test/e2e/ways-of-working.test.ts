import { afterEach, describe, expect, inject, it } from "vitest";
import { Workbench, type WorkbenchOptions } from "./workbench.ts";

/** The same packaged extension on the oldest VS Code it supports, untrusted, reloaded, and in high contrast. */

let workbench: Workbench | undefined;

async function start(options: Omit<WorkbenchOptions, "vsix">): Promise<Workbench> {
  workbench = await Workbench.start({ vsix: inject("vsix"), ...options });
  return workbench;
}

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await workbench?.screenshot(`failed-${task.name.replaceAll(/\W+/g, "-")}`);
  await workbench?.stop();
  workbench = undefined;
});

describe("ways of working", () => {
  it("opens a model on the oldest VS Code that is supported", async () => {
    const bench = await start({ which: "floor" });
    await bench.open("pipeline_v1.3.0.joblib");
    const view = await bench.view(".head:has-text('Pipeline (2 steps)')");
    await view.locator("[role=treeitem]", { hasText: "coef_" }).first().click();
    await view.getByText("num__utilisation").first().waitFor();
    await bench.screenshot("floor-1-open");
  });

  it("shows a model in Restricted Mode", async () => {
    const bench = await start({ isRestricted: true });
    await bench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
    await bench.open("suspicious.pkl");
    const view = await bench.view(".head:has-text('os.system')");
    await view.getByText("Loading this file would run os.system").first().waitFor();
    await bench.screenshot("restricted-1-open");
  });

  it("keeps a comparison over a reload of the window", async () => {
    const bench = await start({});
    await bench.contextMenu("pipeline_v1.2.3.joblib", "Select for Model Compare");
    await bench.contextMenu("pipeline_v1.3.0.joblib", "Compare Models with Selected");
    await (await bench.view(".head:has-text('Retrained')"))
      .getByText("Class 'bad' is now 'default'.")
      .first()
      .waitFor();
    await bench.command("Developer: Reload Window");
    await bench.page.waitForEvent("load");
    const view = await bench.view(".head:has-text('Retrained')");
    expect(await view.locator(".head-title").textContent()).toContain("pipeline_v1.3.0.joblib");
    await bench.screenshot("reload-1-diff");
  });

  it("compares a tracked file that changed with git's HEAD", async () => {
    const bench = await start({});
    await bench.open("model.joblib");
    await bench.view(".head:has-text('LogisticRegression')");
    await bench.command("Compare Model with Previous Version");
    const view = await bench.view(".head:has-text('Only rounding')");
    await view.getByText("Only rounding: coef_ is the old one rounded to float32.").first().waitFor();
    await bench.screenshot("git-1-head");
  });

  it("shows the file anew when it changes on disk", async () => {
    const bench = await start({});
    await bench.open("model.joblib");
    const view = await bench.view(".head:has-text('LogisticRegression')");
    await view.getByText("bad, good").first().waitFor();
    await bench.replace("model.joblib", "lr_params_v1.3.0.joblib");
    await (await bench.view(".head:has-text('default, good')")).locator(".head-title").waitFor();
  });

  it("is readable in high contrast", async () => {
    const bench = await start({ theme: "Default High Contrast" });
    await bench.open("lr_params_v1.3.0.joblib");
    await bench.view(".head:has-text('LogisticRegression')");
    await bench.screenshot("contrast-1-open");
  });
});
