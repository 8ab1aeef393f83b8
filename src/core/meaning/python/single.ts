import { pythonString } from "../../model/python-text.ts";
import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { attributeOf, classOf } from "../anatomy.ts";
import { callableName } from "./callable-name.ts";
import { codeParts, functionParts, type Part, signatureOf } from "./code.ts";
import { madeClass } from "./made-class.ts";
import { isoInstant, isoSpan } from "./instants.ts";

/** What is printed: text as it is, and values in their own notation. */
export type Piece = string | { readonly value: Value };

/** Values of Python's own, and of pandas, that are one value whatever they are made of. */
const SINGLE =
  /^(?:datetime\.(?:date|datetime|time|timedelta|timezone)|_?decimal\.Decimal|fractions\.Fraction|uuid\.UUID|pathlib(?:\._local)?\.\w+|re\._compile|ipaddress\.IPv[46]Address|pandas\._libs\.tslibs\.(?:timestamps\.(?:_unpickle_timestamp|Timestamp)|timedeltas\.(?:_timedelta_unpickle|Timedelta)|nattype\._{1,2}nat_unpickle))$/;

/** True for an object that has no parts that one would ask for. */
export function isSingleValue(node: ObjectNode): boolean {
  const { module, name } = classOf(node);
  return SINGLE.test(`${module}.${name}`) || zonePieces(node) !== undefined;
}

/** How Python itself would print an object whose pickle says it in another way; undefined for every other object. */
export function objectPieces(node: ObjectNode): readonly Piece[] | undefined {
  const zone = zonePieces(node);
  if (zone !== undefined) return zone;
  const code = codeParts(node);
  if (code !== undefined) return codePieces(code, "code");
  const callable = functionParts(node);
  if (callable !== undefined) return functionPieces(callable);
  const made = madeClass(node);
  if (made !== undefined) return [`<class ${[made.module, made.name].filter((part) => part !== "").join(".")}>`];
  const member = memberPieces(node);
  if (member !== undefined) return member;
  const { module, name: className } = classOf(node);
  const name = `${module}.${className}`;
  const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
  return write?.(node) ?? (PATHS.test(name) ? pathPieces(node) : undefined);
}

const WRITERS: Readonly<Record<string, (node: ObjectNode) => readonly Piece[] | undefined>> = {
  "uuid.UUID": uuidPieces,
  "re._compile": patternPieces,
  "ipaddress.IPv4Address": addressPieces,
  "datetime.timedelta": spanPieces,
  "datetime.timezone": ({ args }) => (args.length === 1 && isZero(args[0]) ? ["timezone.utc"] : undefined),
  "functools.partial": partialPieces,
  "__builtin__.xrange": ({ args }) => call("range", args),
  "__builtin__.unicode": ({ args }) => call("str", args),
  "builtins.getattr": memberOfPieces,
  "__builtin__.getattr": memberOfPieces,
  "cloudpickle.cloudpickle.subimport": modulePieces,
  "cloudpickle.cloudpickle.dynamic_subimport": modulePieces,
  "dill._dill._import_module": modulePieces,
  "dill._dill._load_type": typePieces,
  "cloudpickle.cloudpickle._builtin_type": typePieces,
  "pandas._libs.tslibs.timestamps._unpickle_timestamp": ({ args }) => instantPieces(args),
  "pandas._libs.tslibs.timestamps.Timestamp": ({ args }) => instantPieces(args),
  "pandas._libs.tslibs.timedeltas._timedelta_unpickle": timedeltaPieces,
  "pandas._libs.tslibs.timedeltas.Timedelta": timedeltaPieces,
  "pandas._libs.tslibs.nattype._nat_unpickle": () => ["NaT"],
  "pandas._libs.tslibs.nattype.__nat_unpickle": () => ["NaT"],
};

function call(name: string, args: readonly Value[]): readonly Piece[] {
  return [
    `${name}(`,
    ...args.flatMap((value, i): readonly Piece[] => (i === 0 ? [{ value }] : [", ", { value }])),
    ")",
  ];
}

