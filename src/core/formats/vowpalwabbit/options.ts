import type { DictNode, Value } from "../../model/value.ts";
import { wordValue } from "../plain-text/written.ts";

/** Options of the command line by name; one that is given several times has all its values. */
export type Options = ReadonlyMap<string, readonly string[]>;

/** What `--name value` and `-n value` say; a name alone is a switch. */
export function parseOptions(text: string): Options {
  const found = new Map<string, string[]>();
  let name: string | undefined;
  for (const word of text.split(/\s+/)) {
    if (word === "") continue;
    const option = /^(?:--([A-Za-z_]\w*)|-([A-Za-z]))(?:=(.*))?$/.exec(word);
    if (option === null) {
      if (name !== undefined) found.get(name)?.push(word);
      continue;
    }
    name = option[1] ?? option[2] ?? "";
    const values = found.get(name) ?? [];
    found.set(name, values);
    if (option[3] !== undefined) values.push(option[3]);
  }
  return found;
}

export function optionsValue(options: Options, offset: number): DictNode {
  const values = [...options.values()].map((words): Value => {
    const items = words.map((word) => wordValue(word, offset));
    const [only] = items;
    if (only === undefined) return true;
    return items.length === 1 ? only : { kind: "list", type: "list", items };
  });
  return { kind: "dict", keys: [...options.keys()], values };
}

/** True for at least this version. */
export function isSince(version: string, ...least: readonly [number, number, number]): boolean {
  const parts = version.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const [part, wanted] = [parts[i] ?? 0, least[i] ?? 0];
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/**
 * What a learner keeps of each weight while it can be trained on, in the order of the file. Adaptive and normalised updates are
 * on unless the options choose others.
 */
export function weightColumns(options: Options): readonly string[] {
  const has = (name: string): boolean => options.has(name);
  const ftrl = ["weight", "z", "squared_gradient"];
  if (has("coin")) return ["weight", "gradient_sum", "gradient_abs_sum", "feature_max", "wealth", "gradient_max"];
  if (has("pistol")) return [...ftrl, "feature_max"];
  if (has("ftrl")) return ftrl;
  const isChosen = ["sgd", "adaptive", "normalized", "invariant"].some(has);
  return [
    "weight",
    ...(!isChosen || has("adaptive") ? ["adaptive"] : []),
    ...(!isChosen || has("normalized") ? ["normalized"] : []),
  ];
}
