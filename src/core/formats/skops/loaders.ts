import { append } from "../../append.ts";
import { jsonGet, type JsonValue, readJsonTree } from "../../bytes/json-tree.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readNpy } from "../npy/read.ts";
import { readNpz } from "../npz/read.ts";
import { dict, list, objectNode, setOf, tuple, unread } from "../pickle/graph.ts";
import type { ImportLog } from "../pickle/imports.ts";
import { memberFinding, type ZipMembers } from "../zip-members.ts";
import { objectArray, shapeOf, sparseState } from "./arrays.ts";
import { keyClasses, keyOf } from "./keys.ts";
import { isArray, isObject, numberOf, plainValue, type State, stateOf, textOf } from "./state.ts";

/**
 * Describes what each of skops' loaders would make, in the terms in which pickles are described, so that the same model
 * means the same in both. Every class, function and method that loading would import is logged; none is made.
 */
export class Loaders {
  isWhole = true;
  /** Of pickles within the archive's arrays, which skops itself never loads. */
  readonly innerImports: ImportUse[] = [];
  private readonly members: ZipMembers;
  private readonly context: ReadContext;
  private readonly findings: CappedFindings;
  private readonly imports: ImportLog;
  private readonly memo = new Map<string, Value>();

  constructor(members: ZipMembers, context: ReadContext, findings: CappedFindings, imports: ImportLog) {
    this.members = members;
    this.context = context;
    this.findings = findings;
    this.imports = imports;
  }

  root(state: State): Promise<Value> {
    return this.load(state);
  }

  private async value(json: JsonValue | undefined): Promise<Value> {
    const state = stateOf(json);
    if (state !== undefined) return this.load(state);
    const at = isObject(json) || isArray(json) ? json.start : 0;
    return this.wrong(at, "a value of the schema does not say which loader makes it");
  }

  private async load(state: State): Promise<Value> {
    const { id, loader } = state;
    if (this.context.work.isDue()) await this.context.work.checkpoint();
    const known = id === undefined ? undefined : this.memo.get(id);
    if (known !== undefined) {
      // Written out once more, arrays and all: whoever loads it takes the first as well.
      for (const file of filesIn(state.json)) this.members.pass(file);
      return known;
    }
    if (loader === "CachedNode")
      return this.wrong(state.json.start, `it refers to an object ${id ?? "without an id"} that was not there before`);
    const made = await this.made(state);
    return this.remember(state, made);
  }

  /** Objects that hold others are remembered before those are read: they may be held by them. */
  private remember<T extends Value>({ id }: State, value: T): T {
    if (id !== undefined) this.memo.set(id, value);
    return value;
  }

  private async made(state: State): Promise<Value> {
    switch (state.loader) {
      case "JsonNode":
        return this.json(state);
      case "DictNode":
        return this.dict(state);
      case "ListNode":
      case "SetNode":
      case "TupleNode":
        return this.collection(state);
      case "NdArrayNode":
        return this.array(state);
      case "TypeNode":
        return this.global(state);
      case "FunctionNode":
        return this.function(state);
      case "BytesNode":
      case "BytearrayNode":
        return this.bytes(state);
      case "SparseMatrixNode":
        return this.sparse(state);
      case "DefaultDictNode":
      case "_DictWithDeprecatedKeysNode":
        return this.dictLike(state);
      case "TreeNode":
      case "LossNode":
      case "SGDNode":
      case "QuantileForestNode":
        return this.reduced(state);
      case "ObjectNode":
      case "RandomStateNode":
        return this.object(state);
      case "ConstructorFromReduceNode":
      case "OperatorFuncNode":
        return this.call(state);
      case "MaskedArrayNode":
      case "RandomGeneratorNode":
        return this.parts(state);
      case "PartialNode":
        return this.partial(state);
      case "MethodNode":
        return this.method(state);
      case "SliceNode":
        return this.slice(state);
      case "DTypeNode":
        return this.dtype(state);
      default:
        this.global(state, "call");
        this.isWhole = false;
        this.findings.add(
          finding(
            "integrity/not-read",
            "warning",
            say("The loader {loader} of {class} is not known; what it makes is not shown.", {
              loader: state.loader,
              class: `${state.module}.${state.name}`,
            }),
            { evidence: { loader: state.loader, offset: String(state.json.start) } },
          ),
        );
        return unread(`the loader ${state.loader} is not known`, state.json.start);
    }
  }

