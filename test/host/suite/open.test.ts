import assert from "node:assert/strict";
import { copyFileSync, rmSync } from "node:fs";
import * as vscode from "vscode";
import { COMMANDS, VIEW_TYPES } from "../../../src/protocol/ids.ts";
import {
  closeAll,
  modelLoupe,
  openViewer,
  ruleOf,
  sample,
  shownModel,
  temporaryFolder,
  untilPanel,
  untilProblems,
} from "./support.ts";

describe("opening models", () => {
  const folder = temporaryFolder();
  afterEach(closeAll);

  it("registers every command", async () => {
    await modelLoupe();
    const known = await vscode.commands.getCommands(true);
    for (const command of Object.values(COMMANDS)) assert.ok(known.includes(command), command);
  });

  for (const version of ["1.2.2", "1.2.3", "1.3.0"]) {
    it(`shows the regression ${version}`, async () => {
      const uri = sample(`lr_params_v${version}.joblib`);
      await vscode.commands.executeCommand("vscode.open", uri);
      const model = await shownModel(uri);
      assert.equal(model.title.args["name"], "LogisticRegression");
      assert.equal(model.format, "joblib");
      assert.equal(model.complete, true);
      assert.equal(model.safety.state, "ordinary");
      const paths = model.outline.map(({ path }) => path);
      assert.ok(paths.includes("coef_") && paths.includes("intercept_"), paths.join(" "));
    });

    it(`shows the pipeline ${version}`, async () => {
      const uri = sample(`pipeline_v${version}.joblib`);
      await vscode.commands.executeCommand("vscode.open", uri);
      const model = await shownModel(uri);
      assert.equal(model.title.args["name"], "Pipeline");
      assert.equal(model.complete, true);
    });
  }

  it("shows the hostile pickle inertly, and flags it in the Problems panel while it is open", async () => {
    const uri = sample("suspicious.pkl");
    await openViewer(uri);
    const model = await shownModel(uri);
    assert.equal(model.safety.state, "dangerous");
    const problems = await untilProblems("the flag", uri, (all) => all.length > 0);
    const flag = problems.find((each) => ruleOf(each) === "safety/dangerous-global");
    assert.ok(flag !== undefined, problems.map(ruleOf).join(" "));
    assert.equal(flag.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(flag.source, "Model Loupe");
    assert.match(flag.message, /os\.system|posix\.system/);
    assert.deepEqual(flag.range, new vscode.Range(0, 0, 0, 0));
    const { code } = flag;
    assert.ok(typeof code === "object" && code.target.path.endsWith("docs/rules/safety/dangerous-global.md"));
    await closeAll();
    await untilProblems("no problems after closing", uri, (all) => all.length === 0);
  });

  it("opens JSON parameters when asked to", async () => {
    const uri = sample("params.json");
    await openViewer(uri, VIEW_TYPES.optional);
    const model = await shownModel(uri);
    assert.equal(model.format, "json");
    assert.ok(model.findings.some(({ rule }) => rule === "precision/decimal-truncated"));
  });

  it("marks the numbers of JSON parameters in the text editor", async () => {
    const uri = sample("params.json");
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const problems = await untilProblems("marked numbers", uri, (all) => all.length > 0);
    const marked = problems.map(({ range }) => document.getText(range));
    assert.ok(marked.includes("-1.69849") && marked.includes("0.268672"), marked.join(" "));
    for (const each of problems) assert.equal(ruleOf(each), "precision/decimal-truncated");
  });

  it("says what a file is that is not a model", async () => {
    const uri = vscode.Uri.joinPath(folder, "pointer.pkl");
    const text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n";
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    await openViewer(uri);
    const { error } = await untilPanel("an error card", ({ phase }) => phase === "failed");
    assert.equal(error?.code, "not-recognised");
    assert.match(error?.message ?? "", /Git LFS pointer/);
    assert.match(error?.head ?? "", /^76 65 72 73/);
  });

  it("shows one file in two editors, which share what was read", async () => {
    const uri = sample("lr_params_v1.2.3.joblib");
    await openViewer(uri);
    await vscode.commands.executeCommand("workbench.action.splitEditor");
    const api = await modelLoupe();
    const viewers = (): number =>
      api.panels().filter(({ uris, phase }) => uris[0] === uri.toString() && phase === "shown").length;
    await untilPanel("a second viewer", () => viewers() > 1);
    assert.equal(viewers(), 2);
  });
});

describe("a file that changes on disk", () => {
  const folder = temporaryFolder();
  afterEach(closeAll);

  it("is shown anew, said to be gone, and shown again when it is back", async () => {
    const uri = vscode.Uri.joinPath(folder, "[watched] model.joblib");
    const api = await modelLoupe();
    const featuresOf = async (isWanted: (first: string | undefined) => boolean): Promise<void> => {
      await untilPanel("the content of the file", ({ uris, phase, model }) => {
        if (uris[0] !== uri.toString() || phase !== "shown") return false;
        return isWanted(JSON.stringify(model));
      });
    };
    // By another program, as training does: what VS Code itself deletes it also closes.
    const write = (name: string): void => copyFileSync(sample(name).fsPath, uri.fsPath);
    write("lr_params_v1.2.2.joblib");
    await openViewer(uri);
    await featuresOf((text) => text?.includes("bad, good") === true);
    write("lr_params_v1.3.0.joblib");
    await featuresOf((text) => text?.includes("default") === true);
    rmSync(uri.fsPath);
    const gone = await untilPanel("the file to be gone", ({ phase }) => phase === "failed");
    assert.equal(gone.error?.code, "not-found");
    write("lr_params_v1.2.2.joblib");
    await featuresOf((text) => text?.includes("bad, good") === true);
    assert.equal(api.panels().length, 1);
  });
});
