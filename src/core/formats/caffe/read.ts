import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import { stopped } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { NET } from "./messages.ts";

/** Reads a Caffe network: the blobs of each layer as `layer.blobs[0]`, layers as calls. Settings of layers are not read. */
export async function readCaffe(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const { message: net, error } = await parseMessage(source, NET, work);
  const layers = [...net.messages("layer"), ...net.messages("layers")];
  if (layers.length === 0) throw error ?? corrupt(`${source.name}: no layers`, 0);
  const findings = new CappedFindings();
  let isWhole = error === undefined;
  if (error !== undefined) findings.add(stopped(source, error));
  const keys: Value[] = [];
  const values: Value[] = [];
  const listed: Value[] = [];
  const taken = new Set<string>();
  for (const [i, layer] of layers.entries()) {
    if (work.isDue()) await work.checkpoint();
    const name = layer.text("name") || `layer[${i}]`;
    for (const [k, blob] of layer.messages("blobs").entries()) {
      const path = `${name}.blobs[${k}]`;
      try {
        values.push(await blobValue(blob, source, work));
      } catch (reason) {
        if (!(reason instanceof ArtifactError) || reason.code === "cancelled" || reason.code === "changed")
          throw reason;
        isWhole = false;
        findings.add(
          finding(
            "integrity/corrupt",
            "error",
            say("The values of {name} are not read: {reason}.", { name: path, reason: reason.message }),
            { path, ...placeIn(source, blob.start, 0) },
          ),
        );
        values.push({ kind: "unread", why: reason.message, offset: blob.start });
      }
      keys.push(taken.has(path) ? `${path}#${i}` : path);
      taken.add(path);
    }
    listed.push(call(layer, name));
  }
  return {
    format: "caffe",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      { id: "caffe.name", label: "Network", value: net.text("name") ?? "" },
      { id: "caffe.layers", label: "Layers", value: String(layers.length) },
    ],
    metadata: { kind: "dict", keys: ["layers"], values: [{ kind: "list", type: "list", items: listed }] },
    told: { framework: { name: "caffe" } },
    findings: findings.all(),
    complete: isWhole,
  };
}

async function blobValue(blob: Message, source: ByteSource, work: ReadContext["work"]): Promise<Value> {
  if (blob.isCut) throw corrupt("it is not whole", blob.start);
  const doubles = blob.numbers("double_data");
  const numbers = doubles ?? blob.numbers("data") ?? { wire: "fixed32" as const, runs: [] };
  const dtype = scalarDType(doubles === undefined ? "float32" : "float64");
  const shape = await shapeOf(blob, source, work);
  if (elementCount(shape) !== fixedCount(numbers))
    throw corrupt(`${fixedCount(numbers)} numbers for the shape [${shape.join(", ")}]`, blob.start);
  return {
    kind: "tensor",
    tensor: fixedTensor(source, numbers, dtype, shape),
    className: "BlobProto",
    offset: blob.start,
  };
}

/** Before 2014 every blob had four dimensions, each in a field of its own. */
async function shapeOf(blob: Message, source: ByteSource, work: ReadContext["work"]): Promise<readonly number[]> {
  const shape = blob.message("shape");
  if (shape === undefined) return ["num", "channels", "height", "width"].map((name) => Number(blob.int(name) ?? 0n));
  const dims = shape.numbers("dim");
  if (dims === undefined) return [];
  const { data, count } = await varintNumbers(source, dims, 8, work);
  if (count > 32) throw corrupt(`${count} dimensions`, shape.start);
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) => Number(view.getBigInt64(8 * k, true)));
}

function call(layer: Message, name: string): Value {
  const texts = (field: string): Value => ({ kind: "list", type: "list", items: [...layer.texts(field)] });
  const type = layer.text("type") ?? `type ${layer.int("type") ?? 0n}`;
  return {
    kind: "object",
    callable: { kind: "global", module: "caffe", name: type, offset: layer.start },
    how: "call",
    args: [],
    kwargs: { kind: "dict", keys: ["name", "inputs", "outputs"], values: [name, texts("bottom"), texts("top")] },
    offset: layer.start,
  };
}
