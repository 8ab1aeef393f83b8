import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { ElementType } from "../torch/dtypes.ts";
import type { Machine } from "./input.ts";

/** A class whose objects are elements, not a table. */
export interface TensorKind {
  readonly type: ElementType;
  readonly isStorage: boolean;
}

const ELEMENTS: Readonly<Record<string, ScalarName>> = {
  Byte: "uint8",
  Char: "int8",
  Short: "int16",
  Int: "int32",
  Float: "float32",
  Double: "float64",
  Half: "float16",
};

/** `torch.FloatTensor`, `torch.CudaLongStorage` ...: what its elements are. Undefined for other classes. */
export function kindOf(className: string, { order, longBytes }: Machine): TensorKind | undefined {
  const match = /^torch\.(Cuda)?(Byte|Char|Short|Int|Long|Float|Double|Half)?(Tensor|Storage)$/.exec(className);
  if (match === null) return undefined;
  const [, cuda, element, what] = match;
  // A CUDA tensor without another word has float32; a tensor of the CPU always says what it has.
  const word = element ?? (cuda === undefined ? "" : "Float");
  const name = word === "Long" ? (longBytes === 8 ? "int64" : "int32") : ELEMENTS[word];
  if (name === undefined) return undefined;
  return { type: { dtype: scalarDType(name, order === "big") }, isStorage: what === "Storage" };
}
