import { stat } from "node:fs/promises";
import path from "node:path";

/**
 * What describes a whole model in a folder, most telling first: MLflow's description, the index of a checkpoint that is
 * spread over several files, the program of a Core ML package, a SavedModel's graph, what torch.distributed.checkpoint
 * notes of its files, the weights of a Hugging Face folder or of one part of a Diffusers pipeline, networks of other
 * libraries. Where the weights are in folders below: the list of a Diffusers pipeline's parts, of Sentence Transformers'
 * modules, of spaCy's components, the arrays of
 * Orbax and Zarr.
 */
const DESCRIPTIONS = [
  "MLmodel",
  "model.safetensors.index.json",
  "pytorch_model.bin.index.json",
  "Data/com.apple.CoreML/model.mlmodel",
  "saved_model.pb",
  ".metadata",
  "model.safetensors",
  "pytorch_model.bin",
  "adapter_model.safetensors",
  "adapter_model.bin",
  "diffusion_pytorch_model.safetensors.index.json",
  "diffusion_pytorch_model.safetensors",
  "diffusion_pytorch_model.bin",
  "pytorch_lora_weights.safetensors",
  "flax_model.msgpack",
  "tf_model.h5",
  "model.onnx",
  "openvino_model.xml",
  "model.json",
  "model_index.json",
  "modules.json",
  "meta.json",
  "manifest.ocdbt",
  "_METADATA",
  // A step that Orbax' manager of checkpoints wrote.
  "default/manifest.ocdbt",
  "default/_METADATA",
  "state/manifest.ocdbt",
  "params/manifest.ocdbt",
  ".zmetadata",
  "zarr.json",
  ".zgroup",
  ".zarray",
];

/** Of a folder that is one model, the file that describes it; any other path as it is. */
export async function modelFileOf(file: string): Promise<string> {
  if (!(await isKind(file, "isDirectory"))) return file;
  for (const name of DESCRIPTIONS) {
    const described = path.join(file, name);
    if (await isKind(described, "isFile")) return described;
  }
  return file;
}

function isKind(file: string, kind: "isDirectory" | "isFile"): Promise<boolean> {
  return stat(file).then(
    (stats) => stats[kind](),
    () => false,
  );
}
