import { readAll } from "../bytes/read-all.ts";
import { type DocMap, docMap } from "../formats/document/doc.ts";
import { joinTexts } from "../formats/document/texts.ts";
import { widened } from "../formats/embedded/widened.ts";
import type { Artifact } from "../model/artifact.ts";
import { byteExtent, denseSource, isDense, isWhole } from "../model/dense.ts";
import { elementName, scalarDType } from "../model/dtype.ts";
import type { Graph } from "../model/graph-records.ts";
import { holdsObjects } from "../model/numpy-dtype.ts";
import { denseByteLength, type TensorRef } from "../model/tensor.ts";
import type { BytesNode, TensorNode } from "../model/value.ts";
import { isNode } from "../model/value.ts";
import { isExactAsText } from "./element-text.ts";
import { memberName } from "./names.ts";
import type { TargetId } from "./plan.ts";
import { type Route, routeOf } from "./routes.ts";

/** A tensor that the target's file holds under a name of its own. */
export interface Member {
  readonly name: string;
  readonly tensor: TensorRef;
}

/** How one tensor is carried: a member, or a part of the document, or both for what the document must add. */
export interface Carried {
  /** What the object graph calls it: the address, or `#n` for a tensor without one. */
  readonly key: string;
  readonly tensor: TensorRef;
  readonly route: Route;
  readonly isAddressed: boolean;
  readonly member?: Member;
  /** JSON only: its elements are written as text. */
  readonly isText?: boolean;
  /** Its entry in the document, without the elements that are written as text. */
  readonly entry: DocMap;
}

export interface CarriedTensors {
  readonly all: readonly Carried[];
  keyOf(tensor: TensorRef): string;
  bytesKey(node: BytesNode): string | undefined;
}

/** Up to this many bytes lie in the document as base64; a member of their own would be noise to other readers. */
const INLINE_BYTES = 4096;

/**
 * How every tensor of an artifact is carried by a target that is not our own container: each address as a member, where
 * the target has its type; then what else the object graph refers to. Records whose fields all have addresses are put
 * together again from those.
 */
export async function carriedTensors(artifact: Artifact, graph: Graph, target: TargetId): Promise<CarriedTensors> {
  const paths = addressed(artifact, target);
  const collector = new Collector(target, new Set(paths.map(({ path }) => path)));
  for (const { path, tensor } of paths) await collector.address(path, tensor);
  for (const node of graph.nodes)
    if ((node.kind === "tensor" || node.kind === "scalar") && isCarried(node.tensor))
      await collector.unaddressed(node.tensor);
    else if (node.kind === "bytes" && node.data.size > INLINE_BYTES) await collector.bytes(node);
  return collector;
}

/** Tensors with an address that other readers are to find: parameters, and arrays of text and times where they can. */
function addressed(artifact: Artifact, target: TargetId): readonly { path: string; tensor: TensorRef }[] {
  const values = target === "safetensors" ? [] : artifact.values.filter(({ value }) => isArray(value));
  return [
    ...artifact.parameters,
    ...values.map(({ path, value }) => ({ path, tensor: (value as TensorNode).tensor })),
  ].filter(({ tensor }) => isCarried(tensor) && !holdsObjects(tensor.dtype));
}

function isArray(value: unknown): boolean {
  return isNode(value as null) && (value as TensorNode).kind === "tensor";
}

/** False for tensors whose bytes are not all there. */
export function isCarried(tensor: TensorRef): boolean {
  return holdsObjects(tensor.dtype) || isWhole(tensor);
}

class Collector implements CarriedTensors {
  readonly all: Carried[] = [];
  readonly #target: TargetId;
  readonly #keys = new Map<TensorRef, string>();
  readonly #bytesKeys = new Map<BytesNode, string>();
  readonly #taken: Set<string>;
  /** Views by where they begin, to find the fields of records. */
  readonly #views = new Map<TensorRef["data"], Map<number, Carried[]>>();
  #next = 0;

  constructor(target: TargetId, taken: Set<string>) {
    this.#target = target;
    this.#taken = taken;
  }

  keyOf(tensor: TensorRef): string {
    const key = this.#keys.get(tensor);
    if (key === undefined) throw new Error("a tensor is not among those carried");
    return key;
  }

  bytesKey(node: BytesNode): string | undefined {
    return this.#bytesKeys.get(node);
  }

