import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { DictNode, ObjectNode, TensorNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ElementType } from "../torch/dtypes.ts";
import { viewOf } from "../torch/tensor.ts";
import { tensorBroken } from "./findings.ts";
import type { Torch7Input } from "./input.ts";
import { kindOf, type TensorKind } from "./tensor-kinds.ts";

const NIL = 0;
const NUMBER = 1;
const STRING = 2;
const TABLE = 3;
const TORCH = 4;
const BOOLEAN = 5;
/** Functions: the first form has no index. */
const FUNCTION = 6;
const LEGACY_RECURSIVE_FUNCTION = 7;
const RECURSIVE_FUNCTION = 8;

/** Walks the objects of a file in order. Every object takes four bytes at least; how many are kept is limited. */
export class ObjectReader {
  /** The file's own object as soon as it is there: what is shown when reading stops inside of it. */
  first: Value | undefined;
  rootClass: string | undefined;
  readonly findings: Finding[] = [];
  /** Where functions lie. */
  readonly functions: number[] = [];
  /** Whether the size of a long mattered. */
  hasLongs = false;
  private readonly input: Torch7Input;
  private readonly work: Work;
  private readonly known = new Map<number, Value>();
  private readonly entries = new Map<Value, DictNode | null>();
  private kept = 0;

  constructor(input: Torch7Input, work: Work) {
    this.input = input;
    this.work = work;
  }

  get offset(): number {
    return this.input.offset;
  }

  async object(depth = 0): Promise<Value> {
    const { input } = this;
    const at = input.offset;
    if (depth > LIMITS.torch7Depth)
      throw limitExceeded(`${input.source.name}: objects in each other`, depth, LIMITS.torch7Depth, at);
    this.kept += 1;
    if (this.kept > LIMITS.torch7Objects)
      throw limitExceeded(`${input.source.name}: objects`, this.kept, LIMITS.torch7Objects, at);
    if (this.work.isDue()) await this.work.checkpoint();
    const type = await input.i32();
    switch (type) {
      case NIL:
        return null;
      case NUMBER:
        return number(await input.float64(), input.machine.order === "little");
      case STRING:
        return this.string();
      case BOOLEAN:
        return (await input.i32()) !== 0;
      case FUNCTION:
        return this.function(at, undefined, depth);
      case TABLE:
      case TORCH:
      case RECURSIVE_FUNCTION:
      case LEGACY_RECURSIVE_FUNCTION: {
        const index = await input.i32();
        const known = this.known.get(index);
        if (known !== undefined) return known;
        if (type === TABLE) return this.table(index, depth);
        if (type === TORCH) return this.torch(at, index, depth);
        return this.function(at, index, depth);
      }
      default:
        throw corrupt(`${input.source.name}: an object of type ${type} at byte ${at}`, at);
    }
  }

  private keep<T extends Value>(index: number | undefined, value: T): T {
    if (index !== undefined) this.known.set(index, value);
    this.first ??= value;
    return value;
  }

  /** A dict; keys that are whole numbers are integers, as Lua prints them. */
  private async table(index: number, depth: number): Promise<Value> {
    const { input } = this;
    const at = input.offset;
    const size = await input.i32();
    // A key and a value take eight bytes at least.
    if (size < 0) throw corrupt(`${input.source.name}: a table of ${size} entries at byte ${at}`, at);
    const dict: DictNode = this.keep(index, { kind: "dict", keys: [], values: [] });
    for (let k = 0; k < size; k++) {
      const key = await this.object(depth + 1);
      const value = await this.object(depth + 1);
      dict.keys.push(typeof key === "number" && Number.isSafeInteger(key) && !Object.is(key, -0) ? BigInt(key) : key);
      dict.values.push(value);
    }
    return dict;
  }

  private async torch(at: number, index: number, depth: number): Promise<Value> {
    let className = await this.text();
    // Before versions there was the class alone.
    if (/^V \d+$/.test(className)) className = await this.text();
    const kind = kindOf(className, this.input.machine);
    if (kind?.isStorage === true) return this.storage(at, index, className, kind);
    if (kind !== undefined) return this.tensor(at, index, className, kind, depth);
    const dot = className.lastIndexOf(".");
    const callable = {
      kind: "global" as const,
      module: dot < 0 ? "lua" : className.slice(0, dot),
      name: className.slice(dot + 1),
      offset: at,
    };
    const object: ObjectNode = this.keep(index, { kind: "object", callable, how: "new", args: [], offset: at });
    this.rootClass ??= className;
    object.state = await this.object(depth + 1);
    const entries = this.entriesOf(object.state);
    if (entries !== undefined) object.entries = entries;
    return object;
  }

  /** Once for each table: any number of objects may have one and the same for their state. */
  private entriesOf(state: Value): DictNode | undefined {
    const known = this.entries.get(state);
    if (known !== undefined) return known ?? undefined;
    const found = itemsOf(state);
    this.entries.set(state, found ?? null);
    return found;
  }