function uuidPieces(node: ObjectNode): readonly Piece[] | undefined {
  const value = attributeOf(node, "int");
  if (typeof value !== "bigint" || value < 0n || value >= 1n << 128n) return undefined;
  const hex = value.toString(16).padStart(32, "0");
  return [`UUID('${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}')`];
}

const FLAGS: readonly (readonly [bit: bigint, name: string])[] = [
  [1n, "TEMPLATE"],
  [2n, "IGNORECASE"],
  [4n, "LOCALE"],
  [8n, "MULTILINE"],
  [16n, "DOTALL"],
  [64n, "VERBOSE"],
  [128n, "DEBUG"],
  [256n, "ASCII"],
];
/** What every pattern that is text has. */
const UNICODE = 32n;

function patternPieces({ args: [pattern, flags] }: ObjectNode): readonly Piece[] | undefined {
  if (pattern === undefined || typeof flags !== "bigint") return undefined;
  const isText = typeof pattern === "string";
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0n).map(([, name]) => `re.${name}`);
  const known = FLAGS.reduce((all, [bit]) => all | bit, UNICODE);
  if ((flags & UNICODE) !== 0n && !isText) names.push("re.UNICODE");
  if ((flags & ~known) !== 0n) names.push(`0x${(flags & ~known).toString(16)}`);
  return ["re.compile(", { value: pattern }, names.length === 0 ? ")" : `, ${names.join("|")})`];
}

function addressPieces({ args: [value] }: ObjectNode): readonly Piece[] | undefined {
  if (typeof value !== "bigint" || value < 0n || value >= 1n << 32n) return undefined;
  const parts = [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n);
  return [`IPv4Address('${parts.join(".")}')`];
}

function isZero(value: Value | undefined): boolean {
  return isNode(value) && value.kind === "object" && value.args.every((part) => part === 0n);
}

/** As Python prints it: days may be negative, the others are not. */
function spanPieces({ args }: ObjectNode): readonly Piece[] | undefined {
  if (args.length !== 3 || !args.every((part) => typeof part === "bigint")) return undefined;
  const named = ["days", "seconds", "microseconds"].flatMap((name, i) =>
    args[i] === 0n ? [] : [`${name}=${args[i]}`],
  );
  return [`timedelta(${named.length === 0 ? "0" : named.join(", ")})`];
}

const PATHS = /^pathlib(?:\._local)?\.(?:Pure)?(?:Posix|Windows)?Path$/;

/** A path is pickled as its parts: the root or drive is the first, and ends in a separator of its own. */
function pathPieces(node: ObjectNode): readonly Piece[] | undefined {
  const { args } = node;
  const parts = args.filter((part) => typeof part === "string");
  if (parts.length !== args.length) return undefined;
  const { name } = classOf(node);
  const separator = name.includes("Windows") ? "\\" : "/";
  const [first = "", ...others] = parts;
  const joined = first.endsWith(separator) ? first + others.join(separator) : parts.join(separator);
  return [`${name}(${pythonString(joined === "" ? "." : joined)})`];
}

/** `getattr(ZoneInfo, "_unpickle")(key, from cache)`, or the method as a global of its own (protocol 4 on). */
function zonePieces({ callable, args: [key, isCached] }: ObjectNode): readonly Piece[] | undefined {
  if (!isNode(callable) || typeof key !== "string") return undefined;
  const isGlobal =
    callable.kind === "global" && `${callable.module}.${callable.name}` === "zoneinfo.ZoneInfo._unpickle";
  const isMethod =
    callable.kind === "object" &&
    /^(?:builtins|__builtin__)\.getattr$/.test(callableName(callable.callable) ?? "") &&
    callableName(callable.args[0]) === "zoneinfo.ZoneInfo" &&
    callable.args[1] === "_unpickle";
  if (!isGlobal && !isMethod) return undefined;
  const isPlain = isCached === 1n || isCached === true;
  return [isPlain ? "ZoneInfo(" : "ZoneInfo.no_cache(", { value: key }, ")"];
}

