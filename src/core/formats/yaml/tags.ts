import { fromBase64 } from "../../bytes/base64.ts";
import { fromBytes } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import type { ImportUse } from "../../model/artifact.ts";
import {
  type DictNode,
  dictGet,
  type GlobalNode,
  isNode,
  type ListNode,
  type ObjectNode,
  type Value,
} from "../../model/value.ts";
import { classOfImport } from "../java/gadgets.ts";
import { classify } from "../pickle/classify.ts";
import { NumpyCalls } from "./numpy.ts";
import { resolvePlain } from "./resolve.ts";
import type { Written } from "../written/list.ts";
import { NumberSpan } from "../written/numbers.ts";

/** What the tags of a file say: they are described, and nothing is made of them. */

export const YAML_TAGS = "tag:yaml.org,2002:";
const PYTHON = /^tag:yaml\.org,2002:python\/(object\/apply|object\/new|object|name|module):(.*)$/s;
/** SnakeYAML's: the class of an object by its name. */
const JAVA = /^tag:yaml\.org,2002:((?:[A-Za-z_$][\w$]*\.)+[A-Za-z_$][\w$]*)$/;

/** Psych's: the class of an object by its name. */
const RUBY = /^!ruby\/(?:object|hash|array|struct|exception|class|module):([A-Z]\w*(?:::\w+)*)$/;
/** Of those, what published attacks on Ruby's YAML are made of. */
const RUBY_GADGETS =
  /^(?:ERB|Gem(?:::.+)?|Kernel|Process|Open3|PTY|IO|File|Net::.+|Rack::.+|Logger(?:::.+)?|ActiveSupport::Deprecation::.+)$/;

/** Tags of which nothing is known that are kept: some of them are listed. */
const LISTED_TAGS = 100;

/** Imports and tags, as they come up. */
export class TagReader {
  readonly imports: ImportUse[] = [];
  private readonly numpy = new NumpyCalls();
  /** Tags of which nothing is known, each with the byte of its first use. */
  readonly unknown = new Map<string, number>();

  /** A scalar with a tag. `isPlain`: it is not in quotes and no block. */
  scalar(tag: string, text: string, start: number, end: number): Written {
    if (tag === "!") return text;
    const known = tag.startsWith(YAML_TAGS) ? tag.slice(YAML_TAGS.length) : "";
    switch (known) {
      case "str":
      case "python/str":
      case "python/unicode":
      case "timestamp":
        return text;
      case "float":
      case "python/float":
        return floatOf(resolvePlain(text, start, end));
      case "int":
      case "bool":
      case "null":
      case "python/int":
      case "python/long":
      case "python/bool":
      case "python/none":
        return resolvePlain(text, start, end);
      case "binary":
      case "python/bytes":
        return bytesOf(text, start);
      default:
        return this.object(tag, text, start) ?? text;
    }
  }

  /** A list that numbers are put into one by one, where the tag makes it arguments or a tuple; undefined for others. */
  listOf(tag: string | undefined): ListNode | undefined {
    const isPython = tag?.startsWith(`${YAML_TAGS}python/`) === true && tag !== `${YAML_TAGS}python/list`;
    return isPython ? { kind: "list", type: "list", items: [] } : undefined;
  }

  /** A list or a map with a tag, once it is whole. */
  collection(tag: string, value: Value, offset: number): Value {
    const known = tag.startsWith(YAML_TAGS) ? tag.slice(YAML_TAGS.length) : "";
    switch (known) {
      case "map":
      case "seq":
      case "omap":
      case "pairs":
      case "python/dict":
      case "python/list":
        return value;
      case "set":
        return isNode(value) && value.kind === "dict" ? { kind: "list", type: "set", items: value.keys } : value;
      case "python/tuple":
        return isNode(value) && value.kind === "list" ? { ...value, type: "tuple" } : value;
      default:
        return this.object(tag, value, offset) ?? value;
    }
  }

