import type { Artifact, NamedValue, Parameter } from "../core/model/artifact.ts";
import { UsageError } from "./usage.ts";

/** What `show` was asked for: an address, and what part of it. */
export interface Selection {
  readonly item: { readonly parameter: Parameter } | { readonly value: NamedValue };
  readonly slices: readonly Slice[];
}

/** One subscript: an index (the dimension goes away) or a range. */
export type Slice =
  | { readonly index: number }
  | { readonly start?: number; readonly stop?: number; readonly step?: number };

/**
 * Finds PATH or PATH[slices]. An address may end in brackets itself (`layers[0]`), so the whole text is looked up
 * first. Throws UsageError with the nearest addresses when there is none.
 */
export function select(artifact: Artifact, asked: string): Selection {
  const whole = lookUp(artifact, asked);
  if (whole !== undefined) return { item: whole, slices: [] };
  const open = asked.lastIndexOf("[");
  if (open > 0 && asked.endsWith("]")) {
    const item = lookUp(artifact, asked.slice(0, open));
    if (item !== undefined) return { item, slices: parseSlices(asked.slice(open + 1, -1)) };
  }
  const near = nearest(artifact, open > 0 ? asked.slice(0, open) : asked);
  throw new UsageError(`${artifact.name} has no "${asked}"${near.length === 0 ? "" : `; there is ${near.join(", ")}`}`);
}

function lookUp(artifact: Artifact, path: string): Selection["item"] | undefined {
  const parameter = artifact.parameters.find((each) => each.path === path);
  if (parameter !== undefined) return { parameter };
  const value = artifact.values.find((each) => each.path === path);
  return value === undefined ? undefined : { value };
}

function nearest(artifact: Artifact, asked: string): string[] {
  const wanted = asked.toLowerCase();
  const paths = [...artifact.parameters, ...artifact.values].map((each) => each.path);
  const holding = paths.filter((path) => path.toLowerCase().includes(wanted) || wanted.includes(path.toLowerCase()));
  return (holding.length > 0 ? holding : paths).slice(0, 5);
}

function parseSlices(text: string): Slice[] {
  return text.split(",").map((part) => {
    const trimmed = part.trim();
    if (/^-?\d+$/.test(trimmed)) return { index: Number(trimmed) };
    const found = /^(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(\d+)?)?$/.exec(trimmed);
    if (found === null)
      throw new UsageError(`"${trimmed}" is not a slice: write an index, start:stop or start:stop:step`);
    const [, start, stop, step] = found;
    if (step !== undefined && Number(step) === 0) throw new UsageError("a slice's step is 1 or more");
    return {
      ...(start === undefined ? {} : { start: Number(start) }),
      ...(stop === undefined ? {} : { stop: Number(stop) }),
      ...(step === undefined ? {} : { step: Number(step) }),
    };
  });
}

/** The indices that each dimension keeps, and the shape of the result (indexed dimensions gone). */
export function resolveSlices(shape: readonly number[], slices: readonly Slice[]): { picks: Pick[]; shape: number[] } {
  if (slices.length > shape.length)
    throw new UsageError(`${slices.length} subscripts for ${shape.length} dimensions [${shape.join(", ")}]`);
  const picks = shape.map((size, axis) => resolve(size, slices[axis] ?? {}, axis));
  return { picks, shape: picks.filter((pick) => !pick.isIndex).map((pick) => pick.count) };
}

/** Positions start, start + step, ... (count of them) of one dimension. */
export interface Pick {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  readonly isIndex: boolean;
}

function resolve(size: number, slice: Slice, axis: number): Pick {
  if ("index" in slice) {
    const index = slice.index < 0 ? slice.index + size : slice.index;
    if (index < 0 || index >= size)
      throw new UsageError(`index ${slice.index} is outside dimension ${axis}, which has ${size}`);
    return { start: index, step: 1, count: 1, isIndex: true };
  }
  const clamp = (value: number): number => Math.min(size, Math.max(0, value < 0 ? value + size : value));
  const start = clamp(slice.start ?? 0);
  const stop = clamp(slice.stop ?? size);
  const step = slice.step ?? 1;
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)), isIndex: false };
}
