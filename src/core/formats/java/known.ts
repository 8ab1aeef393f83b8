import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { isNode, type Value } from "../../model/value.ts";
import { dateOf } from "./times.ts";
import type { Written } from "./written.ts";

/** What a class of Java's own adds to an object, beside or in place of its fields. */
export interface Contribution {
  readonly items?: readonly Value[];
  /** Keys and values in turn. */
  readonly pairs?: readonly Value[];
  /** The object is this value. */
  readonly value?: Value;
}

/** A part of an object as it is read: the fields of one class, what it wrote itself, and the bytes of small arrays. */
export interface ClassPart {
  readonly className: string;
  readonly fields: ReadonlyMap<string, Value>;
  readonly written: Written;
  readonly bytesOf: (value: Value | undefined) => Uint8Array | undefined;
  /** Counts memory for what is made of something that many objects may share. Throws `limit`. */
  readonly spend: (bytes: number) => void;
}

type Known = (part: ClassPart) => Contribution;

const skipping =
  (bytes: number): Known =>
  ({ written }) => {
    for (let i = 0; i < bytes; i += 4) written.i32();
    return { items: written.objects() };
  };
const countedItems = skipping(4);
const countedPairs =
  (before: number): Known =>
  ({ written }) => {
    for (let i = 0; i < before; i++) written.i32();
    return { pairs: written.objects() };
  };
const boxed: Known = ({ fields }) => ({ value: fields.get("value") ?? null });
const arrayItems =
  (field: string): Known =>
  ({ fields }) => {
    const list = fields.get(field);
    return { items: isNode(list) && list.kind === "list" ? list.items : [] };
  };

/** Classes of the Java library whose own fields say nothing that is not said by what they hold. */
export const KNOWN: ReadonlyMap<string, Known> = new Map<string, Known>([
  ["java.util.ArrayList", countedItems],
  ["java.util.LinkedList", countedItems],
  ["java.util.ArrayDeque", countedItems],
  ["java.util.concurrent.CopyOnWriteArrayList", countedItems],
  // Room, load, number.
  ["java.util.HashSet", skipping(12)],
  ["java.util.LinkedHashSet", () => ({})],
  ["java.util.Stack", () => ({})],
  ["java.util.Vector", vectorItems],
  ["java.util.Arrays$ArrayList", arrayItems("a")],
  ["java.util.HashMap", countedPairs(2)],
  ["java.util.LinkedHashMap", () => ({})],
  ["java.util.Hashtable", countedPairs(2)],
  ["java.util.IdentityHashMap", countedPairs(1)],
  ["java.util.CollSer", immutable],
  ["java.util.EnumSet$SerializationProxy", arrayItems("elements")],
  ["java.lang.Number", () => ({})],
  ...["Integer", "Long", "Short", "Byte", "Double", "Float", "Boolean", "Character"].map(
    (name) => [`java.lang.${name}`, boxed] as const,
  ),
  ["java.util.Date", ({ written }) => ({ value: dateOf(written.i64()) })],
  ["java.math.BigInteger", bigInteger],
  ["java.math.BigDecimal", bigDecimal],
]);

/** As the above, for classes that have a setting of their own beside what they hold (a comparator, a key's type). */
export const HOLDING: ReadonlyMap<string, Known> = new Map<string, Known>([
  ["java.util.TreeMap", countedPairs(1)],
  ["java.util.EnumMap", countedPairs(1)],
  ["java.util.PriorityQueue", countedItems],
  ["java.util.TreeSet", sorted],
  ["java.util.concurrent.ConcurrentHashMap", concurrent],
]);

/** Fields that are counts or caches of what the object holds. */
export const IDLE_FIELDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["java.util.PriorityQueue", new Set(["size"])],
  ["java.util.concurrent.ConcurrentHashMap", new Set(["segments", "segmentMask", "segmentShift"])],
]);

function vectorItems({ fields }: ClassPart): Contribution {
  const room = fields.get("elementData");
  const count = fields.get("elementCount");
  if (!isNode(room) || room.kind !== "list" || typeof count !== "bigint") return { items: [] };
  return { items: room.items.slice(0, Number(count < 0n ? 0n : count)) };
}

/** The comparator stands first, then a count. */
function sorted({ written }: ClassPart): Contribution {
  return { items: written.objects().slice(1) };
}

/** Ends with two nulls in place of a key and a value. */
function concurrent({ written }: ClassPart): Contribution {
  const pairs = written.objects();
  const isEnded = pairs.length >= 2 && pairs.at(-1) === null && pairs.at(-2) === null;
  return { pairs: isEnded ? pairs.slice(0, -2) : pairs };
}

/** `List.of`, `Set.of`, `Map.of`: the low byte of the tag says which. */
function immutable({ fields, written }: ClassPart): Contribution {
  const tag = fields.get("tag");
  written.i32();
  const objects = written.objects();
  return typeof tag === "bigint" && (tag & 255n) === 3n ? { pairs: objects } : { items: objects };
}

function bigInteger({ fields, bytesOf, spend, className }: ClassPart): Contribution {
  const magnitude = bytesOf(fields.get("magnitude"));
  const sign = fields.get("signum");
  if (magnitude === undefined || typeof sign !== "bigint") throw corrupt(`${className} without its digits`);
  if (magnitude.length > LIMITS.integerBytes)
    throw limitExceeded(`${className}: bytes of an integer`, magnitude.length, LIMITS.integerBytes);
  // They are few and short in real files; each is turned into decimal digits wherever it is shown, which takes long.
  spend(magnitude.length * 256);
  const digits = [...magnitude].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const value = BigInt(`0x0${digits}`);
  return { value: sign < 0n ? -value : value };
}

/** intVal x 10^-scale, in digits. */
function bigDecimal({ fields, spend, className }: ClassPart): Contribution {
  const digits = fields.get("intVal");
  const scale = fields.get("scale");
  if (typeof digits !== "bigint" || typeof scale !== "bigint") throw corrupt(`${className} without its digits`);
  const text = decimalText(digits, scale);
  // Its digits are those of an integer that other numbers may have too, and take longer to be made than to be kept.
  spend(text.length * 16);
  return { value: { kind: "decimal", text, nearest: Number(text), offset: 0 } };
}

/** Zeros that are written out: more are an exponent. */
const WRITTEN_ZEROS = 40n;

function decimalText(digits: bigint, scale: bigint): string {
  if (scale === 0n) return String(digits);
  if (scale < 0n || scale > WRITTEN_ZEROS) return `${digits}E${-scale}`;
  const places = Number(scale);
  const size = String(digits < 0n ? -digits : digits).padStart(places + 1, "0");
  return `${digits < 0n ? "-" : ""}${size.slice(0, -places)}.${size.slice(-places)}`;
}