  /** What loading without restraint would make, inert; undefined for a tag that says nothing of the kind. */
  private object(tag: string, value: Value, offset: number): Value | undefined {
    const java = JAVA.exec(tag);
    if (java !== null) {
      const [module, name] = moduleAndName(java[1] ?? "");
      this.imports.push({ module, name, offset, role: "call", class: classOfImport(java[1] ?? "") });
      const callable: GlobalNode = { kind: "global", module, name, offset };
      return isNode(value) && value.kind === "dict"
        ? { kind: "object", callable, how: "new", args: [], state: value, offset }
        : { kind: "object", callable, how: "call", args: itemsOf(value), offset };
    }
    const [, ruby] = RUBY.exec(tag) ?? [];
    if (ruby !== undefined) {
      this.imports.push({
        module: "ruby",
        name: ruby,
        offset,
        role: "call",
        class: RUBY_GADGETS.test(ruby) ? "dangerous" : "unusual",
      });
      const callable: GlobalNode = { kind: "global", module: "ruby", name: ruby, offset };
      return { kind: "object", callable, how: "new", args: [], state: value, offset };
    }
    const python = PYTHON.exec(tag);
    if (python === null) {
      if (tag !== "!" && this.unknown.size < LISTED_TAGS && !this.unknown.has(tag)) this.unknown.set(tag, offset);
      return undefined;
    }
    const [, kind = "", named = ""] = python;
    const [module, name] = kind === "module" ? [named, "(module)"] : moduleAndName(named);
    const role = kind === "name" || kind === "module" ? "import" : "call";
    this.imports.push({ module, name, offset, role, class: classify(module, name, role) });
    const callable: GlobalNode = { kind: "global", module, name, offset };
    if (role === "import") return callable;
    if (kind === "object") return { kind: "object", callable, how: "new", args: [], state: value, offset };
    const node = called(callable, kind === "object/new" ? "new" : "call", value, offset);
    return this.numpy.valueOf(node) ?? node;
  }
}

/** A list of arguments, or a map that says them beside the state. */
function called(callable: GlobalNode, how: ObjectNode["how"], value: Value, offset: number): ObjectNode {
  if (!isNode(value) || value.kind !== "dict") return { kind: "object", callable, how, args: itemsOf(value), offset };
  const kwargs = dictGet(value, "kwds");
  const state = dictGet(value, "state");
  const items = itemsOf(dictGet(value, "listitems") ?? null);
  const entries = dictGet(value, "dictitems");
  return {
    kind: "object",
    callable,
    how,
    args: itemsOf(dictGet(value, "args") ?? null),
    ...(isDict(kwargs) && { kwargs }),
    ...(state !== undefined && { state }),
    ...(items.length > 0 && { items }),
    ...(isDict(entries) && { entries }),
    offset,
  };
}

function isDict(value: Value | undefined): value is DictNode {
  return isNode(value) && value.kind === "dict";
}

function itemsOf(value: Value): Value[] {
  if (value === null || value === "") return [];
  return isNode(value) && value.kind === "list" ? value.items : [value];
}

function moduleAndName(named: string): [module: string, name: string] {
  const dot = named.lastIndexOf(".");
  return dot < 0 ? ["builtins", named] : [named.slice(0, dot), named.slice(dot + 1)];
}

/** A whole number that is said to be real. */
function floatOf(value: Written): Written {
  if (!(value instanceof NumberSpan) || !/^-?\d+$/.test(value.text)) return value;
  return { kind: "decimal", text: value.text, nearest: Number(value.text), offset: value.start };
}

function bytesOf(text: string, offset: number): Value {
  try {
    const bytes = fromBase64(text.replace(/\s+/g, ""));
    return { kind: "bytes", type: "bytes", data: fromBytes(bytes, "!!binary") };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new ArtifactError("corrupt", `!!binary at byte ${offset}: ${error.message}`, { offset });
  }
}
