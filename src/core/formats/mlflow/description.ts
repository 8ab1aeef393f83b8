import { isPathBelow } from "../../bytes/siblings.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";

/** What an MLmodel file says of the model, without the model. */
export interface Description {
  readonly flavors: readonly Flavor[];
  /** Files and folders with parameters, by what names them: `sklearn.pickled_model`. Each once. */
  readonly artifacts: readonly { readonly by: string; readonly path: string }[];
  /** Paths of that kind that lead out of the folder. */
  readonly unsafe: readonly { readonly by: string; readonly path: string }[];
  /** What loading as a Python function would import. */
  readonly loader: string | undefined;
  /** Folders with code that loading puts on Python's path. */
  readonly code: readonly string[];
  /** Python files that are the model: loading runs them (`log_model(python_model="model.py")`, MLflow 2.12 and later). */
  readonly scripts: readonly string[];
  readonly pythonVersion: string | undefined;
  readonly root: DictNode;
}

export interface Flavor {
  readonly name: string;
  readonly version: string | undefined;
  /** `model_class` and the like, where it is said. */
  readonly className: string | undefined;
}

/** Keys of flavors whose value is the path of parameters. */
const PATHS = ["pickled_model", "model_path", "data", "model_data", "python_model", "model_binary", "saved_model_dir"];

/** Under what name a flavor's version stands, where it is not its own name. */
const VERSIONS: Readonly<Record<string, string>> = { lightgbm: "lgb_version", xgboost: "xgb_version" };

/** Distributions whose name is not the flavor's. */
const LIBRARIES: Readonly<Record<string, string>> = { sklearn: "scikit-learn", pytorch: "torch", keras: "keras" };

export function libraryOfFlavor({ name }: Flavor): string {
  return LIBRARIES[name] ?? name;
}

/** Undefined where there are no flavors. */
export function describeMlmodel(root: Value | undefined): Description | undefined {
  if (!isDict(root)) return undefined;
  const all = dictGet(root, "flavors");
  if (!isDict(all)) return undefined;
  const flavors: Flavor[] = [];
  const named: { by: string; path: string }[] = [];
  const code = new Set<string>();
  const scripts = new Set<string>();
  let loader: string | undefined;
  let pythonVersion: string | undefined;
  for (const [index, key] of all.keys.entries()) {
    const flavor = all.values[index];
    if (typeof key !== "string" || !isDict(flavor)) continue;
    if (key === "python_function") {
      loader = textAt(flavor, "loader_module");
      pythonVersion = textAt(flavor, "python_version");
    } else flavors.push(flavorOf(key, flavor));
    const folder = textAt(flavor, "code");
    if (folder !== undefined) code.add(folder);
    const script = textAt(flavor, "model_code_path");
    if (script !== undefined) scripts.add(script);
    for (const field of PATHS) {
      const path = textAt(flavor, field);
      if (path !== undefined) named.push({ by: `${key}.${field}`, path });
    }
    named.push(...artifactsOf(key, flavor));
  }
  const paths = new Map(named.map(({ by, path }) => [plainPath(path), { by, path: plainPath(path) }]));
  const each = [...paths.values()];
  return {
    flavors,
    artifacts: each.filter(({ path }) => isPathBelow(path)),
    unsafe: each.filter(({ path }) => !isPathBelow(path)),
    loader,
    code: [...code],
    scripts: [...scripts],
    pythonVersion,
    root,
  };
}

function flavorOf(name: string, flavor: DictNode): Flavor {
  const version = textAt(flavor, VERSIONS[name] ?? `${name}_version`) ?? textAt(flavor, `${name}-version`);
  const className = textAt(flavor, "model_class") ?? textAt(flavor, "model_type");
  return { name, version, className: className?.slice(className.lastIndexOf(".") + 1) };
}

/** A Python function's own files: `artifacts: {weights: {path: artifacts/w.npz, uri: ...}}`. */
function artifactsOf(flavor: string, dict: DictNode): { by: string; path: string }[] {
  const artifacts = dictGet(dict, "artifacts");
  if (!isDict(artifacts)) return [];
  return artifacts.keys.flatMap((key, index) => {
    const value = artifacts.values[index];
    const path = isDict(value) ? textAt(value, "path") : undefined;
    return typeof key === "string" && path !== undefined ? [{ by: `${flavor}.artifacts.${key}`, path }] : [];
  });
}

/** Some writers put `./` before a path, and `/` behind that of a folder. */
function plainPath(path: string): string {
  return path.replace(/^(?:\.\/)+/, "").replace(/(?<=.)\/$/, "");
}

export function textAt(dict: DictNode, key: string): string | undefined {
  return textOf(dictGet(dict, key));
}

/** A version may look like a number: `1.10` keeps its digits. */
function textOf(value: Value | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "bigint") return String(value);
  return isNode(value) && value.kind === "decimal" ? value.text : undefined;
}

export function isDict(value: Value | undefined): value is DictNode {
  return isNode(value) && value.kind === "dict";
}