function partialPieces({ state }: ObjectNode): readonly Piece[] | undefined {
  if (!isNode(state) || state.kind !== "list" || state.items.length !== 4) return undefined;
  const [callable, args, keywords] = state.items;
  if (callable === undefined || !isNode(args) || args.kind !== "list") return undefined;
  if (keywords !== null && (!isNode(keywords) || keywords.kind !== "dict")) return undefined;
  const named = (keywords?.keys ?? []).flatMap((key, i): readonly Piece[] => [
    typeof key === "string" ? `, ${key}=` : ", ",
    { value: keywords?.values[i] ?? null },
  ]);
  const positional = args.items.flatMap((value): readonly Piece[] => [", ", { value }]);
  return ["partial(", { value: callable }, ...positional, ...named, ")"];
}

/** `getattr(Color, "RED")`: how Python 3.11 writes the members of an enum. */
function memberOfPieces({ args }: ObjectNode): readonly Piece[] | undefined {
  const [owner, name] = args;
  if (args.length !== 2 || typeof name !== "string" || owner === undefined) return undefined;
  if (isNode(owner) && owner.kind === "global") return [`${owner.name}.${name}`];
  return [{ value: owner }, `.${name}`];
}

/** A member of an enum that is defined in the pickle: `Color.RED`. */
function memberPieces({ callable, args }: ObjectNode): readonly Piece[] | undefined {
  const made = madeClass(callable);
  if (made?.members === undefined || args.length !== 1) return undefined;
  const at = made.members.values.indexOf(args[0] ?? null);
  const name = at < 0 ? undefined : made.members.keys[at];
  return typeof name === "string" ? [`${made.name}.${name}`] : undefined;
}

function modulePieces({ args: [name] }: ObjectNode): readonly Piece[] | undefined {
  return typeof name === "string" ? [`<module ${name}>`] : undefined;
}

function typePieces({ args: [name] }: ObjectNode): readonly Piece[] | undefined {
  return typeof name === "string" ? [name] : undefined;
}

function instantPieces([value, , zone, unit]: readonly Value[]): readonly Piece[] | undefined {
  const text = isoInstant(value, unit);
  if (text === undefined) return undefined;
  return zone === null || zone === undefined
    ? [`Timestamp('${text}')`]
    : [`Timestamp('${text}Z', tz=`, { value: zone }, ")"];
}

function timedeltaPieces({ args: [value, unit] }: ObjectNode): readonly Piece[] | undefined {
  const text = isoSpan(value, unit);
  return text === undefined ? undefined : [`Timedelta('${text}')`];
}

function partOf(parts: readonly Part[], name: string): Value | undefined {
  return parts.find((part) => part.name === name)?.value;
}

/** `<function scale(x, k=2) of train.py, line 8; constants (None, 1.5); names ('math',)>`. */
function codePieces(parts: readonly Part[], kind: string, more: readonly Piece[] = []): readonly Piece[] {
  const pieces: Piece[] = [`<${kind} ${textOf(partOf(parts, "co_name"))}(${signatureOf(parts)})`];
  pieces.push(` of ${textOf(partOf(parts, "co_filename"))}, line ${textOf(partOf(parts, "co_firstlineno"))}`);
  for (const [name, label] of [
    ["co_consts", "constants"],
    ["co_names", "names"],
    ["co_freevars", "closed over"],
  ] as const) {
    const value = partOf(parts, name);
    if (isNode(value) && value.kind === "list" && value.items.length > 0) pieces.push(`; ${label} `, { value });
  }
  return [...pieces, ...more, ">"];
}

function functionPieces(parts: readonly Part[]): readonly Piece[] | undefined {
  const code = codeParts(partOf(parts, "__code__"));
  if (code === undefined) return undefined;
  const defaults = partOf(parts, "__defaults__");
  const more: readonly Piece[] = isNode(defaults) ? ["; defaults ", { value: defaults }] : [];
  return codePieces(code, "function", more);
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" || typeof value === "bigint" ? String(value) : "?";
}
