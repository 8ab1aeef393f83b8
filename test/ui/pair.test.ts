import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { usePanels } from "./panel-page.ts";
import { fileEngine, workspace } from "./server-engine.ts";

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
});
