import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import { utf8Text } from "../../model/utf8.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { charArray, interleaved, numericArray, objectArray } from "./arrays.ts";
import { sparseMatrix } from "./sparse.ts";
import * as told from "./findings.ts";
import { CLASSES, get, STORED, widened, widthOf } from "./numbers.ts";
import { type Element, Elements, MATRIX } from "./v5-elements.ts";

const CLASS = { cell: 1, struct: 2, object: 3, char: 4, sparse: 5, function: 16, opaque: 17 } as const;
const COMPLEX = 0x08;
const LOGICAL = 0x02;
/** Nothing at all is an empty array. */
const NOTHING = numericArray("double", scalarDType("float64"), [0, 0], fromBytes(new Uint8Array(0), "[]"), 0);
/** Structs in cells in structs. */
const DEPTH = 200;

interface Named {
  readonly name: string;
  readonly value: Value;
}

interface Head {
  readonly elements: Elements;
  readonly shape: readonly number[];
  readonly name: string;
  readonly isComplex: boolean;
  readonly isLogical: boolean;
  readonly depth: number;
  readonly place: number;
}

/** Turns matrices, as MATLAB calls every value, into described values. */
export class MatrixReader {
  isWhole = true;
  private readonly isBig: boolean;
  private readonly findings: CappedFindings;
  private readonly work: Work;
  private count = 0;

  constructor(isBig: boolean, findings: CappedFindings, work: Work) {
    this.isBig = isBig;
    this.findings = findings;
    this.work = work;
  }

  /** The content of one matrix element. */
  async matrix(source: ByteSource, depth: number): Promise<Named> {
    if (this.work.isDue()) await this.work.checkpoint();
    this.tally(source.name);
    if (depth > DEPTH) throw limitExceeded(`${source.name}: values in each other`, depth, DEPTH);
    if (source.size === 0) return { name: "", value: NOTHING };
    const elements = new Elements(source, this.isBig);
    const flagBytes = await this.bytes(await elements.next("array flags"), 8);
    const flags = this.cursor(flagBytes, source.name).u32();
    const kind = flags & 0xff;
    const bits = (flags >> 8) & 0xff;
    if (kind === CLASS.opaque) return this.opaque(elements, depth);
    const shape = await this.shape(await elements.next("dimensions"));
    const name = latin1(await this.bytes(await elements.next("name"), 0));
    const head: Head = {
      elements,
      shape,
      name,
      isComplex: (bits & COMPLEX) !== 0,
      isLogical: (bits & LOGICAL) !== 0,
      depth,
      place: source.origin ?? 0,
    };
    return { name, value: await this.value(kind, head) };
  }

  private tally(name: string): void {
    this.count += 1;
    if (this.count > LIMITS.matValues) throw limitExceeded(`${name}: values`, this.count, LIMITS.matValues);
  }

  private value(kind: number, head: Head): Promise<Value> {
    switch (kind) {
      case CLASS.cell:
        return this.cell(head);
      case CLASS.struct:
        return this.struct(head);
      case CLASS.object:
        return this.object(head);
      case CLASS.char:
        return this.char(head);
      case CLASS.sparse:
        return this.sparse(head);
      case CLASS.function:
        return this.something(head);
      default:
        return this.numeric(kind, head);
    }
  }

  private async numeric(kind: number, head: Head): Promise<Value> {
    const type = CLASSES[kind];
    if (type === undefined) throw unsupported(`${head.elements.source.name}: a matrix of class ${kind}`);
    const { shape, isComplex, isLogical, elements } = head;
    const count = elementCount(shape);
    const data = await this.numbers(await elements.next("values"), count, type.scalar);
    if (isLogical && kind === 9) return numericArray("logical", scalarDType("bool"), shape, data, head.place);
    const dtype = scalarDType(type.scalar, this.isBig);
    const real = numericArray(type.name, dtype, shape, data, head.place);
    if (!isComplex) return real;
    const imaginary = await this.numbers(await elements.next("imaginary values"), count, type.scalar);
    if (type.scalar === "float64" || type.scalar === "float32") {
      const complex = scalarDType(type.scalar === "float64" ? "complex128" : "complex64", this.isBig);
      return numericArray(type.name, complex, shape, interleaved(data, imaginary, widthOf(type.scalar)), head.place);
    }
    const part = numericArray(type.name, dtype, shape, imaginary, head.place);
    return { kind: "dict", keys: ["real", "imag"], values: [real, part] };
  }

