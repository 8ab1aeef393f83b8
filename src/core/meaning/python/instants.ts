import type { Value } from "../../model/value.ts";

/** Units of pandas' instants by the number that pickles name them by (numpy's NPY_DATETIMEUNIT): how many are a second. */
const PER_SECOND: ReadonlyMap<bigint, bigint> = new Map([
  [7n, 1n],
  [8n, 1_000n],
  [9n, 1_000_000n],
  [10n, 1_000_000_000n],
]);

const DAY = 86_400n;

/** Units a second, and how many digits a fraction of it has; nanoseconds where the pickle is older than units. */
function resolution(unit: Value | undefined): { readonly perSecond: bigint; readonly digits: number } | undefined {
  const perSecond = unit === undefined ? 1_000_000_000n : PER_SECOND.get(typeof unit === "bigint" ? unit : -1n);
  return perSecond === undefined ? undefined : { perSecond, digits: String(perSecond).length - 1 };
}

function divide(value: bigint, by: bigint): readonly [quotient: bigint, rest: bigint] {
  const rest = ((value % by) + by) % by;
  return [(value - rest) / by, rest];
}

const two = (value: bigint): string => String(value).padStart(2, "0");

function clock(seconds: bigint, fraction: bigint, digits: number): string {
  const shown = fraction === 0n ? "" : `.${String(fraction).padStart(digits, "0").replace(/0+$/, "")}`;
  return `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}${shown}`;
}

/** Units since 1970 as `2024-02-29 12:00:00.5`, exact; undefined for what is no instant of the years 1 to 9999. */
export function isoInstant(value: Value | undefined, unit: Value | undefined): string | undefined {
  const found = resolution(unit);
  if (typeof value !== "bigint" || found === undefined) return undefined;
  const [seconds, fraction] = divide(value, found.perSecond);
  const [days, inDay] = divide(seconds, DAY);
  if (days < -719_162n || days > 2_932_896n) return undefined;
  const date = new Date(Number(days) * 86_400_000).toISOString().slice(0, 10);
  return `${date} ${clock(inDay, fraction, found.digits)}`;
}

/** Units of time as pandas prints a Timedelta: `1 days 02:00:00`. */
export function isoSpan(value: Value | undefined, unit: Value | undefined): string | undefined {
  const found = resolution(unit);
  if (typeof value !== "bigint" || found === undefined) return undefined;
  const [seconds, fraction] = divide(value, found.perSecond);
  const [days, inDay] = divide(seconds, DAY);
  return `${days} days ${days < 0n ? "+" : ""}${clock(inDay, fraction, found.digits)}`;
}
