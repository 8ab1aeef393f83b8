import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { asArtifactError, corrupt } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message } from "../protobuf/message.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { formatElement } from "../../model/decode.ts";
import { unpackedBits } from "./bits.ts";
import { decompress } from "./constexpr.ts";
import { type ElementType, namedTypeText, tensorTypeOf } from "./program-types.ts";
import type { WeightFiles } from "./weight-file.ts";

/** An integer list up to this is a setting (a kernel's size) and is written out with its operation. */
const WRITTEN = 16;
/** Blocks in each other: the branches of conditions and loops. */
const DEPTH = 40;

interface Named {
  readonly keys: Value[];
  readonly values: Value[];
}

/** Constants of one function. */
interface Known {
  /** Those that are parameters. */
  readonly into: Named;
  readonly byName: Map<string, Value>;
  readonly nameOf: Map<Value, string>;
}

/**
 * An ML Program: for each function a dict of its constants by name, weights from the file beside it included, compressed
 * ones as the values that they stand for; and what it does, as a list of operations.
 */
export class ProgramReader {
  isWhole = true;
  private readonly source: ByteSource;
  private readonly work: Work;
  private readonly findings: CappedFindings;
  private readonly files: WeightFiles;

  constructor(source: ByteSource, work: Work, findings: CappedFindings, files: WeightFiles) {
    this.source = source;
    this.work = work;
    this.findings = findings;
    this.files = files;
  }

  /** Constants of each function; `operations` gets what each does. */
  async program(program: Message, operations: Named): Promise<Value> {
    const functions: [string, Value][] = [];
    for (const entry of program.messages("functions")) {
      const name = entry.text("key") ?? "";
      const constants: Named = { keys: [], values: [] };
      const blocks = entry.message("value")?.messages("block_specializations") ?? [];
      for (const each of blocks) {
        const block = each.message("value");
        if (block === undefined) continue;
        const listed = await this.block(block, { into: constants, byName: new Map(), nameOf: new Map() }, 0);
        operations.keys.push(blocks.length === 1 ? name : `${name}.${each.text("key") ?? ""}`);
        operations.values.push(listed);
      }
      functions.push([name, { kind: "dict", keys: constants.keys, values: constants.values }]);
    }
    for (const found of this.files.missing()) {
      this.isWhole = false;
      this.findings.add(found);
    }
    return dictOf(functions);
  }

  private async block(block: Message, known: Known, depth: number): Promise<Value> {
    if (depth > DEPTH) throw corrupt(`${this.source.name}: blocks are nested too deep`, block.start);
    const items: Value[] = [];
    for (const operation of block.messages("operations")) {
      if (this.work.isDue()) await this.work.checkpoint();
      const type = operation.text("type") ?? "";
      const output = operation.messages("outputs")[0]?.text("name") ?? `operation[${items.length}]`;
      if (type === "const") {
        const constant = await this.attribute(operation, "val", output);
        know(known, output, constant);
        continue;
      }
      const inputs = await this.arguments(operation, output, known);
      if (type.startsWith("constexpr_")) this.compressed(type, operation, output, inputs, known);
      items.push(await this.described(type, operation, inputs, known, depth));
    }
    return listOf(items);
  }

  /** A compressed constant: its values, or its parts where they are not known to be made from them. */
  private compressed(
    type: string,
    operation: Message,
    output: string,
    inputs: ReadonlyMap<string, Value>,
    known: Known,
  ): void {
    // Parts that have no name of their own are found beside what is made of them.
    for (const [name, part] of inputs)
      if (isParameter(part) && !known.nameOf.has(part)) know(known, `${output}.${name}`, part);
    try {
      const tensor = decompress(type, inputs);
      if (tensor !== undefined)
        know(known, output, { kind: "tensor", tensor, className: `coreml.${type}`, offset: operation.start });
    } catch (error) {
      this.notRead(output, operation.start, error);
    }
  }

