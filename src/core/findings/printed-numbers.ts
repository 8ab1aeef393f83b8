import type { Parameter } from "../model/artifact.ts";
import { parentPath } from "./rules/names.ts";

/** How a writer printed numbers: all with at most so many significant digits, or at most so many decimals. */
export interface PrintedForm {
  readonly kind: "significant" | "decimals";
  readonly digits: number;
  /** Numbers that show exactly that many. */
  readonly count: number;
  /** Numbers that say something about the writer. */
  readonly total: number;
}

/** Numbers that were written together: those of one array, or the single numbers of one dict. */
export interface TextGroup {
  readonly path: string;
  readonly texts: readonly string[];
}

/** Enough to tell how all of them were written. */
const LOOKED_AT = 10_000;
/** Numbers with fewer digits than this are ones that a person would choose: 0.1, 0.25, 0.001. */
const CHOSEN_DIGITS = 2;
/** A double printed whole needs 15 digits in one case of twenty, and fewer hardly ever. */
const WHOLE_DIGITS = 15;
/** Numbers needed to rule out that a person wrote them: people do write [0.485, 0.456, 0.406]. */
const ENOUGH = 5;
const ENOUGH_OF_SHORT = 10;
const SHORT_DIGITS = 3;
/** Of the numbers of a writer with k digits a tenth ends in zero, which some writers leave out. */
const SHARE = 0.6;

/** What LightGBM notes of a split beside what it predicts with: it prints these by six digits, and the rest whole. */
const LIGHTGBM_NOTES = /(?:^|\.)trees\[\d+\]\.(?:split_gain|internal_value|internal_weight|leaf_weight)$/;

/** Groups of decimal texts in file order. */
export function textGroups(parameters: readonly Parameter[]): readonly TextGroup[] {
  const groups = new Map<string, string[]>();
  for (const { path, tensor } of parameters) {
    if (tensor.texts === undefined || LIGHTGBM_NOTES.test(path)) continue;
    const size = tensor.shape.reduce((a, b) => a * b, 1);
    const key = tensor.shape.length === 0 ? parentPath(path) : path;
    const texts = groups.get(key) ?? [];
    for (let i = 0; i < size && texts.length < LOOKED_AT; i++) texts.push(tensor.texts.text(i));
    groups.set(key, texts);
  }
  return [...groups].map(([path, texts]) => ({ path, texts }));
}

/**
 * Tells a writer that cuts digits (`%.6f`, `%g`, `round(x, 4)`) from one that prints doubles whole, and from numbers that
 * people chose. Undefined when nothing was cut, or when too few numbers are there to tell.
 */
export function measureDecimals(texts: readonly string[]): PrintedForm | undefined {
  const telling = tellingNumbers(texts);
  const long = telling.filter(({ significant }) => significant > CHOSEN_DIGITS);
  if (long.length * 2 < telling.length) return undefined;
  const mostDigits = mostOf(telling);
  if (mostDigits > WHOLE_DIGITS || isWholeFloat32(telling)) return undefined;
  const decimals = formOf(
    "decimals",
    telling.map((number) => number.decimals),
  );
  const significant = formOf(
    "significant",
    telling.map((number) => number.significant),
  );
  const form = [significant, decimals]
    .filter((candidate) => candidate !== undefined)
    .sort((a, b) => b.count - a.count)[0];
  if (form === undefined || form.digits < SHORT_DIGITS) return undefined;
  return long.length >= (form.digits === SHORT_DIGITS ? ENOUGH_OF_SHORT : ENOUGH) ? form : undefined;
}

/**
 * True for a file of float32 values printed whole: 7 to 9 digits are enough for those. One short array of such a file
 * may look cut; all of them together do not.
 */
export function arePrintedFloat32(texts: readonly string[]): boolean {
  return isWholeFloat32(tellingNumbers(texts));
}

/** Numbers that say something about their writer: whole ones and exact binary fractions lose nothing in any print. */
function tellingNumbers(texts: readonly string[]): readonly Decimal[] {
  return texts
    .map(parseDecimal)
    .filter((number) => number !== undefined)
    .filter((number) => !number.isWhole && !isExact(number));
}

/** The largest count of digits, when most numbers have exactly that many. */
function formOf(kind: PrintedForm["kind"], counts: readonly number[]): PrintedForm | undefined {
  const digits = counts.reduce((a, b) => Math.max(a, b), 0);
  const count = counts.filter((each) => each === digits).length;
  return counts.length > 0 && count >= SHARE * counts.length
    ? { kind, digits, count, total: counts.length }
    : undefined;
}

const SMALLEST_NORMAL = 2 ** -1022;

interface Decimal {
  readonly text: string;
  readonly value: number;
  readonly significant: number;
  readonly decimals: number;
  readonly isWhole: boolean;
}

function parseDecimal(text: string): Decimal | undefined {
  const parts = /^[+-]?(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return undefined;
  const [, whole = "", fraction = "", exponent] = parts;
  const value = Number(text);
  // Subnormal numbers have few bits, so few digits are all of them.
  if (Math.abs(value) < SMALLEST_NORMAL || !Number.isFinite(value)) return undefined;
  return {
    text,
    value,
    significant: `${whole}${fraction}`.replace(/^0+/, "").length,
    decimals: exponent === undefined ? fraction.length : Math.max(0, fraction.length - Number(exponent)),
    isWhole: Number.isInteger(value),
  };
}

function mostOf(numbers: readonly Decimal[]): number {
  return numbers.reduce((most, { significant }) => Math.max(most, significant), 0);
}

/** True when the text is exactly the double it reads as: 0.5, 0.375. Those have few bits, and end in 5. */
function isExact({ value }: Decimal): boolean {
  let scaled = value;
  for (let i = 0; i < 20 && Math.abs(scaled) < 2 ** 53; i++) {
    if (Number.isInteger(scaled)) return true;
    scaled *= 2;
  }
  return false;
}

/**
 * True when the numbers are float32 values printed whole: as short as they can be, in 7 to 9 digits, or all with nine (`%.9g`,
 * which is what XGBoost's dumps have).
 */
function isWholeFloat32(numbers: readonly Decimal[]): boolean {
  const most = mostOf(numbers);
  if (most < 8 || most > 9) return false;
  return (
    numbers.every(({ value }) => value === shortestFloat32(value)) ||
    numbers.every(({ value }) => value === Number(Math.fround(value).toPrecision(9)))
  );
}

/** The shortest decimal that reads back to the float32 nearest to a value, as a double. */
function shortestFloat32(value: number): number {
  const single = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(single.toPrecision(digits));
    if (Math.fround(short) === single) return short;
  }
  return Number(single.toPrecision(9));
}
