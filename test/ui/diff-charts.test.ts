import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { type Checkpoints, writeCheckpoints } from "./matrices.ts";
import { type OpenOptions, type OpenPanel, usePanels } from "./panel-page.ts";
import { compareEngine, workspace } from "./server-engine.ts";
import type { ThemeName } from "./themes.ts";

const panels = usePanels();
let session: Session;
let checkpoints: Checkpoints;
beforeAll(async () => {
  session = await Session.start();
  checkpoints = await writeCheckpoints();
});
afterAll(async () => {
  session.end();
  await checkpoints.remove();
});

const at = (name: string): string => path.join(workspace, name);

async function retraining(options?: OpenOptions): Promise<OpenPanel> {
  const engine = await compareEngine(session, at("lr_params_v1.2.2.joblib"), at("lr_params_v1.3.0.joblib"));
  const panel = await panels.open(engine, { height: 800, ...options });
  await panel.page.getByText("income → age").first().waitFor();
  return panel;
}

async function training(parameter: string, options?: OpenOptions): Promise<OpenPanel> {
  const panel = await panels.open(await compareEngine(session, checkpoints.old, checkpoints.next), options);
  await panel.page.getByRole("treeitem", { name: parameter }).click();
  await panel.page.getByRole("heading", { level: 2, name: parameter }).waitFor();
  return panel;
}

async function tabs({ page }: OpenPanel): Promise<readonly string[]> {
  return page.getByRole("tab").allInnerTexts();
}

describe("the views of a change", () => {
  it("are those that fit", async () => {
    const panel = await retraining();
    expect(await tabs(panel)).toEqual(["Top changes", "Side by side", "Chart", "Histograms"]);
    await panel.page.getByRole("treeitem", { name: "intercept_" }).click();
    expect(await tabs(panel)).toEqual(["Top changes", "Side by side"]);
    await panel.page.getByRole("treeitem", { name: "n_iter_" }).click();
    expect(await tabs(panel)).toEqual(["Side by side"]);
    const trained = await training("decoder.weight");
    expect(await tabs(trained)).toEqual(["Top changes", "Side by side", "Heat map", "Histograms"]);
  });
});

describe("the chart", () => {
  it("pairs coefficients by the names of their features, wherever they stand, the largest change first", async () => {
    const panel = await retraining();
    const { page } = panel;
    await page.getByRole("tab", { name: "Chart" }).click();
    await page.getByText("Paired by feature, because the order changed").waitFor();
    const rows = await page.getByRole("option").allInnerTexts();
    expect(rows).toHaveLength(12);
    const income = page.getByRole("option").filter({ hasText: "income" });
    expect((await income.innerText()).replaceAll(/\s+/g, " ")).toBe(
      "income old 0.6623101008494106 new 0.6057126700686771 -0.0566",
    );
    expect(await income.locator("mark").allInnerTexts()).toEqual(["623101008494106", "057126700686771"]);
    expect(rows[0]).toContain("inquiries_6m");
    await page.getByRole("listbox").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const strip = page.getByRole("region", { name: "Selected value" });
    await expect
      .poll(async () => (await strip.innerText()).replaceAll(/\s+/g, " "))
      .toMatch(/coef_\[0, 3\] → coef_\[0, 4\] income .* -0\.0566/);
    await page.keyboard.press("Control+c");
    await expect.poll(() => panel.commands.at(-1)?.text).toBe("income\t0.6623101008494106\t0.6057126700686771");
    await page.getByRole("button", { name: "By position" }).click();
    await expect.poll(() => page.getByRole("option").first().innerText()).toContain("utilisation");
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await expect.poll(() => page.getByRole("option").first().innerText()).toMatch(/utilisation\s+-0\.0364/);
    expect(panel.complaints).toEqual([]);
  });
});

describe("the histograms", () => {
  it("show both sides over one axis, and how large the changes are", async () => {
    const panel = await training("head.weight");
    const { page } = panel;
    await page.getByRole("tab", { name: "Histograms" }).click();
    const [values, changes] = [page.getByRole("figure").first(), page.getByRole("figure").nth(1)];
    await values.getByRole("img", { name: /^Histogram of old and new values from -\d/ }).waitFor();
    const counts = await values
      .getByRole("row")
      .evaluateAll((rows) =>
        rows.slice(1).map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent))),
      );
    const total = (side: 0 | 1): number => counts.reduce((sum, row) => sum + (row[side] ?? 0), 0);
    expect([total(0), total(1)]).toEqual([3072, 3072]);
    // Rounding to bfloat16 changes no value by more than 2^-8 of it.
    const sizes = await changes.getByRole("rowheader").allInnerTexts();
    expect(sizes.at(-1)).toBe("0.00316 – 0.00562");
    await changes.getByRole("button", { name: "In ulps" }).click();
    await expect.poll(() => changes.getByRole("rowheader").last().textContent()).toBe("16,384 – 32,768");
    await changes.getByRole("img").focus();
    await page.keyboard.press("ArrowLeft");
    await changes.getByText(/\d+ changes of 16,384 to 32,768 ulps/).waitFor();
    expect(panel.complaints).toEqual([]);
  });
});

