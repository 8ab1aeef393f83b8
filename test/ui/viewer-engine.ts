import type { Artifact } from "../../src/core/model/artifact.ts";
import {
  elementHex,
  elementPosition,
  exactDecimal,
  formatElement,
  toNumber,
  ulpAt,
} from "../../src/core/model/decode.ts";
import { readRectangle } from "../../src/core/model/window.ts";
import { nodeDetails } from "../../src/core/view/details.ts";
import { createOutline } from "../../src/core/view/outline.ts";
import { viewerModel } from "../../src/core/view/viewer.ts";
import type { WindowRequest } from "../../src/core/view/viewer-model.ts";
import { quietWork } from "../../src/core/work.ts";
import type { PanelEngine } from "./panel-page.ts";

/** The real views over an artifact, answering what the viewer asks. */
export function viewerEngine(artifact: Artifact): PanelEngine {
  const outline = createOutline(artifact);
  const tensorAt = (path: string) => {
    const found = artifact.parameters.find((one) => one.path === path);
    if (found === undefined) throw new Error(`no ${path}`);
    return found;
  };
  return {
    kind: "viewer",
    name: artifact.name,
    model: viewerModel(artifact, outline),
    async answer(method, params) {
      const { id, path, text, start, count } = params as Record<string, never>;
      switch (method) {
        case "artifact/children":
          return outline.children(id, start, count);
        case "artifact/find":
          return outline.find(text);
        case "artifact/locate":
          return outline.locate(path) ?? null;
        case "artifact/details": {
          const item = outline.item(id);
          if (item === undefined) throw Object.assign(new Error("no such row"), { code: "not-found" });
          return nodeDetails(artifact, item, quietWork());
        }
        case "tensor/window": {
          const { tensor } = tensorAt(path);
          const w = params["window"] as WindowRequest;
          const n = tensor.shape.length;
          const corner = n === 0 ? [] : n === 1 ? [w.row] : [...w.leading, w.row, w.column];
          const extent = n === 0 ? [] : n === 1 ? [w.rows] : [...w.leading.map(() => 1), w.rows, w.columns];
          const bytes = await readRectangle(tensor, corner, extent);
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          const texts: string[] = [];
          const numbers = new Float64Array(w.rows * w.columns);
          for (let i = 0; i < w.rows * w.columns; i += 1) {
            const at = elementPosition(tensor.dtype, i);
            texts.push(formatElement(tensor.dtype, view, at));
            numbers[i] = toNumber(tensor.dtype, view, at);
          }
          return {
            row: w.row,
            rows: w.rows,
            column: w.column,
            columns: w.columns,
            texts,
            numbers: new Uint8Array(numbers.buffer),
          };
        }
        case "tensor/element": {
          const { tensor, axes } = tensorAt(path);
          const position = params["position"] as number[];
          const bytes = await readRectangle(
            tensor,
            position,
            tensor.shape.map(() => 1),
          );
          const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          return {
            text: formatElement(tensor.dtype, view, 0),
            exact: exactDecimal(tensor.dtype, view, 0),
            hex: elementHex(tensor.dtype, view, 0),
            ulp: ulpAt(tensor.dtype, view, 0),
            position,
            labels: position.map((each, axis) => axes[axis]?.labels[each]),
          };
        }
        default:
          throw new Error(`not answered: ${method}`);
      }
    },
  };
}
