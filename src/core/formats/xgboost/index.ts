//   A saved model is one of four:
//     {"learner": {...}, "version": [3, 0, 0]}            JSON                    save_model("x.json")
//     {L 0000000000000007 learner {L ...                  Universal Binary JSON   save_model("x.ubj"), pickles
//     binf | learner | trees                              binary, to 2.x          save_model("x.model"): legacy.ts
//            learner | trees                              binary, to 0.9
//   A dump (`dump_model`) is text that begins with `booster[0]`, or a list of nested nodes in JSON: dump.ts;
//   linear-dump.ts for a linear model.
//   And the three in what a pickled Booster keeps: {"Model": ..., "Config": ...}.
//   https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html

import type { Format, Match, Probe } from "../format.ts";
import { littleUint, startsWithText, textOf } from "../probe.ts";
import { BOOSTERS, LEGACY_SIGNATURE, namesAt } from "./legacy.ts";
import { readXgboost } from "./read.ts";

export const xgboostFormat: Format = {
  id: "xgboost",
  label: "XGBoost model",
  extensions: [".ubj", ".xgb", ".json", ".model", ".bst"],
  sniff,
  read: readXgboost,
};

/** One of these stands in the first lines of a learner; their keys are sorted. */
const IN_LEARNER = /"(?:attributes|feature_names|gradient_booster|learner_model_param|learner_train_param)"/;

function sniff({ head }: Probe): Match | undefined {
  if (head[0] === 0x7b && isBinaryJson(head)) return { certainty: "certain", reason: "UBJSON with a learner" };
  if (startsWithText(head, "CONFIG-offset:")) return { certainty: "certain", reason: "the signature CONFIG-offset" };
  const hasSignature = startsWithText(head, LEGACY_SIGNATURE);
  if (hasLegacyNames(head, namesAt(hasSignature)))
    return { certainty: "certain", reason: "a learner's parameters, and the name of a booster after them" };
  if (hasSignature) return { certainty: "likely", reason: "the signature binf" };
  if (isDump(head)) return { certainty: "certain", reason: "a dump" };
  return isTextModel(head) ? { certainty: "certain", reason: "JSON with a learner" } : undefined;
}

/** The first key of what is saved. Before it stand the letter of its length's type, and the length. */
const FIRST_KEYS = ["learner", "version", "Model", "Config"];
const LENGTH_BYTES: Readonly<Record<string, number>> = { i: 1, U: 1, I: 2, l: 4, L: 8 };

function isBinaryJson(head: Uint8Array): boolean {
  const at = 2 + (LENGTH_BYTES[String.fromCharCode(head[1] ?? 0)] ?? head.length);
  return FIRST_KEYS.some((key) => head[at - 1] === key.length && startsWithText(head, key, at));
}

function isTextModel(head: Uint8Array): boolean {
  const text = textOf(head);
  return (
    /^\ufeff?\s*\{\s*"(?:learner|version|Model|Config)"\s*:/.test(text) &&
    /"learner"\s*:\s*\{/.test(text) &&
    IN_LEARNER.test(text)
  );
}

/** Two texts with their lengths before them, the second one of three words. */
function hasLegacyNames(head: Uint8Array, at: number): boolean {
  const length = littleUint(head, at, 6) ?? 0;
  if (length < 3 || length > 64 || !/^[a-z0-9:_-]+$/i.test(textOf(head.subarray(at + 8, at + 8 + length))))
    return false;
  const next = at + 8 + length;
  const size = littleUint(head, next, 6) ?? 0;
  return size > 0 && size < 16 && BOOSTERS.has(textOf(head.subarray(next + 8, next + 8 + size)));
}

function isDump(head: Uint8Array): boolean {
  const text = textOf(head);
  return (
    /^booster\[0\]:?\s*\r?\n\s*(?:0:(?:\[|leaf=)|bias:)/.test(text) ||
    /^\s*\[\s*\{\s*(?:"nodeid"\s*:\s*0\s*,|"bias"\s*:\s*\[[^\]]*\],\s*"weight"\s*:\s*\[)/.test(text)
  );
}
