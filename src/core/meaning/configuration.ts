import type { Framework } from "../model/artifact.ts";
import { dictGet, isNode, type Value } from "../model/value.ts";

/**
 * What the JSON files beside a model's weights say of who made it, by keys that no other file has. Transformers' config.json
 * names its classes, and the kind of model where it was never given one.
 * https://huggingface.co/docs/transformers/main_classes/configuration
 */
const CONFIGURATIONS: readonly (readonly [library: string, version: string, classes: readonly string[]])[] = [
  ["transformers", "transformers_version", ["architectures", "model_type"]],
  ["diffusers", "_diffusers_version", ["_class_name"]],
  ["peft", "peft_type", ["peft_type"]],
  ["spacy", "spacy_version", []],
];

/** Undefined for any other value. */
export function configured(root: Value | undefined): Framework | undefined {
  if (!isNode(root) || root.kind !== "dict") return undefined;
  const text = (key: string): string | undefined => {
    const value = dictGet(root, key);
    const first = isNode(value) && value.kind === "list" ? value.items[0] : value;
    return typeof first === "string" ? first : undefined;
  };
  const row = CONFIGURATIONS.find(([, key]) => text(key) !== undefined);
  if (row === undefined) return undefined;
  const [name, key, classes] = row;
  const version = text(name === "peft" ? "peft_version" : key);
  const className = classes.map(text).find((each) => each !== undefined);
  return {
    name,
    // spaCy tells which versions would do.
    ...(version !== undefined && /^\d/.test(version) ? { version } : {}),
    ...(className === undefined ? {} : { className }),
  };
}
