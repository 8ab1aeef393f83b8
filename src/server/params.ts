import { ErrorCodes, ResponseError } from "vscode-languageserver";
import { TARGETS } from "../core/convert/plan.ts";
import { LISTING_FORMS } from "../core/formats/pickle/listing/listing.ts";
import type { Method, Params } from "../protocol/methods.ts";
import { REPORT_FORMS } from "../protocol/report-file.ts";

/** What a parameter has to be. Webviews have a say in some requests, so shapes are checked before anything is done. */
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const count: Check = (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
const counts: Check = (value) => Array.isArray(value) && value.length <= 64 && value.every(count);
const one =
  (...choices: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && choices.includes(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const window: Check = (value) =>
  isRecord(value) && counts(value["leading"]) && ["row", "rows", "column", "columns"].every((key) => count(value[key]));

const side = one("old", "new");

/** One row per method. */
const SHAPES: { readonly [M in Method]: { readonly [K in keyof Params<M>]-?: Check } } = {
  "artifact/open": { uri: text, trusted: flag },
  "artifact/close": { artifact: text },
  "artifact/children": { artifact: text, id: text, start: count, count },
  "artifact/find": { artifact: text, text },
  "artifact/details": { artifact: text, id: text },
  "artifact/locate": { artifact: text, path: text },
  "artifact/text": { uri: text },
  "artifact/listing": { uri: text, form: one(...LISTING_FORMS) },
  "artifact/check": { uri: text, against: optional(text) },
  "artifact/tree": { artifact: text, path: text, index: count },
  "tensor/window": { artifact: text, path: text, window },
  "tensor/element": { artifact: text, path: text, position: counts },
  "tensor/stats": { artifact: text, path: text },
  "diff/open": { oldUri: text, newUri: text },
  "diff/close": { diff: text },
  "diff/elements": { diff: text, path: text, sort: one("change", "relative", "position"), start: count, count },
  "diff/windows": { diff: text, path: text, window },
  "diff/distribution": { diff: text, path: text },
  "diff/heat": { diff: text, path: text, leading: counts },
  "diff/tree": { diff: text, path: text, oldIndex: optional(count), newIndex: optional(count) },
  "diff/export": { diff: text, form: one(...REPORT_FORMS) },
  "sides/open": { oldUri: text, newUri: text },
  "sides/compare": { sides: text },
  "sides/close": { sides: text },
  "sides/first": { sides: text, side },
  "sides/children": { sides: text, side, id: text, start: count, count },
  "sides/find": { sides: text, side, text },
  "sides/locate": { sides: text, side, path: optional(text), id: optional(text) },
  "sides/step": { sides: text, side, from: optional(text), by: (value) => value === 1 || value === -1 },
  "sides/details": { sides: text, side, id: text },
  "sides/tree": { sides: text, side, path: text, of: side, index: count },
  "sides/windows": { sides: text, side, id: text, window },
  "convert/plan": { uri: text, target: one(...TARGETS) },
  "convert/execute": { uri: text, target: one(...TARGETS), outputPath: text, overwrite: flag, allowLoss: flag },
};

/** Throws InvalidParams, naming the parameter. */
export function checkParams<M extends Method>(method: M, params: unknown): asserts params is Params<M> {
  if (!isRecord(params)) throw invalid(`${method} needs parameters by name`);
  const shape: Readonly<Record<string, Check>> = SHAPES[method];
  for (const [key, check] of Object.entries(shape))
    if (!check(Object.hasOwn(params, key) ? params[key] : undefined))
      throw invalid(`${method}: parameter "${key}" is missing or not of its kind`);
}

function invalid(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
