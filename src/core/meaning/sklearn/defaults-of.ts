import { isNode, type Value } from "../../model/value.ts";
import { pythonString } from "../../model/python-text.ts";
import { floatText } from "../texts.ts";
import { COMPANIONS } from "./companion-defaults.ts";
import { type Constructors, defaultRows, type ParameterDefault } from "./default-rows.ts";
import { CONSTRUCTORS, KNOWN_VERSIONS } from "./defaults.ts";

const SKLEARN = "scikit-learn";
const SKLEARN_TABLE: Constructors = { versions: KNOWN_VERSIONS, classes: CONSTRUCTORS };

/** Where a version stands in its library's table; `any` for one that is not told, or is not in it. */
type At = number | "any";

interface Known {
  readonly table: Constructors;
  readonly rows: Readonly<Record<string, ParameterDefault>>;
  readonly at: At;
}

/**
 * What is known of a class. scikit-learn writes its version into every estimator, so one that is not in the table is
 * unknown; of the others only what is the same in all the versions looked at (two at least) is known without one.
 */
function knownOf(className: string, version: string | undefined, library: string): Known | undefined {
  const isSklearn = library === SKLEARN;
  const table = isSklearn ? SKLEARN_TABLE : Object.hasOwn(COMPANIONS, library) ? COMPANIONS[library] : undefined;
  if (table === undefined || !Object.hasOwn(table.classes, className)) return undefined;
  const at = versionIndex(version, table.versions);
  if (at === undefined && isSklearn) return undefined;
  return { table, rows: defaultRows(table, className), at: at ?? "any" };
}

/**
 * Constructor parameter names of a class in a version (in any version, for a library that does not write it); undefined
 * when the class or the version is not one of the known ones.
 */
export function constructorParameters(
  className: string,
  version: string | undefined,
  library = SKLEARN,
): ReadonlySet<string> | undefined {
  const known = knownOf(className, version, library);
  if (known === undefined) return undefined;
  const { table, rows, at } = known;
  const key = `${library} ${className} ${at}`;
  const before = parameterNames.get(key);
  if (before !== undefined) return before;
  const entries = Object.entries(rows).filter(([, row]) => at === "any" || textAt(row, at, table.versions) !== null);
  const names = new Set(entries.map(([name]) => name));
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
  library = SKLEARN,
): boolean | undefined {
  const known = knownOf(className, version, library);
  if (known === undefined) return undefined;
  const { table, rows, at } = known;
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  if (row === undefined) return undefined;
  const found = settingText(value);
  const isEqual = (expected: string): boolean => found !== undefined && sameSetting(expected, found);
  if (at === "any") return inEvery(row, table, isEqual);
  const expected = textAt(row, at, table.versions);
  // A parameter without a default ("") has none to differ from.
  if (expected === null || expected === "") return undefined;
  // RidgeCV before 1.1 made an array of its tuple: whether of the default one is not looked at.
  const isArrayOfIts = isNode(value) && value.kind === "tensor" && /^[([]/.test(expected);
  return isArrayOfIts ? undefined : isEqual(expected);
}

/** Without a version: true or false where it would be that in every version; one version alone does not tell of others. */
function inEvery(
  row: ParameterDefault,
  { versions }: Constructors,
  isEqual: (expected: string) => boolean,
): boolean | undefined {
  const defaults = versions.map((_, at) => textAt(row, at, versions)).filter((text) => text !== null);
  if (versions.length < 2 || defaults.length === 0 || defaults.includes("")) return undefined;
  const answers = new Set(defaults.map(isEqual));
  return answers.size === 1 ? answers.has(true) : undefined;
}

/** The place of a version's minor release in the table. Development versions are none: their defaults are in flux. */
function versionIndex(version: string | undefined, versions: readonly string[]): number | undefined {
  if (version === last?.version && versions === last?.versions) return last?.at;
  const at = indexOfVersion(version, versions);
  last = { version, versions, at };
  return at;
}

/** One file has one version of a library as a rule, and asks for each setting of it. */
let last:
  | { readonly version: string | undefined; readonly versions: readonly string[]; readonly at: number | undefined }
  | undefined;

function indexOfVersion(version: string | undefined, versions: readonly string[]): number | undefined {
  const minor = /^(\d+\.\d+)(?:\.\d+)*(?:\.post\d+|rc\d+)?$/.exec(version ?? "")?.[1];
  const at = versions.indexOf(minor ?? "");
  return at < 0 ? undefined : at;
}

/** The default's text in the known version number `at`; null when the parameter is not there. */
function textAt(row: ParameterDefault, at: number, versions: readonly string[]): string | null {
  if (typeof row === "string") return row;
  let text: string | null = null;
  for (let i = 0; i + 1 < row.length; i += 2) if (versions.indexOf(row[i] ?? "") <= at) text = row[i + 1] ?? null;
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
  if (value.kind === "dict") return value.keys.length === 0 ? "{}" : undefined;
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
