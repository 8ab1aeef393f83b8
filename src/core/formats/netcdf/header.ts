import { withoutEnd } from "../../model/text-end.ts";
import { SourceCursor } from "../../bytes/source-cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";

export interface Dimension {
  readonly name: string;
  /** 0 for the dimension of the records. */
  readonly size: number;
}

export interface Variable {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly attributes: readonly (readonly [string, Value])[];
  readonly type: number;
  readonly begin: number;
}

export interface Header {
  readonly version: number;
  /** -1 where whoever wrote the file did not know. */
  readonly records: number;
  /** Where the header ends. */
  readonly end: number;
  readonly dimensions: readonly Dimension[];
  readonly attributes: readonly (readonly [string, Value])[];
  readonly variables: readonly Variable[];
}

/** Element types by their number; 2 is text. */
const TYPES: Readonly<Record<number, ScalarName>> = {
  1: "int8",
  3: "int16",
  4: "int32",
  5: "float32",
  6: "float64",
  7: "uint8",
  8: "uint16",
  9: "uint32",
  10: "int64",
  11: "uint64",
};
export const TEXT = 2;
const DIMENSIONS = 10;
const VARIABLES = 11;
const ATTRIBUTES = 12;
const STREAMING = 0xffffffff;
const UTF8 = new TextDecoder();

export const elementOf = (type: number): ScalarName | undefined => (type === TEXT ? "uint8" : TYPES[type]);

export async function readHeader(source: ByteSource, work: Work): Promise<Header> {
  return new HeaderReader(source, work).read();
}

class HeaderReader {
  private readonly cursor: SourceCursor;
  private readonly source: ByteSource;
  private readonly work: Work;
  private version = 1;
  private kept = 0;

  constructor(source: ByteSource, work: Work) {
    this.source = source;
    this.work = work;
    this.cursor = new SourceCursor(source, 3, "big");
  }

  async read(): Promise<Header> {
    this.version = await this.cursor.u8();
    const records = await this.records();
    const dimensions: Dimension[] = [];
    for (let k = await this.list(DIMENSIONS); k > 0; k--)
      dimensions.push({ name: await this.name(), size: await this.count("a size") });
    const attributes = await this.attributes();
    const variables: Variable[] = [];
    for (let k = await this.list(VARIABLES); k > 0; k--) variables.push(await this.variable(dimensions.length));
    return { version: this.version, records, dimensions, attributes, variables, end: this.cursor.offset };
  }

  private async records(): Promise<number> {
    if (this.version === 5) {
      const value = await this.cursor.i64();
      return value === -1n ? -1 : Number(value);
    }
    const value = await this.cursor.u32();
    return value === STREAMING ? -1 : value;
  }

  /** How many a list has; two zeros are none. */
  private async list(tag: number): Promise<number> {
    const at = this.cursor.offset;
    const found = await this.cursor.u32();
    const count = await this.count("entries");
    if (found !== tag && (found !== 0 || count !== 0))
      throw corrupt(`${this.source.name}: a list of kind ${found} at byte ${at}, where one of ${tag} should be`, at);
    // Names alone take eight bytes.
    if (count * 8 > this.cursor.remaining) throw truncated(this.source.name, at, count * 8, this.cursor.remaining);
    return count;
  }

  private async count(what: string): Promise<number> {
    if (this.work.isDue()) await this.work.checkpoint();
    this.kept += 1;
    if (this.kept > LIMITS.namedValues * 8)
      throw limitExceeded(`${this.source.name}: numbers of the header`, this.kept, LIMITS.namedValues * 8);
    if (this.version === 5) return this.cursor.size(what);
    const at = this.cursor.offset;
    const value = await this.cursor.i32();
    if (value < 0) throw corrupt(`${this.source.name}: ${what} at byte ${at} is ${value}`, at);
    return value;
  }

  private async name(): Promise<string> {
    return UTF8.decode(await this.padded(await this.count("the length of a name")));
  }

  private async padded(length: number): Promise<Uint8Array> {
    if (length > LIMITS.protobufTextBytes)
      throw limitExceeded(`${this.source.name}: bytes of a name or attribute`, length, LIMITS.protobufTextBytes);
    const bytes = await this.cursor.take(length);
    this.cursor.skip((4 - (length % 4)) % 4);
    return bytes;
  }

  private async attributes(): Promise<(readonly [string, Value])[]> {
    const found: (readonly [string, Value])[] = [];
    for (let k = await this.list(ATTRIBUTES); k > 0; k--) {
      const name = await this.name();
      const at = this.cursor.offset;
      const type = await this.cursor.u32();
      const count = await this.count("values");
      const scalar = elementOf(type);
      if (scalar === undefined) throw corrupt(`${this.source.name}: an attribute of type ${type} at byte ${at}`, at);
      const start = this.cursor.offset;
      const dtype = scalarDType(scalar, true);
      const bytes = await this.padded(count * dtype.itemSize);
      if (type === TEXT) found.push([name, withoutEnd(UTF8.decode(bytes), "\0")]);
      else {
        const tensor = {
          dtype,
          shape: count === 1 ? [] : [count],
          order: "C",
          offset: start,
          data: this.source,
        } as const;
        found.push([
          name,
          count === 1 ? { kind: "scalar", tensor } : { kind: "tensor", tensor, className: "attribute", offset: start },
        ]);
      }
    }
    return found;
  }

  private async variable(dimensionCount: number): Promise<Variable> {
    const name = await this.name();
    const at = this.cursor.offset;
    const rank = await this.count("dimensions");
    if (rank > LIMITS.dimensions) throw limitExceeded(`${this.source.name}: dimensions`, rank, LIMITS.dimensions, at);
    const dimensions: number[] = [];
    for (let k = 0; k < rank; k++) {
      const dimension = await this.count("a dimension");
      if (dimension >= dimensionCount) throw corrupt(`${this.source.name}: ${name} has dimension ${dimension}`, at);
      dimensions.push(dimension);
    }
    const attributes = await this.attributes();
    const type = await this.cursor.u32();
    if (elementOf(type) === undefined) throw corrupt(`${this.source.name}: ${name} has the type ${type}`, at);
    await this.count("bytes of a variable");
    const begin = this.version === 1 ? await this.cursor.u32() : await this.cursor.size("an offset");
    return { name, dimensions, attributes, type, begin };
  }
}