  /** The numbers of an element as `count` ones of a class. */
  private async numbers(
    element: Element,
    count: number,
    scalar: NonNullable<(typeof STORED)[number]>,
  ): Promise<ByteSource> {
    const stored = STORED[element.type];
    const { data } = element;
    if (stored === undefined) throw corrupt(`${data.name}: values of type ${element.type}`, element.at);
    const length = count * widthOf(stored);
    if (length > data.size) throw truncated(`${data.name}: values`, data.origin ?? element.at, length, data.size);
    return widened(slice(data, 0, length), stored, scalar, this.isBig);
  }

  private async char({ elements, shape, name }: Head): Promise<Value> {
    const count = elementCount(shape);
    if (count === 0 && !elements.hasMore) return "";
    const element = await elements.next("text");
    const { data, type } = element;
    if (data.size > LIMITS.hdf5BlockBytes)
      throw limitExceeded(`${data.name}: bytes of text`, data.size, LIMITS.hdf5BlockBytes);
    const bytes = await data.read(0, data.size);
    // UTF-8, which takes one to four bytes a character.
    if (type === 16 || type === 1 || type === 2) {
      if (bytes.every((byte) => byte < 0x80)) return charArray(bytes.subarray(0, count), shape);
      let text: string;
      try {
        text = utf8Text(bytes, data.origin ?? element.at);
      } catch {
        if (type !== 16) return charArray(bytes.subarray(0, count), shape);
        this.isWhole = false;
        this.findings.add(told.notUtf8(name));
        return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), data.name) };
      }
      const codes = new Uint16Array(text.length);
      for (let i = 0; i < codes.length; i++) codes[i] = text.charCodeAt(i);
      return charArray(codes, shape);
    }
    const scalar = type === 17 ? "uint16" : type === 18 ? "uint32" : STORED[type];
    if (scalar === undefined) throw corrupt(`${data.name}: text of type ${type}`, element.at);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const width = widthOf(scalar);
    const codes = new Uint16Array(Math.min(count, Math.floor(bytes.length / width)));
    for (let i = 0; i < codes.length; i++) codes[i] = Number(get(view, i * width, scalar, this.isBig));
    return charArray(codes, shape);
  }

  private async sparse({ elements, shape, isComplex, isLogical, place }: Head): Promise<Value> {
    const integers = async (what: string): Promise<{ value: Value; count: number }> => {
      const element = await elements.next(what);
      const scalar = STORED[element.type];
      if (scalar === undefined) throw corrupt(`${element.data.name}: ${what} of type ${element.type}`, element.at);
      const count = Math.floor(element.data.size / widthOf(scalar));
      const data = await this.numbers(element, count, "int32");
      return { value: numericArray("int32", scalarDType("int32", this.isBig), [count], data, place), count };
    };
    const ir = await integers("row numbers");
    const jc = await integers("columns");
    const element = await elements.next("values");
    const stored = STORED[element.type];
    if (stored === undefined) throw corrupt(`${element.data.name}: values of type ${element.type}`, element.at);
    // Some writers call logical values doubles, and give a byte to each.
    const isMislabelled = isLogical && ir.count <= element.data.size && element.data.size < ir.count * widthOf(stored);
    if (isMislabelled) {
      const bytes = slice(element.data, 0, ir.count);
      return sparseMatrix(
        shape,
        ir.value,
        jc.value,
        numericArray("logical", scalarDType("bool"), [ir.count], bytes, place),
        place,
      );
    }
    const count = Math.floor(element.data.size / widthOf(stored));
    const isBool = isLogical && widthOf(stored) === 1;
    const data = await this.numbers(element, count, isBool ? "uint8" : "float64");
    const half = numericArray(
      isBool ? "logical" : "double",
      scalarDType(isBool ? "bool" : "float64", this.isBig),
      [count],
      data,
      place,
    );
    if (!isComplex) return sparseMatrix(shape, ir.value, jc.value, half, place);
    const imaginary = await this.numbers(await elements.next("imaginary values"), count, "float64");
    const complex = numericArray(
      "double",
      scalarDType("complex128", this.isBig),
      [count],
      interleaved(data, imaginary, 8),
      place,
    );
    return sparseMatrix(shape, ir.value, jc.value, complex, place);
  }

  /** The next value: at once where it is nothing, as most cells may be. */
  private inner(head: Head): Value | Promise<Value> {
    const { elements } = head;
    if (!elements.skipsNothing()) return this.something(head);
    this.tally(elements.source.name);
    return NOTHING;
  }

  private async something({ elements, depth }: Head): Promise<Value> {
    const element = await elements.next("value");
    if (element.type !== MATRIX)
      throw corrupt(`${element.data.name}: an element of type ${element.type} for a value`, element.at);
    return (await this.matrix(element.data, depth + 1)).value;
  }

  private async cell(head: Head): Promise<Value> {
    const count = elementCount(head.shape);
    const items: Value[] = [];
    for (let i = 0; i < count; i++) {
      const read = this.inner(head);
      items.push(read instanceof Promise ? await read : read);
      if ((i & 4095) === 4095 && this.work.isDue()) await this.work.checkpoint();
    }
    return objectArray("cell", head.shape, items, head.place);
  }

  private async object(head: Head): Promise<Value> {
    const className = latin1(await this.bytes(await head.elements.next("class name"), 0));
    const state = await this.struct(head);
    return {
      kind: "object",
      callable: { kind: "global", module: "matlab", name: className, offset: head.place },
      how: "new",
      args: [],
      state,
      offset: head.place,
    };
  }

  private async struct(head: Head): Promise<Value> {
    const { elements, shape } = head;
    const lengthBytes = await this.bytes(await elements.next("length of the field names"), 4);
    const width = this.cursor(lengthBytes, elements.source.name).u32();
    const names = await this.bytes(await elements.next("field names"), 0);
    if (width === 0 || width > 4096) throw corrupt(`${elements.source.name}: field names of ${width} bytes`);
    const fields: string[] = [];
    for (let at = 0; at + width <= names.length; at += width) fields.push(latin1(names.subarray(at, at + width)));
    const met = new Set<string>();
    for (const field of fields) {
      if (met.has(field)) this.findings.add(told.duplicateName(field));
      met.add(field);
    }
    const count = elementCount(shape);
    const items: DictNode[] = [];
    for (let i = 0; i < count; i++) {
      if (fields.length === 0 && i > 0) break;
      const values: Value[] = [];
      for (let k = 0; k < fields.length; k++) {
        const read = this.inner(head);
        values.push(read instanceof Promise ? await read : read);
      }
      if ((i & 4095) === 4095 && this.work.isDue()) await this.work.checkpoint();
      items.push({ kind: "dict", keys: [...fields], values });
    }
    const [only] = items;
    if (count === 1 && only !== undefined) return only;
    return objectArray("struct", fields.length === 0 ? [items.length] : shape, items, head.place);
  }

  /** An object of a class that only MATLAB can read: its class, and where the subsystem keeps it. */
  private async opaque(elements: Elements, depth: number): Promise<Named> {
    const name = latin1(await this.bytes(await elements.next("name"), 0));
    const system = latin1(await this.bytes(await elements.next("type system"), 0));
    const className = latin1(await this.bytes(await elements.next("class name"), 0));
    const keys: Value[] = ["class", "system"];
    const values: Value[] = [className, system];
    if (elements.hasMore) {
      const element = await elements.next("reference");
      keys.push("reference");
      values.push((await this.matrix(element.data, depth + 1)).value);
    }
    this.findings.add(told.opaqueObject(name, className));
    return { name, value: { kind: "dict", keys, values } };
  }

  private async shape(element: Element): Promise<readonly number[]> {
    const bytes = await this.bytes(element, 8);
    const rank = Math.floor(bytes.length / 4);
    if (rank > LIMITS.dimensions) throw limitExceeded(`${element.data.name}: dimensions`, rank, LIMITS.dimensions);
    const cursor = this.cursor(bytes, element.data.name);
    const shape = Array.from({ length: rank }, () => cursor.i32());
    elementCount(shape, `${element.data.name}: dimensions`);
    return shape;
  }

  private cursor(bytes: Uint8Array, name: string): Cursor {
    return new Cursor(bytes, `${name}: MATLAB value`, 0, this.isBig ? "big" : "little");
  }

  /** All bytes of an element that is a name or a few numbers. */
  private async bytes({ data, at }: Element, least: number): Promise<Uint8Array> {
    if (data.size < least) throw truncated(`${data.name}: MATLAB value`, data.origin ?? at, least, data.size);
    if (data.size > 1 << 20) throw limitExceeded(`${data.name}: bytes of a name`, data.size, 1 << 20);
    return data.read(0, data.size);
  }
}

/** Up to the first zero byte. */
function latin1(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  let text = "";
  for (const byte of end < 0 ? bytes : bytes.subarray(0, end)) text += String.fromCharCode(byte);
  return text;
}