  async address(path: string, tensor: TensorRef): Promise<void> {
    const carried = await this.#carry(path, tensor, true);
    if (!this.#keys.has(tensor)) this.#keys.set(tensor, path);
    if (isDense(tensor)) return;
    const byOffset = this.#views.get(tensor.data) ?? new Map<number, Carried[]>();
    this.#views.set(tensor.data, byOffset);
    byOffset.set(tensor.offset, [...(byOffset.get(tensor.offset) ?? []), carried]);
  }

  async unaddressed(tensor: TensorRef): Promise<void> {
    if (this.#keys.has(tensor)) return;
    const key = this.#freeKey();
    this.#keys.set(tensor, key);
    const fields = this.#fields(tensor);
    if (fields === undefined) return void (await this.#carry(key, tensor, false));
    const entry = docMap({ ...entryParts(tensor), fields });
    this.all.push({ key, tensor, route: "native", isAddressed: false, entry });
  }

  async bytes(node: BytesNode): Promise<void> {
    const key = this.#freeKey();
    const tensor = bytesTensor(node.data);
    this.#bytesKeys.set(node, key);
    await this.#carry(key, tensor, false);
  }

  async #carry(key: string, tensor: TensorRef, isAddressed: boolean): Promise<Carried> {
    const route = routeOf(tensor, this.#target);
    const parts = { key, tensor, route, isAddressed };
    const carried: Carried = { ...parts, ...(await this.#place(key, tensor, route, isAddressed)) };
    this.all.push(carried);
    return carried;
  }

  async #place(
    key: string,
    tensor: TensorRef,
    route: Route,
    isAddressed: boolean,
  ): Promise<Pick<Carried, "member" | "isText" | "entry">> {
    const base = entryParts(tensor);
    if (route === "graph") return { entry: docMap(base) };
    const isJson = this.#target === "json";
    if (route === "text" && (await isExactAsText(tensor))) {
      const decimal = tensor.texts === undefined ? undefined : true;
      return { isText: true, entry: docMap({ ...base, decimal }) };
    }
    const texts = joinTexts(tensor);
    const isShort = denseByteLength(tensor) <= INLINE_BYTES;
    const isNative = route === "native" || route === "widened";
    if (isJson || (isShort && !(isNative && isAddressed)))
      return { entry: docMap({ ...base, texts, bytes: await readAll(denseSource(tensor)) }) };
    // Bytes do not stand under the address: whoever finds them there would take them for the values.
    const name = memberName(isNative || !isAddressed ? key : this.#freeKey(`${key}#bytes`), this.#target);
    const named = { ...base, texts, ...(name !== key && { name }) };
    if (route === "native") return { member: { name, tensor }, entry: docMap(named) };
    if (route === "widened")
      return { member: { name, tensor: widened(tensor) }, entry: docMap({ ...named, stored: "float32" }) };
    return { member: { name, tensor: bytesTensor(denseSource(tensor)) }, entry: docMap({ ...named, stored: "bytes" }) };
  }

  /** The addresses of all fields of records, when each has one and its elements lie where the field's do. */
  #fields(tensor: TensorRef): DocMap | undefined {
    const { dtype } = tensor;
    const byOffset = this.#views.get(tensor.data);
    if (dtype.fields === undefined || dtype.fields.length === 0 || byOffset === undefined) return undefined;
    if (!isDense(tensor) || (tensor.order === "F" && tensor.shape.length > 1)) return undefined;
    const found = new Map<string, string>();
    for (const field of dtype.fields) {
      const carried = byOffset
        .get(tensor.offset + field.offset)
        ?.find((view) => isField(view.tensor, tensor, field.dtype));
      if (carried === undefined) return undefined;
      found.set(field.name, carried.key);
    }
    return found;
  }

  /** A key that nothing has: addresses were taken before. */
  #freeKey(wanted?: string): string {
    for (let key = wanted ?? `#${this.#next++}`; ; key = wanted === undefined ? `#${this.#next++}` : `${key}'`) {
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      return key;
    }
  }
}

/** True when `view` steps over the elements of `records`, one field of each. */
function isField(view: TensorRef, records: TensorRef, field: TensorRef["dtype"]): boolean {
  const inner = field.subarray?.shape ?? [];
  const base = field.subarray?.base ?? field;
  const shape = [...records.shape, ...inner];
  if (view.dtype.name !== base.name || view.shape.join() !== shape.join()) return false;
  const strides = cStrides(records.shape, records.dtype.itemSize).concat(cStrides(inner, base.itemSize));
  return view.strides?.join() === strides.join() && byteExtent(view).end <= byteExtent(records).end;
}

function cStrides(shape: readonly number[], itemSize: number): number[] {
  const strides: number[] = [];
  let step = itemSize;
  for (const dim of [...shape].reverse()) {
    strides.unshift(step);
    step *= dim;
  }
  return strides;
}

function entryParts({ dtype, shape }: TensorRef): { dtype: string; shape: readonly bigint[] } {
  return { dtype: elementName(dtype), shape: shape.map(BigInt) };
}

function bytesTensor(data: TensorRef["data"]): TensorRef {
  return { dtype: scalarDType("uint8"), shape: [data.size], order: "C", offset: 0, data };
}
