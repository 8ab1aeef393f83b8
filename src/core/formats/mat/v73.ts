import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { RawAttribute } from "../hdf5/attribute.ts";
import type { H5Dataset } from "../hdf5/dataset.ts";
import { factsOf, nodeValue } from "../hdf5/plain.ts";
import type { H5Group, H5Node, H5Tree } from "../hdf5/tree.ts";
import { charArray, numericArray, objectArray } from "./arrays.ts";
import { sparseMatrix } from "./sparse.ts";
import { opaqueObject } from "./findings.ts";
import { get, widthOf } from "./numbers.ts";

/** Cells in structs in cells. */
const DEPTH = 200;
/** Where MATLAB keeps what cells refer to, and what its own classes need. */
const REFERENCED = "#refs#";
const SUBSYSTEM = "#subsystem#";

/** A MATLAB 7.3 file: HDF5 whose attributes tell MATLAB's classes, with dimensions the other way round. */
export async function mat73Artifact(tree: H5Tree, root: H5Group, header: string): Promise<RawArtifact> {
  const reader = new Mat73(tree);
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const [name, node] of root.children) {
    // What cells refer to is shown in them.
    if (name === REFERENCED) continue;
    keys.push(name);
    values.push(await reader.value(node, 0));
  }
  if (root.children.has(SUBSYSTEM)) tree.findings.add(opaqueObject("", "string, table or another of MATLAB's own"));
  return {
    format: "mat",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: false,
    facts: [{ id: "mat.header", label: "Header", value: header }, ...factsOf(tree)],
    findings: tree.findings.all(),
    complete: tree.isWhole,
  };
}

class Mat73 {
  private readonly tree: H5Tree;
  /** What several cells refer to is one value; what refers to itself has no end. */
  private readonly known = new Map<H5Node, Value | undefined>();

  constructor(tree: H5Tree) {
    this.tree = tree;
  }

  async value(node: H5Node, depth: number): Promise<Value> {
    if (this.known.has(node))
      return this.known.get(node) ?? { kind: "unread", why: `${node.path} holds itself`, offset: 0 };
    this.known.set(node, undefined);
    let value: Value;
    try {
      if (depth > DEPTH) throw limitExceeded(`${node.path}: values in each other`, depth, DEPTH);
      value = await this.read(node, depth);
    } catch (error) {
      value = { kind: "unread", why: this.tree.note(node.path, error), offset: 0 };
    }
    this.known.set(node, value);
    return value;
  }

  private async read(node: H5Node, depth: number): Promise<Value> {
    if (node.kind === "group") return this.group(node, depth);
    if (node.kind !== "dataset") return nodeValue(this.tree, node);
    const className = await this.text(node, "MATLAB_class");
    if ((await this.number(node, "MATLAB_empty")) === 1) return this.empty(node, className);
    if (node.type.kind === "object-reference") return this.cells(node, className ?? "struct", depth);
    const value = await this.tree.valueOf(node);
    if (!isNode(value) || value.kind !== "tensor" || value.objects !== undefined) return value;
    const { tensor } = value;
    const shape = [...tensor.shape].reverse();
    if (className === "char") return this.char(node, shape);
    const isLogical = className === "logical" && tensor.dtype.itemSize === 1;
    const dtype = isLogical ? scalarDType("bool") : tensor.dtype;
    return numericArray(className ?? value.className, dtype, shape, tensor.data, value.offset);
  }

  private async group(group: H5Group, depth: number): Promise<Value> {
    const rows = await this.number(group, "MATLAB_sparse");
    const fields = new Map<string, Value>();
    for (const [name, node] of group.children) fields.set(name, await this.value(node, depth + 1));
    const jc = fields.get("jc");
    if (rows === undefined || jc === undefined)
      return { kind: "dict", keys: [...fields.keys()], values: [...fields.values()] };
    const columns = isNode(jc) && jc.kind === "tensor" ? elementCount(jc.tensor.shape) - 1 : 0;
    const nothing = this.none("double", [0]);
    const shape = [rows, Math.max(0, columns)];
    return sparseMatrix(shape, fields.get("ir") ?? nothing, jc, fields.get("data") ?? nothing, 0);
  }

  /** The dataset holds the dimensions instead of the elements there are none of. */
  private async empty(node: H5Dataset, className: string | undefined): Promise<Value> {
    if (className === "char") return "";
    const value = await this.tree.valueOf(node);
    const shape: number[] = [];
    if (isNode(value) && value.kind === "tensor" && value.objects === undefined) {
      const { tensor } = value;
      const { scalar, bigEndian } = tensor.dtype;
      const count = Math.min(LIMITS.dimensions, elementCount(tensor.shape));
      const bytes = await readElements(tensor, 0, count);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      if (scalar !== undefined)
        for (let i = 0; i < count; i++) shape.push(Number(get(view, i * widthOf(scalar), scalar, bigEndian)));
    }
    return this.none(className ?? "double", shape.includes(0) ? shape : [0, 0]);
  }

  private none(className: string, shape: readonly number[]): Value {
    return objectArray(className, shape, [], 0);
  }

  private async char(node: H5Dataset, shape: readonly number[]): Promise<Value> {
    const { data, type } = node;
    if (typeof data === "string" || type.kind !== "plain" || type.dtype.scalar === undefined)
      return this.tree.valueOf(node);
    if (data.size > LIMITS.hdf5BlockBytes)
      throw limitExceeded(`${node.path}: bytes of text`, data.size, LIMITS.hdf5BlockBytes);
    const bytes = await data.read(0, data.size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { scalar, bigEndian } = type.dtype;
    const codes = new Uint16Array(Math.floor(bytes.length / type.size));
    for (let i = 0; i < codes.length; i++) codes[i] = Number(get(view, i * type.size, scalar, bigEndian));
    return charArray(codes, shape);
  }

  private async cells(node: H5Dataset, className: string, depth: number): Promise<Value> {
    const { data, space, path } = node;
    if (typeof data === "string") return this.tree.valueOf(node);
    const count = elementCount(space.shape);
    if (count > LIMITS.hdf5Elements) throw limitExceeded(`${path}: cells`, count, LIMITS.hdf5Elements);
    const { file } = this.tree.superblock;
    const cursor = file.cursor(await data.read(0, data.size), "references", node.address);
    const items: Value[] = [];
    for (let i = 0; i < count; i++) {
      const address = cursor.uint(node.type.size, "reference");
      const target = this.tree.at(address);
      items.push(target === undefined ? null : await this.value(target, depth + 1));
    }
    return objectArray(className, [...space.shape].reverse(), items, file.place(node.address));
  }

  private async attribute(node: H5Group | H5Dataset, name: string): Promise<Value | undefined> {
    const found: RawAttribute | undefined = node.attributes.find((each) => each.name === name);
    return found === undefined ? undefined : this.tree.attributeValue(found, node.path);
  }

  private async text(node: H5Group | H5Dataset, name: string): Promise<string | undefined> {
    const value = await this.attribute(node, name);
    return typeof value === "string" ? value : undefined;
  }

  private async number(node: H5Group | H5Dataset, name: string): Promise<number | undefined> {
    const value = await this.attribute(node, name);
    if (!isNode(value) || value.kind !== "scalar") return undefined;
    const { dtype } = value.tensor;
    if (dtype.scalar === undefined) return undefined;
    const bytes = await readElements(value.tensor, 0, 1);
    return Number(get(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, dtype.scalar, dtype.bigEndian));
  }
}
