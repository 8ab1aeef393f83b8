/**
 * VS Code posts messages to webviews as JSON with byte arrays beside it. JSON turns NaN, infinities and the holes of a list
 * (`axes: [undefined, ...]`) into null, -0 into 0, and throws on a bigint; these two functions carry them as marked
 * objects. Byte arrays pass as they are.
 */

const MARK = "$value";
/** What `toPanelWire` writes; anything else under the mark is data that happens to look like it. */
const WRITTEN = /^(-?\d+n|NaN|-?Infinity|-0|undefined)$/;

interface Marked {
  readonly [MARK]: string;
}

/** A copy that survives JSON. */
export function toPanelWire(value: unknown): unknown {
  if (typeof value === "bigint") return marked(`${value}n`);
  if (typeof value === "number") return isPlain(value) ? value : marked(Object.is(value, -0) ? "-0" : String(value));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => (each === undefined ? marked("undefined") : toPanelWire(each)));
  return mapped(value, toPanelWire);
}

/** The value as it was before `toPanelWire`; anything not marked is left alone. */
export function fromPanelWire(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(fromPanelWire);
  if (isMarked(value)) return unmarked(value[MARK]);
  return mapped(value, fromPanelWire);
}

function isPlain(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function marked(text: string): Marked {
  return { [MARK]: text };
}

function isMarked(value: object): value is Marked {
  return (
    MARK in value && typeof value[MARK] === "string" && WRITTEN.test(value[MARK]) && Object.keys(value).length === 1
  );
}

function unmarked(text: string): number | bigint | undefined {
  if (text === "undefined") return undefined;
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

/** Own properties only, on an object without a prototype's setters in the way (`__proto__` is a key like any other). */
function mapped(value: object, change: (each: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => [key, change(each)]),
  );
}
