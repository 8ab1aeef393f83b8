import * as fc from "fast-check";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { type DType, SCALARS, type ScalarName, scalarDType } from "../../src/core/model/dtype.ts";
import { dtypeFromName, holdsObjects, objectDType } from "../../src/core/model/numpy-dtype.ts";
import { denseByteLength, type TensorRef } from "../../src/core/model/tensor.ts";
import { type DictNode, isNode, type Node, type ObjectNode, type Value } from "../../src/core/model/value.ts";

/** Random tensors and value graphs: every dtype, every kind of node, references that share and close cycles. */

const SCALAR_DTYPES = (Object.keys(SCALARS) as ScalarName[]).flatMap((name) =>
  SCALARS[name].kind === "x" ? [scalarDType(name)] : [scalarDType(name), scalarDType(name, true)],
);

const OTHER_DTYPES = [
  "<U3",
  ">U2",
  "|S4",
  "|V5",
  "datetime64[ns]",
  "timedelta64[25s]",
  ">M8[D]",
  "[('a', '<f4'), ('b', '>i8')]",
  "{'names': ['left', 'gone', 'value'], 'formats': ['<i8', 'u1', '<f8'], 'offsets': [0, 8, 16], 'itemsize': 24}",
  "[('m', '<f4', (2, 3)), (('title', 'n'), [('x', '|S2')])]",
].map(dtypeFromName);

export const anyDType = (): fc.Arbitrary<DType> => fc.constantFrom(...SCALAR_DTYPES, ...OTHER_DTYPES);

/** Elements of a shape with random bytes, so NaN payloads, infinities and subnormals come of themselves. */
export function anyTensor(dtypes: fc.Arbitrary<DType> = anyDType()): fc.Arbitrary<TensorRef> {
  return fc
    .record({
      dtype: dtypes,
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
      order: fc.constantFrom("C" as const, "F" as const),
      before: fc.nat(9),
      fill: fc.constantFrom(0x00, 0xff, 0x7f, 0x80),
      seed: fc.nat(),
    })
    .map(({ dtype, shape, order, before, fill, seed }) => {
      const length = denseByteLength({ dtype, shape });
      const bytes = new Uint8Array(before + length);
      let state = seed + 1;
      for (let at = 0; at < bytes.length; at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        bytes[at] = state >> 30 === 0 ? fill : state >>> 24;
      }
      const isFlat = dtype.itemSize === 0;
      // Bits after the last packed element mean nothing; ours are zero.
      const spare = isFlat ? length * 8 - bitsOf(dtype, shape) : 0;
      if (spare > 0) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) & (0xff >> spare);
      return { dtype, shape, order: isFlat ? "C" : order, offset: before, data: fromBytes(bytes, "random") };
    });
}

function bitsOf(dtype: DType, shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1) * dtype.bits;
}

const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.constantFrom(
      "__proto__",
      "$ref",
      "$$",
      "",
      "\ud800",
      "a\udfff.b",
      "\ufeffbom",
      "ref",
      "weights/0:1",
      "..",
      "%41",
    ),
  );

