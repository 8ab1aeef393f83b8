import type { ImportUse } from "../../model/artifact.ts";
import {
  ALTERING_ATTRIBUTES,
  CODE_NAMES,
  CODE_WORDS,
  DANGEROUS_MODULES,
  DANGEROUS_NAMES,
  MODULES_AS_VALUES,
} from "./dangerous.ts";
import { ORDINARY, type OrdinaryRow } from "./ordinary.ts";

/** A name that stands for what could not be told without running the file. */
export const COMPUTED = "(computed)";

type Class = ImportUse["class"];
const cache = new Map<string, Class>();
const CACHED = 10_000;

/**
 * What an import means for whoever would load the file. `ordinary`: what this kind of file always imports, one of a
 * list. `dangerous`: runs code or touches the system, one of another list. Everything else is `unusual`: not known
 * to be harmful, not known to be harmless.
 */
export function classify(module: string, name: string, role: ImportUse["role"]): Class {
  const key = `${role} ${module}\n${name}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const found = classOf(module, name, role);
  // A file may have any number of names, which are not to keep out those of the next.
  if (cache.size >= CACHED) cache.clear();
  cache.set(key, found);
  return found;
}

function classOf(module: string, name: string, role: ImportUse["role"]): Class {
  const row = rowsOf(module).find((each) => each.names.test(name));
  // Some classes are harmless to name and not to call.
  if (row?.onlyNamed === true && role === "import") return "ordinary";
  if (row?.instead !== undefined) return row.instead;
  if (isDangerous(module, name)) return "dangerous";
  return row !== undefined && row.onlyNamed !== true ? "ordinary" : "unusual";
}

/** Most names are of a few modules. */
let latest: readonly [module: string, rows: readonly OrdinaryRow[]] = ["", []];

/** The rows that say something of a module, in their order. */
export function rowsOf(module: string): readonly OrdinaryRow[] {
  if (latest[0] !== module || module === "")
    latest = [
      module,
      ROWS.filter(({ starts, row }) => starts.some((start) => module.startsWith(start)) && row.module.test(module)).map(
        ({ row }) => row,
      ),
    ];
  return latest[1];
}

/** Rows, and the letters that their modules begin with as written: an expression is made ready when it is first asked, which takes long. */
const ROWS = ORDINARY.map((row) => ({ row, starts: startsOf(row.module.source) }));

/** The first words of the alternatives of an expression; an empty one where that is not as simple as a list of names. */
function startsOf(source: string): readonly string[] {
  const alternatives = /^\^(?:\(\?:([\w.|\\]+)\)(?![?*{])|(\w+)(?![\w?*{|]))/.exec(source);
  return (alternatives?.[1] ?? alternatives?.[2] ?? "").split("|").map((each) => /^\w*/.exec(each)?.[0] ?? "");
}

function isDangerous(module: string, name: string): boolean {
  if (module === COMPUTED || name === COMPUTED || module.length + name.length > NAME) return true;
  const from = module.split(".").map((part) => part.trim());
  const path = name.split(".").map((part) => part.trim());
  const last = path.at(-1) ?? "";
  if (path.some((part) => ALTERING_ATTRIBUTES.has(part))) return true;
  // A module taken as a value is there to be reached into.
  if (MODULES_AS_VALUES.has(last) && !(path.length === 1 && from.join(".") === "types")) return true;
  if (CODE_NAMES.has(last) || (/^_*[a-z]/.test(last) && wordsOf(last).some((word) => CODE_WORDS.has(word))))
    return true;
  return isReached(from, path);
}
/** Characters of a name: what is longer is none of any library's, and is not gone through. */
const NAME = 4096;

/**
 * The ways to read a module and a path of attributes as a module and a name in it. From protocol 4 on the path may
 * lead through modules that the first one has imported for itself: `torch` + `serialization.os.system`.
 */
function isReached(from: readonly string[], path: readonly string[]): boolean {
  const all = [...from, ...path];
  const [first = ""] = path;
  if (leadsToListed(all, from.length)) return true;
  if (DANGEROUS_NAMES.get(withoutVendor(from.join(".")))?.has(first) === true) return true;
  for (let start = 0; start < path.length - 1; start++)
    if (leadsToListed(withoutAlias(path.slice(start, start + LONGEST + 1)), 1)) return true;
  // `six.moves.builtins` and the like: another package's door to the same module.
  const inner = from.at(-1);
  return inner !== undefined && from.length > 1 && MODULES_AS_VALUES.has(inner) && leadsToListed([inner, first], 1);
}

/** Parts of the longest module of the lists. */
const LONGEST = Math.max(
  ...[...DANGEROUS_MODULES, ...DANGEROUS_NAMES.keys()].map((module) => module.split(".").length),
);

/** True where the beginning of the parts is a module of the lists, or one with a name of it behind. `least`: parts of the module. */
function leadsToListed(parts: readonly string[], least: number): boolean {
  let module = "";
  for (let end = 1; end < parts.length && end <= LONGEST; end++) {
    module = end === 1 ? (parts[0] as string) : `${module}.${parts[end - 1]}`;
    const name = parts[end] as string;
    if (end >= least && DANGEROUS_NAMES.get(module)?.has(name) === true) return true;
    if (DANGEROUS_MODULES.has(module) && !HARMLESS.has(parts.join("."))) return true;
  }
  return false;
}

/** What libraries call each other inside: `sklearn.preprocessing._data` + `np.load` is numpy.load. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["np", "numpy"],
  ["pd", "pandas"],
  ["pa", "pyarrow"],
  ["sp", "scipy"],
]);

function withoutAlias([first = "", ...rest]: readonly string[]): string[] {
  return [ALIASES.get(first) ?? first, ...rest];
}

/** A module that is harmful to have, or to import at all. */
export function isDangerousModule(name: string): boolean {
  const parts = name.split(".");
  const last = parts.pop() ?? "";
  return last === "__main__" || leadsToListed([...name.split("."), ""], 1) || isDangerous(parts.join("."), last);
}

/** Libraries that bring a copy of cloudpickle: joblib, numba, PySpark, Ray. */
export function withoutVendor(module: string): string {
  return module.replace(/^(?!cloudpickle\.).+?\.(?=cloudpickle(?:\.cloudpickle(?:_fast)?)?$)/, "");
}

/**
 * Classes of such modules that do nothing when they are called. Memory is a setting of pipelines and of HDBSCAN: where results are
 * kept once something is fitted. Bunch is a dict with attributes, which was where data sets are.
 */
const HARMLESS: ReadonlySet<string> = new Set([
  "joblib.memory.Memory",
  "sklearn.datasets.base.Bunch",
  "sklearn.datasets._base.Bunch",
]);

/** `execWrapper` is exec and Wrapper, `run_shell_command` is run, shell and command. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");
}