  private async arguments(operation: Message, output: string, known: Known): Promise<Map<string, Value>> {
    const found = new Map<string, Value>();
    for (const entry of operation.messages("inputs")) {
      const key = entry.text("key") ?? "";
      const values: Value[] = [];
      for (const binding of entry.message("value")?.messages("arguments") ?? []) {
        const value = binding.message("value");
        const name = binding.text("name") ?? "";
        values.push(
          value === undefined ? (known.byName.get(name) ?? name) : await this.value(value, `${output}.${key}`),
        );
      }
      found.set(key, values.length === 1 ? (values[0] ?? null) : listOf(values));
    }
    for (const entry of operation.messages("attributes")) {
      const key = entry.text("key") ?? "";
      if (key !== "name") found.set(key, await this.attribute(operation, key, `${output}.${key}`));
    }
    return found;
  }

  private async described(
    type: string,
    operation: Message,
    inputs: ReadonlyMap<string, Value>,
    known: Known,
    depth: number,
  ): Promise<Value> {
    const shown = (value: Value): Value => (isParameter(value) ? (known.nameOf.get(value) ?? value) : value);
    const kwargs: [string, Value][] = [...inputs].map(([key, value]) => [key, shown(value)]);
    kwargs.push(["outputs", listOf(operation.messages("outputs").map(namedTypeText))]);
    for (const [i, block] of operation.messages("blocks").entries())
      kwargs.push([`block_${i}`, await this.block(block, known, depth + 1)]);
    return {
      kind: "object",
      callable: { kind: "global", module: "coreml", name: type, offset: operation.start },
      how: "call",
      args: [],
      kwargs: dictOf(kwargs),
      offset: operation.start,
    };
  }

  private attribute(operation: Message, key: string, path: string): Promise<Value> {
    const entry = operation.messages("attributes").find((each) => each.text("key") === key);
    const value = entry?.message("value");
    return value === undefined ? Promise.resolve(null) : this.value(value, path);
  }

  private async value(value: Message, path: string): Promise<Value> {
    try {
      return await this.valueOf(value, path);
    } catch (error) {
      return this.notRead(path, value.start, error);
    }
  }

  private async valueOf(value: Message, path: string): Promise<Value> {
    const type = tensorTypeOf(value.message("type"));
    const blob = value.message("blobFileValue");
    const immediate = value.message("immediateValue");
    const list = immediate?.message("list") ?? immediate?.message("tuple");
    if (list !== undefined) {
      const items: Value[] = [];
      for (const [i, item] of list.messages("values").entries()) items.push(await this.value(item, `${path}[${i}]`));
      return listOf(items);
    }
    const dictionary = immediate?.message("dictionary");
    if (dictionary !== undefined) return this.dictionary(dictionary, path);
    const tensor = immediate?.message("tensor");
    if (type === undefined || (blob === undefined && tensor === undefined)) return null;
    if (type.isText) {
      const texts = tensor?.message("strings")?.texts("values") ?? [];
      return type.shape?.length === 0 ? (texts[0] ?? "") : listOf(texts);
    }
    const { element, shape } = type;
    if (element === undefined || shape === undefined)
      throw corrupt(`${this.source.name}: a constant whose type or shape is not said`, value.start);
    if (tensor !== undefined) return this.immediate(tensor, element, shape, value.start);
    if (blob === undefined) return null;
    const found = await this.files.blob(blob, element, elementCount(shape), path);
    if (found !== undefined) return tensorValue(stored(element, shape, found.data, found.offset), value.start);
    return { kind: "unread", why: "its file is not there", offset: value.start };
  }

  private async dictionary(dictionary: Message, path: string): Promise<Value> {
    const keys: Value[] = [];
    const values: Value[] = [];
    for (const pair of dictionary.messages("values")) {
      const [key, value] = [pair.message("key"), pair.message("value")];
      keys.push(key === undefined ? null : await this.value(key, path));
      values.push(value === undefined ? null : await this.value(value, path));
    }
    return { kind: "dict", keys, values };
  }

