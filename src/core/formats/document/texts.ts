import { corrupt } from "../../errors.ts";
import { significantDigits } from "../../meaning/numbers.ts";
import { type DecimalTexts, elementCount, type TensorRef } from "../../model/tensor.ts";

/** The digits of every element as its source wrote them, one a line in C order: no text of a number holds a line end. */
export function joinTexts(tensor: TensorRef): string | undefined {
  const { texts } = tensor;
  if (texts === undefined) return undefined;
  return Array.from({ length: elementCount(tensor.shape) }, (_, index) => texts.text(index)).join("\n");
}

/** The other way round. Lines are told apart when one is first asked for: most openings ask for none. */
export function textsOf(joined: string, shape: readonly number[]): DecimalTexts {
  const count = elementCount(shape);
  let lines: readonly string[] | undefined;
  const text = (index: number): string => {
    lines ??= joined.split("\n");
    if (lines.length !== count) throw corrupt(`${lines.length} texts of numbers for ${count} elements`);
    return lines[index] ?? "";
  };
  return { text, digits: (index) => significantDigits(text(index)) };
}
