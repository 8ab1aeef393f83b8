import type { ByteSink } from "../bytes/sink.ts";
import { elementPosition } from "../model/decode.ts";
import { jsonOf } from "../formats/embedded/json-write.ts";
import { elementCount } from "../model/tensor.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";
import type { Carried } from "./carried.ts";
import { type DocumentParts, documentText, entryLine } from "./document.ts";
import { jsonElement } from "./element-text.ts";

/** Text is gathered to pieces of about this size before it is written. */
const PIECE = 256 * 1024;
/** Elements that are read and printed at once. */
const ELEMENTS = 8192;

/**
 * Writes an artifact as JSON (docs/convert/json.md): the document with every element in it, nested as the tensor is,
 * one line a tensor.
 */
export async function writeJson(parts: DocumentParts, sink: ByteSink, work: Work): Promise<void> {
  const { all } = parts.tensors;
  const total = all.reduce((sum, { isText, tensor }) => (isText === true ? sum + elementCount(tensor.shape) : sum), 0);
  let done = 0;
  const encoder = new TextEncoder();
  let pending: string[] = [];
  let length = 0;
  const flush = async (): Promise<void> => {
    await sink.write(encoder.encode(pending.join("")));
    pending = [];
    length = 0;
  };
  const line = (index: number): AsyncIterable<string> => {
    const carried = all[index];
    if (carried === undefined) return entryLine(new Map());
    return carried.isText === true
      ? valuesLine(carried, work, (count) => {
          done += count;
          work.report({ stage: "writing", done, total, unit: "items" });
        })
      : entryLine(carried.entry);
  };
  for await (const text of documentText(parts, work, line)) {
    pending.push(text);
    length += text.length;
    if (length >= PIECE) await flush();
  }
  await flush();
}

/** The entry with its elements. */
async function* valuesLine(
  { tensor, entry }: Carried,
  work: Work,
  onElements: (count: number) => void,
): AsyncGenerator<string> {
  const { dtype, shape, texts } = tensor;
  yield `${jsonOf(entry).slice(0, -1)}, "values": `;
  const count = elementCount(shape);
  // Whatever the dimensions beside the empty one: a shape like [1000000, 0] would be brackets that say nothing.
  if (count === 0) yield "[]";
  for (let start = 0; start < count; start += ELEMENTS) {
    await work.checkpoint();
    const some = Math.min(ELEMENTS, count - start);
    const bytes = await readElements(tensor, start, some, work);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let text = "";
    for (let index = 0; index < some; index++) {
      text += opening(start + index, shape);
      text +=
        texts === undefined
          ? jsonElement(dtype, view, elementPosition(dtype, index))
          : decimalToken(texts.text(start + index));
      text += closing(start + index, shape);
    }
    yield text;
    onElements(some);
  }
  yield "}";
}

/** Digits as they were written, where JSON has such numbers; NaN and infinities as strings. */
function decimalToken(text: string): string {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? text : JSON.stringify(text);
}

/** Brackets that open before element `index`, and the comma before those. */
function opening(index: number, shape: readonly number[]): string {
  return (index === 0 ? "" : ", ") + "[".repeat(roundness(index, shape));
}

function closing(index: number, shape: readonly number[]): string {
  return "]".repeat(roundness(index + 1, shape));
}

/** How many of the innermost dimensions begin (or have ended) at element `index`. */
function roundness(index: number, shape: readonly number[]): number {
  let depth = 0;
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    size *= shape[axis] ?? 1;
    if (index % size !== 0) break;
    depth += 1;
  }
  return depth;
}
