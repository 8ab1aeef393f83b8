import type { AxisLabels } from "../model/artifact.ts";

/** Position of a C-order index in a shape. */
export function positionOf(index: number, shape: readonly number[]): number[] {
  const position = shape.map(() => 0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    position[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return position;
}

/** "0, age": names where they are known, numbers elsewhere. */
export function positionText(position: readonly number[], axes: readonly (AxisLabels | undefined)[]): string {
  return position.map((at, axis) => axes[axis]?.labels[at] ?? String(at)).join(", ");
}
