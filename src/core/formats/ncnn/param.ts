import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { startsWithText, textOf } from "../probe.ts";

export interface Layer {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Settings by their number, as written: arrays have several. */
  readonly settings: ReadonlyMap<number, readonly string[]>;
}

export interface Param {
  readonly layers: readonly Layer[];
  /** As the text promises. */
  readonly promised: number;
  /** The last line has an end. */
  readonly isEnded: boolean;
  /** Line that is none, from 1; what stands before it is read. */
  readonly brokenLine?: number;
}

const MAGIC = "7767517";
/** Arrays are written under this less their number. */
const ARRAYS = -23300;

/** PNNX writes graphs of PyTorch's operators with the same number, and settings by name. */
const PNNX = /^7767517\s+\d+\s+\d+\s+(?:pnnx|nn|F|torch|Tensor|aten)[.:]/;

export function isPnnx(head: Uint8Array): boolean {
  return PNNX.test(textOf(head.subarray(0, 256)));
}

export function isParam(head: Uint8Array): boolean {
  if (isPnnx(head)) return false;
  return startsWithText(head, `${MAGIC}\n`) || startsWithText(head, `${MAGIC}\r\n`);
}

/** The layers of a .param text. Throws `corrupt` where it is none. */
export function paramOf(text: string, name: string): Param {
  const lines = text.split("\n");
  const counts = /^\s*(\d{1,9})\s+\d{1,9}\s*$/.exec(lines[1] ?? "");
  if (lines[0]?.trim() !== MAGIC || counts === null) throw corrupt(`${name}: no numbers of layers and blobs`, 0);
  const promised = Number(counts[1]);
  if (promised > LIMITS.tensors) throw limitExceeded(`${name}: layers`, promised, LIMITS.tensors, 0);
  const layers: Layer[] = [];
  const isEnded = lines.at(-1)?.trim() === "";
  for (const [k, line] of lines.entries()) {
    if (k < 2 || line.trim() === "") continue;
    const layer = layerOf(line.trim().split(/\s+/));
    if (layer === undefined) return { layers, promised, isEnded, brokenLine: k + 1 };
    layers.push(layer);
  }
  return { layers, promised, isEnded };
}

function layerOf(words: readonly string[]): Layer | undefined {
  const [type, name, inputs, outputs] = words;
  const [taken, given] = [Number(inputs), Number(outputs)];
  if (type === undefined || name === undefined || !Number.isInteger(taken) || !Number.isInteger(given))
    return undefined;
  if (taken < 0 || given < 0 || words.length < 4 + taken + given) return undefined;
  const settings = new Map<number, readonly string[]>();
  for (const word of words.slice(4 + taken + given)) {
    const at = word.indexOf("=");
    const key = Number(word.slice(0, at));
    if (at <= 0 || !Number.isInteger(key)) return undefined;
    const values = word.slice(at + 1).split(",");
    if (key > ARRAYS) settings.set(key, values);
    else if (Number(values[0]) === values.length - 1) settings.set(ARRAYS - key, values.slice(1));
    else return undefined;
  }
  return {
    type,
    name,
    inputs: words.slice(4, 4 + taken),
    outputs: words.slice(4 + taken, 4 + taken + given),
    settings,
  };
}

/** A whole number under `key`; undefined for what is none. */
export function settingOf({ settings }: Layer, key: number, otherwise: number): number {
  const text = settings.get(key)?.[0];
  if (text === undefined) return otherwise;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}
