import { isNode, type Value } from "../../model/value.ts";
import { pythonString } from "../../model/python-text.ts";
import { floatText } from "../texts.ts";
import { CONSTRUCTORS, KNOWN_VERSIONS, type ParameterDefault } from "./defaults.ts";

/**
 * Constructor parameter names of a scikit-learn class in a version; undefined when the class or the version is not one of
 * the known ones.
 */
export function constructorParameters(className: string, version: string | undefined): ReadonlySet<string> | undefined {
  const at = versionIndex(version);
  if (at === undefined || !Object.hasOwn(CONSTRUCTORS, className)) return undefined;
  const key = `${className} ${at}`;
  const known = parameterNames.get(key);
  if (known !== undefined) return known;
  const rows = Object.entries(CONSTRUCTORS[className] ?? {});
  const names = new Set(rows.filter(([, row]) => textAt(row, at) !== null).map(([name]) => name));
  parameterNames.set(key, names);
  return names;
}

/** One entry for each class and version of the table that was met: a forest asks for its trees' names again and again. */
const parameterNames = new Map<string, ReadonlySet<string>>();

/** True for a setting that is its default, false for another one; undefined when the default is not known for certain. */
export function isDefaultSetting(
  className: string,
  version: string | undefined,
  name: string,
  value: Value,
): boolean | undefined {
  const at = versionIndex(version);
  if (at === undefined || !Object.hasOwn(CONSTRUCTORS, className)) return undefined;
  const rows = CONSTRUCTORS[className] ?? {};
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  const expected = row === undefined ? null : textAt(row, at);
  // A parameter without a default ("") has none to differ from.
  if (expected === null || expected === "") return undefined;
  const found = settingText(value);
  return found !== undefined && sameSetting(expected, found);
}

/** The place of a version's minor release in the table. Development versions are none: their defaults are in flux. */
function versionIndex(version: string | undefined): number | undefined {
  const minor = /^(\d+\.\d+)(?:\.\d+)*(?:\.post\d+|rc\d+)?$/.exec(version ?? "")?.[1];
  const at = (KNOWN_VERSIONS as readonly string[]).indexOf(minor ?? "");
  return at < 0 ? undefined : at;
}

/** The default's text in the known version number `at`; null when the parameter is not there. */
function textAt(row: ParameterDefault, at: number): string | null {
  if (typeof row === "string") return row;
  let text: string | null = null;
  for (let i = 0; i + 1 < row.length; i += 2)
    if ((KNOWN_VERSIONS as readonly string[]).indexOf(row[i] ?? "") <= at) text = row[i + 1] ?? null;
  return text;
}

/** A setting as Python prints it; undefined for what no default is (arrays, estimators, dicts with entries). */
function settingText(value: Value, depth = 0): string | undefined {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return floatText(value);
  if (typeof value === "string") return pythonString(value);
  if (!isNode(value)) return undefined;
  if (value.kind === "float") return "nan";
  if (value.kind === "global") return `<${value.module.replace(/^__builtin__$/, "builtins")}.${value.name}>`;
  if (value.kind !== "list" || depth > 2 || value.items.length > 8) return undefined;
  const items = value.items.map((item) => settingText(item, depth + 1));
  if (items.includes(undefined)) return undefined;
  if (value.type === "list") return `[${items.join(", ")}]`;
  return value.type === "tuple" ? `(${items.join(", ")}${items.length === 1 ? "," : ""})` : undefined;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/;

/** Equal as Python compares: 1 is 1.0, True is only True. */
function sameSetting(expected: string, found: string): boolean {
  if (expected === found) return true;
  return NUMBER.test(expected) && NUMBER.test(found) && Number(expected) === Number(found);
}
