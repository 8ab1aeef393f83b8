import { ArtifactError } from "../errors.ts";
import type { Parameter } from "../model/artifact.ts";
import { numberReader } from "../model/decode.ts";
import { isFloat } from "../model/dtype.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
import { chunks } from "../model/window.ts";
import type { Work } from "../work.ts";

/** What one pass over a tensor's values says. Counts are of elements that were read. */
export interface ValueScan {
  readonly elements: number;
  readonly nan: number;
  readonly infinite: number;
  /** C-order index of the first element that is not finite. */
  readonly firstNonFinite?: number;
  /** float64 only: false as soon as one finite value is not a float32 value. */
  readonly isFloat32Valued: boolean;
  /** Values that use most of float32's 24 bits and are no integers: what rounding to float32 leaves. */
  readonly float32Patterns: number;
  /** Finite values that are not zero. */
  readonly nonZero: number;
}

/** Values of an artifact, read at most once and only as far as a budget of bytes goes. */
export interface ValueScans {
  /** Undefined for what is not floating point, and for what the budget does not allow to read. */
  of(parameter: Parameter): Promise<ValueScan | undefined>;
  /** Parameters whose values could not be read, with why. */
  readonly failures: ReadonlyMap<string, ArtifactError>;
}

const CHUNK = 64 * 1024;

/** Scans that read at most `budget` bytes together, small tensors whatever comes before them in the file. */
export function createValueScans(budget: number, work: Work): ValueScans {
  const known = new Map<TensorRef, ValueScan | undefined>();
  const failures = new Map<string, ArtifactError>();
  let left = budget;
  const tryScan = async ({ path, tensor }: Parameter): Promise<ValueScan | undefined> => {
    try {
      return await scanTensor(tensor, work);
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      failures.set(path, error);
      return undefined;
    }
  };
  return {
    failures,
    async of(parameter) {
      const { tensor } = parameter;
      if (known.has(tensor)) return known.get(tensor);
      const size =
        isFloat(tensor.dtype) && tensor.dtype.itemSize > 0 ? denseByteLength(tensor) : Number.POSITIVE_INFINITY;
      const scan = size > left ? undefined : await tryScan(parameter);
      if (scan !== undefined) left -= size;
      known.set(tensor, scan);
      return scan;
    },
  };
}

async function scanTensor(tensor: TensorRef, work: Work): Promise<ValueScan> {
  const { dtype } = tensor;
  const read = numberReader(dtype);
  const isDouble = dtype.scalar === "float64";
  let nan = 0;
  let infinite = 0;
  let firstNonFinite: number | undefined;
  let isFloat32Valued = isDouble;
  let float32Patterns = 0;
  let nonZero = 0;
  let index = 0;
  for await (const bytes of chunks(tensor, CHUNK, work)) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at + dtype.itemSize <= bytes.length; at += dtype.itemSize, index++) {
      const value = read(view, at);
      if (!Number.isFinite(value)) {
        if (Number.isNaN(value)) nan++;
        else infinite++;
        firstNonFinite ??= index;
      } else if (value !== 0) {
        nonZero++;
        if (isFloat32Valued && Math.fround(value) !== value) isFloat32Valued = false;
        if (isFloat32Valued && !Number.isInteger(value) && hasFloat32Pattern(value)) float32Patterns++;
      }
    }
  }
  return {
    elements: elementCount(tensor.shape),
    nan,
    infinite,
    ...(firstNonFinite === undefined ? {} : { firstNonFinite }),
    isFloat32Valued,
    float32Patterns,
    nonZero,
  };
}

const scratch = new DataView(new ArrayBuffer(4));

/** True when a float32 value's significand uses more than 16 of its 24 bits: 0.5, 0.375 and 1/1024 do not. */
function hasFloat32Pattern(value: number): boolean {
  scratch.setFloat32(0, value);
  return (scratch.getUint32(0) & 0x7f) !== 0;
}