  private global({ module, name, json }: State, role: "import" | "call" = "import"): GlobalNode {
    const node = this.imports.global(module, name, json.start);
    if (role === "call") this.imports.called(node);
    return node;
  }

  /** Protocol 0 had the function's name in its content. */
  private function(state: State): GlobalNode {
    const content = jsonGet(state.json, "content");
    if (!isObject(content)) return this.global(state);
    const module = textOf(jsonGet(content, "module_path"));
    const name = textOf(jsonGet(content, "function"));
    return this.imports.global(module, name, state.json.start);
  }

  private json({ json }: State): Value {
    const text = jsonGet(json, "content");
    if (typeof text !== "string") return this.wrong(json.start, "a plain value has no text");
    if (/^-?\d/.test(text)) {
      const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
      return number ? numberOf(text, json.start) : this.wrong(json.start, "a number is not one");
    }
    const { root, error } = readJsonTree(
      new TextEncoder().encode(text),
      LIMITS.valueDepth,
      { what: "a plain value" },
      LIMITS.jsonValues,
    );
    if (root === undefined || error !== undefined)
      return this.wrong(json.start, error?.message ?? "a plain value is empty");
    return plainValue(root);
  }

  private async dict(state: State): Promise<Value> {
    const { json, module, name } = state;
    const isPlain = module === "builtins" && name === "dict";
    const entries = dict();
    const made = isPlain
      ? this.remember(state, entries)
      : this.remember(state, objectNode(this.global(state, "call"), "call", [], json.start));
    if (isNode(made) && made.kind === "object") made.entries = entries;
    const content = jsonGet(json, "content");
    if (!isObject(content)) return this.wrong(json.start, "a dict has no content");
    const classes = keyClasses(state);
    for (const [i, { key, start, value }] of content.entries.entries()) {
      entries.keys.push(keyOf(key, classes[i], start));
      entries.values.push(await this.value(value));
    }
    return made;
  }

  private async collection(state: State): Promise<Value> {
    const { json, module, name, loader } = state;
    const items: Value[] = [];
    const isPlain = module === "builtins" && /^(?:list|set|frozenset|tuple)$/.test(name);
    const held = loader === "TupleNode" ? tuple(items) : loader === "SetNode" ? setOf("set", items) : list(items);
    const inner = name === "frozenset" && isPlain ? setOf("frozenset", items) : held;
    // A named tuple takes its items one by one, other classes take them as one list.
    const made = isPlain
      ? inner
      : objectNode(
          this.global(state, "call"),
          loader === "TupleNode" ? "new" : "call",
          loader === "TupleNode" ? items : [list(items)],
          json.start,
        );
    this.remember(state, made);
    const content = jsonGet(json, "content");
    if (!isArray(content)) return this.wrong(json.start, `a ${name} has no items`);
    for (const item of content.items) items.push(await this.value(item));
    return made;
  }

  /** An object that is made without its constructor and given its state. */
  private async object(state: State): Promise<ObjectNode> {
    const made = this.remember(state, objectNode(this.global(state, "call"), "new", [], state.json.start));
    const content = jsonGet(state.json, "content");
    // null: the class is all there is to it.
    if (content !== undefined && content !== null) made.state = await this.value(content);
    return made;
  }

  /** An object that is made from arguments and then given its state: trees and losses of scikit-learn. */
  private async reduced(state: State): Promise<ObjectNode> {
    const { json } = state;
    const made = this.remember(state, objectNode(this.global(state, "call"), "call", [], json.start));
    const reduce = jsonGet(json, "__reduce__");
    const args = await this.value(isObject(reduce) ? jsonGet(reduce, "args") : undefined);
    made.args = argumentsOf(args);
    const attributes = await this.value(jsonGet(json, "content"));
    if (!(isNode(attributes) && attributes.kind === "dict" && attributes.keys.length === 0)) made.state = attributes;
    return made;
  }

