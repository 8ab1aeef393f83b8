import type { Schema } from "../../model/artifact.ts";
import { readTexts } from "../../meaning/texts.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Message } from "../protobuf/message.ts";
import type { LearnedNode } from "./graph.ts";
import { dimTexts } from "./types.ts";

const CLASS_LABELS = ["classlabels_strings", "classlabels_int64s", "classlabels_ints"];
const CATEGORIES = ["cats_strings", "cats_int64s"];

/**
 * Columns of a table, where the model is one of the classical operators and takes rows: an input for each column, or one
 * input with all of them. Pictures and texts have no features of that kind: their inputs are among the facts.
 */
export async function schemaOf(
  graph: Message | undefined,
  inputs: readonly Message[],
  learned: readonly LearnedNode[],
  work: Work,
): Promise<Schema> {
  const outputs = (graph?.messages("output") ?? []).map((output) => output.text("name") ?? "");
  const classes = await classLabels(learned, work);
  return {
    ...(learned.length > 0 ? columns(inputs) : {}),
    ...(classes === undefined ? {} : { classes }),
    ...(outputs.length === 0 ? {} : { outputs }),
    ...(await categories(learned, work)),
  };
}

function columns(inputs: readonly Message[]): Pick<Schema, "features" | "featureCount"> {
  const shapes = inputs.map((input) => {
    const tensor = input.message("type")?.message("tensor_type");
    return tensor === undefined ? undefined : dimTexts(tensor);
  });
  const [only] = shapes;
  if (shapes.length === 1) {
    const last = only?.length === 2 ? only[1] : undefined;
    return last !== undefined && /^\d{1,9}$/.test(last) ? { featureCount: Number(last) } : {};
  }
  const isTable = shapes.length > 1 && shapes.every((shape) => shape?.length === 2 && shape[1] === "1");
  if (!isTable) return {};
  const features = inputs.map((input) => input.text("name") ?? "");
  return { features, featureCount: features.length };
}

/** Of the last node that has them: a pipeline answers as its last step. */
async function classLabels(learned: readonly LearnedNode[], work: Work): Promise<readonly string[] | undefined> {
  for (const { attributes } of [...learned].reverse())
    for (const name of CLASS_LABELS) {
      const found = await textsOf(attributes.get(name), work);
      if (found !== undefined && found.length > 0) return found;
    }
  return undefined;
}

async function categories(learned: readonly LearnedNode[], work: Work): Promise<Pick<Schema, "categories">> {
  const found: { path: string; feature: string; values: readonly string[] }[] = [];
  for (const { address, operator, inputs, attributes } of learned) {
    if (operator !== "OneHotEncoder") continue;
    for (const name of CATEGORIES) {
      const values = await textsOf(attributes.get(name), work);
      if (values !== undefined && values.length > 0) found.push({ path: address, feature: inputs[0] ?? "", values });
    }
  }
  return found.length === 0 ? {} : { categories: found };
}

function textsOf(value: Value | undefined, work: Work): Promise<readonly string[] | undefined> {
  return value === undefined ? Promise.resolve(undefined) : readTexts(value, work);
}
