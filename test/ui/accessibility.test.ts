import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { testPath } from "../support/open-file.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { compareEngine, fileEngine, workspace } from "./server-engine.ts";
import type { ThemeName } from "./themes.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const at = (name: string): string => path.join(workspace, name);
const tree = (name: string): string => testPath(`fixtures/trees/versions/${name}.json`);

/** What axe-core finds wrong: rule, and the elements that break it. Every rule it has, those it calls best practice too. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

async function view(file: string, options: OpenOptions): Promise<OpenPanel> {
  const panel = await panels.open(await fileEngine(session, file), options);
  await panel.page.getByRole("heading", { level: 2 }).waitFor();
  return panel;
}

async function compare(old: string, next: string, options: OpenOptions): Promise<OpenPanel> {
  const panel = await panels.open(await compareEngine(session, old, next), options);
  await panel.page.getByRole("heading", { level: 2 }).waitFor();
  return panel;
}

describe.each<ThemeName>(["dark", "light", "hc", "hc-light"])("axe-core, %s theme", (theme) => {
  it("finds nothing in the model editor", async () => {
    const { page } = await view(at("lr_params_v1.2.3.joblib"), { theme });
    await page.getByText("-1.698492407798767").waitFor();
    expect(await violations(page)).toEqual([]);
    for (const [tab, text] of [
      ["Values", "-1.698492407798767"],
      ["Statistics", "Least"],
      ["Histogram", "All 12 values"],
    ] as const) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByText(text).first().waitFor();
      expect(await violations(page)).toEqual([]);
    }
    await page.getByRole("treeitem", { name: "Hyper-parameters" }).click();
    await page.getByRole("table").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("finds nothing in what is said of safety, with the findings listed", async () => {
    const { page } = await view(at("suspicious.pkl"), { theme });
    await page.getByText("os.system").first().waitFor();
    await page.getByRole("button", { name: /error/ }).first().click();
    await page
      .getByRole("button", { name: /^safety\// })
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menu").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("finds nothing in trees", async () => {
    const { page } = await view(tree("base"), { theme });
    await page.getByRole("treeitem", { name: /^Trees/ }).click();
    await page.getByRole("tree", { name: /Nodes of tree/ }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("finds nothing in the diff", async () => {
    const { page } = await compare(at("lr_params_v1.2.2.joblib"), at("lr_params_v1.3.0.joblib"), { theme });
    await page.getByText("income → age").first().waitFor();
    expect(await violations(page)).toEqual([]);
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      await page.getByRole("tabpanel").waitFor();
      expect(await violations(page)).toEqual([]);
    }
    for (const group of ["Schema", "Hyper-parameters"]) {
      await page.getByRole("treeitem", { name: group }).click();
      await page.getByRole("heading", { level: 2, name: group }).waitFor();
      expect(await violations(page)).toEqual([]);
    }
  });

  it("finds nothing in a diff of trees", async () => {
    const { page } = await compare(tree("base"), tree("other"), { theme });
    await page.getByRole("treeitem", { name: /^Trees/ }).click();
    await page.getByRole("tree", { name: "Nodes of tree 0" }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("finds nothing while a file is read, and where it cannot be", async () => {
    const engine = await fileEngine(session, at("lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { theme, isQuiet: true });
    await panel.send({ type: "loading", name: "model.pkl", stage: "Reading", done: 1, total: 4 });
    expect(await violations(panel.page)).toEqual([]);
    await panel.send({
      type: "failed",
      name: "model.pkl",
      error: { code: "corrupt", message: "model.pkl: the header contradicts itself", offset: 8 },
    } as never);
    await panel.page.getByRole("button", { name: "Retry" }).waitFor();
    expect(await violations(panel.page)).toEqual([]);
  });
});
