import { type ByteSource, slice } from "../../bytes/source.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { say } from "../../model/sentence.ts";
import { attributesOf, type DictNode, dictGet, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { Evaluation, type InlineArrays, type TakenArray } from "../pickle/evaluation.ts";
import { unread } from "../pickle/graph.ts";
import { shortText } from "../pickle/held-bytes.ts";
import { Machine } from "../pickle/machine.ts";
import { type ArrayHeader, className, dataLength, shapeText } from "../pickle/ndarray.ts";
import { dimensionsOf } from "../pickle/numpy-dtype-object.ts";

/**
 * Arrays inside of a joblib stream. joblib pickles a NumpyArrayWrapper in an array's place and writes the array right
 * after the BUILD that completes it:
 *
 *     ... BUILD | n | 0xff * n | the elements, dense, in the wrapper's order | the next opcode ...
 *
 * The length byte n and the padding are there when the wrapper has `numpy_array_alignment_bytes` (joblib 1.2 and
 * later). An array of Python objects is a pickle of its own there, whole, without padding. Before 0.10 the wrapper
 * (NDArrayWrapper, ZNDArrayWrapper) names a file beside this one.
 */

/** joblib, and the copy of it that scikit-learn carried until 0.22. */
const MODULE = /(?:^|\.)joblib\.numpy_pickle(?:_compat)?$/;

/** Which of joblib's stand-ins an object is. */
function wrapperOf(node: ObjectNode): "inline" | "beside" | undefined {
  const [first] = node.args;
  const made = isNode(node.callable) && node.callable.kind === "global" ? node.callable : undefined;
  const type = made?.name === "_reconstructor" && isNode(first) && first.kind === "global" ? first : made;
  if (type === undefined || !MODULE.test(type.module)) return undefined;
  if (type.name === "NumpyArrayWrapper") return "inline";
  return type.name === "NDArrayWrapper" || type.name === "ZNDArrayWrapper" ? "beside" : undefined;
}

/** Attributes of a stand-in of one of the two kinds. */
export function wrapperAttributes(node: ObjectNode, kind: "inline" | "beside"): DictNode | undefined {
  return wrapperOf(node) === kind ? attributesOf(node) : undefined;
}

export const joblibArrays: InlineArrays = {
  isFollowed(node) {
    return wrapperOf(node) !== undefined;
  },
  isElsewhere(node) {
    return wrapperOf(node) === "beside";
  },
  take(node, source, position, firstByte, evaluation, work) {
    const attributes = attributesOf(node);
    if (wrapperOf(node) === "beside") return beside(node, attributes, position, evaluation);
    evaluation.traits.wrappedArrays++;
    const header = attributes === undefined ? undefined : headerOf(attributes, evaluation);
    if (header === undefined || attributes === undefined) return unknown(node, position);
    if (holdsObjects(header.dtype)) return nested(source, position, evaluation, work);
    const length = dataLength(header, node.offset);
    if (typeof length !== "number")
      return { value: node, end: position, problem: { rule: "integrity/corrupt", sentence: length, offset: position } };
    const subclass = dictGet(attributes, "subclass");
    const take = (padding: number): TakenArray => elements(node, subclass, header, source, position + padding, length);
    const alignment = dictGet(attributes, "numpy_array_alignment_bytes");
    if (alignment === undefined || alignment === null) return take(0);
    if (firstByte !== undefined) return take(1 + firstByte);
    if (position >= source.size) return take(1);
    return source.read(position, position + 1).then(([padding = 0]) => take(1 + padding));
  },
};

function headerOf(attributes: DictNode, evaluation: Evaluation): ArrayHeader | undefined {
  const shape = dimensionsOf(dictGet(attributes, "shape"));
  const type = dictGet(attributes, "dtype");
  const dtype = isNode(type) ? evaluation.dtypes.get(type) : undefined;
  const order = shortText(dictGet(attributes, "order"));
  if (shape === undefined || dtype === undefined || (order !== "C" && order !== "F")) return undefined;
  return { shape, dtype, order };
}

/** The array's bytes stay where they are: only their place is noted. */
function elements(
  node: ObjectNode,
  subclass: Value | undefined,
  header: ArrayHeader,
  source: ByteSource,
  start: number,
  length: number,
): TakenArray {
  const available = source.size - start;
  if (length > available) {
    const sentence = say(
      "The array at byte {offset} of shape {shape} and dtype {dtype} is cut off: it needs {needed} bytes from byte {start} on, {available} are left.",
      {
        offset: node.offset,
        shape: shapeText(header.shape),
        dtype: header.dtype.name,
        needed: length,
        start,
        available: Math.max(0, available),
      },
    );
    const why = `array ${shapeText(header.shape)} ${header.dtype.name}: its bytes are cut off`;
    return {
      value: unread(why, node.offset),
      end: source.size,
      problem: {
        rule: "integrity/truncated",
        sentence,
        offset: start,
        needed: length,
        available: Math.max(0, available),
      },
    };
  }
  const { shape, dtype, order } = header;
  const data = slice(source, start, start + length);
  const tensor = { dtype, shape, order, offset: 0, data };
  return {
    value: { kind: "tensor", tensor, className: className(subclass), offset: node.offset },
    end: start + length,
  };
}

/** Without shape, dtype or order there is no telling where the next opcode is. */
function unknown(node: ObjectNode, position: number): TakenArray {
  const sentence = say(
    "The array at byte {offset} has a shape, dtype or order that is not known, so what follows it cannot be found.",
    { offset: node.offset },
  );
  return { value: node, end: position, problem: { rule: "integrity/corrupt", sentence, offset: position } };
}

/** A whole pickle, read by a plain unpickler of its own: its own memo, and no inline arrays in it. */
async function nested(source: ByteSource, position: number, evaluation: Evaluation, work: Work): Promise<TakenArray> {
  const inner = new Evaluation(evaluation.imports);
  const stream = await new Machine(source, position, inner).read(work);
  evaluation.absorb(inner);
  const value = stream.root ?? unread("an array of objects that could not be read", position);
  return stream.problem === undefined
    ? { value, end: stream.end }
    : { value, end: stream.end, problem: stream.problem };
}

/** Before 0.10: the array is in another file. */
function beside(
  node: ObjectNode,
  attributes: DictNode | undefined,
  position: number,
  evaluation: Evaluation,
): TakenArray {
  const name = attributes === undefined ? undefined : shortText(dictGet(attributes, "filename"));
  evaluation.traits.sideCars.push(name ?? "unnamed");
  return { value: node, end: position };
}
