import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { createWork } from "../../src/core/work.ts";
import { openArtifact } from "../../src/core/open.ts";
import { fingerprint } from "../../src/core/model/fingerprint.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { Workbench } from "./workbench.ts";

/** What a new user does first, in the real VS Code, with the packaged extension: open, compare, convert, be warned. */

/** coef_ and intercept_ as scikit-learn wrote them, printed by the Python that made the sample. */
interface Expected {
  readonly coef_: readonly string[];
  readonly intercept_: readonly string[];
}

const expectedFile = path.resolve(import.meta.dirname, "../workspace/expected.json");
const expected = async (version: string): Promise<Expected> => {
  const all = JSON.parse(await readFile(expectedFile, "utf8")) as Readonly<Record<string, Expected>>;
  const found = all[`lr_params_v${version}.joblib`];
  if (found === undefined) throw new Error(`${expectedFile} says nothing of version ${version}`);
  return found;
};

async function fingerprintOf(file: string): Promise<string> {
  const source = await openFile(file);
  try {
    const artifact = await openArtifact(source, nodeHost(), createWork());
    return await fingerprint(artifact.parameters, nodeHost(), createWork());
  } finally {
    await source.close();
  }
}

describe.each([
  { theme: "Default Dark Modern", name: "dark" },
  { theme: "Default Light Modern", name: "light" },
] as const)("first light, $name", ({ theme, name }) => {
  let workbench!: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.start({ vsix: inject("vsix"), theme });
  });
  afterAll(async () => workbench?.stop());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail")
      await workbench.screenshot(`${name}-failed-${task.name.replaceAll(/\W+/g, "-")}`);
    // Whatever a failed step left open must not be in the way of the next.
    for (let times = 0; times < 3; times += 1) await workbench.page.keyboard.press("Escape");
  });

  it("opens a model by a double-click and shows every digit of its parameters", async () => {
    await workbench.explorerRow("lr_params_v1.2.3.joblib").dblclick();
    const view = await workbench.view(".head-title:has-text('LogisticRegression')");
    expect(await view.locator(".head-title").textContent()).toBe("LogisticRegression");
    expect(await view.locator(".head").textContent()).toContain("12 features → 2 classes (bad, good)");
    await view.locator("[role=treeitem]", { hasText: "coef_" }).first().click();
    const { coef_, intercept_ } = await expected("1.2.3");
    for (const text of coef_) await view.getByText(text, { exact: true }).first().waitFor();
    await workbench.screenshot(`${name}-1-open`, name === "dark" ? "editor" : undefined);
    await view.locator("[role=treeitem]", { hasText: "intercept_" }).first().click();
    for (const text of intercept_) await view.getByText(text, { exact: true }).first().waitFor();
    await workbench.screenshot(`${name}-2-intercept`);
  });

  it("says that 1.2.3 is 1.2.2 rounded to float32, not that it changed", async () => {
    await workbench.contextMenu("lr_params_v1.2.2.joblib", "Select for Model Compare");
    await workbench.contextMenu("lr_params_v1.2.3.joblib", "Compare Models with Selected");
    const view = await workbench.view(".head:has-text('Only rounding')");
    await view.getByText("Only rounding: coef_ is the old one rounded to float32.").first().waitFor();
    expect(await view.locator("body").textContent()).not.toMatch(/Retrained/);
    await view.locator("[role=option], [role=treeitem], [role=row]", { hasText: "coef_" }).first().click();
    const [first] = (await expected("1.2.2")).coef_;
    await view
      .getByText(first ?? "", { exact: false })
      .first()
      .waitFor();
    await workbench.screenshot(`${name}-3-rounded`, name === "dark" ? "diff" : undefined);
  });

  it("says that 1.3.0 has two features swapped and a class renamed", async () => {
    await workbench.contextMenu("lr_params_v1.2.3.joblib", "Select for Model Compare");
    await workbench.contextMenu("lr_params_v1.3.0.joblib", "Compare Models with Selected");
    await workbench.tab("1.3.0").waitFor();
    const view = await workbench.view(".head:has-text('Retrained')");
    await view.getByText("Features income and age changed places.").first().waitFor();
    await view.getByText("Class 'bad' is now 'default'.").first().waitFor();
    await workbench.screenshot(`${name}-4-schema-drift`);
  });

  it("converts to safetensors and .model, and what it wrote has the same parameters", async () => {
    await workbench.open("lr_params_v1.2.3.joblib");
    await workbench.view(".head-title:has-text('LogisticRegression')");
    const source = await fingerprintOf(path.join(workbench.workspace, "lr_params_v1.2.3.joblib"));
    for (const target of ["safetensors", "model"]) {
      await workbench.pickFrom("Convert Model...", "Convert lr_params_v1.2.3.joblib", `.${target}`);
      await workbench.acceptSave(target);
      await workbench.page
        .locator(".notification-toast", { hasText: `lr_params_v1.2.3.${target} was written` })
        .first()
        .waitFor({ timeout: 30_000 });
      await workbench.screenshot(`${name}-5-converted-${target}`);
      await workbench.command("Notifications: Clear All Notifications");
      expect(await fingerprintOf(path.join(workbench.workspace, `lr_params_v1.2.3.${target}`))).toBe(source);
    }
  });

  it("opens the hostile pickle inertly and lists it in the Problems panel", async () => {
    await workbench.open("suspicious.pkl");
    const view = await workbench.view(".head:has-text('os.system')");
    await view.getByText("Loading this file would run os.system").first().waitFor();
    await workbench.command("Problems: Focus on Problems View");
    await workbench.page.locator(".markers-panel .monaco-list-row", { hasText: "os.system" }).first().waitFor();
    await workbench.screenshot(`${name}-6-hostile`);
    expect(existsSync("/tmp/suspicious.pkl-ran-on-this-machine")).toBe(false);
  });
});
