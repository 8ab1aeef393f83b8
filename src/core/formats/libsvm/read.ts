import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, limitExceeded } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { AxisLabels, RawArtifact, Schema, Told } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { areNumbers, type HeaderEntry, type KeyedHeader, readKeyedHeader } from "../plain-text/keyed-header.ts";
import { decimalOf, integersValue, isInt64, LEFT_OUT, numbersValue } from "../plain-text/numbers.ts";
import { stoppedAt, trailingText, unendedLine } from "../stopped.ts";
import { readVectors, type Vectors } from "./vectors.ts";

/** Settings that are words, whole numbers and real numbers; everything else is an array. */
const WORDS = new Set(["svm_type", "kernel_type"]);
const COUNTS = new Set(["degree", "nr_class", "total_sv"]);
const REALS = new Set(["gamma", "coef0"]);
const ARRAYS = new Set(["rho", "label", "probA", "probB", "prob_density_marks", "nr_sv"]);

/** Support vectors of which at least this part is written out are shown as a matrix. */
const DENSE_SHARE = 1 / 4;

/**
 * Reads a LIBSVM model: settings, `rho`, `sv_coef` of [nr_class - 1, total_sv], and `SV`, a matrix of
 * [total_sv, features] where at least a quarter of it is written, else its three arrays by rows. Numbers keep their text.
 */
export async function readLibsvm(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const what = source.name;
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const header = readKeyedHeader(bytes, "SV", what);
  if (header.entries.size === 0) throw header.error ?? corrupt(`${what}: no LIBSVM header`, 0);
  const settings = settingsOf(bytes, header, what);
  const errors = [header.error, ...settings.errors].filter((error) => error !== undefined);
  const { keys, values } = settings;
  const findings: Finding[] = [];
  const total = countOf(header, "total_sv");
  const classes = countOf(header, "nr_class");
  let vectors: Vectors | undefined;
  if (header.end !== undefined && total !== undefined && classes !== undefined) {
    vectors = await readVectors(bytes, header.end, total, Math.max(1, classes - 1), what, work);
    if (vectors.error !== undefined) errors.push(overLimit(source, bytes, vectors.error));
    else if (vectors.isEnded) findings.push(...trailingText(source, bytes, vectors.end));
    else if (vectors.rows > 0) findings.push(unendedLine(source));
    keys.push("sv_coef", "SV");
    values.push(coefficientsOf(bytes, vectors, Math.max(1, classes - 1), what), matrixOf(bytes, vectors, what));
  } else if (header.end !== undefined)
    errors.push(corrupt(`${what}: nr_class and total_sv are not both told, so the vectors are not read`, header.end));
  return {
    format: "libsvm",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [],
    told: toldOf(header, vectors),
    findings: [...errors.map((error) => stoppedAt(source, error)), ...findings],
    complete: errors.length === 0,
  };
}

/** What was read of a larger file ends where reading ended. */
function overLimit(source: ByteSource, bytes: Uint8Array, error: ArtifactError): ArtifactError {
  if (bytes.length === source.size || error.code !== "truncated") return error;
  return limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes, bytes.length);
}

function settingsOf(
  bytes: Uint8Array,
  { entries }: KeyedHeader,
  what: string,
): { readonly keys: Value[]; readonly values: Value[]; readonly errors: ArtifactError[] } {
  const keys: Value[] = [];
  const values: Value[] = [];
  const errors: ArtifactError[] = [];
  for (const entry of entries.values()) {
    const value = settingOf(bytes, entry, what);
    if (value === undefined)
      errors.push(corrupt(`${what}: "${entry.key}" at byte ${entry.at} is not what LIBSVM writes`, entry.at));
    keys.push(entry.key);
    values.push(value ?? entry.texts.join(" "));
  }
  return { keys, values, errors };
}

/** Undefined for a setting that is unknown, or not of its kind. */
function settingOf(bytes: Uint8Array, entry: HeaderEntry, what: string): Value | undefined {
  const { key, texts, places, at } = entry;
  const [text] = texts;
  if (ARRAYS.has(key)) {
    if (!areNumbers(bytes, entry)) return undefined;
    const areWhole = key === "label" || key === "nr_sv";
    if (areWhole && texts.every(isInt64)) return integersValue(texts.map(BigInt), what, at);
    return numbersValue(bytes, places, [places.length], what, at);
  }
  if (text === undefined || texts.length !== 1) return undefined;
  if (WORDS.has(key)) return text;
  if (COUNTS.has(key)) return isInt64(text) ? BigInt(text) : undefined;
  return REALS.has(key) && areNumbers(bytes, entry) ? decimalOf(text, at) : undefined;
}

