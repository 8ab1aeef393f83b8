import assert from "node:assert/strict";
import * as vscode from "vscode";
import { COMMANDS } from "../../../src/protocol/ids.ts";
import { closeAll, modelLoupe, openViewer, sample, shownDiff, untilPanel, untilProblems, ruleOf } from "./support.ts";

const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(command, ...args);

describe("comparing models", () => {
  afterEach(closeAll);

  it("says that coefficients were rounded to float32, not that they changed", async () => {
    await run(COMMANDS.compare, sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.2.3.joblib"));
    const { model, title } = await shownDiff();
    assert.equal(title, "lr_params_v1.2.2.joblib ↔ lr_params_v1.2.3.joblib");
    const coefficients = model.entries.find(({ path }) => path === "coef_");
    assert.equal(coefficients?.verdict, "rounded");
    assert.equal(coefficients?.detail?.["dtype"] ?? coefficients?.detail?.["to"] ?? "float32", "float32");
    assert.equal(model.schema.length, 0);
  });

  it("says that features changed places and a class was renamed", async () => {
    await run(COMMANDS.compare, sample("lr_params_v1.2.3.joblib"), sample("lr_params_v1.3.0.joblib"));
    const { model } = await shownDiff();
    const kinds = model.schema.map(({ kind }) => kind);
    assert.ok(kinds.includes("features-reordered"), kinds.join(" "));
    assert.ok(kinds.includes("classes-renamed"), kinds.join(" "));
    const rules = model.findings.map(({ rule }) => rule);
    assert.ok(rules.includes("schema/feature-order") && rules.includes("schema/class-labels"), rules.join(" "));
    const uri = sample("lr_params_v1.3.0.joblib");
    await untilProblems("the drift in the Problems panel", uri, (all) =>
      all.some((each) => ruleOf(each) === "schema/feature-order"),
    );
    await closeAll();
    await untilProblems("no drift after closing", uri, (all) => all.length === 0);
  });

  it("compares two that were selected together in the explorer, the lower version as the old one", async () => {
    const [newer, older] = [sample("lr_params_v1.3.0.joblib"), sample("lr_params_v1.2.2.joblib")];
    await run(COMMANDS.compare, newer, [newer, older]);
    assert.deepEqual((await shownDiff()).uris, [older.toString(), newer.toString()]);
  });

  it("compares one with the one selected before", async () => {
    await run(COMMANDS.selectForCompare, sample("pipeline_v1.2.2.joblib"));
    await run(COMMANDS.compareWithSelected, sample("pipeline_v1.2.3.joblib"));
    const { uris, model } = await shownDiff();
    assert.deepEqual(uris, [sample("pipeline_v1.2.2.joblib"), sample("pipeline_v1.2.3.joblib")].map(String));
    assert.ok(model.entries.length > 0);
  });

  it("finds the previous version by the version in the name", async () => {
    await run(COMMANDS.compareWithPrevious, sample("lr_params_v1.3.0.joblib"));
    assert.deepEqual((await shownDiff()).uris, [
      sample("lr_params_v1.2.3.joblib").toString(),
      sample("lr_params_v1.3.0.joblib").toString(),
    ]);
  });

  it("finds the previous version of the active editor at git's HEAD", async () => {
    const uri = sample("model.joblib");
    await openViewer(uri);
    await untilPanel("the viewer", ({ phase, isActive }) => phase === "shown" && isActive);
    await run(COMMANDS.compareWithPrevious);
    const { uris, model, title } = await shownDiff();
    const [old, next] = uris.map((each) => vscode.Uri.parse(each));
    assert.equal(old?.scheme, "git");
    assert.equal(next?.toString(), uri.toString());
    assert.equal(title, "model.joblib (HEAD) ↔ model.joblib");
    assert.equal(model.entries.find(({ path }) => path === "coef_")?.verdict, "rounded");
  });

  it("opens the same comparison once", async () => {
    const pair = [sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.2.3.joblib")];
    await run(COMMANDS.compare, ...pair);
    await shownDiff();
    await run(COMMANDS.compare, ...pair);
    const api = await modelLoupe();
    assert.equal(api.panels().filter(({ kind }) => kind === "diff").length, 1);
  });

  it("exports the comparison in the form that the file's name asks for, and overwrites nothing unasked", async () => {
    await run(COMMANDS.compare, sample("lr_params_v1.2.2.joblib"), sample("lr_params_v1.2.3.joblib"));
    await untilPanel("the comparison", ({ kind, phase, isActive }) => kind === "diff" && phase === "shown" && isActive);
    const read = async (uri: vscode.Uri): Promise<string> =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const outputs = ["html", "md", "json"].map((extension) => sample(`report.${extension}`));
    const [html, markdown, json] = outputs as [vscode.Uri, vscode.Uri, vscode.Uri];
    try {
      for (const output of outputs) await run(COMMANDS.exportReport, { output, overwrite: false });
      assert.match(await read(html), /^<!doctype html>[^]*Only rounding/);
      assert.match(await read(markdown), /^### `lr_params_v1\.2\.2\.joblib`[^]*Only rounding/);
      assert.equal((JSON.parse(await read(json)) as { schemaVersion: number }).schemaVersion, 1);
      await vscode.workspace.fs.writeFile(html, new TextEncoder().encode("mine"));
      await assert.rejects(Promise.resolve(run(COMMANDS.exportReport, { output: html, overwrite: false })));
      assert.equal(await read(html), "mine");
    } finally {
      for (const output of outputs) await vscode.workspace.fs.delete(output).then(undefined, () => undefined);
    }
  });

  it("shows both sides of a changed model that Source Control opens, and selects in both", async () => {
    const uri = sample("model.joblib");
    await run("git.openChange", uri);
    const api = await modelLoupe();
    const sides = () =>
      api.panels().filter(({ phase, uris }) => phase === "shown" && uris[0]?.includes("model.joblib"));
    await untilPanel("two viewers", () => sides().length === 2);
    assert.deepEqual(
      sides()
        .map(({ uris }) => vscode.Uri.parse(uris[0] ?? "").scheme)
        .sort(),
      ["file", "git"],
    );
    await untilPanel("a selection in both", () => sides().every(({ selected }) => selected === "coef_"));
  });
});
