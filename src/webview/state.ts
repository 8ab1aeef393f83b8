import { effect, type Signal, signal } from "@preact/signals";
import { keepState, keptState } from "./host.ts";

/** What this panel keeps over reloads of the window: selection, open rows, filter, scroll, tab. Small and plain. */
let kept: Readonly<Record<string, unknown>> = { ...asRecord(keptState()), ...session() };
let isDue = false;
/** Between two times that it is kept. */
const PAUSE_MS = 100;
let savedAt = Number.NEGATIVE_INFINITY;

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What the host wrote into the page to be told again after a reload of the window (`PanelSession`). */
function session(): Readonly<Record<string, unknown>> {
  const text = document.getElementById("app")?.dataset["session"];
  return text === undefined ? {} : { session: JSON.parse(text) as unknown };
}

/** Called once when the panel starts: the session must be kept even if nothing else is. */
export function keepSession(): void {
  keepState(kept);
}

function keep(name: string, value: unknown): void {
  if (Object.is(kept[name], value)) return;
  kept = { ...kept, [name]: value };
  if (isDue) return;
  isDue = true;
  const save = (): void => {
    isDue = false;
    savedAt = performance.now();
    keepState(kept);
  };
  // VS Code may throw the page away right after a key: at once, then, unless it was just done, as while one scrolls.
  const wait = savedAt + PAUSE_MS - performance.now();
  if (wait > 0) setTimeout(save, wait);
  else queueMicrotask(save);
}

/** A signal that survives a reload. A kept value that `isValid` refuses (an older version's) gives `initial`. */
export function persisted<T>(name: string, initial: T, isValid: (value: unknown) => value is T): Signal<T> {
  const before = kept[name];
  const value = signal(isValid(before) ? before : initial);
  effect(() => keep(name, value.value));
  return value;
}

export const isText = (value: unknown): value is string => typeof value === "string";
export const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
export const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

export function isTextOrNothing(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

export function isFlags(value: unknown): value is Readonly<Record<string, boolean>> {
  return typeof value === "object" && value !== null && Object.values(value).every(isFlag);
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}
