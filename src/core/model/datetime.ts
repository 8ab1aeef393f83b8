import { ArtifactError } from "../errors.ts";
import type { DType } from "./dtype.ts";
import { parseUnit } from "./dtype-build.ts";

/** numpy's "not a time": the most negative int64. */
export const NOT_A_TIME = -(1n << 63n);

const NAMES: Readonly<Record<string, string>> = {
  Y: "years",
  M: "months",
  W: "weeks",
  D: "days",
  h: "hours",
  m: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  ps: "picoseconds",
  fs: "femtoseconds",
  as: "attoseconds",
  generic: "generic time units",
};

/** Units that divide a second, with their decimal digits. */
const SECOND_DIGITS: Readonly<Record<string, number>> = { s: 0, ms: 3, us: 6, ns: 9, ps: 12, fs: 15, as: 18 };

/** Seconds of the units that are whole seconds. */
const SECONDS: Readonly<Record<string, bigint>> = { W: 604_800n, D: 86_400n, h: 3_600n, m: 60n };

/** A datetime64 or timedelta64 as numpy prints it: `2020-01-01T00:00:00.000000000`, `25 seconds`, `NaT`. */
export function timeText(dtype: DType, ticks: bigint): string {
  if (ticks === NOT_A_TIME) return "NaT";
  const { unit, count } = parseUnit(dtype.unit ?? "generic");
  const value = ticks * BigInt(count);
  if (dtype.kind === "m") return `${value} ${NAMES[unit] ?? unit}`;
  // numpy itself has no text for a date without a unit.
  return unit === "generic" ? `${value} ${NAMES["generic"]}` : dateText(unit, value);
}

/** Ticks of a text that `timeText` gives. Throws ArtifactError("refused") where the unit cannot hold it exactly. */
export function parseTime(dtype: DType, text: string): bigint {
  if (text === "NaT") return NOT_A_TIME;
  const { unit, count } = parseUnit(dtype.unit ?? "generic");
  const value = parseDuration(text, unit) ?? (dtype.kind === "M" ? parseDate(text, unit) : undefined);
  if (value === undefined || value % BigInt(count) !== 0n)
    throw new ArtifactError("refused", `expected a ${dtype.name}, found ${JSON.stringify(text.slice(0, 60))}`);
  return value / BigInt(count);
}

function parseDuration(text: string, unit: string): bigint | undefined {
  const match = /^(-?\d{1,30}) ([a-z ]+)$/.exec(text);
  return match?.[2] === NAMES[unit] ? BigInt(match?.[1] ?? "") : undefined;
}

function dateText(unit: string, value: bigint): string {
  if (unit === "Y") return yearText(value + 1970n);
  if (unit === "M") return `${yearText(floorDivide(value, 12n) + 1970n)}-${two(modulo(value, 12n) + 1n)}`;
  const digits = SECOND_DIGITS[unit];
  if (digits === undefined) return wholeSecondsText(unit, value * (SECONDS[unit] ?? 1n));
  const perSecond = 10n ** BigInt(digits);
  const fraction = digits === 0 ? "" : `.${modulo(value, perSecond).toString().padStart(digits, "0")}`;
  return `${wholeSecondsText("s", floorDivide(value, perSecond))}${fraction}`;
}

/** ISO 8601 up to the unit: a day has no time, an hour no minutes. */
function wholeSecondsText(unit: string, seconds: bigint): string {
  const { year, month, day } = civilFromDays(floorDivide(seconds, 86_400n));
  const date = `${yearText(year)}-${two(month)}-${two(day)}`;
  if (unit === "W" || unit === "D") return date;
  const time = modulo(seconds, 86_400n);
  const parts = [time / 3_600n, (time / 60n) % 60n, time % 60n].map(two);
  return `${date}T${parts.slice(0, unit === "h" ? 1 : unit === "m" ? 2 : 3).join(":")}`;
}

function parseDate(text: string, unit: string): bigint | undefined {
  const match = /^(-?\d{3,30})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,18}))?)?)?)?)?)?$/.exec(
    text,
  );
  if (match === null) return undefined;
  const [, year = "", month = "1", day = "1", hour = "0", minute = "0", second = "0", fraction = ""] = match;
  if (unit === "Y") return BigInt(year) - 1970n;
  if (unit === "M") return (BigInt(year) - 1970n) * 12n + BigInt(month) - 1n;
  const days = daysFromCivil(BigInt(year), BigInt(month), BigInt(day));
  const seconds = days * 86_400n + BigInt(hour) * 3_600n + BigInt(minute) * 60n + BigInt(second);
  const digits = SECOND_DIGITS[unit];
  const per = SECONDS[unit];
  if (digits === undefined) return per !== undefined && seconds % per === 0n ? seconds / per : undefined;
  if (fraction.length > digits) return undefined;
  return seconds * 10n ** BigInt(digits) + BigInt(fraction.padEnd(digits, "0") || "0");
}

/** Proleptic Gregorian date of a day count from 1970-01-01: 400-year eras of 146,097 days, years starting in March. */
function civilFromDays(days: bigint): { year: bigint; month: bigint; day: bigint } {
  const shifted = days + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const ofEra = shifted - era * 146_097n;
  const yearOfEra = (ofEra - ofEra / 1_460n + ofEra / 36_524n - ofEra / 146_096n) / 365n;
  const ofYear = ofEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n);
  const shiftedMonth = (5n * ofYear + 2n) / 153n;
  const month = shiftedMonth < 10n ? shiftedMonth + 3n : shiftedMonth - 9n;
  const day = ofYear - (153n * shiftedMonth + 2n) / 5n + 1n;
  return { year: yearOfEra + era * 400n + (month <= 2n ? 1n : 0n), month, day };
}

function daysFromCivil(year: bigint, month: bigint, day: bigint): bigint {
  const shifted = month <= 2n ? year - 1n : year;
  const era = floorDivide(shifted, 400n);
  const yearOfEra = shifted - era * 400n;
  const ofYear = (153n * (month > 2n ? month - 3n : month + 9n) + 2n) / 5n + day - 1n;
  return era * 146_097n + yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + ofYear - 719_468n;
}

/** numpy pads with C's %04d: the sign counts. */
function yearText(year: bigint): string {
  return year < 0n ? `-${(-year).toString().padStart(3, "0")}` : year.toString().padStart(4, "0");
}

function two(value: bigint): string {
  return value.toString().padStart(2, "0");
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by;
  return rest < 0n ? rest + by : rest;
}
