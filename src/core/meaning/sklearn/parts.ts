import type { ObjectNode } from "../../model/value.ts";
import type { Reading } from "../facts.ts";

/** Tells the parts of a composite estimator what it knows of their input: names of columns, labels of classes. */
export async function tellParts(_node: ObjectNode, _reading: Reading): Promise<void> {}