  private async call(state: State): Promise<ObjectNode> {
    const made = this.remember(state, objectNode(this.global(state, "call"), "call", [], state.json.start));
    const key = state.loader === "OperatorFuncNode" ? "attrs" : "content";
    made.args = argumentsOf(await this.value(jsonGet(state.json, key)));
    return made;
  }

  private async dictLike(state: State): Promise<ObjectNode> {
    const made = this.remember(state, objectNode(this.global(state, "call"), "call", [], state.json.start));
    const main = await this.part(state, "main");
    if (isNode(main) && main.kind === "dict") made.entries = main;
    if (state.loader === "DefaultDictNode") made.args = [await this.part(state, "default_factory")];
    else made.state = dictOf(["_deprecated_key_to_new_key", await this.part(state, "_deprecated_key_to_new_key")]);
    return made;
  }

  /** Objects whose content is named parts: a masked array's data and mask, a generator's bits and seed. */
  private async parts(state: State): Promise<ObjectNode> {
    const made = this.remember(state, objectNode(this.global(state, "call"), "new", [], state.json.start));
    const content = jsonGet(state.json, "content");
    const attributes = dict();
    if (isObject(content))
      for (const { key, value } of content.entries) {
        attributes.keys.push(key);
        // Protocol 0 kept a generator's bits as plain JSON.
        attributes.values.push(stateOf(value) === undefined ? plainValue(value) : await this.value(value));
      }
    made.state = attributes;
    if (state.loader === "RandomGeneratorNode") this.bitGenerator(attributes, state);
    return made;
  }

  /** The class of the bits is named by a plain text in them, and called. */
  private bitGenerator(attributes: DictNode, { json }: State): void {
    const bits = attributes.values[attributes.keys.indexOf("bit_generator")];
    const name = isNode(bits) && bits.kind === "dict" ? bits.values[bits.keys.indexOf("bit_generator")] : undefined;
    if (typeof name === "string") this.imports.called(this.imports.global("numpy.random", name, json.start));
  }

  /** As pickles have it: its state is (function, arguments, keyword arguments, attributes). */
  private async partial(state: State): Promise<ObjectNode> {
    const made = this.remember(state, objectNode(this.global(state, "call"), "call", [], state.json.start));
    const parts: Value[] = [];
    for (const name of ["func", "args", "kwds", "namespace"]) parts.push(await this.part(state, name));
    made.args = parts.slice(0, 1);
    made.state = tuple(parts);
    return made;
  }

  /** A method of an object: loading takes an attribute of it, by any name. */
  private async method(state: State): Promise<ObjectNode> {
    const { module, json } = state;
    const content = jsonGet(json, "content");
    // The class beside the module is the object's in protocol 2, and no more than "method" before.
    const name = (isObject(content) ? stateOf(jsonGet(content, "obj")) : undefined)?.name ?? state.name;
    const attribute = isObject(content) ? textOf(jsonGet(content, "func")) : "";
    const callable = this.imports.global(module, `${name}.${attribute}`, json.start);
    const made = this.remember(state, objectNode(callable, "call", [], json.start));
    made.args = [await this.part(state, "obj")];
    return made;
  }

  private slice({ json }: State): ObjectNode {
    const content = jsonGet(json, "content");
    const callable: GlobalNode = { kind: "global", module: "builtins", name: "slice", offset: json.start };
    const parts = ["start", "stop", "step"].map((name) =>
      isObject(content) ? plainValue(jsonGet(content, name) ?? null) : null,
    );
    return objectNode(callable, "call", parts, json.start);
  }

  /** Kept as an empty array of that dtype. */
  private async dtype(state: State): Promise<Value> {
    const empty = await this.value(jsonGet(state.json, "content"));
    const name = isNode(empty) && empty.kind === "tensor" ? empty.tensor.dtype.name : "object";
    return objectNode(this.global(state, "call"), "call", [name], state.json.start);
  }

  private part(state: State, name: string): Promise<Value> {
    const content = jsonGet(state.json, "content");
    return this.value(isObject(content) ? jsonGet(content, name) : undefined);
  }

