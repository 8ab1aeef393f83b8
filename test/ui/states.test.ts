import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { logisticRegression, namedTensors } from "./models.ts";
import { type OpenPanel, type PanelEngine, usePanels } from "./panel-page.ts";
import { compareEngine, workspace } from "./server-engine.ts";
import { viewerEngine } from "./viewer-engine.ts";

const panels = usePanels();
const nothing: PanelEngine = {
  kind: "viewer",
  name: "credit_v7.joblib",
  model: undefined,
  answer: () => Promise.reject(new Error("nothing is open")),
};
const openQuiet = (): Promise<OpenPanel> => panels.open(nothing, { isQuiet: true });

describe("before there is a model", () => {
  it("shows the file's name at once, and progress only when it is felt", async () => {
    const { page } = await openQuiet();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("credit_v7.joblib");
    await page.getByRole("progressbar").waitFor();
  });

  it("says what is being done and how far it is, and can be cancelled", async () => {
    const panel = await openQuiet();
    await panel.send({
      type: "loading",
      name: "a ↔ b",
      stage: "comparing",
      done: 212,
      total: 1340,
      unit: "parameters",
    });
    await panel.page.getByText("comparing: 212 of 1,340 parameters").waitFor();
    expect(await panel.page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("16");
    await panel.page.getByRole("button", { name: "Cancel" }).click();
    expect(panel.commands).toEqual([{ type: "command", command: "cancel" }]);
    await panel.send({ type: "failed", name: "a ↔ b", error: { code: "cancelled", message: "cancelled" } });
    await panel.page.getByText("Opening was cancelled").waitFor();
    await panel.page.getByRole("button", { name: "Retry" }).click();
    expect(panel.commands.at(-1)).toEqual({ type: "command", command: "retry" });
  });

  it("shows an error as a card with its place and the file's ends", async () => {
    const panel = await openQuiet();
    await panel.send({
      type: "failed",
      name: "credit_v7.joblib",
      error: {
        code: "truncated",
        message: "array data: needs 96 bytes at byte 1203112, 40 are left",
        offset: 1_203_112,
        needed: 96,
        available: 40,
        head: "80049532",
        tail: "0a0b0c0d",
      },
    });
    const card = panel.page.getByRole("alert");
    await card.waitFor();
    const text = (await card.innerText()).replaceAll(/\s+/g, " ");
    expect(text).toContain("The file ends too early");
    expect(text).toContain(
      "Byte 1,203,112 Needed 96 bytes Available 40 bytes First bytes 80 04 95 32 Last bytes 0a 0b 0c 0d",
    );
    await panel.page.getByRole("button", { name: "Copy Diagnostic" }).click();
    expect(panel.commands.at(-1)?.text).toContain("first bytes: 80 04 95 32");
    await panel.screenshot("error-dark");
    expect(panel.complaints).toEqual([]);
  });
});

describe("what is not there", () => {
  it("is said where it would be", async () => {
    const panel = await panels.open(viewerEngine(await namedTensors({})));
    await panel.page.getByText("No tensors").waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it("is an error of one view, not of the panel, when one answer fails", async () => {
    const engine = viewerEngine(await logisticRegression());
    let isBroken = true;
    const panel = await panels.open({
      ...engine,
      answer: (method, params) =>
        isBroken && method === "tensor/stats"
          ? Promise.reject(Object.assign(new Error("reading past the end"), {}))
          : engine.answer(method, params),
    });
    await panel.page.getByRole("tab", { name: "Statistics" }).click();
    await panel.page.getByText("reading past the end").waitFor();
    isBroken = false;
    await panel.page.getByRole("button", { name: "Retry" }).click();
    expect(await panel.page.getByRole("row", { name: /^Least/ }).innerText()).toContain("-0.6124033331871033");
  });
});

describe("narrow and zoomed panels", () => {
  let session: Session;
  beforeAll(async () => {
    session = await Session.start();
  });
  afterAll(() => session.end());

  const overflow = (panel: OpenPanel): Promise<number> =>
    panel.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  it("fold the tree away above the details at 600 px", async () => {
    const panel = await panels.open(viewerEngine(await logisticRegression()), { width: 600, height: 700 });
    const { page } = panel;
    await page.getByText("1.7312805652618408").waitFor();
    expect(await page.getByRole("tree").count()).toBe(0);
    await page.getByRole("button", { name: /^Outline/ }).click();
    await page.getByRole("treeitem", { name: "intercept_" }).click();
    await page.getByText("-1.3862943611198906").first().waitFor();
    const [tree, title] = [
      await page.getByRole("tree").boundingBox(),
      await page.getByRole("heading", { level: 2 }).boundingBox(),
    ];
    expect((tree?.y ?? 0) + (tree?.height ?? 0)).toBeLessThanOrEqual(title?.y ?? 0);
    expect(await overflow(panel)).toBe(0);
    await panel.screenshot("viewer-600-dark");
  });

  it("stay usable at 200 % zoom", async () => {
    const panel = await panels.open(viewerEngine(await logisticRegression()), { zoom: 2 });
    const { page } = panel;
    await page.getByRole("listbox").scrollIntoViewIfNeeded();
    const bars = await page.getByRole("listbox").boundingBox();
    expect(bars?.height).toBeGreaterThan(60);
    expect(await overflow(panel)).toBe(0);
    await panel.screenshot("viewer-zoom-dark");
  });

  it("hold a diff at 600 px and at 200 %", async () => {
    const engine = await compareEngine(
      session,
      path.join(workspace, "lr_params_v1.2.2.joblib"),
      path.join(workspace, "lr_params_v1.3.0.joblib"),
    );
    for (const options of [{ width: 600, height: 700 }, { zoom: 2 }]) {
      const panel = await panels.open(engine, options);
      await panel.page.getByRole("grid").scrollIntoViewIfNeeded();
      expect((await panel.page.getByRole("grid").boundingBox())?.height).toBeGreaterThan(60);
      expect(await overflow(panel)).toBe(0);
      await panel.screenshot(`diff-${options.zoom === 2 ? "zoom" : "600"}-dark`);
    }
  });
});
