import { classify } from "../../formats/pickle/classify.ts";
import { indexPath, keyPath, rootKeyPath } from "../../meaning/path.ts";
import type { Artifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Node, type Value } from "../../model/value.ts";
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

/** Values that are looked at. */
const VALUES = 200_000;
const FOUND = 20;
const NAMED = 3;

export function configuredCode({ format, root, metadata }: Artifact): Remark[] {
  const found: Remark[] = [];
  if (!FORMATS.has(format)) return found;
  const seen = new Set<Node>();
  const stack: [value: Value | undefined, path: string, key: string][] = [
    [root, "", ""],
    [metadata, "", ""],
  ];
  for (let next = stack.pop(); next !== undefined && found.length < FOUND; next = stack.pop()) {
    const [value, path, key] = next;
    const remark = typeof value === "string" ? remarkOf(key, value, path) : undefined;
    if (remark !== undefined) found.push(remark);
    if (!isNode(value) || seen.has(value) || seen.size + stack.length > VALUES) continue;
    seen.add(value);
    if (value.kind === "list")
      for (const [i, item] of value.items.entries()) stack.push([item, indexPath(path, i), key]);
    else if (value.kind === "dict") for (const each of entriesOf(value, path)) stack.push(each);
  }
  return found;
}

/** `auto_map` of transformers: classes in Python files beside the configuration, or in a repository of somebody's. */
export function remoteCode({ format, root }: Artifact): Remark[] {
  const map = format === "json" && isNode(root) && root.kind === "dict" ? dictGet(root, "auto_map") : undefined;
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
      path: "auto_map",
    },
  ];
}

function entriesOf({ keys, values }: DictNode, path: string): [Value | undefined, string, string][] {
  return keys.flatMap((key, i) =>
    typeof key === "string"
      ? [
          [values[i], path === "" ? rootKeyPath(key, false) : keyPath(path, key), key] as [
            Value | undefined,
            string,
            string,
          ],
        ]
      : [],
  );
}

function isDangerous(global: string): boolean {
  const [, module, name] = GLOBAL.exec(global) ?? [];
  return module !== undefined && name !== undefined && classify(module, name, "call") === "dangerous";
}

/** Characters of a text in a sentence. */
const SHOWN = 200;

function namedRemark(path: string, text: string): Remark {
  const global = text.slice(0, SHOWN);
  return {
    sentence: say(
      "{path} names {global}, which would be called to make what is described. Do not use it; nothing of it was run here.",
      { path, global },
    ),
    path,
    evidence: { global },
  };
}

function remarkOf(key: string, text: string, path: string): Remark | undefined {
  if (key === EVALUATED || (TARGET.test(key) && isDangerous(text))) return namedRemark(path, text);
  if (TARGET.test(key)) return undefined;
  if (text.includes("_target_") || text.includes("class_path"))
    for (const [, global = ""] of text.matchAll(TARGET_IN_TEXT))
      if (isDangerous(global)) return namedRemark(path, global);
  const escape = TEMPLATE.test(key) ? ESCAPES.exec(text)?.[0] : undefined;
  if (escape === undefined) return undefined;
  return {
    sentence: say(
      "The template {path} reaches into Python ({escape}) when it is rendered: no chat needs that. Do not use it; nothing of it was run here.",
      { path, escape },
    ),
    path,
    evidence: { escape },
  };
}
