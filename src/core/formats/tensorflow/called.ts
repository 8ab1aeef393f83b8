import { fromBytes } from "../../bytes/source.ts";
import { readAll } from "../../bytes/read-all.ts";
import { utf8Bytes } from "../../model/utf8.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { OBJECT_GRAPH } from "./messages.ts";

/** The value that holds how the saved objects hang together. */
export const OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH";

/**
 * What the variables of a checkpoint are called in the model, by their keys: a key is the way to a variable through the
 * objects that hold it (`model/optimizer/_trainable_variables/0/.ATTRIBUTES/VARIABLE_VALUE`), and says nothing of the
 * layer. Empty where the checkpoint has no graph of objects, as those of TensorFlow 1, whose keys are the names.
 */
export async function calledVariables(
  { keys, values }: { readonly keys: readonly Value[]; readonly values: readonly Value[] },
  work: Work,
): Promise<ReadonlyMap<string, string>> {
  const called = new Map<string, string>();
  const graph = values[keys.indexOf(OBJECT_GRAPH_KEY)];
  const bytes = graph === undefined ? undefined : await bytesOf(graph);
  if (bytes === undefined) return called;
  // Damaged in part it names what it names: the variables themselves are read without it.
  const { message } = await parseMessage(fromBytes(bytes, OBJECT_GRAPH_KEY), OBJECT_GRAPH, work);
  for (const node of message.messages("nodes"))
    for (const attribute of node.messages("attributes")) {
      const [name, key] = [attribute.text("full_name") ?? "", attribute.text("checkpoint_key") ?? ""];
      if (name !== "" && key !== "") called.set(key, name);
    }
  return called;
}

async function bytesOf(value: Value): Promise<Uint8Array | undefined> {
  if (typeof value === "string") return utf8Bytes(value);
  return isNode(value) && value.kind === "bytes" ? readAll(value.data) : undefined;
}
