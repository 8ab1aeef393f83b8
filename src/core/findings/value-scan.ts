import { readRanges, type SourceRange } from "../bytes/ranges.ts";
import { ArtifactError } from "../errors.ts";
import type { Parameter } from "../model/artifact.ts";
import { numberReader } from "../model/decode.ts";
import { isFloat } from "../model/dtype.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
import { isContiguous } from "../model/window-layout.ts";
import { chunks } from "../model/window.ts";
import type { Work } from "../work.ts";

/** What one pass over a tensor's values says. Counts are of elements that were read. */
export interface ValueScan {
  readonly elements: number;
  readonly nan: number;
  readonly infinite: number;
  /** C-order index of the first element that is not finite. */
  readonly firstNonFinite: number | undefined;
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
  /**
   * Hands over the scans of the wanted parameters, in order, until the budget is spent. Small neighbours are read together: files
   * have hundreds of thousands of them.
   */
  forEach(
    parameters: readonly Parameter[],
    isWanted: (parameter: Parameter) => boolean,
    visit: (parameter: Parameter, scan: ValueScan) => void,
  ): Promise<void>;
  /** Parameters whose values could not be read, with why. */
  readonly failures: ReadonlyMap<string, ArtifactError>;
}

const CHUNK = 64 * 1024;
/** Bytes up to which neighbours are read together. */
const SMALL = 4 * 1024;

/** Scans that read at most `budget` bytes together, small tensors whatever comes before them in the file. */
export function createValueScans(budget: number, work: Work): ValueScans {
  const known = new Map<TensorRef, ValueScan | undefined>();
  const failures = new Map<string, ArtifactError>();
  let left = budget;
  const spend = (bytes: number): void => {
    left -= costOf(bytes);
    // Not worth a look at all the others, which of them would fit in.
    if (left < budget / 1024) left = 0;
  };
  const scan = async ({ path, tensor }: Parameter): Promise<ValueScan | undefined> => {
    try {
      const counts = new Counts(tensor);
      for await (const bytes of chunks(tensor, CHUNK, work)) counts.add(bytes);
      return counts.result();
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      failures.set(path, error);
      return undefined;
    }
  };
  const of = async (parameter: Parameter): Promise<ValueScan | undefined> => {
    const { tensor } = parameter;
    if (known.has(tensor)) return known.get(tensor);
    const size = scannedBytes(tensor);
    // What is over the budget stays over it, and need not be kept in mind.
    if (size > left) return undefined;
    const found = await scan(parameter);
    if (found !== undefined) spend(size);
    known.set(tensor, found);
    return found;
  };
  /** Scans those of the next parameters that are small; those that cannot be read are left to `of`, which tells why. */
  const scanSmall = async (parameters: readonly Parameter[]): Promise<void> => {
    const small = new Set<TensorRef>();
    let wanted = 0;
    for (const { tensor } of parameters) {
      if (known.has(tensor) || small.has(tensor)) continue;
      const size = scannedBytes(tensor);
      if (size > left - wanted) continue;
      wanted += costOf(size);
      if (size <= SMALL && size > 0 && isContiguous(tensor)) small.add(tensor);
    }
    const tensors = [...small];
    const ranges = tensors.map((tensor): SourceRange => {
      const { data, offset: start } = tensor;
      return { data, start, end: start + denseByteLength(tensor) };
    });
    await readRanges(ranges, work, (at, bytes) => {
      const tensor = tensors[at];
      if (tensor === undefined || bytes instanceof ArtifactError) return;
      const counts = new Counts(tensor);
      counts.add(bytes);
      known.set(tensor, counts.result());
      spend(bytes.length);
    });
  };
  return {
    failures,
    of,
    async forEach(parameters, isWanted, visit) {
      for (let start = 0; start < parameters.length; start += BATCH) {
        if (left === 0) return;
        if (work.isDue()) await work.checkpoint();
        const batch = parameters.slice(start, start + BATCH).filter((parameter) => isWanted(parameter));
        await scanSmall(batch);
        for (const parameter of batch) {
          const { tensor } = parameter;
          const isOver = known.has(tensor) || scannedBytes(tensor) > left;
          const found = isOver ? known.get(tensor) : await of(parameter);
          if (found !== undefined) visit(parameter, found);
        }
      }
    },
  };
}

/** Parameters that are looked at before their values are read. */
const BATCH = 1024;

/** What a scan of so many bytes takes of the budget: to look at a tensor at all takes as long as this many bytes of another. */
function costOf(bytes: number): number {
  return Math.max(bytes, 64);
}

/** Bytes that a scan of the values reads; infinite for what is not scanned. */
function scannedBytes(tensor: TensorRef): number {
  return isFloat(tensor.dtype) && tensor.dtype.itemSize > 0 ? denseByteLength(tensor) : Number.POSITIVE_INFINITY;
}

class Counts {
  private readonly tensor: TensorRef;
  private nan = 0;
  private infinite = 0;
  private firstNonFinite: number | undefined;
  private isFloat32Valued: boolean;
  private float32Patterns = 0;
  private nonZero = 0;
  private index = 0;

  constructor(tensor: TensorRef) {
    this.tensor = tensor;
    this.isFloat32Valued = tensor.dtype.scalar === "float64";
  }

  /** The next elements, whole. */
  add(bytes: Uint8Array): void {
    const { dtype } = this.tensor;
    const read = numberReader(dtype);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let { nan, infinite, isFloat32Valued, float32Patterns, nonZero, index } = this;
    for (let at = 0; at + dtype.itemSize <= bytes.length; at += dtype.itemSize, index++) {
      const value = read(view, at);
      if (!Number.isFinite(value)) {
        if (Number.isNaN(value)) nan++;
        else infinite++;
        this.firstNonFinite ??= index;
      } else if (value !== 0) {
        nonZero++;
        if (isFloat32Valued && Math.fround(value) !== value) isFloat32Valued = false;
        if (isFloat32Valued && !Number.isInteger(value) && hasFloat32Pattern(value)) float32Patterns++;
      }
    }
    this.nan = nan;
    this.infinite = infinite;
    this.isFloat32Valued = isFloat32Valued;
    this.float32Patterns = float32Patterns;
    this.nonZero = nonZero;
    this.index = index;
  }

  result(): ValueScan {
    const { tensor, nan, infinite, firstNonFinite, isFloat32Valued, float32Patterns, nonZero } = this;
    return {
      elements: elementCount(tensor.shape),
      nan,
      infinite,
      firstNonFinite,
      isFloat32Valued,
      float32Patterns,
      nonZero,
    };
  }
}

const scratch = new DataView(new ArrayBuffer(4));

/** True when a float32 value's significand uses more than 16 of its 24 bits: 0.5, 0.375 and 1/1024 do not. */
function hasFloat32Pattern(value: number): boolean {
  scratch.setFloat32(0, value);
  return (scratch.getUint32(0) & 0x7f) !== 0;
}
