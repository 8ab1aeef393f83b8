import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { usePanels } from "./panel-page.ts";
import { compareEngine, fileEngine, workspace } from "./server-engine.ts";
import type { ThemeName } from "./themes.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());
const at = (name: string): string => path.join(workspace, name);

describe.each<ThemeName>(["dark", "light", "hc", "hc-light"])("in the %s theme", (theme) => {
  it("the model editor can be read", async () => {
    const panel = await panels.open(await fileEngine(session, at("lr_params_v1.2.3.joblib")), { theme });
    const { page } = panel;
    await page.getByText("-1.698492407798767").waitFor();
    await panel.screenshot(`viewer-chart-${theme}`);
    for (const tab of ["Values", "Statistics", "Histogram"]) {
      await page.getByRole("tab", { name: tab }).click();
      if (tab === "Values") await page.getByRole("gridcell").nth(4).click();
      await page
        .getByText(/-1\.698492407798767|Least|All 12 values/)
        .first()
        .waitFor();
      await panel.screenshot(`viewer-${tab.toLowerCase()}-${theme}`);
    }
    expect(await weakTexts(page)).toEqual([]);
    expect(panel.complaints).toEqual([]);
  });

  it("the diff can be read", async () => {
    const engine = await compareEngine(session, at("lr_params_v1.2.2.joblib"), at("lr_params_v1.3.0.joblib"));
    const panel = await panels.open(engine, { theme });
    await panel.page.getByText("income → age").first().waitFor();
    await panel.screenshot(`diff-${theme}`);
    expect(await weakTexts(panel.page)).toEqual([]);
    expect(panel.complaints).toEqual([]);
  });
});

describe("high contrast", () => {
  it("says with borders what others say with backgrounds", async () => {
    const panel = await panels.open(await fileEngine(session, at("lr_params_v1.2.3.joblib")), { theme: "hc" });
    const { page } = panel;
    await page.getByText("-1.698492407798767").waitFor();
    const outline = (selector: string): Promise<string> =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { outlineStyle, outlineColor } = getComputedStyle(element);
          return `${outlineStyle} ${outlineColor}`;
        });
    expect(await outline(".tree-row.is-selected")).toBe("dotted rgb(243, 133, 24)");
    expect(await outline("[aria-pressed=true]")).toBe("dotted rgb(243, 133, 24)");
    expect(
      await page
        .locator(".bar-fill")
        .first()
        .evaluate((bar) => getComputedStyle(bar).borderColor),
    ).toBe("rgb(111, 195, 223)");
  });
});

describe("in Chinese", () => {
  it("everything that is ours is said in Chinese", async () => {
    const bundle = JSON.parse(await readFile(path.resolve("media/l10n/bundle.l10n.zh-cn.json"), "utf8")) as Record<
      string,
      string
    >;
    const panel = await panels.open(await fileEngine(session, at("lr_params_v1.2.3.joblib")), {
      strings: bundle,
      language: "zh-cn",
    });
    const { page } = panel;
    await page.getByRole("tab", { name: "图表" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-cn");
    await page.getByText("12 个特征 → 2 个类别（bad, good）").waitFor();
    await page.getByRole("treeitem", { name: "超参数" }).waitFor();
    await page.getByRole("button", { name: "比较", exact: true }).waitFor();
    await panel.screenshot("viewer-zh-cn-dark");
    const diff = await panels.open(
      await compareEngine(session, at("lr_params_v1.2.2.joblib"), at("lr_params_v1.2.3.joblib")),
      { strings: bundle, language: "zh-cn" },
    );
    await diff.page.getByRole("button", { name: "1 已舍入" }).waitFor();
    await diff.screenshot("diff-zh-cn-dark");
  });
});

/** Texts whose contrast with what is behind them is under 3:1: too weak in any theme. */
function weakTexts(page: { evaluate<T>(run: () => T): Promise<T> }): Promise<readonly string[]> {
  return page.evaluate(() => {
    const channels = (colour: string): readonly number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const over = (top: readonly number[], under: readonly number[]): readonly number[] => {
      const alpha = top[3] ?? 1;
      return [0, 1, 2].map((i) => (top[i] ?? 0) * alpha + (under[i] ?? 0) * (1 - alpha));
    };
    const luminance = (colour: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = colour.map((part) => {
        const value = part / 255;
        return value <= 0.039_28 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Element | null): readonly number[] => {
      if (element === null) return [255, 255, 255];
      const own = channels(getComputedStyle(element).backgroundColor);
      return (own[3] ?? 1) === 1 ? own : over(own, behind(element.parentElement));
    };
    const weak: string[] = [];
    for (const element of document.querySelectorAll("#app *")) {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== "",
      );
      if (!hasText || !element.checkVisibility() || element.closest(".sr-only, option") !== null) continue;
      const background = behind(element);
      const colour = over(channels(getComputedStyle(element).color), background);
      const [a, b] = [luminance(colour), luminance(background)];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 3)
        weak.push(`${contrast.toFixed(1)} ${element.className} ${element.textContent?.slice(0, 30) ?? ""}`);
    }
    return weak;
  });
}
