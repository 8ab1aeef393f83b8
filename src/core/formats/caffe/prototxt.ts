import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { stoppedAt } from "../stopped.ts";
import { readTextMessage } from "./text-message.ts";

/** Fields that a network begins with, behind comments and its name. */
const FIRST =
  /^\ufeff?(?:\s|#[^\n]*\n)*(?:name\s*:\s*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?:\s|#[^\n]*\n)*)?(?:input(?:_dim|_shape)?\s*[:{]|layers?\s*:?\s*\{|force_backward\s*:|state\s*\{)/;

export function isPrototxt(head: Uint8Array): boolean {
  return isLikelyText(head) && FIRST.test(textOf(head));
}

/**
 * Reads a Caffe network in protobuf's text form: layers as calls with all that is said of them. There are no weights in
 * it. Throws when there is no layer.
 */
export async function readPrototxt(source: ByteSource): Promise<RawArtifact> {
  if (source.size > LIMITS.writtenBytes) throw limitExceeded(source.name, source.size, LIMITS.writtenBytes);
  const { message, error } = readTextMessage(textOf(await source.read(0, source.size)), source.name);
  const layers = [...messagesOf(message, "layer"), ...messagesOf(message, "layers")];
  if (layers.length === 0 && dictGet(message, "input") === undefined)
    throw error ?? corrupt(`${source.name}: no layers`, 0);
  const findings = new CappedFindings();
  if (error !== undefined) findings.add(stoppedAt(source, error));
  const rest: [string, Value][] = [];
  for (const [k, key] of message.keys.entries())
    if (typeof key === "string" && key !== "layer" && key !== "layers") rest.push([key, message.values[k] ?? null]);
  const name = dictGet(message, "name");
  return {
    format: "caffe",
    container: [],
    root: undefined,
    namedTensors: true,
    facts: [
      ...(typeof name === "string" ? [{ id: "caffe.name", label: "Network", value: name }] : []),
      { id: "caffe.layers", label: "Layers", value: String(layers.length) },
      { id: "caffe.encoding", label: "Encoding", value: "text, without weights" },
    ],
    metadata: dictOf([...rest, ["layers", listOf(layers.map(call))]]),
    told: { framework: { name: "caffe" } },
    findings: findings.all(),
    complete: error === undefined,
  };
}

function messagesOf(message: DictNode, key: string): readonly DictNode[] {
  return listed(dictGet(message, key)).filter((each): each is DictNode => isNode(each) && each.kind === "dict");
}

/** Of a field that may occur once or more. */
function listed(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return isNode(value) && value.kind === "list" ? value.items : [value];
}

function call(layer: DictNode): Value {
  const type = dictGet(layer, "type");
  const entries: [string, Value][] = [
    ["name", dictGet(layer, "name") ?? ""],
    ["inputs", listOf(listed(dictGet(layer, "bottom")))],
    ["outputs", listOf(listed(dictGet(layer, "top")))],
  ];
  for (const [k, key] of layer.keys.entries())
    if (typeof key === "string" && !["name", "type", "bottom", "top"].includes(key))
      entries.push([key, layer.values[k] ?? null]);
  return {
    kind: "object",
    callable: { kind: "global", module: "caffe", name: typeof type === "string" ? type : "layer", offset: 0 },
    how: "call",
    args: [],
    kwargs: dictOf(entries),
    offset: 0,
  };
}
