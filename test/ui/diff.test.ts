import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { compareEngine, workspace } from "./server-engine.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

async function compare(old: string, next: string, options?: OpenOptions): Promise<OpenPanel> {
  const engine = await compareEngine(session, path.join(workspace, old), path.join(workspace, next));
  const panel = await panels.open(engine, options);
  await panel.page.getByRole("heading", { level: 2 }).waitFor();
  return panel;
}

const rounding = (options?: OpenOptions): Promise<OpenPanel> =>
  compare("lr_params_v1.2.2.joblib", "lr_params_v1.2.3.joblib", options);
const retraining = (options?: OpenOptions): Promise<OpenPanel> =>
  compare("lr_params_v1.2.2.joblib", "lr_params_v1.3.0.joblib", options);

describe("a diff that is only rounding", () => {
  it("says so first, counts by verdict, and opens what changed", async () => {
    const panel = await rounding();
    const head = (await panel.page.locator("header.head").innerText()).replaceAll(/\s+/g, " ");
    expect(head).toContain("lr_params_v1.2.2.joblib → lr_params_v1.2.3.joblib");
    expect(head).toContain("Only rounding: coef_ is the old one rounded to float32.");
    expect(head).toContain("1 rounded");
    expect(head).toContain("2 identical");
    expect(head).toContain("0 added");
    expect(panel.selected()).toBe("coef_");
    const details = (await panel.page.getByRole("article").innerText()).replaceAll(/\s+/g, " ");
    expect(details).toContain("rounded: every value is the old one rounded to float32");
    expect(details).toContain("12 of 12 differ");
    expect(details).toContain("float64 [1, 12]");
    expect(panel.complaints).toEqual([]);
  });

  it("marks the digits that differ inside the numbers", async () => {
    const { page } = await rounding();
    const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "utilisation" }) });
    await row.getByText("1.6984924").first().waitFor();
    const [old, next] = await row.getByRole("gridcell").evaluateAll((cells) =>
      cells.slice(0, 2).map((cell) => ({
        whole: cell.textContent,
        marked: [...cell.querySelectorAll("mark")].map((mark) => mark.textContent),
      })),
    );
    expect(old).toEqual({ whole: "-1.6984924442390388", marked: ["442390388"] });
    expect(next).toEqual({ whole: "-1.698492407798767", marked: ["07798767"] });
  });

  it("links both sides: scrolled and selected together", async () => {
    const panel = await rounding({ height: 420 });
    const { page } = panel;
    await page.getByRole("tab", { name: "Side by side" }).click();
    const [old, next] = [page.getByRole("grid").first(), page.getByRole("grid").nth(1)];
    await old.getByText("-1.6984924442390388").waitFor();
    await next.getByText("-1.698492407798767").waitFor();
    await old.focus();
    await page.keyboard.press("Control+End");
    await next.getByText("-0.025156017392873764").waitFor();
    await expect.poll(() => next.evaluate((grid) => grid.scrollTop)).toBe(await old.evaluate((grid) => grid.scrollTop));
    expect(await next.locator(".is-active").innerText()).toBe("-0.025156017392873764");
    expect(await next.locator(".grid-cell.is-changed").count()).toBeGreaterThan(0);
    await panel.screenshot("diff-sides-dark");
  });

  it("is exported and run through the host", async () => {
    const panel = await rounding();
    const { page } = panel;
    await page.getByRole("button", { name: "Copy as Markdown" }).click();
    await expect.poll(() => panel.commands.at(-1)?.text).toContain("Only rounding");
    await page.getByRole("button", { name: "Swap Sides" }).click();
    await page.getByRole("button", { name: "lr_params_v1.2.2.joblib" }).click();
    await page.getByRole("button", { name: "lr_params_v1.2.3.joblib" }).click();
    expect(panel.commands.map(({ command }) => command)).toEqual(["copyText", "swapSides", "openOld", "openNew"]);
  });
});

