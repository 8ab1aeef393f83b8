import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { fileEngine, workspace } from "./server-engine.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

async function open(file: string, options?: OpenOptions): Promise<OpenPanel> {
  const panel = await panels.open(await fileEngine(session, path.join(workspace, file)), options);
  await panel.page.getByRole("main").waitFor();
  return panel;
}

async function openRegression(options?: OpenOptions): Promise<OpenPanel> {
  const panel = await open("lr_params_v1.2.3.joblib", options);
  await panel.page.getByText("-1.698492407798767").waitFor();
  return panel;
}

describe("opening a scikit-learn model", () => {
  it("says what it is, who wrote it, and how large it is", async () => {
    const { page, complaints } = await openRegression();
    const head = (await page.locator("header.head").innerText()).replaceAll(/\s+/g, " ");
    expect(head).toContain("LogisticRegression 12 features → 2 classes (bad, good)");
    expect(head).toContain("scikit-learn 1.2.2");
    expect(head).toContain("joblib");
    expect(head).toContain("14 parameters, 108 B");
    expect(head).toContain("1 warning");
    expect(head).toContain("imports, ordinary here");
    expect(complaints).toEqual([]);
  });

  it("shows the coefficients first, by size, with every digit and the features' names", async () => {
    const panel = await openRegression();
    expect(panel.selected()).toBe("coef_");
    const bars = await panel.page.getByRole("option").allInnerTexts();
    expect(bars.map((bar) => bar.split(/\s+/).filter(Boolean))).toEqual([
      ["utilisation", "-1.698492407798767"],
      ["late_90d", "-0.9295005202293396"],
      ["debt_ratio", "-0.804037868976593"],
      ["income", "0.6623101234436035"],
      ["late_30d", "-0.5680406093597412"],
      ["savings", "0.5197737216949463"],
      ["loan_amount", "-0.3640603721141815"],
      ["inquiries_6m", "-0.326376348733902"],
      ["tenure_months", "0.26867198944091797"],
      ["age", "0.2468903809785843"],
      ["open_accounts", "-0.139643132686615"],
      ["dependents", "-0.025156017392873764"],
    ]);
    await panel.page.getByRole("button", { name: "By position" }).click();
    const inFile = await panel.page.getByRole("option").allInnerTexts();
    expect(inFile.map((bar) => bar.trim().split(/\s+/)[0]).slice(0, 4)).toEqual([
      "utilisation",
      "late_90d",
      "late_30d",
      "income",
    ]);
  });

  it("tells everything of one element in the strip", async () => {
    const { page } = await openRegression();
    await page.getByRole("option").nth(1).hover();
    const strip = page.getByRole("region", { name: "Selected value" });
    await strip.getByText("0xbfedbe77e0000000").waitFor();
    const text = (await strip.innerText()).replaceAll(/\s+/g, " ");
    expect(text).toContain("late_90d -0.9295005202293396 float64");
    expect(text).toContain("-0.929500520229339599609375");
    expect(text).toContain("1.1102230246251565e-16");
  });

  it("shows the numbers as a grid with names at its edges, and copies them as TSV", async () => {
    const panel = await openRegression();
    const { page } = panel;
    await page.getByRole("tab", { name: "Values" }).click();
    const grid = page.getByRole("grid");
    await grid.getByText("-1.698492407798767").waitFor();
    expect(await grid.getByRole("rowheader").allInnerTexts()).toContain("utilisation");
    expect(await grid.getByRole("columnheader").allInnerTexts()).toEqual(["feature \\ class", "good"]);
    await grid.getByText("0.2468903809785843").click();
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Control+c");
    await page.getByText("3 values copied").waitFor();
    expect(panel.commands.at(-1)).toEqual({
      type: "command",
      command: "copyText",
      text: "0.2468903809785843\n0.26867198944091797\n-0.139643132686615",
    });
    await page.getByRole("button", { name: "Transpose" }).click();
    expect(await grid.getByRole("columnheader").allInnerTexts()).toContain("utilisation");
    expect(panel.complaints).toEqual([]);
  });

  it("has statistics and a histogram that can be read aloud", async () => {
    const { page } = await openRegression();
    await page.getByRole("tab", { name: "Statistics" }).click();
    await page.getByRole("row", { name: /^Precision float32 only/ }).waitFor();
    expect(await page.getByRole("row", { name: /^Least/ }).innerText()).toContain("-1.698492407798767");
    expect(await page.getByRole("row", { name: /^NaN/ }).innerText()).toContain("0");
    await page.getByRole("tab", { name: "Histogram" }).click();
    const plot = page.getByRole("img", { name: /^Histogram of 12 values from -1\.7 to 0\.662 in \d+ bins/ });
    await plot.focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText(/^\d+ values? from -1\.7 to/).waitFor();
  });

  it("opens the findings, and goes to their place", async () => {
    const panel = await openRegression();
    const { page } = panel;
    await page.getByRole("treeitem", { name: "intercept_" }).click();
    await page.getByRole("button", { name: /1 warning/ }).click();
    await page.locator(".head-findings").getByRole("button", { name: "coef_" }).click();
    await page.getByRole("option").first().waitFor();
    expect(panel.selected()).toBe("coef_");
    await page.locator(".head-findings").getByRole("button", { name: "precision/float32-valued" }).click();
    expect(panel.commands.at(-1)).toEqual({ type: "command", command: "openRule", text: "precision/float32-valued" });
  });

  it("marks hyper-parameters that are not the default, in words", async () => {
    const { page } = await openRegression();
    await page.getByRole("treeitem", { name: "Hyper-parameters" }).click();
    const row = page.getByRole("row", { name: /not the default/ }).first();
    await row.waitFor();
    await page.keyboard.press("ArrowRight");
    const marked = page.getByRole("treeitem").filter({ has: page.getByRole("img", { name: "Not the default" }) });
    await expect.poll(() => marked.count()).toBeGreaterThan(0);
  });

  it("runs the actions of its buttons through the host", async () => {
    const panel = await openRegression();
    const { page } = panel;
    await page.getByRole("button", { name: "Convert…" }).click();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("menuitem", { name: "With Previous Version" }).click();
    expect(panel.commands.map(({ command }) => command)).toEqual(["convert", "compare", "compareWithPrevious"]);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.keyboard.press("Escape");
    expect(await page.getByRole("menu").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("More actions");
  });
});

describe("a file that would run something", () => {
  it("is shown inertly, with what it would do in words", async () => {
    const panel = await open("suspicious.pkl");
    const { page } = panel;
    await page.getByText("Loading this file would run os.system").waitFor();
    await page.getByRole("treeitem", { name: "Imports" }).click();
    const row = page.getByRole("row", { name: /os\.system/ });
    await row.waitFor();
    expect(await row.innerText()).toContain("dangerous");
    await panel.screenshot("viewer-suspicious-dark");
    expect(panel.complaints).toEqual([]);
  });
});

describe("hands", () => {
  it("walk the tree by keys after the ARIA pattern", async () => {
    const panel = await openRegression();
    const { page } = panel;
    const active = (): Promise<string | null | undefined> =>
      page.evaluate(() => {
        const id = document.querySelector("[role=tree]")?.getAttribute("aria-activedescendant");
        return id === null || id === undefined
          ? undefined
          : document.getElementById(id)?.querySelector(".tree-label")?.textContent;
      });
    await panel.tree().focus();
    await page.keyboard.press("Home");
    await expect.poll(active).toBe("Parameters");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toBe("coef_");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(active).toBe("Parameters");
    await page.keyboard.press("ArrowLeft");
    expect(
      await page.getByRole("treeitem", { name: "Parameters", exact: false }).first().getAttribute("aria-expanded"),
    ).toBe("false");
    await page.keyboard.type("hyp");
    await expect.poll(active).toBe("Hyper-parameters");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("treeitem", { name: "class_weight" }).waitFor();
    const child = page.getByRole("treeitem", { name: "class_weight" });
    expect(await child.getAttribute("aria-level")).toBe("2");
    expect(Number(await child.getAttribute("aria-setsize"))).toBe(15);
    await page.keyboard.press("ArrowRight");
    expect(panel.selected()).toBeDefined();
    await page.keyboard.press("End");
    await expect.poll(active).toBe("Structure");
  });

  it("reach every region with Tab, with a focus that shows", async () => {
    const { page } = await openRegression();
    const visited: string[] = [];
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        const style = getComputedStyle(element);
        const inner = element.querySelector(".is-active, .is-selected");
        const ring = inner === null ? style : getComputedStyle(inner);
        const isShown = [style, ring].some(
          (one) => one.outlineStyle !== "none" && Number.parseFloat(one.outlineWidth) > 0,
        );
        const after = getComputedStyle(element, "::after").backgroundColor;
        return {
          name: element.getAttribute("role") ?? element.tagName.toLowerCase(),
          isShown: isShown || after !== "rgba(0, 0, 0, 0)",
        };
      });
      if (at === undefined) break;
      expect(at, `focus on ${at.name} shows`).toMatchObject({ isShown: true });
      visited.push(at.name);
    }
    for (const role of ["input", "tree", "separator", "tab", "listbox"]) expect(visited).toContain(role);
  });

  it("filter from anywhere with Ctrl+F, and leave with Escape", async () => {
    const panel = await openRegression();
    const { page } = panel;
    await page.keyboard.press("Control+f");
    await page.keyboard.type("int32");
    await page.getByRole("treeitem", { name: "intercept_" }).waitFor({ state: "detached" });
    expect(await page.getByRole("treeitem", { name: "n_iter_" }).count()).toBe(1);
    await page.getByLabel("Filter by name or dtype").fill("no such thing");
    await page.getByText("Nothing matches “no such thing”.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("treeitem", { name: "intercept_" }).waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("tree");
    await panel.send({ type: "key", action: "focus-filter" });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  });

  it("go up with Escape, and copy the path of a row", async () => {
    const panel = await openRegression();
    const { page } = panel;
    const role = (): Promise<string | undefined> =>
      page.evaluate(
        () => document.activeElement?.getAttribute("role") ?? document.activeElement?.tagName.toLowerCase(),
      );
    await page.getByRole("tab", { name: "Values" }).click();
    await page.getByRole("gridcell").first().click();
    await page.keyboard.press("Shift+ArrowDown");
    expect(await page.locator(".grid-cell.is-selected").count()).toBe(2);
    await page.keyboard.press("Escape");
    expect([await role(), await page.locator(".grid-cell.is-selected").count()]).toEqual(["grid", 1]);
    await page.keyboard.press("Escape");
    expect(await role()).toBe("tab");
    await page.keyboard.press("Escape");
    expect(await role()).toBe("tree");
    await page.keyboard.press("Control+c");
    expect(panel.commands.at(-1)).toEqual({ type: "command", command: "copyText", text: "coef_" });
    await page.keyboard.press("Escape");
    expect(await role()).toBe("input");
  });

  it("move the border between tree and details, which stays where it was put", async () => {
    const panel = await openRegression();
    const { page } = panel;
    await page.getByRole("separator").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("separator").getAttribute("aria-valuenow")).toBe("312");
    await page.waitForFunction(
      () => (globalThis as unknown as { state: { treeWidth?: number } }).state.treeWidth === 312,
    );
  });
});

