import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Session } from "../server/session.ts";
import { type Float32Tensor, writeSafetensors } from "../support/safetensors-builder.ts";
import { type OpenPanel, usePanels } from "./panel-page.ts";
import { openSides } from "./side-pages.ts";
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

describe("two models that are the sides of one diff", () => {
  let folder!: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-sides-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const vector = (values: readonly number[]): Float32Tensor => ({ shape: [values.length], values });
  const write = (name: string, tensors: Readonly<Record<string, Float32Tensor>>): Promise<string> =>
    writeSafetensors(path.join(folder, name), tensors);

  /** Labels of the rows that are drawn, with their heights; gaps as what is read aloud. */
  const drawn = (panel: OpenPanel): Promise<readonly { readonly text: string; readonly top: number }[]> =>
    panel.page.getByRole("treeitem").evaluateAll((rows) =>
      rows
        .map((row) => ({
          text: row.querySelector(".tree-label")?.textContent ?? row.textContent ?? "",
          top: row.getBoundingClientRect().top,
        }))
        .toSorted((a, b) => a.top - b.top),
    );

  it("have the same rows at the same heights, with gaps and marks", async () => {
    const old = await write("gaps-old.safetensors", {
      "a.gone": vector([1, 2, 3]),
      "a.same": vector([1, 2, 3]),
      "b.changed": vector([1, 2, 3]),
      "b.rounded": vector([0.1234567, 0.2345678, 0.3456789]),
    });
    const next = await write("gaps-new.safetensors", {
      "a.same": vector([1, 2, 3]),
      "b.changed": vector([1, -20, 3]),
      "b.fresh": { shape: [2, 4], values: [5, 6, 7, 8, 9, 10, 11, 12] },
      "b.rounded": vector([0.123, 0.235, 0.346]),
    });
    const pages = await openSides(panels, session, old, next, { width: 560, height: 800 });
    await pages.compared;
    await pages.old.page.getByRole("treeitem", { name: "changed" }).first().waitFor();
    await expect.poll(() => pages.next.page.locator(".tree-row.is-gap").count()).toBe(1);
    await expect.poll(() => pages.old.page.locator(".tree-row.is-gap").count()).toBe(1);
    const [left, right] = [await drawn(pages.old), await drawn(pages.next)];
    expect(left.map(({ top }) => top)).toEqual(right.map(({ top }) => top));
    expect(left.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["gone", "same", "changed", "fresh: only on the new side", "rounded"]),
    );
    expect(right.map(({ text }) => text)).toEqual(
      left.map(({ text }) =>
        text === "gone" ? "gone: only on the old side" : text.startsWith("fresh") ? "fresh" : text,
      ),
    );
    await pages.old.screenshot("sides-old");
    await pages.next.screenshot("sides-new");
    expect([...pages.old.complaints, ...pages.next.complaints]).toEqual([]);
  });
});
