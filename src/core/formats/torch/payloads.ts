import { type DictNode, dictGet, isNode, type TensorNode, type Value } from "../../model/value.ts";
import { argumentsOf } from "../pickle/graph.ts";
import type { TorchArchive } from "./archive.ts";
import { elementTypeOf } from "./dtypes.ts";
import type { Found } from "./rebuild.ts";
import { sizeOf } from "./storage.ts";
import { viewOf } from "./tensor.ts";

/** Element types by number (torch/_export/serde/schema.py, `ScalarType`). */
const SCALAR_TYPES: ReadonlyMap<number, string> = new Map([
  [1, "uint8"],
  [2, "int8"],
  [3, "int16"],
  [4, "int32"],
  [5, "int64"],
  [6, "float16"],
  [7, "float32"],
  [8, "float64"],
  [9, "complex32"],
  [10, "complex64"],
  [11, "complex128"],
  [12, "bool"],
  [13, "bfloat16"],
  [28, "uint16"],
  [29, "float8_e4m3fn"],
  [30, "float8_e5m2"],
  [31, "float8_e4m3fnuz"],
  [32, "float8_e5m2fnuz"],
  [33, "float8_e8m0fnu"],
  [34, "uint32"],
  [35, "uint64"],
]);
const STRIDED = 7n;

/** One tensor of a list of payloads: the member that has its bytes, and how they lie in it. */
export interface Payload {
  readonly name: string;
  readonly member: string;
  /** A checkpoint of its own. */
  readonly isPickle: boolean;
  readonly meta: DictNode | undefined;
}

/** `{"config": {"fc.weight": {"path_name": "weight_0", "use_pickle": false, "tensor_meta": {...}}}}`; what is not so is left out. */
export function payloadsOf(list: Value | undefined): Payload[] {
  const config = isNode(list) && list.kind === "dict" ? dictGet(list, "config") : undefined;
  if (!isNode(config) || config.kind !== "dict") return [];
  return config.keys.flatMap((name, k) => {
    const entry = config.values[k];
    if (typeof name !== "string" || !isNode(entry) || entry === undefined || entry.kind !== "dict") return [];
    const member = dictGet(entry, "path_name");
    const meta = dictGet(entry, "tensor_meta");
    if (typeof member !== "string") return [];
    const isDict = isNode(meta) && meta.kind === "dict";
    return [{ name, member, isPickle: dictGet(entry, "use_pickle") === true, meta: isDict ? meta : undefined }];
  });
}

/** The tensor of a payload whose member holds its elements as they are. */
export async function payloadTensor(
  archive: TorchArchive,
  member: string,
  { meta }: Payload,
  isBigEndian: boolean,
): Promise<Found> {
  const type = elementTypeOf(SCALAR_TYPES.get(sizeOf(meta && dictGet(meta, "dtype")) ?? 0) ?? "", isBigEndian);
  const [shape, strides] = [numbers(meta, "sizes"), numbers(meta, "strides")];
  const offset = number(meta && dictGet(meta, "storage_offset"));
  if (type === undefined || shape === undefined || strides === undefined || offset === undefined)
    return { problem: "its shape or element type is not known" };
  if (meta === undefined || dictGet(meta, "layout") !== STRIDED) return { problem: "it is not a strided tensor" };
  if (!archive.has(member)) return { problem: `member ${member} is not in the archive` };
  const data = await archive.open(member);
  if (data === undefined) return { problem: `member ${member} could not be read` };
  const storage = { type, className: "torch.UntypedStorage", data, isBigEndian, isCut: false };
  const made = viewOf(storage, type, { offset, shape, strides });
  if (typeof made === "string") return { problem: made };
  return { value: { kind: "tensor", tensor: made, className: "torch.Tensor", offset: 0 } satisfies TensorNode };
}

function numbers(meta: DictNode | undefined, key: string): number[] | undefined {
  const items = argumentsOf(meta && dictGet(meta, key))?.map(number);
  return items?.some((item) => item === undefined) === false ? items.filter((item) => item !== undefined) : undefined;
}

/** `{"as_int": 3}`; sizes that depend on the input have another key. */
function number(value: Value | undefined): number | undefined {
  return isNode(value) && value.kind === "dict" ? sizeOf(dictGet(value, "as_int")) : undefined;
}
