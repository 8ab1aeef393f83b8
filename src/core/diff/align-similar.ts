import { readRanges, type SourceRange } from "../bytes/ranges.ts";
import { ArtifactError } from "../errors.ts";
import type { Parameter } from "../model/artifact.ts";
import { isNumeric } from "../model/dtype.ts";
import { numberReader } from "../model/element-number.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { isContiguous } from "../model/window-layout.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";
import { type Directions, nearestBy } from "./nearest.ts";

/** Two parameters that are taken for one, and how sure that is: 0 to 1. */
export interface SimilarPair {
  readonly old: Parameter;
  readonly next: Parameter;
  readonly by: "values" | "shape";
  readonly confidence: number;
}

/** Elements that a parameter is known by, read in runs: a scattered read costs as much as a run. */
const SAMPLED = 64;
const RUNS = 4;
/** Elements up to which one read of all costs less than the runs. */
const READ_WHOLE = 1024;
/** Of fewer elements too many look alike by chance. */
const FEWEST = 16;
/**
 * Unrelated parameters have a cosine of 0 with a deviation of 1/8 over 64 elements: among 20,000 of them 0.6 may happen,
 * 0.8 does not.
 */
const LEAST_COSINE = 0.8;
/** How much farther the next best must be: 1 - (distance to the best / distance to the next best). */
const LEAST_CONFIDENCE = 0.5;
/** What is said of a pair that only its shape speaks for. */
const SHAPE_CONFIDENCE = 0.3;

/**
 * Pairs what neither a path, a prefix, equal content nor a name brought together, among parameters of one shape: first
 * those whose values are mutually nearest (fine-tuned and renamed at once), then, where each side has only one left of a
 * matrix's shape, these two. Values are compared by direction, so that a scaled one is found as well.
 */
export async function alignSimilar(
  old: readonly Parameter[],
  next: readonly Parameter[],
  work: Work,
  isWhole: boolean,
): Promise<readonly SimilarPair[]> {
  const [before, after] = [groupByShape(old), groupByShape(next)];
  const found: SimilarPair[] = [];
  for (const [shape, olds] of before) {
    const news = after.get(shape);
    if (news === undefined) continue;
    const pairs = await pairGroup(olds, news, work);
    found.push(...pairs);
    // In the part that was not read there may be another of this shape.
    if (!isWhole) continue;
    const taken = new Set(pairs.flatMap((pair) => [pair.old, pair.next]));
    const [oneOld, ...moreOld] = olds.filter((each) => !taken.has(each));
    const [oneNew, ...moreNew] = news.filter((each) => !taken.has(each));
    if (oneOld === undefined || oneNew === undefined || moreOld.length + moreNew.length > 0) continue;
    if (isMatrix(oneOld.tensor) && isMatrix(oneNew.tensor))
      found.push({ old: oneOld, next: oneNew, by: "shape", confidence: SHAPE_CONFIDENCE });
  }
  return found;
}

async function pairGroup(
  olds: readonly Parameter[],
  news: readonly Parameter[],
  work: Work,
): Promise<readonly SimilarPair[]> {
  const left = await directed(olds, work);
  const right = await directed(news, work);
  const nearest = await nearestBy(left.directions, right.directions, work);
  return nearest.flatMap(({ left: i, right: j, cosine, rival }) => {
    const [a, b] = [left.parameters[i], right.parameters[j]];
    if (a === undefined || b === undefined || cosine < LEAST_COSINE) return [];
    // Equal directions that are there twice are told apart by nothing.
    const confidence = rival >= 1 ? 0 : 1 - (1 - Math.min(cosine, 1)) / (1 - rival);
    if (confidence < LEAST_CONFIDENCE) return [];
    return [{ old: a, next: b, by: "values" as const, confidence }];
  });
}

interface Directed {
  readonly parameters: readonly Parameter[];
  readonly directions: Directions;
}

/** Parameters whose samples are in memory together, before their directions are kept. */
const BATCH = 4096;