  private async array(state: State): Promise<Value> {
    const { json, module, name } = state;
    const isPlain = module === "numpy" && name === "ndarray";
    if (!isPlain) this.global(state, "call");
    if (jsonGet(json, "type") !== "numpy") return this.objects(state);
    const made = await this.arrayMember(json);
    if (isPlain || !isNode(made) || made.kind !== "tensor") return made;
    if (made.tensor.shape.length === 0) return { kind: "scalar", tensor: made.tensor };
    return { ...made, className: `${module}.${name}` };
  }

  private async arrayMember(json: State["json"]): Promise<Value> {
    const file = textOf(jsonGet(json, "file"));
    const content = await this.members.content(file);
    if (content === undefined) return unread(`the member ${file} cannot be read`, json.start);
    try {
      const { value, findings, imports, complete } = await readNpy(content, this.context);
      for (const found of findings) this.findings.add(found);
      append(this.innerImports, imports);
      this.isWhole &&= complete;
      return value;
    } catch (error) {
      this.isWhole = false;
      this.findings.add(memberFinding(file, error));
      return unread(`the member ${file} cannot be read`, json.start);
    }
  }

  private async objects(state: State): Promise<Value> {
    const { json } = state;
    const content = jsonGet(json, "content");
    const shape = shapeOf(await this.value(jsonGet(json, "shape")));
    if (!isArray(content) || shape === undefined) return this.wrong(json.start, "an array of objects has no items");
    const items: Value[] = [];
    for (const item of content.items) items.push(await this.value(item));
    return objectArray(items, shape, json.start) ?? this.misshapen(items, shape, json.start);
  }

  private misshapen(items: Value[], shape: readonly number[], offset: number): Value {
    this.wrong(offset, `an array of shape [${shape.join(", ")}] has ${items.length} items`);
    return list(items);
  }

  /** The class tells: until 0.5 one loader made both. */
  private async bytes({ json, name }: State): Promise<Value> {
    const content = await this.members.content(textOf(jsonGet(json, "file")));
    if (content === undefined) return unread("its member cannot be read", json.start);
    return { kind: "bytes", type: name === "bytearray" ? "bytearray" : "bytes", data: content };
  }

  private async sparse(state: State): Promise<Value> {
    const { json } = state;
    const made = this.remember(state, objectNode(this.global(state, "call"), "new", [], json.start));
    const file = textOf(jsonGet(json, "file"));
    const content = await this.members.content(file);
    if (content === undefined) return made;
    try {
      const { root, findings, imports = [], complete } = await readNpz(content, this.context);
      for (const found of findings) this.findings.add(found);
      append(this.innerImports, imports);
      this.isWhole &&= complete;
      if (isNode(root) && root.kind === "dict") made.state = await sparseState(root);
    } catch (error) {
      this.isWhole = false;
      this.findings.add(memberFinding(file, error));
    }
    return made;
  }

  /** Says what is wrong with the schema, and gives what stands there instead of a value. */
  private wrong(offset: number, problem: string): Value {
    this.isWhole = false;
    this.findings.add(
      finding(
        "integrity/corrupt",
        "error",
        say("The schema is not one that skops writes, at its byte {offset}: {problem}.", { offset, problem }),
        { evidence: { member: "schema.json", offset: String(offset) } },
      ),
    );
    return unread(problem, offset);
  }
}

function argumentsOf(value: Value): readonly Value[] {
  return isNode(value) && value.kind === "list" ? value.items : [value];
}

function dictOf(...pairs: readonly (readonly [string, Value])[]): DictNode {
  return { kind: "dict", keys: pairs.map(([key]) => key), values: pairs.map(([, value]) => value) };
}

/** Members that a part of the schema names. */
function filesIn(json: JsonValue): readonly string[] {
  const files: string[] = [];
  const stack: JsonValue[] = [json];
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (isArray(value)) for (const item of value.items) stack.push(item);
    if (!isObject(value)) continue;
    for (const { key, value: inner } of value.entries)
      if (key === "file" && typeof inner === "string") files.push(inner);
      else stack.push(inner);
  }
  return files;
}
