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
    lines ??= linesOf(joined, count);
    return lines[index] ?? "";
  };
  return { text, digits: (index) => significantDigits(text(index)) };
}

/** Counted before they are made: a line takes one byte in a file and many in memory. */
function linesOf(joined: string, count: number): readonly string[] {
  let found = 1;
  for (let at = joined.indexOf("\n"); at >= 0; at = joined.indexOf("\n", at + 1)) found += 1;
  if (found !== count) throw corrupt(`${found} texts of numbers for ${count} elements`);
  return joined.split("\n");
}
