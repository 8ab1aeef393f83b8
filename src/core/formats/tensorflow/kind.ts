import type { Probe } from "../format.ts";
import { isLikelyText, startsWith, textOf } from "../probe.ts";
import { headFields } from "../protobuf/probe.ts";
import { GRAPH, META_GRAPH, NODE, SAVED_MODEL } from "./messages.ts";
import { TABLE_MAGIC } from "./table.ts";

export type TensorflowKind = "checkpoint" | "saved-model" | "graph" | TextKind;
type TextKind = "graph-text" | "saved-model-text" | "checkpoint-state";

/** Beginnings of the text forms, behind comments. */
const TEXTS: readonly (readonly [TextKind, RegExp])[] = [
  ["graph-text", /^node \{\s+name: "[^"\n]*"\s+op: "/],
  ["saved-model-text", /^saved_model_schema_version: 1\s+meta_graphs \{/],
  ["checkpoint-state", /^model_checkpoint_path: "/],
];

function textKind(head: Uint8Array): TextKind | undefined {
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head).replace(/^\s*(?:#[^\n]*\n\s*)*/, "");
  return TEXTS.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Which of TensorFlow's files it is, by its first and last bytes. */
export function kindOf({ head, tail, size }: Pick<Probe, "head" | "tail" | "size">): TensorflowKind | undefined {
  const text = textKind(head);
  if (text !== undefined) return text;
  if (startsWith(tail, TABLE_MAGIC, tail.length - TABLE_MAGIC.length)) return "checkpoint";
  const inner = (start: number, end: number): Pick<Probe, "head" | "size"> => ({
    head: head.subarray(start, end),
    size: end - start,
  });
  const [version, graph] = headFields({ head, size }, SAVED_MODEL) ?? [];
  if (version?.number === 1 && version.value === 1n && graph?.start !== undefined && graph.end !== undefined)
    return headFields(inner(graph.start, graph.end), META_GRAPH) === undefined ? undefined : "saved-model";
  const [node] = headFields({ head, size }, GRAPH) ?? [];
  if (node?.number !== 1 || node.start === undefined || node.end === undefined) return undefined;
  const [name, operator] = headFields(inner(node.start, node.end), NODE) ?? [];
  if (name?.number !== 1 || operator?.number !== 2 || operator.start === undefined) return undefined;
  const operatorName = textOf(head.subarray(node.start + operator.start, node.start + (operator.end ?? 0)));
  return /^[A-Z_][A-Za-z0-9_]*$/.test(operatorName) ? "graph" : undefined;
}
