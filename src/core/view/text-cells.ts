import { LIMITS } from "../limits.ts";
import { elementPosition, formatElement } from "../model/decode.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { isNode, type TensorNode, type Value } from "../model/value.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";
import { printValue } from "./print.ts";

/** Texts of elements [start, start + count) of any tensor, object arrays included, in C order. */
export async function elementTexts(node: TensorNode, start: number, count: number, work: Work): Promise<string[]> {
  if (node.objects !== undefined)
    return node.objects.slice(start, start + count).map((value) => printValue(value, 200));
  return tensorTexts(node.tensor, start, count, work);
}

export async function tensorTexts(tensor: TensorRef, start: number, count: number, work: Work): Promise<string[]> {
  const last = Math.min(start + count, elementCount(tensor.shape));
  if (last <= start) return [];
  const { texts } = tensor;
  if (texts !== undefined) return Array.from({ length: last - start }, (_, index) => texts.text(start + index));
  const bytes = await readElements(tensor, start, last - start, work);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { dtype } = tensor;
  return Array.from({ length: last - start }, (_, index) => formatElement(dtype, view, elementPosition(dtype, index)));
}

const SHOWN_ELEMENTS = 12;

/**
 * The text of a value with the contents of arrays of text and of scalars, which `printValue` cannot read: what a
 * person sees as "the value". At most `maxLength` characters.
 */
export async function readableValue(value: Value, maxLength: number, work: Work): Promise<string> {
  if (isNode(value) && value.kind === "scalar") return (await tensorTexts(value.tensor, 0, 1, work))[0] ?? "";
  if (isNode(value) && value.kind === "tensor") {
    const total = value.objects?.length ?? elementCount(value.tensor.shape);
    const shown = Math.min(total, maxLength < 1000 ? SHOWN_ELEMENTS : LIMITS.viewRows);
    const texts = await elementTexts(value, 0, shown, work);
    const text = `[${texts.join(", ")}${shown < total ? `, … (${total} in all)` : ""}]`;
    return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  }
  return printValue(value, maxLength);
}
