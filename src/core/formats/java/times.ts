import { corrupt } from "../../errors.ts";
import type { Written } from "./written.ts";

//   java.time.Ser: a byte that says what follows, then its parts.
//   https://docs.oracle.com/en/java/javase/17/docs/api/serialized-form.html (package java.time)

/** A time as ISO 8601 has it, as `toString` in Java. Throws `corrupt` for a kind that there is not. */
export function timeOf(written: Written, what: string): string {
  const kind = written.i8();
  switch (kind) {
    case 1:
      return duration(written.i64(), written.i32());
    case 2:
      return instant(written.i64(), written.i32());
    case 3:
      return date(written);
    case 4:
      return time(written);
    case 5:
      return dateTime(written);
    case 6: {
      const local = dateTime(written);
      const zoneOffset = offset(written);
      const zone = region(written);
      return zone === zoneOffset ? `${local}${zone}` : `${local}${zoneOffset}[${zone}]`;
    }
    case 7:
      return written.text();
    case 8:
      return offset(written);
    case 9:
      return time(written) + offset(written);
    case 10:
      return dateTime(written) + offset(written);
    case 11:
      return year(written.i32());
    case 12:
      return `${year(written.i32())}-${two(written.i8())}`;
    case 13:
      return `--${two(written.i8())}-${two(written.i8())}`;
    case 14:
      return `P${written.i32()}Y${written.i32()}M${written.i32()}D`;
    default:
      throw corrupt(`${what}: a time of the kind ${kind}`);
  }
}

const two = (value: number): string => String(value).padStart(2, "0");

function year(value: number): string {
  const digits = String(Math.abs(value)).padStart(4, "0");
  return value < 0 ? `-${digits}` : value > 9999 ? `+${digits}` : digits;
}

function date(written: Written): string {
  return `${year(written.i32())}-${two(written.i8())}-${two(written.i8())}`;
}

/** The parts that are zero at the end are left out, and the last one that is there is written as its complement. */
function time(written: Written): string {
  const parts = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    const value = written.i8();
    parts[i] = value < 0 ? ~value : value;
    if (value < 0) return clock(parts, 0);
  }
  return clock(parts, written.i32());
}

function clock([hour = 0, minute = 0, second = 0]: readonly number[], nanos: number): string {
  const start = `${two(hour)}:${two(minute)}`;
  if (second === 0 && nanos === 0) return start;
  return `${start}:${two(second)}${fraction(nanos)}`;
}

/** Three, six or nine digits. */
function fraction(nanos: number): string {
  return nanos === 0
    ? ""
    : `.${String(nanos)
        .padStart(9, "0")
        .replace(/(?:000){1,2}$/, "")}`;
}

function dateTime(written: Written): string {
  return `${date(written)}T${time(written)}`;
}

/** Quarters of an hour, or 127 and seconds. */
function offset(written: Written): string {
  const quarters = written.i8();
  const seconds = quarters === 127 ? written.i32() : quarters * 900;
  if (seconds === 0) return "Z";
  const size = Math.abs(seconds);
  const rest = size % 60;
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest === 0 ? "" : `:${two(rest)}`}`;
}

function region(written: Written): string {
  const kind = written.i8();
  return kind === 7 ? written.text() : offset(written);
}

/** Hours, minutes and seconds, each with the sign of the whole. */
function duration(seconds: bigint, nanos: number): string {
  const total = seconds * 1_000_000_000n + BigInt(nanos);
  const sign = total < 0n ? "-" : "";
  const size = total < 0n ? -total : total;
  const whole = size / 1_000_000_000n;
  const rest = Number(size % 1_000_000_000n);
  const [hours, minutes, last] = [whole / 3600n, (whole / 60n) % 60n, whole % 60n];
  const decimals = rest === 0 ? "" : `.${String(rest).padStart(9, "0").replace(/0+$/, "")}`;
  const parts = [
    ...(hours === 0n ? [] : [`${sign}${hours}H`]),
    ...(minutes === 0n ? [] : [`${sign}${minutes}M`]),
    ...(last === 0n && rest === 0 ? [] : [`${sign}${last}${decimals}S`]),
  ];
  return `PT${parts.length === 0 ? "0S" : parts.join("")}`;
}

function instant(seconds: bigint, nanos: number): string {
  const milliseconds = Number(seconds) * 1000;
  if (Math.abs(milliseconds) > 8.64e15) return `${seconds}${fraction(nanos)} s after 1970`;
  return `${new Date(milliseconds).toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

/** `java.util.Date`: milliseconds since 1970. */
export function dateOf(milliseconds: bigint): string {
  const value = Number(milliseconds);
  return Math.abs(value) > 8.64e15 ? `${milliseconds} ms after 1970` : new Date(value).toISOString();
}
