import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ConversionResult } from "../../../src/core/convert/plan.ts";
import { COMMANDS } from "../../../src/protocol/ids.ts";
import { closeAll, openViewer, sample, shownDiff, shownModel, temporaryFolder } from "./support.ts";

describe("converting models", () => {
  const folder = temporaryFolder();
  afterEach(closeAll);

  const convert = (source: vscode.Uri, options: object): Thenable<ConversionResult | undefined> =>
    vscode.commands.executeCommand<ConversionResult | undefined>(COMMANDS.convert, source, options);
  const target = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);

  for (const format of ["model", "safetensors", "npz", "json"] as const) {
    it(`writes a verified .${format}`, async () => {
      const source = sample("lr_params_v1.2.2.joblib");
      const output = target(`lr.${format}`);
      const result = await convert(source, { target: format, output, allowLoss: true });
      assert.ok(result !== undefined && result.parameters > 0 && result.elementsCompared >= 13);
      const { size } = await vscode.workspace.fs.stat(output);
      assert.equal(size, result.byteLength);
      if (format === "json") return;
      await openViewer(output);
      const model = await shownModel(output);
      assert.equal(model.format, format);
      assert.equal(model.complete, true);
    });
  }

  it("holds in a .model everything that the source holds", async () => {
    const source = sample("pipeline_v1.2.2.joblib");
    const output = target("pipeline.model");
    const result = await convert(source, { target: "model", output });
    assert.deepEqual(result?.losses, []);
    await vscode.commands.executeCommand(COMMANDS.compare, source, output);
    const { model } = await shownDiff();
    assert.deepEqual(Object.keys(model.summary), ["identical"]);
  });

  it("does not overwrite without being told to", async () => {
    const output = target("kept.npz");
    await vscode.workspace.fs.writeFile(output, new Uint8Array([1, 2, 3]));
    const source = sample("lr_params_v1.2.2.joblib");
    const options = { target: "npz", output, allowLoss: true };
    await assert.rejects(Promise.resolve(convert(source, { ...options, overwrite: false })), /exists/);
    assert.deepEqual([...(await vscode.workspace.fs.readFile(output))], [1, 2, 3]);
    assert.ok((await convert(source, { ...options, overwrite: true })) !== undefined);
    assert.ok((await vscode.workspace.fs.stat(output)).size > 3);
  });

  it("does not lose anything without being told to", async () => {
    const output = target("lossy.safetensors");
    const source = target("cut.joblib");
    const whole = await vscode.workspace.fs.readFile(sample("lr_params_v1.2.2.joblib"));
    await vscode.workspace.fs.writeFile(source, whole.subarray(0, whole.length - 100));
    await assert.rejects(Promise.resolve(convert(source, { target: "safetensors", output, allowLoss: false })), /lose/);
    await assert.rejects(Promise.resolve(vscode.workspace.fs.stat(output)));
  });
});
