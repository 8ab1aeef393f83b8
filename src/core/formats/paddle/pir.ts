import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { ScalarName } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";

/**
 * Programs of Paddle 3, as JSON of short keys: `#` what it is, `A` attributes, `I` and `O` what goes in and out by numbers
 * (`%`), `TT` types, `D` data. An operator `p` is a parameter: [.., .., .., its name].
 *
 *     {"base_code": {"magic": "pir", "version": 3}, "program": {"regions": [{"blocks": [{"ops": [
 *       {"#": "p", "A": [0, 1, 1, "linear_0.w_0"], "O": {"%": 4, "TT": {"#": "0.t_dtensor", "D": [{"#": "0.t_f32"}, [4, 3], ...]}}},
 *       {"#": "1.matmul", "A": [{"N": "transpose_x", "AT": {"#": "0.a_bool", "D": false}}], "I": [{"%": 9}, {"%": 4}], "O": [...]}]}]}]}}
 *
 * https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/pir/serialize_deserialize/include/schema.h
 */
const TYPES: Readonly<Partial<Record<string, ScalarName>>> = {
  t_bool: "bool",
  t_i8: "int8",
  t_ui8: "uint8",
  t_i16: "int16",
  t_i32: "int32",
  t_i64: "int64",
  t_f16: "float16",
  t_bf16: "bfloat16",
  t_f32: "float32",
  t_f64: "float64",
  t_c64: "complex64",
  t_c128: "complex128",
  t_f8e4m3fn: "float8_e4m3fn",
  t_f8e5m2: "float8_e5m2",
};

export interface PirProgram {
  /** Parameters as they stand in it. */
  readonly parameters: readonly { readonly name: string; readonly dtype: string; readonly dims: readonly number[] }[];
  readonly operators: readonly Value[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of the form; no version of Paddle is in it. */
  readonly version: number | undefined;
}

/** The text that such a file begins with: its writer sorts keys. */
export function isPir(text: string): boolean {
  return /^\s*\{\s*"base_code"\s*:\s*\{[^{}]*"magic"\s*:\s*"pir"/.test(text);
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const field = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, Json>>)[key]
    : undefined;
const items = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export async function readPir(source: ByteSource, work: Work): Promise<PirProgram> {
  if (source.size > LIMITS.protobufTextBytes)
    throw limitExceeded(`${source.name}: bytes of JSON`, source.size, LIMITS.protobufTextBytes);
  let root: Json;
  try {
    root = JSON.parse(withWhole(new TextDecoder().decode(await source.read(0, source.size)))) as Json;
  } catch (error) {
    throw corrupt(`${source.name}: ${error instanceof Error ? error.message : "no JSON"}`, 0);
  }
  const reader = new PirReader(work);
  await reader.regions(field(root, "program"), 0);
  const version = field(field(root, "base_code"), "version");
  const { parameters, operators, inputs, outputs } = reader;
  return { parameters, operators, inputs, outputs, version: typeof version === "number" ? version : undefined };
}

/** The key that the digits of an integer stand behind which a double would not hold. */
const WHOLE = "\0";
/** Texts, which are passed over, and integers of so many digits. */
const LONG = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])(-?\d{16,})(?![\d.eE])/gs;

function withWhole(json: string): string {
  if (!/\d{16}/.test(json)) return json;
  return json.replace(LONG, (found, digits: string | undefined) =>
    digits === undefined ? found : `{"\\u0000":"${digits}"}`,
  );
}

const DEPTH = 32;

class PirReader {
  readonly parameters: { readonly name: string; readonly dtype: string; readonly dims: readonly number[] }[] = [];
  readonly operators: Value[] = [];
  readonly inputs: string[] = [];
  readonly outputs: string[] = [];
  /** Names of what numbers stand for. */
  private readonly names = new Map<number, string>();
  private readonly work: Work;

  constructor(work: Work) {
    this.work = work;
  }

  /** Operators of a program, and of branches and loops in it. */
  async regions(of: Json | undefined, depth: number): Promise<void> {
    if (depth > DEPTH) throw limitExceeded("blocks of a program in each other", depth, DEPTH);
    for (const region of items(field(of, "regions")))
      for (const block of items(field(region, "blocks")))
        for (const operator of items(field(block, "ops"))) {
          if (this.work.isDue()) await this.work.checkpoint();
          this.operator(operator);
          await this.regions(operator, depth + 1);
        }
  }

  private operator(operator: Json): void {
    const kind = text(field(operator, "#"));
    if (kind === "p") {
      this.parameter(operator);
      return;
    }
    const attributes = items(field(operator, "A")).map((each): [string, Value] => [
      text(field(each, "N")),
      valueOf(field(each, "AT"), 0),
    ]);
    const name = attributes.find(([key]) => key === "name")?.[1];
    const type = kind.replace(/^\d+\./, "");
    const outputs = items(field(operator, "O"));
    if (type === "data" && typeof name === "string") {
      this.inputs.push(name);
      for (const output of outputs) this.call(output, name);
    }
    if (type === "fetch" && typeof name === "string") this.outputs.push(name);
    this.operators.push({
      kind: "object",
      callable: { kind: "global", module: "paddle", name: type, offset: 0 },
      how: "call",
      args: [],
      kwargs: dictOf([
        ["inputs", listOf(items(field(operator, "I")).map((each) => this.nameOf(each)))],
        ["outputs", listOf(outputs.map((each) => this.nameOf(each)))],
        ...attributes.filter(([key]) => key !== "struct_name"),
      ]),
      offset: 0,
    });
  }

  private parameter(operator: Json): void {
    const name = text(items(field(operator, "A"))[3]);
    const output = field(operator, "O");
    const [type, dims] = items(field(field(output, "TT"), "D"));
    const key = text(field(type, "#")).replace(/^\d+\./, "");
    if (name === "") return;
    this.call(output, name);
    this.parameters.push({
      name,
      dtype: (Object.hasOwn(TYPES, key) ? TYPES[key] : undefined) ?? "unknown",
      dims: items(dims).map((size) => (typeof size === "number" ? size : -1)),
    });
  }

  private call(output: Json | undefined, name: string): void {
    const number = field(output, "%");
    if (typeof number === "number") this.names.set(number, name);
  }

  private nameOf(value: Json): string {
    const number = field(value, "%");
    return typeof number === "number" ? (this.names.get(number) ?? `%${number}`) : "";
  }
}

const IS_FLOAT = /\.a_(?:f\d+|scalar|double)$/;

/** An attribute: whole numbers as such, by its type. */
function valueOf(attribute: Json | undefined, depth: number): Value {
  const type = text(field(attribute, "#"));
  const data = field(attribute, "D");
  const digits = field(data, WHOLE);
  if (typeof digits === "string" && /^-?\d+$/.test(digits))
    return IS_FLOAT.test(type) ? Number(digits) : BigInt(digits);
  if (Array.isArray(data) && depth < DEPTH)
    return listOf(
      items(data).map((each) =>
        typeof each === "object" && field(each, WHOLE) === undefined
          ? valueOf(each, depth + 1)
          : valueOf({ "#": type, D: each }, depth + 1),
      ),
    );
  if (typeof data === "number") return Number.isSafeInteger(data) && !IS_FLOAT.test(type) ? BigInt(data) : data;
  return typeof data === "string" || typeof data === "boolean" ? data : null;
}