describe("a diff of a retrained model", () => {
  it("tells the drift of the schema", async () => {
    const panel = await retraining();
    const { page } = panel;
    const head = await page.locator("header.head").innerText();
    expect(head).toContain("Features income and age changed places.");
    expect(head).toContain("Class 'bad' is now 'default'.");
    await page.getByRole("button", { name: /^Schema/ }).click();
    await page.getByRole("heading", { name: "Schema" }).waitFor();
    const rows = await page.getByRole("article").getByRole("row").allInnerTexts();
    expect(rows.map((row) => row.split(/\s+/).filter(Boolean))).toContainEqual(["income", "age"]);
    await panel.screenshot("diff-schema-dark");
    expect(panel.complaints).toEqual([]);
  });

  it("is walked by F7, round and round, by keys and by the host", async () => {
    const panel = await retraining();
    const { page } = panel;
    const title = page.getByRole("heading", { level: 2 });
    const seen: string[] = [await title.innerText()];
    for (let step = 0; step < 5; step += 1) {
      await page.keyboard.press("F7");
      seen.push(await title.innerText());
    }
    expect(seen).toEqual(["coef_", "intercept_", "Schema", "Other values", "Findings", "coef_"]);
    await page.keyboard.press("Shift+F7");
    expect(await title.innerText()).toBe("Findings");
    await panel.send({ type: "key", action: "previous-change" });
    await page.getByRole("heading", { level: 2, name: "Other values" }).waitFor();
    await panel.send({ type: "key", action: "next-change" });
    await page.getByRole("heading", { level: 2, name: "Findings" }).waitFor();
  });

  it("shows only what is asked for: by verdict, by text", async () => {
    const { page } = await retraining();
    await page.getByRole("button", { name: "1 identical" }).click();
    expect(await page.getByRole("treeitem").allInnerTexts()).toHaveLength(2);
    await page.getByRole("treeitem", { name: "n_iter_" }).waitFor();
    await page.getByRole("button", { name: "1 identical" }).click();
    await page.keyboard.press("Control+f");
    await page.keyboard.type("INTER");
    await page.getByRole("treeitem", { name: "coef_" }).waitFor({ state: "detached" });
    expect(await page.getByRole("treeitem", { name: "intercept_" }).count()).toBe(1);
    await page.keyboard.type("zzz");
    await page.getByText("No parameter matches the filter.").waitFor();
  });

  it("goes from a finding to its parameter", async () => {
    const { page } = await retraining();
    await page.getByRole("button", { name: "2 errors" }).click();
    await page.getByRole("heading", { level: 2, name: "Findings" }).waitFor();
    expect(await page.getByRole("article").getByRole("listitem").count()).toBe(2);
  });

  it("orders changes as asked, and copies them", async () => {
    const panel = await retraining();
    const { page } = panel;
    const first = (): Promise<string> => page.getByRole("rowheader").first().innerText();
    await expect.poll(first).toBe("income → age");
    await page.getByRole("button", { name: "By relative change" }).click();
    await expect.poll(first).toBe("age → income");
    await page.getByRole("button", { name: "By position" }).click();
    await expect.poll(first).toBe("utilisation");
    await page.getByRole("gridcell").first().click();
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Control+c");
    await expect.poll(() => panel.commands.at(-1)?.text).toBe("-1.6984924442390388\t-1.734884860136608");
  });
});

describe("a diff of pipelines", () => {
  it("lists long paths as a tree and reveals what is walked to", async () => {
    const panel = await compare("pipeline_v1.2.2.joblib", "pipeline_v1.3.0.joblib", { height: 420 });
    const { page } = panel;
    for (let step = 0; step < 6; step += 1) await page.keyboard.press("F7");
    expect(await page.getByRole("heading", { level: 2 }).innerText()).toBe("steps.clf.intercept_");
    const [row, tree] = [
      await page.getByRole("treeitem", { name: "intercept_" }).boundingBox(),
      await panel.tree().boundingBox(),
    ];
    expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual((tree?.y ?? 0) + (tree?.height ?? 0) + 1);
    await panel.screenshot("diff-pipeline-dark");
  });
});

describe("a diff of other containers", () => {
  it("sees digits that a JSON file did not keep", async () => {
    const panel = await compare("lr_params_v1.2.3.joblib", "params.json");
    await panel.page.getByText("every value is the old one printed with 6 significant digits").waitFor();
    expect(await panel.page.getByRole("treeitem", { name: /coef_ → *coef/ }).count()).toBe(1);
    await panel.screenshot("diff-json-dark");
  });
});