  private async storage(at: number, index: number, className: string, { type }: TensorKind): Promise<Value> {
    const { input } = this;
    const count = await this.long("elements of a storage");
    const data = await input.elements(count, type);
    const tensor = { dtype: type.dtype, shape: [count], order: "C", offset: 0, data } as const;
    return this.keep(index, { kind: "tensor", tensor, className, offset: at });
  }

  private async tensor(
    at: number,
    index: number,
    className: string,
    { type }: TensorKind,
    depth: number,
  ): Promise<Value> {
    const { input } = this;
    const { source } = input;
    const dimensions = await input.i32();
    if (dimensions < 0 || dimensions > LIMITS.dimensions)
      throw corrupt(`${source.name}: ${dimensions} dimensions at byte ${at}`, at);
    const shape: number[] = [];
    const strides: number[] = [];
    for (let k = 0; k < dimensions; k++) shape.push(await this.long("size of a dimension"));
    for (let k = 0; k < dimensions; k++) strides.push(await this.long("stride"));
    const offset = (await this.long("offset of a tensor")) - 1;
    const storage = await this.object(depth + 1);
    // Torch has no scalars: without dimensions there are no elements.
    const isEmpty = dimensions === 0;
    const view = isEmpty ? { offset: 0, shape: [0], strides: [1] } : { offset, shape, strides };
    const data = storage === null && isEmpty ? fromBytes(new Uint8Array(0)) : dataOf(storage, type);
    const tensor =
      data === undefined
        ? "its storage is none"
        : offset < 0 && !isEmpty
          ? `it begins at element ${offset} of its storage`
          : viewOf(
              { type, className, data, isBigEndian: this.input.machine.order === "big", isCut: false },
              type,
              view,
            );
    if (typeof tensor === "string") {
      this.findings.push(tensorBroken(source, className, at, tensor));
      return this.keep(index, { kind: "unread", why: tensor, offset: at });
    }
    return this.keep(index, { kind: "tensor", tensor, className, offset: at });
  }

  /** A function is what was compiled and what it closes over. It is never run. */
  private async function(at: number, index: number | undefined, depth: number): Promise<Value> {
    const { input } = this;
    const length = await input.i32();
    const compiled = await input.characters(length);
    this.functions.push(at);
    const code: Value = { kind: "bytes", type: "bytes", data: fromBytes(compiled.slice(), input.source.name) };
    const state: DictNode = { kind: "dict", keys: ["code"], values: [code] };
    const callable = { kind: "global" as const, module: "lua", name: "function", offset: at };
    const object: ObjectNode = this.keep(index, { kind: "object", callable, how: "new", args: [], state, offset: at });
    const upvalues = await this.object(depth + 1);
    state.keys.push("upvalues");
    state.values.push(upvalues);
    return object;
  }

  private async string(): Promise<Value> {
    const bytes = await this.bytes();
    try {
      return UTF8.decode(bytes);
    } catch {
      return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), this.input.source.name) };
    }
  }

  private async text(): Promise<string> {
    return LATIN1.decode(await this.bytes());
  }

  private async bytes(): Promise<Uint8Array> {
    const { input } = this;
    const at = input.offset;
    const length = await input.i32();
    if (length > LIMITS.pickleTextBytes)
      throw limitExceeded(`${input.source.name}: a string at byte ${at}`, length, LIMITS.pickleTextBytes, at);
    return input.characters(length);
  }

  private long(what: string): Promise<number> {
    this.hasLongs = true;
    return this.input.long(what);
  }
}

/** What an object holds under keys that are no names, as a class that is also a list has it. */
function itemsOf(state: Value): DictNode | undefined {
  if (typeof state !== "object" || state?.kind !== "dict") return undefined;
  const at = state.keys.flatMap((key, k) => (typeof key === "string" ? [] : [k]));
  if (at.length === 0) return undefined;
  return { kind: "dict", keys: at.map((k) => state.keys[k] ?? null), values: at.map((k) => state.values[k] ?? null) };
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const LATIN1 = new TextDecoder("latin1");

/** The bytes of a storage of the same elements. */
function dataOf(storage: Value, { dtype }: ElementType): ByteSource | undefined {
  if (typeof storage !== "object" || storage?.kind !== "tensor") return undefined;
  const { tensor }: TensorNode = storage;
  return tensor.dtype.name === dtype.name ? tensor.data : undefined;
}

/** A number keeps its bits: a NaN that is not the default one is shown as it is. */
function number(view: DataView, isLittle: boolean): Value {
  const value = view.getFloat64(0, isLittle);
  if (!Number.isNaN(value)) return value;
  const bits = view.getBigUint64(0, isLittle);
  return bits === 0x7ff8000000000000n ? value : { kind: "float", bits };
}
