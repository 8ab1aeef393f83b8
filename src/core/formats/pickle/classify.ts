import type { ImportUse } from "../../model/artifact.ts";
import {
  ALTERING_ATTRIBUTES,
  CODE_NAMES,
  CODE_WORDS,
  DANGEROUS_MODULES,
  DANGEROUS_NAMES,
  MODULES_AS_VALUES,
} from "./dangerous.ts";
import { ORDINARY } from "./ordinary.ts";

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
  if (cache.size < CACHED) cache.set(key, found);
  return found;
}

function classOf(module: string, name: string, role: ImportUse["role"]): Class {
  const row = ORDINARY.find((each) => each.module.test(module) && each.names.test(name));
  // Some classes are harmless to name and not to call.
  if (row?.onlyNamed === true && role === "import") return "ordinary";
  if (row?.instead !== undefined) return row.instead;
  if (isDangerous(module, name)) return "dangerous";
  return row !== undefined && row.onlyNamed !== true ? "ordinary" : "unusual";
}

function isDangerous(module: string, name: string): boolean {
  if (module === COMPUTED || name === COMPUTED) return true;
  const from = module.split(".").map((part) => part.trim());
  const path = name.split(".").map((part) => part.trim());
  const last = path.at(-1) ?? "";
  if (path.some((part) => ALTERING_ATTRIBUTES.has(part))) return true;
  // A module taken as a value is there to be reached into.
  if (MODULES_AS_VALUES.has(last) && !(path.length === 1 && from.join(".") === "types")) return true;
  if (CODE_NAMES.has(last) || (/^_*[a-z]/.test(last) && wordsOf(last).some((word) => CODE_WORDS.has(word))))
    return true;
  return waysToReach(from, path).some(([reached, attribute]) => isListed(reached, attribute));
}

/**
 * The ways to read a module and a path of attributes as a module and a name in it. From protocol 4 on the path may
 * lead through modules that the first one has imported for itself: `torch` + `serialization.os.system`.
 */
function waysToReach(from: readonly string[], path: readonly string[]): [module: string, name: string][] {
  const all = [...from, ...path];
  const ways: [string, string][] = [];
  for (let split = from.length; split < all.length; split++)
    ways.push([all.slice(0, split).join("."), all[split] as string]);
  for (let start = from.length; start < all.length - 1; start++)
    for (let split = start + 1; split < all.length; split++)
      ways.push([withoutAlias(all.slice(start, split)).join("."), all[split] as string]);
  // `six.moves.builtins` and the like: another package's door to the same module.
  const inner = from.at(-1);
  if (inner !== undefined && from.length > 1 && MODULES_AS_VALUES.has(inner)) ways.push([inner, path[0] ?? ""]);
  return ways;
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
  return last === "__main__" || isListed(name, "") || isDangerous(parts.join("."), last);
}

function isListed(module: string, name: string): boolean {
  if (DANGEROUS_NAMES.get(withoutVendor(module))?.has(name) === true) return true;
  if (WRITES_ONLY_WHEN_USED.has(`${module}.${name}`)) return false;
  for (let part = module; part !== ""; part = part.slice(0, Math.max(0, part.lastIndexOf("."))))
    if (DANGEROUS_MODULES.has(part)) return true;
  return false;
}

/** Libraries that bring a copy of cloudpickle: joblib, numba, PySpark, Ray. */
export function withoutVendor(module: string): string {
  return module.replace(/^(?!cloudpickle\.).+?\.(?=cloudpickle(?:\.cloudpickle(?:_fast)?)?$)/, "");
}

/** Settings of pipelines and of HDBSCAN: where results are kept once something is fitted. */
const WRITES_ONLY_WHEN_USED: ReadonlySet<string> = new Set(["joblib.memory.Memory"]);

/** `execWrapper` is exec and Wrapper, `run_shell_command` is run, shell and command. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");
}
