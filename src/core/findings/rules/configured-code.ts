import { classify } from "../../formats/pickle/classify.ts";
import { indexPath, keyPath, rootKeyPath } from "../../meaning/path.ts";
import type { Artifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { dictGet, isNode, type Node, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Remark } from "../rule.ts";
import { enumerate } from "./names.ts";

/**
 * Code that a text file only names, and that its library imports or renders: `_target_` of Hydra and NeMo, which is called;
 * chat templates of tokenizers, which are programs of Jinja. Both are ordinary as long as they stay within what they are for.
 */
const FORMATS: ReadonlySet<string> = new Set(["json", "yaml", "toml", "gguf", "safetensors", "bundle"]);
const GLOBAL = /^([A-Za-z_][\w.]*)\.(\w+)$/;
/** `py/...` are jsonpickle's, which imports what they name and calls or keeps it. */
const TARGET = /^(?:_target_|target|_?class_path|py\/(?:object|type|class|function))$/;
/** Hydra's ways to name a thing that is not called: what counts is the name, under `path` or as the first argument. */
const GETTER = /^hydra\.(?:_internal\.)?utils\.(?:get_(?:method|class|object|static_method)|_locate)$/;
/** What makes a description that is judged by itself. */
const MAKER = /^hydra\.utils\.(?:instantiate|call)$/;
/** A text that jsonpickle evaluates. */
const EVALUATED = "py/repr";
const TEMPLATE = /(?:^|\.)(?:(?:chat|tool_use)_)?template(?:\.\w+)?$/;
/** A configuration within a text, as metadata have it. */
const TARGET_IN_TEXT = /["'](?:_target_|_?class_path)["']\s*:\s*["']([\w.]+)["']/g;

/**
 * Jinja that leaves its sandbox: names with two underscores, also spelt out, put together or formatted; attributes by name;
 * functions that no chat needs and whose globals are a way out; modules and other templates.
 */
const ESCAPES = new RegExp(
  [
    /__\w+__|\\(?:x5f|u005f|u0000005f|137|n\{low line\})|(["'])__\1|["']__[a-z]+["']\s*[~+]|[~+]\s*["'][a-z]+__["']/,
    /_["']\s*[~+]\s*["']_|\|\s*attr\s*\(|\battribute\s*=\s*(?:['"]_|[^'"\s\w])/,
    /\[[^[\]\n]{0,200}['"]_{1,2}\w{0,40}['"]\s*[~+*]|['"]%c[^'"]{0,200}['"]\s*\|\s*format\b/,
    /\b(?:lipsum|cycler|joiner)\b|\{%-?\s*(?:include|import|from|extends)\b/,
    /\bos\s*\.\s*(?:popen|system)\b|\.popen\s*\(|\bsubprocess\s*\./,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

const FOUND = 20;
const NAMED = 3;

/** A dict or list among the values, and what leads to it. */
interface Place {
  readonly node: Node;
  readonly up?: Place;
  /** In `up`: of a dict's entry its key, of a list's item its index. */
  readonly step: string | number;
  /** The last key on the way: a list's items have the list's. */
  readonly key: string;
}

/** What is found at a value; `up` and `step` are its address. */
type Visit = (value: Value | undefined, key: string, up: Place | undefined, step: string | number) => readonly Remark[];

/** Every value: a file with hundreds of thousands of numbers may hide a text behind them. */
async function inEachValue({ format, root, metadata }: Artifact, work: Work, see: Visit): Promise<Remark[]> {
  const found: Remark[] = [];
  if (!FORMATS.has(format)) return found;
  const seen = new Set<Node>();
  const stack: Place[] = [];
  const visit = (value: Value | undefined, up: Place | undefined, step: string | number, key: string): void => {
    found.push(...see(value, key, up, step));
    if (!isNode(value) || (value.kind !== "dict" && value.kind !== "list") || seen.has(value)) return;
    seen.add(value);
    stack.push({ node: value, step, key, ...(up === undefined ? {} : { up }) });
  };
  visit(metadata, undefined, "", "");
  // There a header has nothing but tensors.
  if (format !== "safetensors") visit(root, undefined, "", "");
  for (let place = stack.pop(); place !== undefined && found.length < FOUND; place = stack.pop()) {
    const { node, key } = place;
    const { length } = node.kind === "list" ? node.items : node.kind === "dict" ? node.keys : [];
    for (let i = 0; i < length; i++) {
      if (i % 256 === 0 && work.isDue()) await work.checkpoint();
      const name = node.kind === "dict" ? node.keys[i] : undefined;
      if (node.kind === "list") visit(node.items[i], place, i, key);
      else if (node.kind === "dict" && typeof name === "string") visit(node.values[i], place, name, name);
    }
  }
  return found.slice(0, FOUND);
}

/** What is dangerous to use. */
export function configuredCode(artifact: Artifact, work: Work): Promise<Remark[]> {
  return inEachValue(artifact, work, (value, key, up, step) => {
    const remark = typeof value === "string" ? remarkOf(key, value, up?.node) : undefined;
    return remark === undefined ? NONE : [remark(addressOf(up, step))];
  });
}

const NONE: readonly Remark[] = [];

/** The address of what is one step further than a place. */
function addressOf(place: Place | undefined, last: string | number): string {
  const steps = [last];
  for (let at = place; at?.up !== undefined; at = at.up) steps.push(at.step);
  return steps
    .reverse()
    .reduce<string>(
      (path, step) =>
        typeof step === "number" ? indexPath(path, step) : path === "" ? rootKeyPath(step, false) : keyPath(path, step),
      "",
    );
}

/**
 * `auto_map` of transformers: classes in Python files beside the configuration, or in a repository of somebody's. A configuration
 * may have that of another one in it, and may say by itself that such code is to be trusted.
 */
export function remoteCode(artifact: Artifact, work: Work): Promise<Remark[]> {
  return inEachValue(artifact, work, (value, key, up, step) => {
    if (key === "auto_map") return mapRemark(value, up, step);
    return key === "trust_remote_code" && value === true ? [trustRemark(addressOf(up, step))] : NONE;
  });
}

function mapRemark(map: Value | undefined, up: Place | undefined, step: string | number): Remark[] {
  if (!isNode(map) || map.kind !== "dict") return [];
  const names = map.values.flatMap((value) => (isNode(value) && value.kind === "list" ? value.items : [value]));
  const list = enumerate([...new Set(names.filter((name) => typeof name === "string"))], NAMED);
  if (list === "") return [];
  return [
    {
      severity: "warning",
      sentence: say(
        "auto_map names Python code outside of this file ({list}), which transformers downloads and runs when it is told to trust remote code. It was not looked at.",
        { list },
      ),
      path: addressOf(up, step),
    },
  ];
}

function trustRemark(path: string): Remark {
  return {
    severity: "warning",
    sentence: say(
      "{path} is true: a library that follows it downloads and runs the Python code of the model's repository. It was not looked at.",
      { path },
    ),
    path,
  };
}

function isDangerous(global: string): boolean {
  const [, module, name] = GLOBAL.exec(global) ?? [];
  return module !== undefined && name !== undefined && classify(module, name, "call") === "dangerous";
}

/** What a target stands for: of Hydra's own functions what they are given. */
function namedBy(target: string, owner: Node | undefined): string | undefined {
  if (MAKER.test(target)) return undefined;
  if (!GETTER.test(target) || owner?.kind !== "dict") return target;
  const args = dictGet(owner, "_args_");
  const given = dictGet(owner, "path") ?? (isNode(args) && args.kind === "list" ? args.items[0] : undefined);
  return typeof given === "string" ? given : undefined;
}

/** Characters of a text in a sentence. */
const SHOWN = 200;

/** What is said of a text, once its address is known. */
type RemarkAt = (path: string) => Remark;

function namedRemark(text: string): RemarkAt {
  const global = text.slice(0, SHOWN);
  return (path) => ({
    sentence: say(
      "{path} names {global}, which would be called to make what is described. Do not use it; nothing of it was run here.",
      { path, global },
    ),
    path,
    evidence: { global },
  });
}

function remarkOf(key: string, text: string, owner: Node | undefined): RemarkAt | undefined {
  const named = key.startsWith("py/") ? text : namedBy(text, owner);
  if (key === EVALUATED || (TARGET.test(key) && named !== undefined && isDangerous(named)))
    return namedRemark(named ?? text);
  if (TARGET.test(key)) return undefined;
  if (text.includes("_target_") || text.includes("class_path"))
    for (const [, global = ""] of text.matchAll(TARGET_IN_TEXT)) if (isDangerous(global)) return namedRemark(global);
  const escape = TEMPLATE.test(key) ? ESCAPES.exec(text)?.[0] : undefined;
  if (escape === undefined) return undefined;
  return (path) => ({
    sentence: say(
      "The template {path} reaches into Python ({escape}) when it is rendered: no chat needs that. Do not use it; nothing of it was run here.",
      { path, escape },
    ),
    path,
    evidence: { escape },
  });
}
