import { toBigInt, toNumber } from "../../model/decode.ts";
import { elementCount } from "../../model/tensor.ts";
import { isNode, type TensorNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Child } from "../children.ts";
import { attributePath } from "../path.ts";
import type { AttributeRole } from "../roles.ts";
import { ifReadable } from "../texts.ts";
import { pairsOf } from "./names.ts";

/** A vector that is longer is data, not a choice. */
const CHOSEN = 1000;
/** Lists of settings in each other: what optimisers take. */
const DEPTH = 4;
/** Beside the columns of a table of what was tuned. */
const ROW_NAMES = "row.names";

export interface Setting {
  readonly child: Child;
  readonly role: AttributeRole;
}

/** Every setting of a list or table of them; of a vector of one number, the number. Functions and the like are no settings. */
export async function settingsWithin(child: Child, depth = 0): Promise<readonly Setting[]> {
  const { value, path } = child;
  if (!isNode(value)) return [{ child, role: value === null ? "fitted" : "hyperparameter" }];
  if (value.kind === "tensor") {
    if (elementCount(value.tensor.shape) > CHOSEN) return [{ child, role: "fitted" }];
    return [{ child: { ...child, value: await single(value) }, role: "hyperparameter" }];
  }
  const dict = value.kind === "object" ? value.state : value;
  if (!isNode(dict) || dict.kind !== "dict" || depth >= DEPTH)
    return [{ child, role: value.kind === "list" ? "hyperparameter" : "fitted" }];
  const found: Setting[] = [];
  for (const [name, held] of pairsOf(dict)) {
    const each = { value: held, path: attributePath(path, name), name };
    const isSetting = name !== ROW_NAMES && !(isNode(held) && held.kind === "object");
    for (const setting of isSetting
      ? await settingsWithin(each, depth + 1)
      : [{ child: each, role: "fitted" } as const])
      found.push(setting);
  }
  return found;
}

/** NA stays what it is stored as. */
async function single(node: TensorNode): Promise<Value> {
  const { tensor, className } = node;
  if (elementCount(tensor.shape) !== 1) return node;
  const { kind } = tensor.dtype;
  const bytes = kind === "i" || kind === "f" ? await ifReadable(() => readElements(tensor, 0, 1)) : undefined;
  if (bytes === undefined) return node;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "f") return toNumber(tensor.dtype, view, 0);
  const whole = toBigInt(tensor.dtype, view, 0);
  if (whole === NA) return node;
  return className === "logical" ? whole !== 0n : whole;
}

const NA = -(2n ** 31n);
