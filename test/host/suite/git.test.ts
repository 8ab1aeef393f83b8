import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { COMMANDS } from "../../../src/protocol/ids.ts";
import { closeAll, modelLoupe, sample, shownDiff, shownModel, until, untilPanel, workspaceFolder } from "./support.ts";

const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);
/** Real git, in the sample workspace. */
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=Tester", "-c", "user.email=t@example.invalid", ...args], {
    cwd: workspaceFolder().fsPath,
    encoding: "utf8",
  }).trim();

/** Commits two versions of a model, and leaves a third one uncommitted. */
function threeVersions(name: string): void {
  const file = sample(name).fsPath;
  for (const version of ["1.2.2", "1.2.3"]) {
    copyFileSync(sample(`lr_params_v${version}.joblib`).fsPath, file);
    git("add", "--", name);
    git("commit", "--quiet", "--message", `${name} ${version}`);
  }
  copyFileSync(sample("lr_params_v1.3.0.joblib").fsPath, file);
}

describe("Compare Model with Git Revision", () => {
  const name = "history.joblib";
  const uri = (): vscode.Uri => sample(name);
  before(() => threeVersions(name));
  afterEach(closeAll);
  after(() => {
    git("tag", "--delete", "v-first");
    git("reset", "--quiet", "--hard", "HEAD~2");
    copyFileSync(sample("lr_params_v1.2.3.joblib").fsPath, sample("model.joblib").fsPath);
  });

  const verdict = async (): Promise<string | undefined> =>
    (await shownDiff()).model.entries.find((entry) => entry.path === "coef_")?.verdict;

  it("compares with HEAD, a commit, a tag and a branch", async () => {
    git("tag", "v-first", "HEAD~1");
    const first = git("rev-parse", "HEAD~1");
    for (const [ref, shown] of [
      ["HEAD", "HEAD"],
      [first, first.slice(0, 8)],
      ["v-first", "v-first"],
      ["main", "main"],
    ] as const) {
      await run(COMMANDS.compareWithRevision, uri(), ref);
      const { title, uris } = await shownDiff();
      assert.equal(title, `${name} (${shown}) ↔ ${name}`);
      assert.equal(uris[1], uri().toString());
      assert.equal(await verdict(), "changed");
      await closeAll();
    }
  });

  it("compares with what is staged", async () => {
    git("add", "--", name);
    try {
      await run(COMMANDS.compareWithRevision, uri(), "");
      assert.equal((await shownDiff()).title, `${name} (index) ↔ ${name}`);
      assert.equal(await verdict(), "identical");
    } finally {
      git("reset", "--quiet", "--", name);
    }
  });

  it("says where a file is not", async () => {
    await run(COMMANDS.compareWithRevision, uri(), "HEAD~2");
    const api = await modelLoupe();
    assert.deepEqual(api.panels(), []);
  });

  it("reads what was committed, also where git shows models as text", async () => {
    const attributes = path.join(workspaceFolder().fsPath, ".gitattributes");
    writeFileSync(attributes, "*.joblib diff=model-loupe\n");
    git("config", "diff.model-loupe.textconv", "echo text of");
    try {
      await run(COMMANDS.compareWithRevision, uri(), "HEAD");
      assert.equal(await verdict(), "changed");
    } finally {
      rmSync(attributes);
      git("config", "--unset", "diff.model-loupe.textconv");
    }
  });
});

describe("a model that DVC tracks", () => {
  const at = (name: string): string => sample(name).fsPath;
  const keep = (version: string): string => {
    const bytes = readFileSync(at(`lr_params_v${version}.joblib`));
    const md5 = createHash("md5").update(bytes).digest("hex");
    const folder = at(path.join(".dvc/cache/files/md5", md5.slice(0, 2)));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, md5.slice(2)), bytes);
    return `outs:\n- md5: ${md5}\n  size: ${bytes.length}\n  hash: md5\n  path: tracked.joblib\n`;
  };
  before(() => {
    mkdirSync(at(".dvc"));
    writeFileSync(at(".dvc/.gitignore"), "/cache\n");
    writeFileSync(at("tracked.joblib.dvc"), keep("1.2.2"));
    git("add", "--", "tracked.joblib.dvc");
    git("commit", "--quiet", "--message", "tracked by DVC");
    writeFileSync(at("tracked.joblib.dvc"), keep("1.2.3"));
    copyFileSync(at("lr_params_v1.2.3.joblib"), at("tracked.joblib"));
  });
  afterEach(closeAll);
  after(() => {
    for (const each of [".dvc", "tracked.joblib"]) rmSync(at(each), { recursive: true, force: true });
    git("reset", "--quiet", "--hard", "HEAD~1");
    copyFileSync(at("lr_params_v1.2.3.joblib"), at("model.joblib"));
  });

  it("is compared with a revision of its DVC file", async () => {
    await run(COMMANDS.compareWithRevision, sample("tracked.joblib"), "HEAD");
    const { title, model } = await shownDiff();
    assert.equal(title, "tracked.joblib.dvc (HEAD) ↔ tracked.joblib");
    assert.equal(model.entries.find((entry) => entry.path === "coef_")?.verdict, "rounded");
  });

  it("is shown for its DVC file", async () => {
    await run("vscode.openWith", sample("tracked.joblib.dvc"), "modelLoupe.viewerOptional");
    const model = await shownModel(sample("tracked.joblib.dvc"));
    assert.equal(model.title.args["name"], "LogisticRegression");
    assert.ok(model.facts.some(({ id }) => id === "source.pointer"));
  });
});

describe("Show as Text Diff", () => {
  afterEach(closeAll);

  const shownTexts = async (): Promise<readonly [vscode.TextDocument, vscode.TextDocument]> => {
    const input = await until(
      "a text diff",
      vscode.window.tabGroups.onDidChangeTabs,
      () => {
        const shown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return shown instanceof vscode.TabInputTextDiff ? shown : undefined;
      },
      () => String(vscode.window.tabGroups.activeTabGroup.activeTab?.label),
    );
    return Promise.all([
      vscode.workspace.openTextDocument(input.original),
      vscode.workspace.openTextDocument(input.modified),
    ]);
  };

  it("shows the texts of both sides of the open comparison in VS Code's own diff", async () => {
    await run(COMMANDS.compare, sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.2.3.joblib"));
    await untilPanel("the comparison", ({ kind, phase, isActive }) => kind === "diff" && phase === "shown" && isActive);
    await run(COMMANDS.showTextDiff);
    const [original, modified] = await shownTexts();
    assert.match(original.getText(), /\[good, utilisation\] -1\.6984924442390388/);
    assert.match(modified.getText(), /\[good, utilisation\] -1\.698492407798767/);
    assert.deepEqual([original.languageId, modified.languageId], ["model-summary", "model-summary"]);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.match(activeTab?.label ?? "", /^lr_params_v1\.2\.2\.joblib ↔ lr_params_v1\.2\.3\.joblib/);
  });

  it("shows a revision and the file", async () => {
    await run(COMMANDS.compareWithRevision, sample("model.joblib"), "HEAD");
    const { uris } = await shownDiff();
    await run(COMMANDS.showTextDiff, ...uris.map((each) => vscode.Uri.parse(each)));
    const [original, modified] = await shownTexts();
    assert.notEqual(original.getText(), modified.getText());
    assert.match(original.getText(), /coef_: float64 \[1, 12\]/);
  });
});
