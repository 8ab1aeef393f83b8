import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { testPath } from "../support/open-file.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { compareEngine, fileEngine } from "./server-engine.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

const version = (name: string): string => testPath(`fixtures/trees/versions/${name}.json`);

async function treesOf(next: string, options?: OpenOptions): Promise<OpenPanel> {
  const engine = await compareEngine(session, version("base"), version(next));
  const panel = await panels.open(engine, { height: 800, ...options });
  await panel.page.getByRole("treeitem", { name: /^Trees/ }).click();
  return panel;
}

describe("trees that changed", () => {
  it("are named, with the one node of it that did", async () => {
    const panel = await treesOf("leaf");
    const { page } = panel;
    await page.getByText("8 → 8 trees: 7 the same, 1 changed, 0 added, 0 removed.").waitFor();
    expect(await page.getByRole("option").allInnerTexts()).toEqual([expect.stringContaining("tree 3")]);
    const nodes = page.getByRole("tree", { name: "Nodes of tree 3" });
    const changed = nodes.getByRole("treeitem", { name: /= -?[\d.]+ → = -?[\d.]+/ });
    await changed.waitFor();
    expect(await changed.count()).toBe(1);
    // What leads to it is open, what is the same beside it is closed.
    expect(await nodes.getByRole("treeitem").first().getAttribute("aria-expanded")).toBe("true");
    await nodes.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await expect.poll(() => nodes.getAttribute("aria-activedescendant")).toMatch(/-0$/);
    await panel.screenshot("diff-trees-leaf-dark");
    expect(panel.complaints).toEqual([]);
  });

  it("of a retraining show how the features' shares moved, and are walked by keys", async () => {
    const panel = await treesOf("other", { theme: "light" });
    const { page } = panel;
    await page.getByText("8 → 8 trees: 0 the same, 8 changed, 0 added, 0 removed.").waitFor();
    expect(await page.getByRole("row").count()).toBeGreaterThan(3);
    expect(await page.getByRole("option").count()).toBe(8);
    await page.getByRole("listbox", { name: "Trees that differ" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("tree", { name: "Nodes of tree 1" }).waitFor();
    expect(await page.getByRole("option").nth(1).getAttribute("aria-selected")).toBe("true");
    await panel.screenshot("diff-trees-other-light");
    expect(panel.complaints).toEqual([]);
  });

  it("that were trained on are the new ones", async () => {
    const panel = await treesOf("more");
    await panel.page.getByText("8 → 11 trees: 8 the same, 0 changed, 3 added, 0 removed.").waitFor();
    expect(await panel.page.getByRole("option").allInnerTexts()).toEqual(
      [8, 9, 10].map((index) => expect.stringMatching(new RegExp(`tree ${index}\\s+added`)) as string),
    );
  });
});

describe("the trees of a model", () => {
  it("are walked one by one, node by node", async () => {
    const panel = await panels.open(await fileEngine(session, version("base")), { height: 800 });
    const { page } = panel;
    await page.getByRole("treeitem", { name: /^Trees/ }).click();
    const nodes = page.getByRole("tree", { name: "Nodes of tree 0" });
    await nodes.getByRole("treeitem", { name: /^income < / }).waitFor();
    await nodes
      .getByRole("treeitem", { name: /^yes: age < .*missing: no/ })
      .first()
      .waitFor();
    await page.getByText("learner.gradient_booster.model.trees[0]", { exact: true }).waitFor();
    await panel.screenshot("viewer-trees-dark");
    await page.getByRole("spinbutton").fill("7");
    await page.getByRole("tree", { name: "Nodes of tree 7" }).waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it("of a forest have the addresses of its estimators", async () => {
    const panel = await panels.open(await fileEngine(session, testPath("fixtures/trees/sklearn-new/forest.joblib")), {
      height: 800,
      theme: "light",
    });
    const { page } = panel;
    await page.getByRole("treeitem", { name: /^Trees/ }).click();
    await page.getByText("estimators_[0].tree_", { exact: true }).waitFor();
    await page.getByRole("tree", { name: "Nodes of tree 0" }).getByRole("treeitem").first().waitFor();
    await panel.screenshot("viewer-trees-forest-light");
    expect(panel.complaints).toEqual([]);
  });
});

describe("a forest that was grown anew", () => {
  const pair = (name: string): string => testPath(`fixtures/trees/pairs/${name}.pkl`);
  const grown = async (): Promise<OpenPanel> => {
    const panel = await panels.open(
      await compareEngine(session, pair("forest-grown"), pair("forest-grown-retrained")),
      { height: 800 },
    );
    await panel.page.getByRole("heading", { level: 2, name: "Trees" }).waitFor();
    return panel;
  };

  it("shows its trees first; the columns that they are made of are one folded row", async () => {
    const panel = await grown();
    const { page } = panel;
    const rows = page.getByRole("tree", { name: "Changes" }).getByRole("treeitem");
    expect(await rows.allInnerTexts()).toEqual([
      expect.stringMatching(/^Trees/),
      expect.stringMatching(/^Parameters/),
      expect.stringContaining("90 columns of trees"),
      expect.stringMatching(/identical/),
      ...["Schema", "Hyper-parameters", "Other values", "Environment", "Findings"].map((name) =>
        expect.stringMatching(new RegExp(`^${name}`)),
      ),
    ]);
    await panel.screenshot("diff-trees-grown-dark");
    // Nobody walks through ninety columns that say nothing.
    await page.keyboard.press("F7");
    expect(await page.getByRole("treeitem", { selected: true }).innerText()).not.toMatch(/children_left/);
    await page.getByRole("treeitem", { name: "columns of trees" }).click();
    await page.getByText("They changed with their trees: see Trees.").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("treeitem", { name: "estimators_" }).first().waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it("still has each column for whoever looks for it", async () => {
    const { page } = await grown();
    await page.getByRole("textbox", { name: /^Filter/ }).fill("threshold");
    await page.getByRole("treeitem", { name: "threshold" }).first().waitFor();
    expect(await page.getByRole("treeitem", { name: "columns of trees" }).count()).toBe(0);
  });
});
