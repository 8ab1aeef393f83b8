import { describe, expect, it } from "vitest";
import { computed, namedTensors } from "./models.ts";
import { type OpenPanel, usePanels } from "./panel-page.ts";
import { viewerEngine } from "./viewer-engine.ts";

const panels = usePanels();

/** The value of element `i` is `i + 0.5`, so that each cell tells where it is from. */
const counting = (index: number): number => index + 0.5;

async function openTensor(shape: readonly number[]): Promise<OpenPanel> {
  const panel = await panels.open(viewerEngine(await namedTensors({ weight: computed(shape, counting) })));
  await panel.page.getByRole("gridcell").getByText("0.5", { exact: true }).first().waitFor();
  return panel;
}

describe("a grid of a million rows", () => {
  it("goes to its last row by keys, by wheel and by its scrollbar, with few elements in the page", async () => {
    const panel = await openTensor([1_000_000, 3]);
    const { page } = panel;
    const grid = page.getByRole("grid");
    expect(await grid.getAttribute("aria-rowcount")).toBe("1000001");
    await grid.focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("gridcell", { name: "2999999.5", exact: true }).waitFor();
    expect(await page.getByRole("row").last().getAttribute("aria-rowindex")).toBe("1000001");
    expect(await grid.evaluate((element) => element.querySelectorAll("*").length)).toBeLessThan(600);
    const last = page.getByRole("gridcell", { name: "2999999.5", exact: true });
    const [cell, frame] = [await last.boundingBox(), await grid.boundingBox()];
    expect((cell?.y ?? 0) + (cell?.height ?? 0)).toBeLessThanOrEqual((frame?.y ?? 0) + (frame?.height ?? 0) + 0.5);

    await page.keyboard.press("Control+Home");
    await page.getByRole("gridcell", { name: "0.5", exact: true }).waitFor();
    await grid.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await page.getByRole("gridcell", { name: "2999999.5", exact: true }).waitFor();
    expect(panel.complaints).toEqual([]);
  });

  it("moves by single rows with the wheel, though its scrollbar is scaled", async () => {
    const panel = await openTensor([1_000_000, 1]);
    const { page } = panel;
    await page.getByRole("grid").hover();
    await page.mouse.wheel(0, 22 * 10);
    await page.getByRole("rowheader", { name: "10", exact: true }).waitFor();
    const first = page.getByRole("row").nth(1);
    await expect.poll(() => first.getAttribute("aria-rowindex")).toBe("12");
    for (let step = 0; step < 5; step += 1) await page.mouse.wheel(0, 22 * 100);
    await expect.poll(() => first.getAttribute("aria-rowindex")).toBe("512");
    await page.mouse.wheel(0, -22 * 510);
    await expect.poll(() => first.getAttribute("aria-rowindex")).toBe("2");
  });

  it("has rows beyond what a browser can lay out", async () => {
    const panel = await openTensor([2_000_000_000, 2]);
    const { page } = panel;
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("gridcell", { name: "3999999999.5", exact: true }).waitFor();
    await page.keyboard.press("PageUp");
    await page.keyboard.press("ArrowUp");
    const active = page.locator(".grid-cell.is-active");
    await expect.poll(async () => Number(await active.innerText())).toBeLessThan(3_999_999_980);
    expect(panel.complaints).toEqual([]);
  });

  it("does not ask for what was scrolled past", async () => {
    const panel = await openTensor([1_000_000, 3]);
    const before = panel.requests.length;
    await panel.page.getByRole("grid").evaluate(async (element) => {
      for (let step = 1; step <= 30; step += 1) {
        element.scrollTop = (element.scrollHeight / 30) * step;
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    await panel.page.getByRole("gridcell", { name: "2999999.5", exact: true }).waitFor();
    expect(panel.requests.length - before).toBeLessThan(45);
  });
});

describe("many columns and dimensions", () => {
  it("draws only the columns that are seen", async () => {
    const panel = await openTensor([50, 300_000]);
    const { page } = panel;
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await page.getByRole("gridcell", { name: "299999.5", exact: true }).waitFor();
    await page.getByRole("columnheader", { name: "299999", exact: true }).waitFor();
    expect(await page.getByRole("columnheader").count()).toBeLessThan(30);
  });

  it("fixes leading dimensions by pickers", async () => {
    const panel = await openTensor([3, 4, 5, 6]);
    const { page } = panel;
    const pickers = page.getByRole("spinbutton");
    await pickers.first().fill("2");
    await pickers.nth(1).fill("3");
    await page.getByRole("gridcell", { name: "330.5", exact: true }).waitFor();
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+Home");
    await expect.poll(() => page.locator(".strip-address").innerText()).toBe("weight[2, 3, 0, 0]");
  });

  it("keeps its columns where they are while rows are walked", async () => {
    const panel = await openTensor([100_000, 4]);
    const { page } = panel;
    await page.getByRole("grid").focus();
    const left = (): Promise<readonly number[]> =>
      page.getByRole("columnheader").evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().x)));
    await page.keyboard.press("PageDown");
    await page.waitForTimeout(100);
    const before = await left();
    for (let step = 0; step < 5; step += 1) await page.keyboard.press("PageDown");
    await page.waitForTimeout(100);
    expect(await left()).toEqual(before);
  });

  it("selects by dragging, beyond the edge too, and whole columns by their header", async () => {
    const panel = await openTensor([1_000, 3]);
    const { page } = panel;
    const box = async (name: string): Promise<{ readonly x: number; readonly y: number }> => {
      const {
        x = 0,
        y = 0,
        width = 0,
        height = 0,
      } = (await page.getByRole("gridcell", { name, exact: true }).boundingBox()) ?? {};
      return { x: x + width / 2, y: y + height / 2 };
    };
    const [from, to] = [await box("4.5"), await box("11.5")];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y);
    await page.getByText("6 selected").waitFor();
    const frame = await page.getByRole("grid").boundingBox();
    for (let step = 0; step < 5; step += 1)
      await page.mouse.move(to.x, (frame?.y ?? 0) + (frame?.height ?? 0) + 20 + step);
    await page.mouse.up();
    expect(await page.getByRole("grid").evaluate((grid) => grid.scrollTop)).toBeGreaterThan(0);
    await page.getByRole("columnheader", { name: "1", exact: true }).click();
    await page.getByText("1,000 selected").waitFor();
    await page.keyboard.press("Control+c");
    await page.getByText("1,000 values copied").waitFor();
    expect(panel.commands.at(-1)?.text?.split("\n").slice(0, 2)).toEqual(["1.5", "4.5"]);
  });

  it("copies a selection larger than one window, and says how much of it", async () => {
    const panel = await openTensor([5_000, 3]);
    const { page } = panel;
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.getByText("15,000 values copied").waitFor();
    const lines = panel.commands.at(-1)?.text?.split("\n") ?? [];
    expect(lines).toHaveLength(5_000);
    expect(lines.at(-1)).toBe("14997.5\t14998.5\t14999.5");
  });
});

