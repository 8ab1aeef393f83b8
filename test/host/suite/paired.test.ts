import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { PanelState } from "../../../src/client/extension.ts";
import { COMMANDS } from "../../../src/protocol/ids.ts";
import { closeAll, modelLoupe, openViewer, sample, shownModel, until, untilPanel } from "./support.ts";

const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);

/** Both sides of VS Code's own diff, when both are shown. */
async function sides(original: (uri: vscode.Uri) => boolean, modified: vscode.Uri): Promise<[PanelState, PanelState]> {
  const api = await modelLoupe();
  return until(
    "two sides that know of each other",
    api.onDidChangePanels,
    () => {
      const shown = api.panels().filter(({ phase, pair, selected }) => phase === "shown" && pair && selected);
      const old = shown.find(({ uris }) => original(vscode.Uri.parse(uris[0] ?? "")));
      const next = shown.find(({ uris }) => uris[0] === modified.toString());
      return old === undefined || next === undefined ? undefined : [old, next];
    },
    () => JSON.stringify(api.panels().map((panel) => ({ ...panel, model: undefined }))),
  );
}

/** The same, when they have been compared. */
async function compared(
  original: (uri: vscode.Uri) => boolean,
  modified: vscode.Uri,
): Promise<[PanelState, PanelState]> {
  const api = await modelLoupe();
  await until(
    "two sides that were compared",
    api.onDidChangePanels,
    () => api.panels().filter(({ sides: state }) => state?.phase === "done").length === 2 || undefined,
    () => JSON.stringify(api.panels().map(({ uris, sides: state }) => ({ uris, state }))),
  );
  return sides(original, modified);
}

describe("a changed model that is clicked in Source Control", () => {
  afterEach(closeAll);
  const changed = (): vscode.Uri => sample("model.joblib");

  it("is shown as two sides that know of each other", async () => {
    await run("git.openChange", changed());
    const [old, next] = await sides(({ scheme }) => scheme === "git", changed());
    assert.deepEqual(old.pair, { side: "old", other: "model.joblib" });
    assert.equal(next.pair?.side, "new");
    assert.match(next.pair?.other ?? "", /^model\.joblib \(/);
  });

  it("selects in one side what is selected in the other", async () => {
    await run("git.openChange", changed());
    await sides(({ scheme }) => scheme === "git", changed());
    const api = await modelLoupe();
    for (const path of ["intercept_", "n_iter_", "coef_"]) {
      api.select(changed(), path);
      await untilPanel(
        `${path} on the old side`,
        ({ uris, selected }) => uris[0]?.startsWith("git:") === true && selected === path,
      );
    }
  });

  it("knows what differs, once, on both sides", async () => {
    await run("git.openChange", changed());
    const [old, next] = await compared(({ scheme }) => scheme === "git", changed());
    assert.equal(old.sides?.phase === "done" && old.sides.changes, 1);
    assert.deepEqual(old.sides, next.sides);
  });

  it("opens the comparison of both sides, as parameters and as text", async () => {
    await run("git.openChange", changed());
    const [old, next] = await sides(({ scheme }) => scheme === "git", changed());
    await run(COMMANDS.showTextDiff);
    const tab = await until(
      "a text diff",
      vscode.window.tabGroups.onDidChangeTabs,
      () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputTextDiff ? input : undefined;
      },
      () => String(vscode.window.tabGroups.activeTabGroup.activeTab?.label),
    );
    assert.deepEqual(
      [tab.original.query, tab.modified.query],
      [old.uris[0], next.uris[0]].map((uri) => vscode.Uri.parse(uri ?? "").toString()),
    );
  });

  it("is alone again when it is opened as a file", async () => {
    await run("git.openChange", changed());
    await sides(({ scheme }) => scheme === "git", changed());
    await closeAll();
    await openViewer(changed());
    await shownModel(changed());
    const panel = await untilPanel(
      "the file alone",
      ({ uris, isActive }) => uris[0] === changed().toString() && isActive,
    );
    assert.equal(panel.pair, undefined);
  });
});

describe("two models in VS Code's own diff", () => {
  afterEach(closeAll);

  it("are two sides whatever they are called", async () => {
    const [a, b] = [sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.3.0.joblib")];
    await run("vscode.diff", a, b);
    const [old, next] = await sides((uri) => uri.toString() === a.toString(), b);
    assert.deepEqual([old.pair?.side, next.pair?.side], ["old", "new"]);
  });

  it("are two sides when both are revisions, as the timeline compares them", async () => {
    const git = vscode.extensions.getExtension<{
      getAPI(version: 1): { toGitUri(uri: vscode.Uri, ref: string): vscode.Uri };
    }>("vscode.git");
    const api = (await git?.activate())?.getAPI(1);
    assert.ok(api !== undefined);
    const [a, b] = [api.toGitUri(sample("model.joblib"), "HEAD"), api.toGitUri(sample("model.joblib"), "~")];
    await run("vscode.diff", a, b);
    const [old, next] = await compared((uri) => uri.toString() === a.toString(), b);
    assert.deepEqual([old.pair?.side, next.pair?.side], ["old", "new"]);
    assert.equal(next.sides?.phase === "done" && next.sides.changes, 0);
  });

  it("say on the side that can be opened that the other one cannot", async () => {
    const broken = sample("broken.joblib");
    await vscode.workspace.fs.writeFile(broken, new TextEncoder().encode("no model at all"));
    try {
      const good = sample("lr_params_v1.2.2.joblib");
      await run("vscode.diff", good, broken);
      const panel = await untilPanel(
        "the good side",
        ({ uris, sides: state }) => uris[0] === good.toString() && state?.phase === "failed",
      );
      assert.equal(panel.phase, "shown");
    } finally {
      await closeAll();
      await vscode.workspace.fs.delete(broken);
    }
  });

  it("are none when they are tabs that take each other's place, or lie side by side", async () => {
    const [a, b] = [sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.3.0.joblib")];
    const seen: unknown[] = [];
    const api = await modelLoupe();
    const listener = api.onDidChangePanels(() => seen.push(...api.panels().flatMap(({ pair }) => pair ?? [])));
    try {
      for (const uri of [a, b, a, b]) {
        await openViewer(uri);
        await untilPanel(
          "the model",
          ({ uris, phase, isActive }) => uris[0] === uri.toString() && phase === "shown" && isActive,
        );
      }
      await run("vscode.openWith", a, "modelLoupe.viewer", vscode.ViewColumn.Beside);
      await untilPanel(
        "the model beside",
        ({ uris, phase, isActive }) => uris[0] === a.toString() && phase === "shown" && isActive,
      );
      assert.deepEqual(seen, []);
    } finally {
      listener.dispose();
    }
  });
});
