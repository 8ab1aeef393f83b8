import { LIMITS } from "../core/limits.ts";
import type { TensorRef } from "../core/model/tensor.ts";
import { tensorTexts } from "../core/view/text-cells.ts";
import type { Work } from "../core/work.ts";
import type { Pick } from "./slice.ts";

/**
 * Texts of the picked elements in C order, at most `limit` of them. Runs along the last dimension are read together;
 * a run longer than a view's window is read in parts, so that memory stays bounded by what is printed.
 */
export async function* pickedTexts(
  tensor: TensorRef,
  picks: readonly Pick[],
  limit: number,
  work: Work,
): AsyncGenerator<string> {
  const last = picks.at(-1) ?? { start: 0, step: 1, count: 1, isIndex: true };
  const outer = picks.slice(0, -1);
  const strides = elementStrides(tensor.shape);
  const counter = outer.map(() => 0);
  if (picks.some((pick) => pick.count === 0)) return;
  let left = limit;
  for (;;) {
    const base = outer.reduce(
      (sum, pick, axis) => sum + (pick.start + (counter[axis] ?? 0) * pick.step) * (strides[axis] ?? 0),
      0,
    );
    const perRead = Math.max(1, Math.floor(LIMITS.viewElements / last.step));
    for (let done = 0; done < last.count && left > 0; done += perRead) {
      const count = Math.min(perRead, last.count - done, left);
      const texts = await tensorTexts(tensor, base + last.start + done * last.step, (count - 1) * last.step + 1, work);
      for (let at = 0; at < count; at += 1) yield texts[at * last.step] ?? "";
      left -= count;
    }
    if (left <= 0 || !advance(counter, outer)) return;
    await work.checkpoint();
  }
}

function elementStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis -= 1)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}

/** The next position of the outer dimensions; false after the last. */
function advance(counter: number[], outer: readonly Pick[]): boolean {
  for (let axis = counter.length - 1; axis >= 0; axis -= 1) {
    const next = (counter[axis] ?? 0) + 1;
    if (next < (outer[axis]?.count ?? 0)) {
      counter[axis] = next;
      return true;
    }
    counter[axis] = 0;
  }
  return false;
}
