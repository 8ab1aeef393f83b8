import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { type DictNode, dictGet, isNode, type ObjectNode, type TensorNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { containerOf, unwrap } from "../containers.ts";
import type { ReadContext } from "../format.ts";
import { readNpy } from "../npy/read.ts";
import type { Evaluation, InlineArrays } from "../pickle/evaluation.ts";
import { argumentsOf } from "../pickle/graph.ts";
import { shortText } from "../pickle/held-bytes.ts";
import { className, dataLength } from "../pickle/ndarray.ts";
import { dimensionsOf } from "../pickle/numpy-dtype-object.ts";
import { joblibArrays, wrapperAttributes } from "./wrapper.ts";

/**
 * joblib before 0.10 kept each array in a file of its own beside the pickle:
 *
 *     model.pkl           NDArrayWrapper  {filename: "model.pkl_01.npy", subclass, allow_mmap}
 *     model.pkl_01.npy    the array as numpy saves it
 *     model.gz            ZNDArrayWrapper {filename: "model.gz_01.npy.z", init_args, state}
 *     model.gz_01.npy.z   the array's bytes alone, in a ZF stream; shape and dtype are in `state`
 *
 * The facts are in joblib 0.9's `numpy_pickle.py`. A file that is not there, or is not what the pickle says, leaves the
 * stand-in where it is, and the report names the file.
 */
export function joblibArraysOf(context: ReadContext): InlineArrays {
  const { siblings, work } = context;
  if (siblings === undefined) return joblibArrays;
  return {
    isFollowed: (node) => joblibArrays.isFollowed(node),
    isElsewhere: (node) => joblibArrays.isElsewhere(node),
    // Most arrays need no wait: only those that lie in other files are waited for.
    take(node, source, position, firstByte, evaluation) {
      const attributes = wrapperAttributes(node, "beside");
      const name = attributes === undefined ? undefined : shortName(dictGet(attributes, "filename"));
      const otherwise = (): ReturnType<InlineArrays["take"]> =>
        joblibArrays.take(node, source, position, firstByte, evaluation, work);
      if (attributes === undefined || name === undefined) return otherwise();
      return arrayBeside(node, name, attributes, evaluation, context).then((value) => {
        if (value === undefined) return otherwise();
        evaluation.traits.wrappedArrays++;
        return { value, end: position };
      });
    },
  };
}

/** A file's name: as long as a name may be. */
function shortName(value: Value | undefined): string | undefined {
  const text = typeof value === "string" ? value : shortText(value);
  return text !== undefined && text.length <= 255 ? text : undefined;
}

async function arrayBeside(
  node: ObjectNode,
  name: string,
  attributes: DictNode,
  evaluation: Evaluation,
  context: ReadContext,
): Promise<Value | undefined> {
  try {
    const file = await context.siblings?.open(name);
    if (file === undefined) return undefined;
    const isPacked = dictGet(attributes, "init_args") !== undefined;
    return isPacked
      ? await packedArray(node, file, attributes, evaluation, context)
      : await savedArray(node, file, attributes, evaluation, context);
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}

async function savedArray(
  node: ObjectNode,
  file: ByteSource,
  attributes: DictNode,
  evaluation: Evaluation,
  context: ReadContext,
): Promise<Value | undefined> {
  // What is wrong in it is said of that file, whose offsets are not of this one.
  const { value, imports, complete } = await readNpy(file, {
    ...context,
    container: [...context.container, file.name],
  });
  for (const { module, name, role } of imports) {
    const made = evaluation.imports.global(module, name, node.offset);
    if (role === "call") evaluation.imports.called(made);
  }
  if (!complete) return undefined;
  const isArray = isNode(value) && value.kind === "tensor";
  return isArray ? { ...value, className: className(dictGet(attributes, "subclass")), offset: node.offset } : value;
}

async function packedArray(
  node: ObjectNode,
  file: ByteSource,
  attributes: DictNode,
  evaluation: Evaluation,
  { host, work }: ReadContext,
): Promise<TensorNode | undefined> {
  const [, shape, type, fortran] = argumentsOf(dictGet(attributes, "state")) ?? [];
  const dims = dimensionsOf(shape);
  const dtype = isNode(type) ? evaluation.dtypes.get(type) : undefined;
  if (dims === undefined || dtype === undefined || holdsObjects(dtype)) return undefined;
  const order = fortran === true || fortran === 1n ? "F" : "C";
  const length = dataLength({ shape: dims, dtype, order }, node.offset);
  const data = typeof length === "number" ? await unpacked(file, length, host, work) : undefined;
  if (data === undefined) return undefined;
  const [subclass] = argumentsOf(dictGet(attributes, "init_args")) ?? [];
  const tensor = { dtype, shape: dims, order, offset: 0, data } as const;
  return { kind: "tensor", tensor, className: className(subclass), offset: node.offset };
}

/** The inflated bytes, when there are as many as there should be. */
async function unpacked(
  file: ByteSource,
  length: number,
  host: ReadContext["host"],
  work: Work,
): Promise<ByteSource | undefined> {
  const head = await file.read(0, Math.min(file.size, 64));
  const packed = containerOf({ name: file.name, size: file.size, head, tail: head });
  const taken = packed === undefined ? undefined : await unwrap(file, packed, host, work, length + 1);
  return taken?.error === undefined && taken?.source.size === length ? taken.source : undefined;
}
