import { ArtifactError, limitExceeded } from "../../core/errors.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Parameter } from "../../core/model/artifact.ts";
import {
  elementHex,
  elementPosition,
  exactDecimal,
  formatElement,
  numberReader,
  ulpAt,
} from "../../core/model/decode.ts";
import { elementCount } from "../../core/model/tensor.ts";
import { readRectangle } from "../../core/model/window.ts";
import { tensorStats } from "../../core/model/stats.ts";
import { windowLabels } from "../../core/view/shown-axes.ts";
import type { ElementFacts, TensorWindow, WindowRequest } from "../../core/view/viewer-model.ts";
import type { Work } from "../../core/work.ts";
import type { Handler } from "../context.ts";

export const window: Handler<"tensor/window"> = ({ store }, params, work) =>
  store.use(params.artifact, work, (model) => windowOf(model.parameter(params.path), params.window, work));

export const element: Handler<"tensor/element"> = ({ store }, params, work) =>
  store.use(params.artifact, work, (model) => elementOf(model.parameter(params.path), params.position));

export const stats: Handler<"tensor/stats"> = ({ store }, params, work) =>
  store.use(params.artifact, work, (model) => tensorStats(model.parameter(params.path).tensor, work));

interface Plane {
  readonly rows: number;
  readonly columns: number;
}

/** A vector is a column, a scalar 1 x 1. */
function planeOf(shape: readonly number[]): Plane {
  if (shape.length === 0) return { rows: 1, columns: 1 };
  if (shape.length === 1) return { rows: shape[0] ?? 0, columns: 1 };
  return { rows: shape.at(-2) ?? 0, columns: shape.at(-1) ?? 0 };
}

/** A rectangle of the last two dimensions, cut to what is there. Throws `limit` over LIMITS.viewElements. */
export async function windowOf(
  { tensor, axes }: Pick<Parameter, "tensor" | "axes">,
  request: WindowRequest,
  work: Work,
): Promise<TensorWindow> {
  const { shape } = tensor;
  const plane = planeOf(shape);
  const { row, column, leading } = request;
  checkLeading(shape, leading);
  const rows = Math.max(0, Math.min(request.rows, plane.rows - row));
  const columns = Math.max(0, Math.min(request.columns, plane.columns - column));
  if (rows * columns > LIMITS.viewElements)
    throw limitExceeded("elements of a window", rows * columns, LIMITS.viewElements);
  const cells = { row, rows, column, columns };
  const place = { ...cells, ...windowLabels(axes, cells) };
  if (rows * columns === 0) return { ...place, texts: [], numbers: new Uint8Array(0) };
  const corner = boxOf(shape, leading, row, column);
  const extent = boxOf(
    shape,
    leading.map(() => 1),
    rows,
    columns,
  );
  const bytes = await readRectangle(tensor, corner, extent, work);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = numberReader(tensor.dtype);
  const numbers = new DataView(new ArrayBuffer(rows * columns * 8));
  const texts: string[] = [];
  for (let index = 0; index < rows * columns; index += 1) {
    const at = elementPosition(tensor.dtype, index);
    texts.push(tensor.texts?.text(flatIndex(shape, corner, extent, index)) ?? formatElement(tensor.dtype, view, at));
    numbers.setFloat64(index * 8, read(view, at), true);
    if ((index & 1023) === 0) await work.checkpoint();
  }
  return { ...place, texts, numbers: new Uint8Array(numbers.buffer) };
}

/** Everything about one element. Throws `not-found` for a position outside of the tensor. */
export async function elementOf({ tensor, axes }: Parameter, position: readonly number[]): Promise<ElementFacts> {
  const { shape, dtype } = tensor;
  const isInside = position.length === shape.length && position.every((at, axis) => at < (shape[axis] ?? 0));
  if (!isInside)
    throw new ArtifactError("not-found", `[${position.join(", ")}] is not a position in [${shape.join(", ")}]`);
  const bytes = await readRectangle(
    tensor,
    position,
    shape.map(() => 1),
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = elementPosition(dtype, 0);
  const ulp = ulpAt(dtype, view, at);
  const index = position.reduce((sum, each, axis) => sum * (shape[axis] ?? 1) + each, 0);
  return {
    text: tensor.texts?.text(index) ?? formatElement(dtype, view, at),
    exact: exactDecimal(dtype, view, at),
    hex: elementHex(dtype, view, at),
    ...(ulp === undefined ? {} : { ulp }),
    position,
    labels: position.map((each, axis) => axes[axis]?.labels[each]),
  };
}

function checkLeading(shape: readonly number[], leading: readonly number[]): void {
  const wanted = Math.max(0, shape.length - 2);
  if (leading.length === wanted && leading.every((at, axis) => at < (shape[axis] ?? 0))) return;
  if (elementCount(shape) === 0 && leading.length === wanted) return;
  throw new ArtifactError(
    "not-found",
    `[${leading.join(", ")}] is not a place in the first ${wanted} dimensions of [${shape.join(", ")}]`,
  );
}

/** One number per dimension of the tensor out of a window's leading, row and column numbers. */
function boxOf(shape: readonly number[], leading: readonly number[], row: number, column: number): number[] {
  if (shape.length === 0) return [];
  return shape.length === 1 ? [row] : [...leading, row, column];
}

/** C-order index in the tensor of the `index`-th element of a box. */
function flatIndex(
  shape: readonly number[],
  corner: readonly number[],
  extent: readonly number[],
  index: number,
): number {
  let rest = index;
  let flat = 0;
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = extent[axis] ?? 1;
    flat += ((corner[axis] ?? 0) + (rest % size)) * step;
    rest = Math.floor(rest / size);
    step *= shape[axis] ?? 1;
  }
  return flat;
}
