import { readAll } from "../bytes/read-all.ts";
import type { ByteSource } from "../bytes/source.ts";
import { readDocument } from "../formats/embedded/document.ts";
import { readModelTensors } from "../formats/model/read.ts";
import { npzFormat } from "../formats/npz/index.ts";
import { safetensorsFormat } from "../formats/safetensors/index.ts";
import type { ReadContext } from "../formats/format.ts";
import type { TensorRef } from "../model/tensor.ts";
import { isNode, type Value } from "../model/value.ts";
import type { TargetId } from "./plan.ts";

/**
 * The tensors of a written file as a reader sees them that knows nothing of our document: by the names in the file.
 */
export async function plainMembers(
  source: ByteSource,
  target: TargetId,
  context: ReadContext,
): Promise<ReadonlyMap<string, TensorRef>> {
  switch (target) {
    case "model":
      return readModelTensors(source, context);
    case "safetensors":
      return tensorsIn((await safetensorsFormat.read(source, context)).root);
    case "npz":
      return tensorsIn((await npzFormat.read(source, context)).root);
    case "json": {
      const { tensors } = await readDocument(await readAll(source), source.name, context.work);
      return new Map([...tensors].flatMap(([key, { elements }]) => (elements === undefined ? [] : [[key, elements]])));
    }
  }
}

function tensorsIn(root: Value | undefined): ReadonlyMap<string, TensorRef> {
  const found = new Map<string, TensorRef>();
  if (!isNode(root) || root.kind !== "dict") return found;
  for (const [index, key] of root.keys.entries()) {
    const value = root.values[index];
    if (typeof key === "string" && isNode(value) && value.kind === "tensor") found.set(key, value.tensor);
  }
  return found;
}
