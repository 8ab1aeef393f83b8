import { joined } from "../../bytes/joined.ts";
import { type JsonNumber, type JsonValue, jsonGet, readJsonTree } from "../../bytes/json-tree.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { tensorUnread } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { blockDType, scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { configOf, dictAt } from "../keras/config.ts";
import { codeFindings } from "../keras/findings.ts";
import { dequantised } from "./dequantised.ts";
import { type Group, groupsOf, type Weight } from "./manifest.ts";

const DTYPES: Readonly<Record<string, "float32" | "int32" | "bool" | "complex64">> = {
  float32: "float32",
  int32: "int32",
  bool: "bool",
  complex64: "complex64",
};

/** Reads a manifest of weights and where each lies in the files beside it. Throws when there is no manifest. */
export async function readTfjs(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  if (source.size > LIMITS.jsonBytes) throw limitExceeded(source.name, source.size, LIMITS.jsonBytes);
  const tree = readJsonTree(await source.read(0, source.size), LIMITS.valueDepth, { what: source.name });
  if (tree.error !== undefined) throw tree.error;
  const groups = groupsOf(tree.root);
  if (groups === undefined) throw corrupt(`${source.name}: no weightsManifest`);
  const findings = new CappedFindings();
  const root: DictNode = { kind: "dict", keys: [], values: [] };
  let isWhole = true;
  const paths = groups.reduce((sum, group) => sum + group.paths.length, 0);
  // The same file may be named any number of times, and each time it is opened.
  if (paths > LIMITS.shards) throw limitExceeded(`${source.name}: files of weights`, paths, LIMITS.shards);
  for (const group of groups) {
    const data = await dataOf(group, source, context, findings);
    let offset: number | undefined = 0;
    for (const weight of group.weights) {
      if (context.work.isDue()) await context.work.checkpoint();
      root.keys.push(weight.name);
      try {
        if (offset === undefined) throw unsupported("it follows texts, whose length the manifest does not tell");
        const placed = place(weight, data, offset);
        offset += placed.bytes;
        if (offset > data.size)
          throw truncated(data.name, offset - placed.bytes, placed.bytes, data.size - offset + placed.bytes);
        root.values.push(placed.value());
      } catch (error) {
        const reason = asArtifactError(error, weight.name);
        if (reason.code === "unsupported") offset = undefined;
        findings.add(tensorUnread(source, weight.name, weight.at, reason));
        root.values.push({ kind: "unread", why: reason.message, offset: weight.at });
        isWhole = false;
      }
    }
    if (offset !== undefined && offset < data.size) {
      const rest = corrupt(`${data.size - offset} bytes follow the last weight`);
      findings.add(tensorUnread(source, data.name, 0, rest));
      isWhole = false;
    }
  }
  const metadata = await topology(source, context);
  const model = dictAt(metadata, "modelTopology");
  return {
    format: "tfjs",
    container: [],
    root,
    namedTensors: true,
    facts: factsOf(tree.root, groups),
    metadata,
    told: { framework: { name: "tensorflow.js" } },
    findings: [...findings.all(), ...codeFindings(configOf(dictAt(model, "model_config") ?? model))],
    complete: isWhole,
  };
}

/** The files of a group as one; those that are missing end it. */
async function dataOf(
  group: Group,
  source: ByteSource,
  { siblings }: ReadContext,
  findings: CappedFindings,
): Promise<ByteSource> {
  const parts: ByteSource[] = [];
  for (const path of group.paths) {
    try {
      const found = await siblings?.open(path);
      if (found === undefined) throw unsupported("the file is not beside the manifest");
      parts.push(found);
    } catch (error) {
      const reason = asArtifactError(error, path);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      findings.add(tensorUnread(source, path, 0, reason));
      break;
    }
  }
  return joined(parts, group.paths.join(", "));
}

function place(
  { name, shape, dtype, quantization, at }: Weight,
  data: ByteSource,
  offset: number,
): { readonly bytes: number; readonly value: () => Value } {
  const scalar = DTYPES[dtype];
  if (scalar === undefined) throw unsupported(`elements of ${dtype}`);
  const count = elementCount(shape, name);
  const tensor = (made: ReturnType<typeof scalarDType>, from: ByteSource, start: number): Value => ({
    kind: "tensor",
    tensor: { dtype: made, shape, order: "C", offset: start, data: from },
    className: "tensor",
    offset: at,
  });
  if (quantization === undefined || quantization.dtype === "float16") {
    const made = scalarDType(quantization === undefined ? scalar : "float16");
    return { bytes: count * made.itemSize, value: () => tensor(made, data, offset) };
  }
  const size = { uint8: 1, uint16: 2 }[quantization.dtype];
  if ((size !== 1 && size !== 2) || (scalar !== "float32" && scalar !== "int32"))
    throw unsupported(`${dtype} quantised to ${quantization.dtype}`);
  const bytes = count * size;
  const made = blockDType(`quantized_${quantization.dtype}`, scalar, 1, size);
  return {
    bytes,
    value: () =>
      tensor(
        made,
        dequantised(slice(data, offset, offset + bytes), {
          bytes: size,
          scale: quantization.scale,
          min: quantization.min,
          isInteger: scalar === "int32",
        }),
        0,
      ),
  };
}

function factsOf(root: JsonValue | undefined, groups: readonly Group[]): Fact[] {
  const facts: Fact[] = [{ id: "tfjs.files", label: "Files", value: groups.flatMap(({ paths }) => paths).join(", ") }];
  if (typeof root !== "object" || root === null || root.kind !== "object") return facts;
  for (const [key, label] of [
    ["format", "Format"],
    ["generatedBy", "Generated by"],
    ["convertedBy", "Converted by"],
  ] as const) {
    const value: JsonValue | JsonNumber | undefined = jsonGet(root, key);
    if (typeof value === "string" && value !== "") facts.push({ id: `tfjs.${key}`, label, value });
  }
  return facts;
}

/** Everything of the JSON but the manifest. */
async function topology(source: ByteSource, context: ReadContext): Promise<Value> {
  const { root } = await readJson(source, context);
  if (typeof root !== "object" || root === null || root.kind !== "dict") return { kind: "dict", keys: [], values: [] };
  const kept = root.keys.map((key, index) => [key, root.values[index] ?? null] as const);
  const rest = kept.filter(([key]) => key !== "weightsManifest");
  return { kind: "dict", keys: rest.map(([key]) => key), values: rest.map(([, value]) => value) };
}
