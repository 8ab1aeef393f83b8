import type { Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { type HeadField, headFields } from "../protobuf/probe.ts";
import type { MessageSpec } from "../protobuf/spec.ts";
import { GRAPH as GRAPH_PROTO, MODEL, TENSOR } from "./messages.ts";
import { ELEMENT_TYPES, TEXT_TYPE } from "./types.ts";

type Head = Pick<Probe, "head" | "size">;

const IR_VERSION = 1;
const GRAPH = 7;
const OPERATOR_SETS = 8;
const LATEST = 100n;

/** True for what may be a ModelProto: it has an IR version, and a graph or operator sets. */
export function isModel(probe: Head): boolean {
  const fields = fieldsOf(probe, MODEL);
  const isVersioned = fields.some(({ number, value = 0n }) => number === IR_VERSION && value > 0n && value < LATEST);
  return isVersioned && fields.some(({ number }) => number === GRAPH || number === OPERATOR_SETS);
}

/** True for what may be a ModelProto that begins with its graph, or has nothing else: PNNX writes its graphs so, for viewers. */
export function isGraphFirst({ head, size }: Head): boolean {
  const [graph] = fieldsOf({ head, size }, MODEL);
  if (graph?.number !== GRAPH || graph.start === undefined || graph.end === undefined) return false;
  return (
    fieldsOf({ head: head.subarray(graph.start, graph.end), size: graph.end - graph.start }, GRAPH_PROTO).length > 1
  );
}

const DATA_TYPE = 2;
const VALUES = new Set([4, 5, 6, 7, 9, 10, 11]);

/** True for what may be a TensorProto: a type that is known, and values. */
export function isTensor(probe: Head): boolean {
  const fields = fieldsOf(probe, TENSOR);
  const type = Number(fields.find(({ number }) => number === DATA_TYPE)?.value ?? 0n);
  return (ELEMENT_TYPES.has(type) || type === TEXT_TYPE) && fields.some(({ number }) => VALUES.has(number));
}

function fieldsOf(probe: Head, spec: MessageSpec): readonly HeadField[] {
  return headFields(probe, spec) ?? [];
}

/** True for the text form of a ModelProto: an IR version among its first fields, and what such a model has beside it. */
export function isModelText(head: Uint8Array): boolean {
  if (!isLikelyText(head)) return false;
  const text = textOf(head);
  const isFirst =
    /^\ufeff?(?:\s*#[^\n]*\n)*\s*(?:(?:producer_name|producer_version|domain|doc_string): *"[^"\n]*"\s+)*ir_version: *(?:0x)?\d{1,3}[\s,;]/;
  return (
    isFirst.test(text) &&
    /^\s*(?:graph|opset_import|producer_name|model_version|functions|domain)(?: *:| *\{)/m.test(text)
  );
}
