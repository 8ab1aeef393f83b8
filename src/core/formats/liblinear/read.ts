import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, limitExceeded } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { AxisLabels, RawArtifact, Told } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { areNumbers, type HeaderEntry, type KeyedHeader, readKeyedHeader } from "../plain-text/keyed-header.ts";
import { readMatrix, type TextMatrix } from "../plain-text/matrix.ts";
import { decimalOf, integersValue, isInt64, numbersValue } from "../plain-text/numbers.ts";
import { stoppedAt, trailingText, unendedLine } from "../stopped.ts";

/** Solvers that keep a weight for each class even of two (linear.cpp, `MCSVM_CS` and its first name). */
const EACH_CLASS = /^(?:MCSVM_CS|SPOC_SVM_MULTICLASS)$/;

/** Reads a LIBLINEAR model: settings, and `w` of [features (and bias), classes]. Numbers keep their text. */
export async function readLiblinear(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const what = source.name;
  const bytes = await source.read(0, Math.min(source.size, LIMITS.textModelBytes));
  const header = readKeyedHeader(bytes, "w", what);
  if (header.entries.size === 0) throw header.error ?? corrupt(`${what}: no LIBLINEAR header`, 0);
  const errors: ArtifactError[] = header.error === undefined ? [] : [header.error];
  const findings: Finding[] = [];
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const entry of header.entries.values()) {
    const value = settingOf(bytes, entry, what);
    if (value === undefined)
      errors.push(corrupt(`${what}: "${entry.key}" at byte ${entry.at} is not what LIBLINEAR writes`, entry.at));
    keys.push(entry.key);
    values.push(value ?? entry.texts.join(" "));
  }
  const shape = shapeOf(header);
  if (header.end !== undefined && shape === undefined)
    errors.push(corrupt(`${what}: nr_class, nr_feature and bias are not all told, so w is not read`, header.end));
  if (header.end !== undefined && shape !== undefined) {
    const weights = await readMatrix(bytes, header.end, shape.rows, shape.columns, what, work);
    keys.push("w");
    const offset = weights.places.at(0);
    values.push(numbersValue(bytes, weights.places.all(), [weights.rows, shape.columns], what, offset));
    if (weights.error !== undefined) errors.push(overLimit(source, bytes, weights.error));
    else findings.push(...afterLast(source, bytes, weights));
  }
  return {
    format: "liblinear",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [],
    told: toldOf(header, shape),
    findings: [...errors.map((error) => stoppedAt(source, error)), ...findings],
    complete: errors.length === 0,
  };
}

function afterLast(source: ByteSource, bytes: Uint8Array, weights: TextMatrix): readonly Finding[] {
  if (weights.isEnded) return trailingText(source, bytes, weights.end);
  return weights.places.length > 0 ? [unendedLine(source)] : [];
}

/** What was read of a larger file ends where reading ended. */
function overLimit(source: ByteSource, bytes: Uint8Array, error: ArtifactError): ArtifactError {
  if (bytes.length === source.size || error.code !== "truncated") return error;
  return limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes, bytes.length);
}

/** Undefined for a setting that is unknown, or not of its kind. */
function settingOf(bytes: Uint8Array, entry: HeaderEntry, what: string): Value | undefined {
  const { key, texts, at } = entry;
  const [text] = texts;
  if (key === "label")
    return texts.every(isInt64)
      ? integersValue(texts.map(BigInt), what, at)
      : areNumbers(bytes, entry)
        ? numbersValue(bytes, entry.places, [texts.length], what, at)
        : undefined;
  if (text === undefined || texts.length !== 1) return undefined;
  if (key === "solver_type") return text;
  if (key === "nr_class" || key === "nr_feature") return isInt64(text) ? BigInt(text) : undefined;
  return (key === "bias" || key === "rho") && areNumbers(bytes, entry) ? decimalOf(text, at) : undefined;
}

interface WeightShape {
  readonly features: number;
  readonly rows: number;
  readonly columns: number;
}

function shapeOf({ entries }: KeyedHeader): WeightShape | undefined {
  const countOf = (key: string): number | undefined => {
    const text = entries.get(key)?.texts[0] ?? "";
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  };
  const [classes, features] = [countOf("nr_class"), countOf("nr_feature")];
  const bias = entries.get("bias")?.texts[0];
  if (classes === undefined || features === undefined || bias === undefined) return undefined;
  const isShared = classes === 2 && !EACH_CLASS.test(entries.get("solver_type")?.texts[0] ?? "");
  return { features, rows: Number(bias) >= 0 ? features + 1 : features, columns: isShared ? 1 : classes };
}

function toldOf({ entries }: KeyedHeader, shape: WeightShape | undefined): Told {
  const className = entries.get("solver_type")?.texts[0];
  const labels = entries.get("label")?.texts ?? [];
  // Of two classes that share their weights, the first one is where the score is above zero.
  const scored = shape?.columns === 1 ? labels.slice(0, 1) : labels;
  const classes: AxisLabels | undefined = labels.length === 0 ? undefined : { kind: "class", labels: scored };
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  if (labels.length > 0) axes.set("label", [{ kind: "class", labels }]);
  if (shape !== undefined && shape.rows <= LIMITS.namedValues) {
    const features = Array.from({ length: shape.features }, (_, k) => `${k + 1}`);
    const rows = shape.rows > shape.features ? [...features, "bias"] : features;
    axes.set("w", [{ kind: "feature", labels: rows }, classes]);
  } else axes.set("w", [undefined, classes]);
  return {
    framework: { name: "liblinear", ...(className === undefined ? {} : { className }) },
    schema: {
      ...(labels.length === 0 ? {} : { classes: labels }),
      ...(shape === undefined ? {} : { featureCount: shape.features }),
    },
    axes,
    settings: ["solver_type", "bias"],
  };
}