/** Parameters of one shape by the directions of their samples; those that have none are left out. */
async function directed(parameters: readonly Parameter[], work: Work): Promise<Directed> {
  const elements = elementCount(parameters[0]?.tensor.shape ?? [0]);
  const length = Math.min(elements, SAMPLED);
  if (elements < FEWEST) return { parameters: [], directions: { count: 0, length, values: new Float32Array(0) } };
  const values = new Float32Array(parameters.length * length);
  const found: Parameter[] = [];
  for (let start = 0; start < parameters.length; start += BATCH) {
    work.report({
      stage: "looking for renamed parameters",
      done: start,
      total: parameters.length,
      unit: "parameters",
    });
    const batch = parameters.slice(start, start + BATCH);
    const { samples, isRead } = await sampled(batch, elements, work);
    for (const [at, parameter] of batch.entries()) {
      const sample = samples.subarray(at * length, (at + 1) * length);
      if (isRead[at] === 1 && putDirection(sample, values, found.length * length)) found.push(parameter);
    }
  }
  return { parameters: found, directions: { count: found.length, length, values } };
}

/** False where there is nothing to tell a direction by: all alike, or something infinite. */
function putDirection(sample: Float64Array, values: Float32Array, at: number): boolean {
  let squares = 0;
  for (const value of sample) squares += value * value;
  // A fresh scale of ones has a direction that all of its kind have.
  if (!Number.isFinite(squares) || squares === 0 || sample.every((value) => value === sample[0])) return false;
  const length = Math.sqrt(squares);
  for (let k = 0; k < sample.length; k++) values[at + k] = (sample[k] as number) / length;
  return true;
}

interface Samples {
  /** [parameters, sampled elements]. */
  readonly samples: Float64Array;
  /** 1 for each parameter whose sample could be read. */
  readonly isRead: Uint8Array;
}

/** Samples of parameters of one shape, in as few reads as possible. */
async function sampled(parameters: readonly Parameter[], elements: number, work: Work): Promise<Samples> {
  const windows = windowsOf(elements);
  const length = Math.min(elements, SAMPLED);
  const samples = new Float64Array(parameters.length * length);
  const isRead = new Uint8Array(parameters.length);
  const put = (index: number, { dtype }: TensorRef, window: Window, bytes: Uint8Array): void => {
    const read = numberReader(dtype);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let to = index * length + window.place;
    for (const from of window.runs)
      for (let k = from; k < from + window.run; k++) samples[to++] = read(view, k * dtype.itemSize);
  };
  const ranges: SourceRange[] = [];
  const owners: number[] = [];
  for (const [index, { tensor }] of parameters.entries()) {
    const { dtype, offset, data } = tensor;
    if (!isNumeric(dtype) || dtype.itemSize === 0) continue;
    isRead[index] = 1;
    if (isContiguous(tensor)) {
      owners.push(index);
      for (const { start, count } of windows) {
        const from = offset + start * dtype.itemSize;
        ranges.push({ data, start: from, end: from + count * dtype.itemSize });
      }
    } else
      try {
        for (const window of windows)
          put(index, tensor, window, await readElements(tensor, window.start, window.count, work));
      } catch (error) {
        if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
        isRead[index] = 0;
      }
  }
  await readRanges(ranges, work, (at, bytes) => {
    const index = owners[Math.floor(at / windows.length)] ?? 0;
    const [parameter, window] = [parameters[index], windows[at % windows.length]];
    if (bytes instanceof ArtifactError) isRead[index] = 0;
    else if (parameter !== undefined && window !== undefined) put(index, parameter.tensor, window, bytes);
  });
  return { samples, isRead };
}

/** Elements [start, start + count) of a tensor, of which `run` from each of `runs` on are a part of its sample. */
interface Window {
  readonly start: number;
  readonly count: number;
  /** Within the window. */
  readonly runs: readonly number[];
  readonly run: number;
  /** Of the first element in the sample. */
  readonly place: number;
}

function windowsOf(elements: number): readonly Window[] {
  if (elements <= SAMPLED) return [{ start: 0, count: elements, runs: [0], run: elements, place: 0 }];
  const run = SAMPLED / RUNS;
  const runs = Array.from({ length: RUNS }, (_, at) => Math.floor(((elements - run) * at) / (RUNS - 1)));
  if (elements <= READ_WHOLE) return [{ start: 0, count: elements, runs, run, place: 0 }];
  return runs.map((start, at) => ({ start, count: run, runs: [0], run, place: at * run }));
}

function isMatrix({ shape }: TensorRef): boolean {
  return shape.filter((size) => size > 1).length >= 2;
}

function groupByShape(parameters: readonly Parameter[]): ReadonlyMap<string, readonly Parameter[]> {
  const groups = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const key = parameter.tensor.shape.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [parameter]);
    else group.push(parameter);
  }
  return groups;
}