describe("what stays", () => {
  it("selection, view and open rows after a reload of the window", async () => {
    const before = await openRegression();
    await before.page.getByRole("tab", { name: "Statistics" }).click();
    await before.page.getByRole("treeitem", { name: "intercept_" }).click();
    await before.page.getByRole("treeitem", { name: "Fitted state" }).dblclick();
    await before.page.getByRole("treeitem", { name: "intercept_" }).click();
    await before.page.waitForTimeout(200);
    const state = await before.state();
    expect(state).toMatchObject({ session: { kind: "viewer", uri: "file:///model" } });
    const after = await open("lr_params_v1.2.3.joblib", { state });
    await after.page.getByRole("row", { name: /^Least/ }).waitFor();
    expect(await after.page.getByRole("heading", { level: 2 }).innerText()).toBe("intercept_");
    expect(await after.page.getByRole("treeitem", { name: "Fitted state" }).getAttribute("aria-expanded")).toBe("true");
  });

  it("selection and scroll when the file changes", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { height: 300 });
    const { page } = panel;
    await page.getByRole("treeitem", { name: "Hyper-parameters" }).dblclick();
    await page.getByRole("treeitem", { name: "dual" }).click();
    await panel.tree().focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    await page.getByRole("heading", { level: 2, name: "Imports" }).waitFor();
    const selected = "Imports";
    const top = await panel.tree().evaluate((tree) => tree.scrollTop);
    expect(top).toBeGreaterThan(0);
    await panel.send({ type: "model", model: engine.model, strings: {}, restricted: false });
    await page.waitForTimeout(200);
    expect(await panel.tree().evaluate((tree) => tree.scrollTop)).toBe(top);
    expect(await page.getByRole("heading", { level: 2 }).innerText()).toBe(selected);
  });

  it("the first of what is there, when the selected row is gone from the file", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { state: { selected: "parameters/gone_" } });
    await panel.page.getByRole("heading", { level: 2, name: "coef_" }).waitFor();
    expect(panel.selected()).toBe("coef_");
  });

  it("follows the other side of a source control diff", async () => {
    const panel = await openRegression();
    await panel.send({ type: "select", path: "intercept_" });
    await panel.page.getByRole("heading", { name: "intercept_" }).waitFor();
    expect(panel.selected()).toBe("intercept_");
  });
});
