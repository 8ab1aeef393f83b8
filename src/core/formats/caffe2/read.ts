import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { asArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { objectDType } from "../../model/dtype-build.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { describeMessage } from "../protobuf/describe.ts";
import { reportParse, unknownFields } from "../protobuf/findings.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import { fromText } from "../protobuf/from-text.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { stoppedAt } from "../stopped.ts";
import { NET } from "./messages.ts";
import { isNetText } from "./text-form.ts";

/** Reads a Caffe2 net: what its operators fill is the parameters, by the name of their output; operators as calls. */
export async function readCaffe2(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const head = await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes));
  if (!isNetText(head)) return readNet(source, context);
  const { binary, unknown, error } = await fromText(source, NET, () => undefined, context.work);
  const raw = await readNet(binary, context).catch((reason: unknown) => {
    throw error ?? reason;
  });
  const found = unknown.size === 0 ? [] : [unknownFields(source, [...unknown].slice(0, 20), 0)];
  return {
    ...raw,
    facts: [...raw.facts, { id: "caffe2.encoding", label: "Encoding", value: "text" }],
    findings: [...raw.findings, ...found, ...(error === undefined ? [] : [stoppedAt(source, error)])],
    complete: raw.complete && error === undefined,
  };
}

async function readNet(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const parsed = await parseMessage(source, NET, work);
  const net = parsed.message;
  const operators = net.messages("op");
  if (operators.length === 0) throw parsed.error ?? corrupt(`${source.name}: no operators`, 0);
  const findings = new CappedFindings();
  let isWhole = reportParse(source, parsed, findings);
  const keys: Value[] = [];
  const values: Value[] = [];
  const taken = new Set<string>();
  const listed: Value[] = [];
  for (const operator of operators) {
    if (work.isDue()) await work.checkpoint();
    const name = operator.texts("output")[0] ?? "";
    try {
      const filled = await filledBy(operator, source, work);
      if (filled !== undefined) {
        const key = taken.has(name) ? `${name}#${keys.length}` : name;
        taken.add(key);
        keys.push(key);
        values.push(filled);
      }
    } catch (error) {
      const reason = asArtifactError(error, `reading ${name}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      isWhole = false;
      const sentence = say("The values of {name} are not read: {reason}.", { name, reason: reason.message });
      findings.add(finding(ruleOf(reason), "error", sentence, { path: name, ...placeIn(source, operator.start, 0) }));
      keys.push(taken.has(name) ? `${name}#${keys.length}` : name);
      values.push({ kind: "unread", why: reason.message, offset: operator.start });
    }
    listed.push(await call(operator, source, work));
  }
  const facts: Fact[] = [
    { id: "caffe2.name", label: "Network", value: net.text("name") ?? "" },
    { id: "caffe2.inputs", label: "Inputs", value: net.texts("external_input").slice(0, 20).join(", ") },
    { id: "caffe2.operators", label: "Operators", value: String(operators.length) },
  ];
  const outputs = net.texts("external_output");
  return {
    format: "caffe2",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: facts.filter(({ value }) => value !== ""),
    metadata: dictOf([["operators", listOf(listed)]]),
    told: { framework: { name: "caffe2" }, ...(outputs.length === 0 ? {} : { schema: { outputs } }) },
    findings: findings.all(),
    complete: isWhole,
  };
}

/** Operators whose `values` are a parameter, and the list that those are in. */
const FILLS: Readonly<Record<string, "float32" | "float64" | "int32" | "int64" | "int16" | "bool" | "text" | "bytes">> =
  {
    GivenTensorFill: "float32",
    GivenTensorDoubleFill: "float64",
    GivenTensorIntFill: "int32",
    GivenTensorInt64Fill: "int64",
    GivenTensorInt16Fill: "int16",
    GivenTensorBoolFill: "bool",
    GivenTensorStringFill: "text",
    GivenTensorByteStringToUInt8Fill: "bytes",
    Int8GivenTensorFill: "bytes",
    Int8GivenIntTensorFill: "int32",
  };

async function filledBy(operator: Message, source: ByteSource, work: Work): Promise<Value | undefined> {
  const kind = FILLS[operator.text("type") ?? ""];
  if (kind === undefined) return undefined;
  const args = new Map(operator.messages("arg").map((each) => [each.text("name") ?? "", each]));
  const values = args.get("values");
  const given = args.get("shape");
  const shape = given === undefined ? undefined : await integers(given, source, work);
  const node = (tensor: TensorRef): Value => ({
    kind: "tensor",
    tensor,
    className: operator.text("type") ?? "",
    offset: operator.start,
  });
  const empty = fromBytes(new Uint8Array(0), source.name);
  if (kind === "text") {
    const objects: Value[] = [];
    for (const range of values?.ranges("strings") ?? []) objects.push(await textOrBytes(range, { source, work }));
    const dims = fitting(shape, objects.length);
    return {
      kind: "tensor",
      tensor: { dtype: objectDType(), shape: dims, order: "C", offset: 0, data: empty },
      className: "GivenTensorStringFill",
      objects,
      offset: operator.start,
    };
  }
  if (kind === "bytes") {
    const range = values?.range("s") ?? values?.range("strings") ?? { start: 0, end: 0 };
    const dims = fitting(shape, range.end - range.start);
    const stored = node({ dtype: scalarDType("uint8"), shape: dims, order: "C", offset: range.start, data: source });
    return quantised(stored, args, source);
  }
  if (kind === "float32" || kind === "float64") {
    const numbers = values?.numbers("floats");
    const count = numbers === undefined ? 0 : fixedCount(numbers);
    // Doubles are in the list of floats too: that is all that the file has of them.
    const dtype = scalarDType("float32");
    const dims = fitting(shape, count);
    return node(
      numbers === undefined
        ? { dtype, shape: dims, order: "C", offset: 0, data: empty }
        : fixedTensor(source, numbers, dtype, dims),
    );
  }
  const dtype = scalarDType(kind);
  const numbers = values?.numbers("ints");
  const width = dtype.itemSize as 1 | 2 | 4 | 8;
  const made = numbers === undefined ? undefined : await varintNumbers(source, numbers, width, work);
  if (made !== undefined && made.overflows > 0) throw corrupt(`${made.overflows} numbers do not fit into ${kind}`);
  const dims = fitting(shape, made?.count ?? 0);
  return quantised(node({ dtype, shape: dims, order: "C", offset: 0, data: made?.data ?? empty }), args, source);
}

/** Of 8-bit parameters, what their integers stand for: scale * (q - zero point). */
async function quantised(stored: Value, args: ReadonlyMap<string, Message>, source: ByteSource): Promise<Value> {
  const scale = args.get("Y_scale")?.fixed("f");
  if (scale === undefined) return stored;
  const tensor: TensorRef = { dtype: scalarDType("float32"), shape: [], order: "C", offset: scale, data: source };
  return dictOf([
    ["values", stored],
    ["scale", { kind: "scalar", tensor }],
    ["zero_point", args.get("Y_zero_point")?.int("i") ?? 0n],
  ]);
}

/** The shape that an operator says, or a flat one. */
function fitting(shape: readonly number[] | undefined, count: number): readonly number[] {
  if (shape === undefined) return [count];
  if (elementCount(shape) !== count) throw corrupt(`${count} values for the shape [${shape.join(", ")}]`);
  return shape;
}

async function integers(argument: Message, source: ByteSource, work: Work): Promise<readonly number[]> {
  const numbers = argument.numbers("ints");
  if (numbers === undefined) return [];
  const { data, count } = await varintNumbers(source, numbers, 8, work);
  if (count > LIMITS.dimensions) throw corrupt(`${count} dimensions`, argument.start);
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) => Number(view.getBigInt64(8 * k, true)));
}

async function call(operator: Message, source: ByteSource, work: Work): Promise<Value> {
  const entries: [string, Value][] = [
    ["inputs", listOf(operator.texts("input"))],
    ["outputs", listOf(operator.texts("output"))],
  ];
  const name = operator.text("name") ?? "";
  if (name !== "") entries.unshift(["name", name]);
  for (const argument of operator.messages("arg")) {
    const key = argument.text("name") ?? "";
    if (key !== "values") entries.push([key, await argumentValue(argument, source, work)]);
  }
  const type = operator.text("type") ?? "";
  return {
    kind: "object",
    callable: { kind: "global", module: "caffe2", name: type, offset: operator.start },
    how: "call",
    args: [],
    kwargs: dictOf(entries),
    offset: operator.start,
  };
}

/** The one field that an argument has beside its name. */
async function argumentValue(argument: Message, source: ByteSource, work: Work): Promise<Value> {
  const text = argument.range("s");
  if (text !== undefined) return textOrBytes(text, { source, work });
  const described = await describeMessage(argument, { source, work });
  if (typeof described !== "object" || described?.kind !== "dict") return described;
  return described.values[described.keys.findIndex((key) => key !== "name")] ?? null;
}
