import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { computed, namedTensors } from "./models.ts";
import { usePanels } from "./panel-page.ts";
import { fileEngine, workspace } from "./server-engine.ts";
import { viewerEngine } from "./viewer-engine.ts";

const panels = usePanels();
let session: Session;
beforeAll(async () => {
  session = await Session.start();
});
afterAll(() => session.end());

describe("a model that is one side of VS Code's own diff", () => {
  it("says which side it is and leads to the comparison, as long as it is one", async () => {
    const engine = await fileEngine(session, path.join(workspace, "lr_params_v1.2.3.joblib"));
    const panel = await panels.open(engine, { width: 420 });
    const { page } = panel;
    await page.getByRole("main").waitFor();
    expect(await page.getByRole("button", { name: "Compare Parameters" }).count()).toBe(0);
    await panel.send({ type: "pair", pair: { side: "new", other: "a model with a long name.joblib (9d5ed678)" } });
    const line = page.getByRole("note");
    await line.getByText("New side of a change from a model with a long name.joblib (9d5ed678)").waitFor();
    // The button is never pushed out, however long the name.
    const box = await line.getByRole("button").boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(420);
    await line.getByRole("button", { name: "Compare Parameters" }).click();
    expect(panel.commands).toEqual([{ type: "command", command: "compareSides" }]);
    await panel.screenshot("pair-line");
    await panel.send({ type: "pair", pair: { side: "old", other: "model.joblib" } });
    await line.getByText("Old side of a change to model.joblib").waitFor();
    await panel.send({ type: "pair" });
    await line.waitFor({ state: "detached" });
    expect(panel.complaints).toEqual([]);
  });

  it("tells where its tree is scrolled by hand, and follows the other side without an echo", async () => {
    const tensors = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, i) => [`p${String(i).padStart(5, "0")}`, computed([2], (index) => index)]),
    );
    const panel = await panels.open(viewerEngine(await namedTensors(tensors)));
    const { page } = panel;
    const group = page.getByRole("treeitem", { name: "Parameters" });
    await group.waitFor();
    if ((await group.getAttribute("aria-expanded")) === "false") await group.dblclick();
    await page.getByRole("treeitem", { name: "p00000" }).waitFor();
    const top = (): Promise<number> => panel.tree().evaluate((tree) => tree.scrollTop);
    await panel.tree().hover();
    await page.mouse.wheel(0, 44);
    await expect.poll(top).toBe(44);
    expect(panel.scrolled).toEqual([]);
    await panel.send({ type: "pair", pair: { side: "new", other: "old.safetensors" } });
    await page.getByRole("note").waitFor();
    await page.mouse.wheel(0, 110);
    await expect.poll(() => panel.scrolled.at(-1)?.top).toBe(154);
    const place = panel.scrolled.at(-1);
    const told = panel.scrolled.length;
    // The pointer is still over the tree; what it was told to do, it does not tell.
    await panel.send({ type: "scroll", place: { row: "a row only there is", hidden: 0, top: 22_000 } });
    await expect.poll(top).toBe(22_000);
    await panel.send({ type: "scroll", place: { row: place?.row ?? "", hidden: 5, top: 9 } });
    await expect.poll(top).toBe(159);
    await panel.send({ type: "scroll", place: { row: "a row only there is", hidden: 0, top: 1e9 } });
    await page.getByRole("treeitem", { name: "p01999" }).waitFor();
    expect(panel.scrolled).toHaveLength(told);
    expect(panel.complaints).toEqual([]);
  });
});
