import type { Probe } from "../format.ts";
import { isLikelyText, startsWith, textOf } from "../probe.ts";
import { varintEnd } from "../protobuf/parse.ts";
import { type HeadField, headFields } from "../protobuf/probe.ts";
import { GRAPH, META_GRAPH, META_INFO, NODE, SAVED_MODEL } from "./messages.ts";
import { TABLE_MAGIC } from "./table.ts";

export type TensorflowKind = "checkpoint" | "old-checkpoint" | "saved-model" | "meta-graph" | "graph" | TextKind;
type TextKind = "graph-text" | "saved-model-text" | "meta-graph-text" | "checkpoint-state";

/** Beginnings of the text forms, behind comments. */
const TEXTS: readonly (readonly [TextKind, RegExp])[] = [
  ["graph-text", /^node \{\s+name: "[^"\n]*"\s+op: "/],
  ["saved-model-text", /^saved_model_schema_version: 1\s+meta_graphs \{/],
  ["meta-graph-text", /^meta_info_def \{\s+(?:stripped_op_list|meta_graph_version|tags|tensorflow_version)\b/],
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
  if (startsWith(tail, TABLE_MAGIC, tail.length - TABLE_MAGIC.length)) {
    // The first entry has the key "" and what the table is about: a number, or a message.
    return head[0] === 0 && head[1] === 0 && varintEnd(head, 2) > 0 && head[varintEnd(head, 2)] === 0x0a
      ? "old-checkpoint"
      : "checkpoint";
  }
  const inner = (start: number, end: number): Pick<Probe, "head" | "size"> => ({
    head: head.subarray(start, end),
    size: end - start,
  });
  const [version, graph] = headFields({ head, size }, SAVED_MODEL) ?? [];
  if (version?.number === 1 && version.value === 1n && graph?.start !== undefined && graph.end !== undefined)
    return headFields(inner(graph.start, graph.end), META_GRAPH) === undefined ? undefined : "saved-model";
  if (isMetaGraph({ head, size })) return "meta-graph";
  const [node] = headFields({ head, size }, GRAPH) ?? [];
  if (node?.number !== 1 || node.start === undefined || node.end === undefined) return undefined;
  const [name, operator] = headFields(inner(node.start, node.end), NODE) ?? [];
  if (name?.number !== 1 || operator?.number !== 2 || operator.start === undefined) return undefined;
  const operatorName = textOf(head.subarray(node.start + operator.start, node.start + (operator.end ?? 0)));
  return /^[A-Z_][A-Za-z0-9_]*$/.test(operatorName) ? "graph" : undefined;
}

/** Begins with a description of itself, which lists the operators that are used, as a Saver's `.meta` does. */
function isMetaGraph({ head, size }: Pick<Probe, "head" | "size">): boolean {
  const within = (field: HeadField | undefined, number: number): Pick<Probe, "head" | "size"> | undefined =>
    field?.number !== number || field.start === undefined || field.end === undefined
      ? undefined
      : { head: head.subarray(field.start, field.end), size: field.end - field.start };
  const [info] = headFields({ head, size }, META_GRAPH) ?? [];
  const about = within(info, 1);
  if (about === undefined || info?.start === undefined) return false;
  const fields = headFields(about, META_INFO) ?? [];
  const operators = fields.find(({ number }) => number === 2);
  // The version of TensorFlow: of keras_metadata.pb, whose first field is like that one up to here, it is JSON.
  if (operators?.start === undefined)
    return fields.some(
      ({ number, start, end }) => number === 5 && /^[\w.+-]*$/.test(textOf(about.head.subarray(start ?? 0, end))),
    );
  const at = info.start + operators.start;
  // The list's first operator, and its name, which is shorter than 128 bytes.
  const list = head.subarray(at, at + 64);
  const name = list[0] === 0x0a ? varintEnd(list, 1) : -1;
  return (
    name > 0 &&
    list[name] === 0x0a &&
    /^[A-Z_]\w*$/.test(textOf(list.subarray(name + 2, name + 2 + (list[name + 1] ?? 0))))
  );
}
