import { ArtifactError } from "../errors.ts";
import type { Parameter } from "../model/artifact.ts";
import { isNumeric } from "../model/dtype.ts";
import { numberReader } from "../model/element-number.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
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

/** Parameters of one shape by the directions of their samples; those that have none are left out. */
async function directed(parameters: readonly Parameter[], work: Work): Promise<Directed> {
  const elements = elementCount(parameters[0]?.tensor.shape ?? [0]);
  const length = Math.min(elements, SAMPLED);
  const values = new Float32Array(parameters.length * length);
  const found: Parameter[] = [];
  for (const [done, parameter] of elements < FEWEST ? [] : parameters.entries()) {
    if (work.isDue()) {
      work.report({ stage: "looking for renamed parameters", done, total: parameters.length, unit: "parameters" });
      await work.checkpoint();
    }
    const direction = await directionOf(parameter.tensor, elements);
    if (direction === undefined) continue;
    values.set(direction, found.length * length);
    found.push(parameter);
  }
  return { parameters: found, directions: { count: found.length, length, values } };
}

/** Undefined where there is nothing to tell a direction by: all alike, something infinite, or bytes that cannot be read. */
async function directionOf(tensor: TensorRef, elements: number): Promise<Float64Array | undefined> {
  if (!isNumeric(tensor.dtype) || tensor.dtype.itemSize === 0) return undefined;
  try {
    const sample = await sampled(tensor, elements);
    let squares = 0;
    for (const value of sample) squares += value * value;
    // A fresh scale of ones has a direction that all of its kind have.
    if (!Number.isFinite(squares) || squares === 0 || sample.every((value) => value === sample[0])) return undefined;
    const length = Math.sqrt(squares);
    return sample.map((value) => value / length);
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}

async function sampled(tensor: TensorRef, elements: number): Promise<Float64Array> {
  const read = numberReader(tensor.dtype);
  const { itemSize } = tensor.dtype;
  const isShort = elements <= READ_WHOLE;
  const whole = isShort ? await readElements(tensor, 0, elements) : undefined;
  const [runs, run] = elements <= SAMPLED ? [1, elements] : [RUNS, SAMPLED / RUNS];
  const values = new Float64Array(runs * run);
  for (let at = 0; at < runs; at++) {
    const start = runs === 1 ? 0 : Math.floor(((elements - run) * at) / (runs - 1));
    const bytes =
      whole?.subarray(start * itemSize, (start + run) * itemSize) ?? (await readElements(tensor, start, run));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let k = 0; k < run; k++) values[at * run + k] = read(view, k * itemSize);
  }
  return values;
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
