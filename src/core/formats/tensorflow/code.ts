import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { configOf, readJsonText } from "../keras/config.ts";
import { codeFindings } from "../keras/findings.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { KERAS_METADATA } from "./messages.ts";

/** What Keras notes of the layers of a SavedModel, beside it. */
const METADATA = "keras_metadata.pb";

/** Operators that read and write files by names of the graph's own, or call Python: no model needs them to predict. */
export const REACHING_OUT: ReadonlySet<string> = new Set([
  "ReadFile",
  "WriteFile",
  "MatchingFiles",
  "PyFunc",
  "PyFuncStateless",
  "EagerPyFunc",
]);

/** `operators`: with where the first of each stands. */
export function operatorFindings(source: ByteSource, operators: ReadonlyMap<string, number>): Finding[] {
  return [...operators].map(([operator, at]) =>
    finding(
      "safety/unusual-global",
      "warning",
      say(
        "The graph has the operator {operator}, which reads or writes files or calls Python when the model is run. Nothing of it is run here.",
        { operator },
      ),
      placeIn(source, at, 0),
    ),
  );
}

/** Layers of Keras that hold code, as the file beside a SavedModel tells them. */
export async function layerFindings({ siblings }: ReadContext, work: Work): Promise<Finding[]> {
  const found: Finding[] = [];
  try {
    const source = await siblings?.open(METADATA);
    if (source === undefined) return [];
    const { message, error } = await parseMessage(source, KERAS_METADATA, work);
    if (error !== undefined) found.push(unread(error.message));
    for (const node of message.messages("nodes")) {
      if (work.isDue()) await work.checkpoint();
      if (node.text("identifier") !== "_tf_keras_layer") continue;
      const config = await readJsonText(node.text("metadata") ?? "", METADATA, work);
      if (config === undefined)
        found.push(unread(`the metadata of ${node.text("node_path") ?? "a layer"} are no JSON`));
      found.push(...codeFindings(configOf(config)));
    }
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    // It only tells of layers; that it cannot be read is no fault of the model's.
    found.push(unread(error.message));
  }
  return found;
}

/** Then nothing is known of layers that hold code. */
function unread(reason: string): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say("{member} was not read: {reason}.", { member: METADATA, reason }),
  );
}