  private async immediate(tensor: Message, element: ElementType, shape: readonly number[], at: number): Promise<Value> {
    const { source } = this;
    const count = elementCount(shape);
    const numbers = tensor.message("floats")?.numbers("values") ?? tensor.message("doubles")?.numbers("values");
    const dtype = scalarDType(element.scalar);
    if (numbers !== undefined) return withText(fixedTensor(source, numbers, dtype, shape), at);
    const integers = tensor.message("ints") ?? tensor.message("longInts") ?? tensor.message("bools");
    const varints = integers?.numbers("values");
    if (varints !== undefined) {
      const width = dtype.itemSize;
      if (width !== 1 && width !== 2 && width !== 4 && width !== 8) throw corrupt(`integers as ${dtype.name}`, at);
      const { count: found, data } = await varintNumbers(source, varints, width, this.work);
      if (found !== count) throw corrupt(`${found} numbers for the shape [${shape.join(", ")}]`, at);
      return this.setting({ dtype, shape, order: "C", offset: 0, data }, at);
    }
    const range = tensor.message("bytes")?.range("values");
    if (count === 0 && range === undefined)
      return tensorValue({ dtype, shape, order: "C", offset: 0, data: slice(source, 0, 0) }, at);
    const needed = Math.ceil((count * element.bits) / 8);
    if (range === undefined || range.end - range.start < needed)
      throw corrupt(`${range === undefined ? 0 : range.end - range.start} bytes for ${count} elements`, at);
    const tensor32 = stored(element, shape, source, range.start);
    return element.bits === 32 && element.scalar !== "float32" ? this.setting(tensor32, at) : withText(tensor32, at);
  }

  /** Integers and truth values: few of them are written out, many are an array. */
  private async setting(tensor: TensorRef, at: number): Promise<Value> {
    const count = elementCount(tensor.shape);
    if (count > WRITTEN) return tensorValue(tensor, at);
    const bytes = await readElements(tensor, 0, count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const items = Array.from({ length: count }, (_, k): Value => {
      const text = formatElement(tensor.dtype, view, k * tensor.dtype.itemSize);
      return tensor.dtype.kind === "b" ? text === "True" || text === "true" : BigInt(text);
    });
    return tensor.shape.length === 0 ? (items[0] ?? null) : listOf(items);
  }

  private notRead(path: string, at: number, error: unknown): Value {
    const reason = asArtifactError(error, `reading ${path}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    this.isWhole = false;
    const sentence = say("The constant {name} could not be read: {reason}.", { name: path, reason: reason.message });
    this.findings.add(finding(ruleOf(reason), "error", sentence, placeIn(this.source, at, 0)));
    return { kind: "unread", why: reason.message, offset: at };
  }
}

/** A name means one value in a function, whichever block it is in. */
function know({ into, byName, nameOf }: Known, name: string, value: Value): void {
  byName.set(name, value);
  if (!isParameter(value)) return;
  nameOf.set(value, name);
  into.keys.push(name);
  into.values.push(value);
}

function stored(element: ElementType, shape: readonly number[], source: ByteSource, offset: number): TensorRef {
  const dtype = scalarDType(element.scalar);
  if (dtype.bits === element.bits) return { dtype, shape, order: "C", offset, data: source };
  const data = unpackedBits(source, offset, elementCount(shape), element.bits);
  return { dtype, shape, order: "C", offset: 0, data };
}

function tensorValue(tensor: TensorRef, offset: number): Value {
  return { kind: "tensor", tensor, className: "coreml.const", offset };
}

/** A single number is shown as one. */
async function withText(tensor: TensorRef, at: number): Promise<Value> {
  if (tensor.shape.length > 0 || tensor.dtype.itemSize === 0) return tensorValue(tensor, at);
  const bytes = await readElements(tensor, 0, 1);
  const text = formatElement(tensor.dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  return { kind: "scalar", tensor, text };
}

/** What was learned, or is too long to be a setting. */
function isParameter(value: Value): boolean {
  return isNode(value) && (value.kind === "tensor" || value.kind === "unread" || value.kind === "scalar");
}
