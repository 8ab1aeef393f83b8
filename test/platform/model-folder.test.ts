import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { modelFileOf } from "../../src/platform/node/model-folder.ts";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with these files in it. */
function folderOf(...names: string[]): string {
  folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-folder-"));
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), "{}");
  }
  return folder;
}

describe("a folder that is one model", () => {
  it.each<[string, string, string[]]>([
    ["a Diffusers pipeline", "model_index.json", ["unet/config.json", "scheduler/scheduler_config.json"]],
    ["a part of one", "diffusion_pytorch_model.safetensors", ["config.json"]],
    ["an adapter of PEFT as a pickle", "adapter_model.bin", ["adapter_config.json"]],
    ["a pipeline of spaCy", "meta.json", ["config.cfg", "vocab/strings.json", "ner/model"]],
    ["Sentence Transformers with its weights below", "modules.json", ["0_Transformer/model.safetensors"]],
    ["Sentence Transformers with its weights here", "model.safetensors", ["modules.json", "config.json"]],
    ["a checkpoint of Orbax", "manifest.ocdbt", ["_METADATA", "_CHECKPOINT_METADATA", "d/1"]],
    ["a checkpoint of Orbax with a folder for each array", "_METADATA", ["step/.zarray", "_CHECKPOINT_METADATA"]],
    ["a step of Orbax' manager", "default/manifest.ocdbt", ["default/d/1", "_CHECKPOINT_METADATA"]],
    ["a group of Zarr", ".zgroup", ["a/.zarray", ".zattrs"]],
    ["a model of TensorFlow.js", "model.json", ["group1-shard1of1.bin"]],
  ])("%s is opened by %s", async (_, told, others) => {
    expect(await modelFileOf(folderOf(told, ...others))).toBe(path.join(folder, told));
  });

  it("any other folder stays what it is", async () => {
    expect(await modelFileOf(folderOf("config.json"))).toBe(folder);
  });
});
