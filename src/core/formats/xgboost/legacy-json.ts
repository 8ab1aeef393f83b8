import { float32Text } from "../../model/float-text.ts";
import { type DictNode, dictGet, type Value } from "../../model/value.ts";

// What JSON has in another form than the old binary one.

export function dict(entries: Readonly<Record<string, Value>>): DictNode {
  return { kind: "dict", keys: Object.keys(entries), values: Object.values(entries) };
}

export function put(node: DictNode, key: string, value: Value): void {
  node.keys.push(key);
  node.values.push(value);
}

/** Settings of an objective are few and short. */
const OBJECTIVE_BYTES = 64 * 1024;

/** Puts the settings of the objective where JSON has them. */
export function settleObjective(learner: DictNode, attributes: DictNode, name: string): void {
  const at = attributes.keys.indexOf("objective");
  const text = attributes.values[at];
  if (typeof text !== "string" || text.length > OBJECTIVE_BYTES) return;
  const settings = settingsIn(text);
  if (settings === undefined || dictGet(settings, "name") !== name) return;
  learner.values[learner.keys.indexOf("objective")] = settings;
  attributes.keys.splice(at, 1);
  attributes.values.splice(at, 1);
}

/** An object of texts and of such objects; undefined for any other text. */
function settingsIn(text: string): DictNode | undefined {
  try {
    const found: unknown = JSON.parse(text);
    return settingsOf(found, 0);
  } catch {
    return undefined;
  }
}

function settingsOf(value: unknown, depth: number): DictNode | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 8) return undefined;
  const node = dict({});
  for (const [key, item] of Object.entries(value)) {
    const made = typeof item === "string" ? item : settingsOf(item, depth + 1);
    if (made === undefined) return undefined;
    put(node, key, made);
  }
  return node;
}

/** The shortest text of a finite float32 as XGBoost writes it in JSON: `5E-1`. */
export function scientificText(value: number): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(float32Text(value));
  if (parts === null) return String(value);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const all = `${whole}${fraction}`;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return `${sign}0E0`;
  const leading = all.length - all.replace(/^0+/, "").length;
  const power = Number(exponent) + whole.length - 1 - leading;
  return `${sign}${digits.charAt(0)}${digits.length > 1 ? `.${digits.slice(1)}` : ""}E${power}`;
}
