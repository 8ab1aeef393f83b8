import type { Cursor } from "../../bytes/cursor.ts";
import { corrupt } from "../../errors.ts";
import type { Value } from "../../model/value.ts";

export const MAGIC = 793_712_314;

/** In the order of the file. */
const NAMES = [
  "dim",
  "ws",
  "epoch",
  "minCount",
  "neg",
  "wordNgrams",
  "loss",
  "model",
  "bucket",
  "minn",
  "maxn",
  "lrUpdateRate",
] as const;
const LOSSES = ["", "hs", "ns", "softmax", "ova"];
const MODELS = ["", "cbow", "skipgram", "supervised"];
/** Twelve numbers and the sampling threshold. */
const ARGUMENTS_BYTES = 12 * 4 + 8;

export interface Arguments {
  readonly keys: readonly string[];
  readonly values: readonly Value[];
  /** Undefined for a file without a signature. */
  readonly version?: number;
  readonly model: string;
  /** Numbers of each vector. */
  readonly dim: number;
}

/** The signature, where there is one, and how it was trained. */
export function readArguments(cursor: Cursor, what: string): Arguments {
  const isOld = cursor.i32() !== MAGIC;
  const version = isOld ? undefined : cursor.i32();
  if (isOld) cursor.seek(0);
  else if (version !== 12 && version !== 11)
    throw corrupt(`${what}: version ${version} at byte 4; 11 and 12 are read`, 4);
  const at = cursor.offset;
  const numbers = NAMES.map(() => cursor.i32());
  const last = cursor.take(8);
  const threshold = new DataView(last.buffer, last.byteOffset, 8).getFloat64(0, true);
  const [dim = 0, , , , , , loss = 0, model = 0] = numbers;
  const modelName = MODELS[model];
  if (dim <= 0 || !modelName) throw corrupt(`${what}: arguments at byte ${at} have dim ${dim} and model ${model}`, at);
  const values = numbers.map((number, k): Value => {
    if (NAMES[k] === "loss") return LOSSES[loss] || BigInt(loss);
    return NAMES[k] === "model" ? modelName : BigInt(number);
  });
  return {
    keys: [...NAMES, "t"],
    values: [...values, threshold],
    ...(version === undefined ? {} : { version }),
    model: modelName,
    dim,
  };
}

/** Arguments that can be, and a dictionary behind them: what files from before the signature begin with. */
export function isOldHeader(head: Uint8Array): boolean {
  if (head.length < ARGUMENTS_BYTES + 20) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const [dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn] = NAMES.map((_, k) =>
    view.getInt32(4 * k, true),
  );
  const within = (value: number | undefined, low: number, high: number): boolean =>
    value !== undefined && value >= low && value <= high;
  const threshold = view.getFloat64(48, true);
  const [size, words, labels] = [56, 60, 64].map((at) => view.getInt32(at, true));
  return (
    within(dim, 1, 65_536) &&
    within(ws, 0, 10_000) &&
    within(epoch, 0, 1_000_000) &&
    within(minCount, 0, 1_000_000_000) &&
    within(neg, 0, 100_000) &&
    within(wordNgrams, 0, 1000) &&
    within(loss, 1, 4) &&
    within(model, 1, 3) &&
    within(bucket, 0, 2 ** 31 - 1) &&
    within(minn, 0, 1000) &&
    within(maxn, 0, 1000) &&
    threshold >= 0 &&
    threshold <= 1 &&
    within(words, 1, 2 ** 31 - 1) &&
    size === (words ?? 0) + (labels ?? 0) &&
    view.getInt32(72, true) >= 0
  );
}
