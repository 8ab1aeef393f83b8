/** A run of characters that both numbers share in place, or not. */
export interface DigitRun {
  readonly text: string;
  readonly isSame: boolean;
}

export interface DigitSplit {
  readonly old: readonly DigitRun[];
  readonly new: readonly DigitRun[];
}

/**
 * Splits two printed numbers into the leading digits they share and the rest. Digits are compared by place value, so
 * "9.99" and "10.01" share nothing and of "1.5" and "1.5000001" only the last digit differs, whether written plainly or with an exponent.
 * Another sign, or anything that is not a finite decimal number, differs as a whole.
 */
export function splitDigits(old: string, next: string): DigitSplit {
  if (old === next) return { old: runs(old, old.length), new: runs(next, next.length) };
  const complex = splitComplex(old, next);
  if (complex !== undefined) return complex;
  const a = parse(old);
  const b = parse(next);
  if (a === undefined || b === undefined || a.isNegative !== b.isNegative)
    return { old: runs(old, 0), new: runs(next, 0) };
  const shared = sharedPlaces(a, b);
  return { old: split(old, a, shared), new: split(next, b, shared) };
}

interface Decimal {
  readonly isNegative: boolean;
  /** All digits as written, leading zeros included. */
  readonly digits: string;
  /** Place of the first digit: 2 for hundreds, -1 for tenths. */
  readonly top: number;
  /** Where in the text each digit stands. */
  readonly positions: readonly number[];
  /** Where the exponent ("e-05") begins; the text's length when there is none. */
  readonly exponentAt: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

function parse(text: string): Decimal | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent] = match;
  if (whole === "" && fraction === "") return undefined;
  const point = sign.length + whole.length;
  const span = (start: number, length: number): readonly number[] => Array.from({ length }, (_, i) => start + i);
  const positions = [...span(sign.length, whole.length), ...span(point + 1, fraction.length)];
  const at = text.search(/[eE]/);
  return {
    isNegative: sign === "-",
    digits: whole + fraction,
    top: whole.length - 1 + Number(exponent ?? 0),
    positions,
    exponentAt: at < 0 ? text.length : at,
  };
}

interface Shared {
  /** The lowest place down to which all digits agree (exclusive of the first that differs): digits at places above it are shared. */
  readonly above: number;
  /** Both have their first digit that is not zero at the same place. */
  readonly hasSameMagnitude: boolean;
}

function sharedPlaces(a: Decimal, b: Decimal): Shared {
  const top = Math.max(a.top, b.top);
  const bottom = Math.min(a.top - a.digits.length, b.top - b.digits.length) + 1;
  let above = bottom - 1;
  for (let place = top; place >= bottom; place -= 1) {
    if (digitAt(a, place) === digitAt(b, place)) continue;
    above = place;
    break;
  }
  return { above, hasSameMagnitude: magnitude(a) === magnitude(b) };
}

/** "0" beyond what is written: the value has nothing there. */
function digitAt(decimal: Decimal, place: number): string {
  return decimal.digits[decimal.top - place] ?? "0";
}

function magnitude(decimal: Decimal): number | undefined {
  const first = decimal.digits.search(/[1-9]/);
  return first < 0 ? undefined : decimal.top - first;
}

function split(text: string, decimal: Decimal, shared: Shared): readonly DigitRun[] {
  const count = Math.min(Math.max(decimal.top - shared.above, 0), decimal.digits.length);
  const hasSharedValue = /[1-9]/.test(decimal.digits.slice(0, count));
  // Zeros before the first digit that counts are no agreement when the exponents differ: they are only notation.
  if (!hasSharedValue && decimal.exponentAt < text.length) return runs(text, 0);
  const isWhole = count === decimal.digits.length;
  const end = isWhole ? decimal.exponentAt : (decimal.positions[count] ?? decimal.exponentAt);
  const mantissa =
    count === 0 ? runs(text.slice(0, decimal.exponentAt), 0) : runs(text.slice(0, decimal.exponentAt), end);
  if (decimal.exponentAt === text.length) return mantissa;
  return [...mantissa, { text: text.slice(decimal.exponentAt), isSame: shared.hasSameMagnitude }];
}

/** The first `same` characters shared, the rest not; empty runs left out. */
function runs(text: string, same: number): readonly DigitRun[] {
  const both = [
    { text: text.slice(0, same), isSame: true },
    { text: text.slice(same), isSame: false },
  ];
  return both.filter((run) => run.text !== "");
}

const COMPLEX = /^\((.*[^eE+-])([+-].*)j\)$/;

function splitComplex(old: string, next: string): DigitSplit | undefined {
  const a = COMPLEX.exec(old);
  const b = COMPLEX.exec(next);
  if (a === null || b === null) return undefined;
  const [, oldReal = "", oldImaginary = ""] = a;
  const [, newReal = "", newImaginary = ""] = b;
  const real = splitDigits(oldReal, newReal);
  const imaginary = splitDigits(oldImaginary, newImaginary);
  const around = (one: readonly DigitRun[], other: readonly DigitRun[]): readonly DigitRun[] => [
    { text: "(", isSame: true },
    ...one,
    ...other,
    { text: "j)", isSame: true },
  ];
  return { old: around(real.old, imaginary.old), new: around(real.new, imaginary.new) };
}
