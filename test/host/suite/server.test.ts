import assert from "node:assert/strict";
import process from "node:process";
import * as vscode from "vscode";
import { COMMANDS, SETTINGS } from "../../../src/protocol/ids.ts";
import { closeAll, modelLoupe, openViewer, ruleOf, sample, shownModel, untilPanel, untilProblems } from "./support.ts";

describe("the server", () => {
  afterEach(closeAll);

  it("comes back after a crash, and open panels with it", async () => {
    const api = await modelLoupe();
    const uri = sample("lr_params_v1.2.2.joblib");
    await openViewer(uri);
    await shownModel(uri);
    const before = api.serverProcess();
    assert.ok(before !== undefined);
    process.kill(before, "SIGKILL");
    await untilPanel("the panel to be read again by another server", ({ phase }) => {
      const now = api.serverProcess();
      return now !== undefined && now !== before && phase === "shown";
    });
    // What it shows can be asked about again.
    const problems = await untilPanel("an answer", ({ phase }) => phase === "shown");
    assert.equal(problems.error, undefined);
  });

  it("comes back after a crash in the middle of a conversation, and open panels with it", async () => {
    const api = await modelLoupe();
    const uri = sample("lr_params_v1.2.2.joblib");
    await openViewer(uri);
    await shownModel(uri);
    const before = api.serverProcess();
    assert.ok(before !== undefined);
    // Asked while the process is gone and nobody has noticed: what is written to it fails.
    process.kill(before, "SIGKILL");
    const answers = Array.from({ length: 20 }, () =>
      Promise.resolve(vscode.commands.executeCommand(COMMANDS.checkWorkspace)),
    );
    await Promise.allSettled(answers);
    await untilPanel("the panel to be read again by another server", ({ phase }) => {
      const now = api.serverProcess();
      return now !== undefined && now !== before && phase === "shown";
    });
  });

  it("restarts when asked to", async () => {
    const api = await modelLoupe();
    await api.ready();
    const before = api.serverProcess();
    await vscode.commands.executeCommand(COMMANDS.restartServer);
    const after = api.serverProcess();
    assert.ok(after !== undefined && after !== before);
  });
});

describe("Check Models in Workspace", () => {
  after(closeAll);

  it("flags the hostile pickle without opening it, and follows the rule settings", async () => {
    const uri = sample("suspicious.pkl");
    const result = await vscode.commands.executeCommand<{ checked: number; findings: Record<string, number> }>(
      COMMANDS.checkWorkspace,
    );
    assert.ok(result.checked >= 8, JSON.stringify(result));
    assert.ok((result.findings["error"] ?? 0) >= 1, JSON.stringify(result));
    await untilProblems("the flag", uri, (all) => all.some((each) => ruleOf(each) === "safety/dangerous-global"));
    const configuration = vscode.workspace.getConfiguration();
    const set = (value: object | undefined): Thenable<void> =>
      configuration.update(SETTINGS.rules, value, vscode.ConfigurationTarget.Global);
    try {
      await set({ "safety/dangerous-global": "info" });
      await untilProblems("a milder flag", uri, (all) =>
        all.some(({ severity }) => severity === vscode.DiagnosticSeverity.Information),
      );
      await set({ "safety/*": "off" });
      await untilProblems("no flag", uri, (all) => !all.some((each) => ruleOf(each).startsWith("safety/")));
    } finally {
      await set(undefined);
    }
  });

  it("forgets a file that is deleted, and looks again at one that changed", async () => {
    const uri = sample("copy-of-suspicious.pkl");
    await vscode.workspace.fs.copy(sample("suspicious.pkl"), uri, { overwrite: true });
    try {
      await vscode.commands.executeCommand(COMMANDS.checkWorkspace);
      await untilProblems("the flag", uri, (all) => all.length > 0);
      await vscode.workspace.fs.copy(sample("lr_params_v1.2.2.joblib"), uri, { overwrite: true });
      await untilProblems("no flag after the change", uri, (all) =>
        all.every((each) => ruleOf(each) !== "safety/dangerous-global"),
      );
      await vscode.workspace.fs.copy(sample("suspicious.pkl"), uri, { overwrite: true });
      await untilProblems("the flag again", uri, (all) => all.length > 0);
      await vscode.workspace.fs.delete(uri);
      assert.deepEqual(await untilProblems("no problems of a file that is gone", uri, (all) => all.length === 0), []);
    } finally {
      await vscode.workspace.fs.delete(uri).then(undefined, () => undefined);
    }
  });
});

describe("a checked-in settings file", () => {
  after(closeAll);

  it("has its say about the models beside and below it", async () => {
    const settings = sample(".model-loupe.json");
    const uri = sample("suspicious.pkl");
    await openViewer(uri);
    const { Error: grave, Information: mild } = vscode.DiagnosticSeverity;
    const has = (wanted: vscode.DiagnosticSeverity) => (all: readonly vscode.Diagnostic[]) =>
      all.some(({ severity }) => severity === wanted);
    await untilProblems("an error", uri, has(grave));
    try {
      const text = JSON.stringify({ rules: { "safety/dangerous-global": "info" } });
      await vscode.workspace.fs.writeFile(settings, new TextEncoder().encode(text));
      await untilProblems("a note", uri, has(mild));
    } finally {
      await vscode.workspace.fs.delete(settings);
    }
    assert.equal((await untilProblems("an error again", uri, has(grave))).length, 1);
  });
});

describe("the text of a model", () => {
  after(closeAll);

  it("is a document that can be searched and compared", async () => {
    await vscode.commands.executeCommand(COMMANDS.showText, sample("lr_params_v1.2.2.joblib"));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, "model-loupe");
    const text = document?.getText() ?? "";
    assert.match(text, /coef_: float64 \[1, 12\]/);
    assert.match(text, /utilisation/);
  });

  it("is also what loading its pickle would do, opcode by opcode or decompiled, in colours", async () => {
    await openViewer(sample("suspicious.pkl"));
    await vscode.commands.executeCommand(COMMANDS.showDecompiled);
    const decompiled = vscode.window.activeTextEditor?.document;
    assert.equal(decompiled?.languageId, "pickle-decompiled");
    assert.match(decompiled.getText(), /from os import system {2}# dangerous\n +\d+ {2}v1 = system\('touch /);
    await vscode.commands.executeCommand(COMMANDS.showDisassembly, sample("suspicious.pkl"));
    const disassembly = vscode.window.activeTextEditor?.document;
    assert.equal(disassembly?.languageId, "pickle-disassembly");
    assert.match(disassembly.getText(), /STACK_GLOBAL +# imports os\.system, dangerous/);
    await vscode.commands.executeCommand(COMMANDS.showDisassembly, sample("params.json"));
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", /params\.json holds no pickle/);
  });
});
