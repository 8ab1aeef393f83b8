import { describe, expect, it } from "vitest";
import { logisticRegression } from "./models.ts";
import { usePanels } from "./panel-page.ts";
import { viewerEngine } from "./viewer-engine.ts";

const panels = usePanels();

describe("the model editor", () => {
  it("shows what the model is and its coefficients with every digit", async () => {
    const panel = await panels.open(viewerEngine(await logisticRegression()));
    await panel.page.getByText("1.7312805652618408").waitFor();
    await panel.screenshot("viewer-chart-dark");
    expect(panel.complaints).toEqual([]);
  });
});