/** A count that can be: not negative, and no more than the bytes there are. */
function countOf({ entries }: KeyedHeader, key: string): number | undefined {
  const text = entries.get(key)?.texts[0] ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** By class as in the library: row k holds the k-th coefficient of every support vector. */
function coefficientsOf(bytes: Uint8Array, vectors: Vectors, coefficients: number, name: string): Value {
  const { rows, coefficientPlaces } = vectors;
  const places = new Uint32Array(rows * coefficients);
  for (let row = 0; row < rows; row += 1)
    for (let k = 0; k < coefficients; k += 1) places[k * rows + row] = coefficientPlaces.at(row * coefficients + k);
  return numbersValue(bytes, places, [coefficients, rows], name, coefficientPlaces.at(0));
}

/** The first index: LIBSVM counts from 1, and from 0 where the data did. */
const baseOf = ({ smallest }: Vectors): number => (smallest === 0 ? 0 : 1);
const widthOf = (vectors: Vectors): number => (vectors.largest < 0 ? 0 : vectors.largest - baseOf(vectors) + 1);

function isDense(vectors: Vectors): boolean {
  return vectors.indices.length >= vectors.rows * widthOf(vectors) * DENSE_SHARE;
}

function matrixOf(bytes: Uint8Array, vectors: Vectors, name: string): Value {
  const { rows, indices, valuePlaces, rowStarts } = vectors;
  const width = widthOf(vectors);
  const offset = valuePlaces.at(0);
  if (!isDense(vectors)) {
    const wide = (numbers: Uint32Array): Value => integersValue(Array.from(numbers, BigInt), name, offset);
    return {
      kind: "dict",
      keys: ["data", "indices", "indptr"],
      values: [
        numbersValue(bytes, valuePlaces.all(), [valuePlaces.length], name, offset),
        wide(indices.all()),
        wide(rowStarts.all()),
      ],
    };
  }
  const places = new Uint32Array(rows * width).fill(LEFT_OUT);
  const base = baseOf(vectors);
  for (let row = 0; row < rows; row += 1)
    for (let k = rowStarts.at(row); k < rowStarts.at(row + 1); k += 1)
      places[row * width + indices.at(k) - base] = valuePlaces.at(k);
  return numbersValue(bytes, places, [rows, width], name, offset);
}

function toldOf({ entries }: KeyedHeader, vectors: Vectors | undefined): Told {
  const className = entries.get("svm_type")?.texts[0];
  const labels = entries.get("label")?.texts ?? [];
  const classes: AxisLabels | undefined = labels.length > 0 ? { kind: "class", labels } : undefined;
  const pairs = labels.length > 1 && labels.length <= MOST_PAIRED ? pairsOf(labels) : undefined;
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  if (classes !== undefined) for (const path of ["label", "nr_sv"]) axes.set(path, [classes]);
  if (pairs !== undefined) for (const path of ["rho", "probA", "probB"]) axes.set(path, [pairs]);
  const isMatrix = vectors !== undefined && vectors.rows > 0 && isDense(vectors);
  const isKernel = entries.get("kernel_type")?.texts[0] === "precomputed";
  const width = vectors === undefined || isKernel ? 0 : widthOf(vectors);
  if (isMatrix && width > 0 && width <= LIMITS.namedValues)
    axes.set("SV", [
      undefined,
      { kind: "feature", labels: Array.from({ length: width }, (_, k) => `${k + baseOf(vectors)}`) },
    ]);
  const schema: Schema = {
    ...(labels.length === 0 ? {} : { classes: labels }),
    ...(width === 0 ? {} : { featureCount: width }),
  };
  const framework = { name: "libsvm", ...(className === undefined ? {} : { className }) };
  return { framework, schema, axes, settings: [...WORDS, "degree", ...REALS] };
}

/** More classes than this have too many pairs to be read. */
const MOST_PAIRED = 200;

/** In the order of the file: the first class against each later one, then the second ... */
function pairsOf(labels: readonly string[]): AxisLabels {
  return { kind: "class", labels: labels.flatMap((a, i) => labels.slice(i + 1).map((b) => `${a} / ${b}`)) };
}