describe("the heat map", () => {
  it("tells the exact values under the pointer and the keys", async () => {
    const panel = await training("encoder.weight");
    const { page } = panel;
    await page.getByRole("tab", { name: "Heat map" }).click();
    const map = page.getByRole("img", { name: /^Heat map of 9 changes in 12 rows and 24 columns/ });
    await map.waitFor();
    await map.focus();
    await page.keyboard.press("Home");
    // What is not finite comes first: element 100 of 12 x 24.
    const strip = page.getByRole("region", { name: "Selected value" });
    await expect
      .poll(async () => (await strip.innerText()).replaceAll(/\s+/g, " "))
      .toMatch(/^encoder\.weight\[4, 4\] old -?\d.* new nan Δ nan/);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => strip.innerText()).toContain("encoder.weight[4, 5]");
    await expect.poll(async () => (await strip.innerText()).replaceAll(/\s+/g, " ")).toMatch(/Δ 0 relative –$/);
    const cells = await colours(page, 12, 24);
    expect(new Set(cells.flat()).size).toBeGreaterThan(3);
    expect(cells[0]![5]).not.toBe(cells[0]![6]);
    await panel.screenshot("diff-heat-small-dark");
    expect(panel.complaints).toEqual([]);
  });

  it("shows a large matrix by its largest changes", async () => {
    const panel = await training("decoder.weight");
    const { page } = panel;
    await page.getByRole("tab", { name: "Heat map" }).click();
    const map = page.getByRole("img", { name: /^Heat map of [\d,]+ changes in 600 rows and 350 columns/ });
    await map.waitFor();
    await page.getByText("Each cell: the largest change of up to 6 values").waitFor();
    const canvas = await page.locator("canvas").boundingBox();
    // The cell (60, 68) of 200 x 200 stands for rows 180 to 182 and columns 119 and 120.
    await page.mouse.move(
      (canvas?.x ?? 0) + (68.5 / 200) * (canvas?.width ?? 0),
      (canvas?.y ?? 0) + (60.5 / 200) * (canvas?.height ?? 0),
    );
    const strip = page.getByRole("region", { name: "Selected value" });
    await expect.poll(() => strip.innerText()).toMatch(/decoder\.weight\[18[012], (119|120)\]/);
    await expect.poll(() => strip.innerText()).toMatch(/the largest of \d changes among 6 values/);
    await page.getByRole("button", { name: "Logarithmic" }).click();
    await panel.screenshot("diff-heat-log-dark");
    expect(panel.complaints).toEqual([]);
  });
});

/** The colour in the middle of each cell of the map. */
function colours(page: OpenPanel["page"], rows: number, columns: number): Promise<readonly (readonly string[])[]> {
  return page.locator("canvas").evaluate(
    (element, size) => {
      const canvas = element as HTMLCanvasElement;
      const context = canvas.getContext("2d");
      return Array.from({ length: size.rows }, (_, row) =>
        Array.from({ length: size.columns }, (_unused, column) => {
          const x = Math.floor(((column + 0.5) / size.columns) * canvas.width);
          const y = Math.floor(((row + 0.5) / size.rows) * canvas.height);
          return String(context?.getImageData(x, y, 1, 1).data ?? "");
        }),
      );
    },
    { rows, columns },
  );
}

describe.each<ThemeName>(["dark", "light", "hc", "hc-light"])("in the %s theme", (theme) => {
  it("charts can be read, and what rises and what falls told apart", async () => {
    const panel = await retraining({ theme });
    const { page } = panel;
    await page.getByRole("tab", { name: "Chart" }).click();
    await page.getByRole("option").first().waitFor();
    await page.getByRole("option").nth(2).hover();
    await panel.screenshot(`diff-chart-${theme}`);
    const weak = await page.evaluate(() => {
      const luminance = (colour: string): number => {
        const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
          const value = Number(part) / 255;
          return value <= 0.039_28 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const probe = document.body.appendChild(document.createElement("span"));
      const of = (name: string): number => {
        probe.style.color = `var(${name})`;
        return luminance(getComputedStyle(probe).color);
      };
      const ground = of("--loupe-surface");
      return ["--loupe-rise", "--loupe-fall"].filter((name) => {
        const [a, b] = [of(name), ground];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 3;
      });
    });
    expect(weak).toEqual([]);
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await panel.screenshot(`diff-change-${theme}`);
    await page.getByRole("tab", { name: "Histograms" }).click();
    await page.getByRole("figure").first().waitFor();
    const trained = await training("decoder.weight", { theme });
    await trained.page.getByRole("tab", { name: "Heat map" }).click();
    await trained.page.locator("canvas").waitFor();
    await trained.page.locator("canvas").hover({ position: { x: 200, y: 90 } });
    await trained.screenshot(`diff-heat-${theme}`);
    await trained.page.getByRole("tab", { name: "Histograms" }).click();
    await trained.page.getByRole("figure").nth(1).waitFor();
    await trained.screenshot(`diff-histograms-${theme}`);
    expect([...panel.complaints, ...trained.complaints]).toEqual([]);
  });
});