describe("a vocabulary of 300,000 words", () => {
  it("comes as it is scrolled to, with room for the longest word from the start", async () => {
    const words = Array.from(
      { length: 300_000 },
      (_, index) => `word ${index}${index === 200_000 ? " of them all" : ""}`,
    );
    const artifact = await namedTensors({ vectors: computed([300_000, 2], counting) });
    const parameters = artifact.parameters.map((one) => ({
      ...one,
      axes: [{ kind: "word" as const, labels: words }, undefined],
    }));
    const panel = await panels.open(viewerEngine({ ...artifact, parameters }));
    const { page } = panel;
    await page.getByRole("rowheader", { name: "word 0", exact: true }).waitFor();
    const width = (): Promise<number> =>
      page
        .getByRole("rowheader")
        .first()
        .evaluate((header) => header.getBoundingClientRect().width);
    const before = await width();
    await page.getByRole("grid").focus();
    await page.keyboard.press("Control+End");
    await page.getByRole("rowheader", { name: "word 299999", exact: true }).waitFor();
    await expect.poll(() => page.locator(".strip-place").innerText()).toContain("word 299999");
    expect(await width()).toBe(before);
    expect(panel.complaints).toEqual([]);
  });
});

describe("a tree of 20,000 tensors", () => {
  it("is drawn a screen at a time and loads what is looked at", async () => {
    const tensors = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`p${String(i).padStart(5, "0")}`, computed([2], counting)]),
    );
    const panel = await panels.open(viewerEngine(await namedTensors(tensors)));
    const { page } = panel;
    const group = page.getByRole("treeitem", { name: "Parameters" });
    await group.waitFor();
    if ((await group.getAttribute("aria-expanded")) === "false") await group.dblclick();
    await page.getByRole("treeitem", { name: "p00000" }).waitFor();
    await panel.tree().focus();
    const count = (): Promise<number> => panel.tree().evaluate((tree) => tree.querySelectorAll("*").length);
    expect(await count()).toBeLessThan(500);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    const last = page.getByRole("treeitem", { name: "p19999" });
    await last.waitFor();
    expect(await last.getAttribute("aria-posinset")).toBe("20000");
    expect(await last.getAttribute("aria-setsize")).toBe("20000");
    expect(await count()).toBeLessThan(500);
    await page.keyboard.press("Home");
    for (let step = 0; step < 3; step += 1) await page.keyboard.press("PageDown");
    const box = await panel.tree().boundingBox();
    const rows = await page.getByRole("treeitem").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().y));
    expect(rows.every((y, i) => i === 0 || Math.abs(y - (rows[i - 1] ?? 0) - 22) < 0.5)).toBe(true);
    // Rows come and go eight at a time.
    expect(rows.length * 22).toBeLessThan((box?.height ?? 0) + 16 * 22);
    expect(panel.complaints).toEqual([]);
  });

  it("has its details drawn as far as they are scrolled", async () => {
    const tensors = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`p${i}`, computed([2], counting)]));
    const panel = await panels.open(viewerEngine(await namedTensors(tensors)));
    const { page } = panel;
    await page.getByRole("treeitem", { name: "Parameters" }).click();
    const entries = page.getByRole("region", { name: "Entries" });
    await entries.getByRole("button", { name: "p0", exact: true }).waitFor();
    expect(await entries.getByRole("row").count()).toBe(201);
    for (const name of ["p399", "p599", "p799", "p899"]) {
      await entries.evaluate((area) => area.scrollTo(0, area.scrollHeight));
      await entries.getByRole("button", { name, exact: true }).waitFor();
    }
    expect(await entries.getByRole("row").count()).toBe(901);
  });
});
