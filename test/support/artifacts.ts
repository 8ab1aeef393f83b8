import { describe as describeArtifact } from "../../src/core/meaning/describe.ts";
import { fromBytes } from "../../src/core/bytes/source.ts";
import type { Artifact, RawArtifact } from "../../src/core/model/artifact.ts";
import type { DType } from "../../src/core/model/dtype.ts";
import type { TensorRef } from "../../src/core/model/tensor.ts";
import type { DictNode, ObjectNode, TensorNode, Value } from "../../src/core/model/value.ts";
import { quietWork } from "../../src/core/work.ts";

/** Artifacts made by hand, as a reader would have made them. */

export async function artifactOf(root: Value | undefined, more: Partial<RawArtifact> = {}): Promise<Artifact> {
  const raw: RawArtifact = {
    format: "pickle",
    container: [],
    root,
    namedTensors: false,
    facts: [],
    findings: [],
    complete: true,
    ...more,
  };
  return describeArtifact(raw, { name: "by-hand.pkl", size: 0, identity: "by hand" }, quietWork());
}

export function tensorOf(
  dtype: DType,
  shape: readonly number[],
  bytes: Uint8Array,
  more: Partial<TensorRef> = {},
): TensorRef {
  return { dtype, shape, order: "C", offset: 0, data: fromBytes(bytes, "by hand"), ...more };
}

export function arrayNode(tensor: TensorRef, className = "numpy.ndarray"): TensorNode {
  return { kind: "tensor", tensor, className, offset: 0 };
}

export function dictOf(entries: Readonly<Record<string, Value>>): DictNode {
  return { kind: "dict", keys: Object.keys(entries), values: Object.values(entries) };
}

export function objectOf(module: string, name: string, state: Value): ObjectNode {
  return {
    kind: "object",
    callable: { kind: "global", module, name, offset: 0 },
    how: "new",
    args: [],
    state,
    offset: 0,
  };
}

/** Little-endian float64. */
export function float64Bytes(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat64(index * 8, value, true);
  return bytes;
}