const anyPrimitive = (): fc.Arbitrary<null | boolean | bigint | number | string> =>
  fc.oneof(
    fc.constantFrom(
      null,
      true,
      false,
      -0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      5e-324,
      1,
      1e22,
    ),
    fc.double(),
    fc.bigInt(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.constantFrom(
      2n ** 63n,
      2n ** 64n,
      2n ** 64n - 1n,
      -(2n ** 63n),
      -(2n ** 63n) - 1n,
      2n ** 53n,
      -(2n ** 200n),
      127n,
      128n,
      -128n,
      -129n,
    ),
    anyText(),
  );

interface Spec {
  readonly kind: Node["kind"] | "objects";
  readonly type: number;
  readonly text: string;
  readonly texts: readonly string[];
  readonly bits: bigint;
  readonly children: readonly Child[];
  readonly bytes: Uint8Array;
  readonly tensor: TensorRef;
  readonly flags: number;
}

type Child = { readonly primitive: null | boolean | bigint | number | string } | { readonly node: number };

const anySpec = (tensors: fc.Arbitrary<TensorRef>): fc.Arbitrary<Spec> =>
  fc.record({
    kind: fc.constantFrom(
      "list",
      "list",
      "dict",
      "dict",
      "object",
      "object",
      "tensor",
      "tensor",
      "scalar",
      "float",
      "decimal",
      "bytes",
      "global",
      "persistent",
      "unread",
      "objects",
    ),
    type: fc.nat(3),
    text: anyText(),
    texts: fc.array(anyText(), { maxLength: 3 }),
    bits: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    children: fc.array(
      fc.oneof(
        anyPrimitive().map((primitive) => ({ primitive })),
        fc.nat().map((node) => ({ node })),
      ),
      { maxLength: 8 },
    ),
    bytes: fc.uint8Array({ maxLength: 12 }).map((bytes) => (bytes[0] === 1 ? new Uint8Array(3000).fill(7) : bytes)),
    tensor: tensors,
    flags: fc.nat(31),
  });

/** A graph: nodes name each other by number, so anything may refer to anything, itself included. */
export function anyGraph(tensors: fc.Arbitrary<TensorRef> = anyTensor()): fc.Arbitrary<Value> {
  return fc.array(anySpec(tensors), { minLength: 1, maxLength: 14 }).map((specs) => {
    const nodes = specs.map(shell);
    for (const [index, spec] of specs.entries()) link(nodes[index] as Node, spec, nodes, specs);
    return nodes[0] as Node;
  });
}

const LISTS = ["list", "tuple", "set", "frozenset"] as const;
const BYTES = ["bytes", "bytearray", "str8", "bytes"] as const;
const DECIMALS = ["0.1", "-0", "1e400", "12345678901234567890", "3.14159265358979323846", "-1E-7", "100"];

function shell(spec: Spec): Node {
  const offset = 0;
  switch (spec.kind) {
    case "list":
      return { kind: "list", type: LISTS[spec.type] ?? "list", items: [] };
    case "dict":
      return { kind: "dict", keys: [], values: [] };
    case "object":
      return { kind: "object", callable: null, how: spec.type % 2 === 0 ? "new" : "call", args: [], offset };
    case "tensor":
      return { kind: "tensor", tensor: spec.tensor, className: spec.text, offset };
    case "objects": {
      const tensor: TensorRef = {
        dtype: objectDType(),
        shape: [spec.children.length],
        order: "C",
        offset: 0,
        data: fromBytes(new Uint8Array(0)),
      };
      return { kind: "tensor", tensor, className: "numpy.ndarray", objects: [], offset };
    }
    case "scalar":
      return { kind: "scalar", tensor: oneOf(spec.tensor) };
    case "float":
      return { kind: "float", bits: (spec.bits & 0x800fffffffffffffn) | 0x7ff0000000000001n };
    case "decimal": {
      const text = DECIMALS[spec.flags % DECIMALS.length] ?? "0";
      return { kind: "decimal", text, nearest: spec.type === 3 ? 0.5 : Number(text), offset };
    }
    case "bytes":
      return { kind: "bytes", type: BYTES[spec.type] ?? "bytes", data: fromBytes(spec.bytes) };
    case "global":
      return { kind: "global", module: spec.text, name: spec.texts.join("."), offset };
    case "persistent":
      return { kind: "persistent", id: null, offset };
    case "unread":
      return { kind: "unread", why: spec.text, offset };
  }
}

function oneOf(tensor: TensorRef): TensorRef {
  const dtype = tensor.dtype.itemSize === 0 ? scalarDType("float16") : tensor.dtype;
  return { dtype, shape: [], order: "C", offset: 0, data: fromBytes(new Uint8Array(dtype.itemSize).fill(0xa5)) };
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

function link(node: Node, spec: Spec, nodes: readonly Node[], specs: readonly Spec[]): void {
  const values = spec.children.map(
    (child): Value => ("primitive" in child ? child.primitive : (nodes[child.node % nodes.length] ?? null)),
  );
  const dict = specs.findIndex(({ kind }) => kind === "dict");
  const someDict = dict >= 0 ? (nodes[dict] as DictNode) : undefined;
  if (node.kind === "list") node.items.push(...values);
  else if (node.kind === "dict")
    for (const [index, value] of values.entries()) {
      node.keys.push(spec.texts[index] ?? values[values.length - 1 - index] ?? null);
      node.values.push(value);
    }
  else if (node.kind === "persistent") (node as Open<typeof node>).id = values[0] ?? spec.text;
  else if (node.kind === "tensor" && node.objects !== undefined) (node.objects as Value[]).push(...values);
  else if (node.kind === "object") fillObject(node, values, spec.flags, someDict);
}

function fillObject(node: Open<ObjectNode>, values: Value[], flags: number, dict: DictNode | undefined): void {
  node.callable = values[0] ?? null;
  node.args = values.slice(1, 3);
  if (flags & 1) node.state = values[3] ?? null;
  if (flags & 2) node.items = values.slice(2);
  if (flags & 4 && dict !== undefined) node.entries = dict;
  if (flags & 8 && dict !== undefined) node.kwargs = dict;
  if (flags & 16) node.moreStates = values.slice(0, 1);
}

/** Values of a tensor's dtype that are kept as bytes: object arrays have none. */
export function hasBytes(value: Value): boolean {
  return isNode(value) && value.kind === "tensor" && !holdsObjects(value.tensor.dtype);
}
