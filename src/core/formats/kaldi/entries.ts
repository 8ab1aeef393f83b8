import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";

interface Entry {
  readonly key: string;
  readonly values: Value[];
  /** What stands between the token and its end; undefined while it has none. */
  inside?: Value;
}

const END_OF_COMPONENT = "!EndOfComponent";
const COMPONENT_NAME = "ComponentName";

/**
 * Tokens of a model with what stands behind them, put into each other where a token has an end: `<X> ... </X>`. Whether it
 * has one is known when the end comes: most have none.
 */
export class Entries {
  private readonly entries: Entry[] = [];
  /** Where tokens of a name stand that may still be ended; places that are no more are dropped when they are met. */
  private readonly open = new Map<string, number[]>();

  /** Takes a token, without its brackets. */
  token(name: string): void {
    if (name.startsWith("/") || name === "FullGMMEnd") this.end(name === "FullGMMEnd" ? "FullGMMBegin" : name.slice(1));
    else if (name === END_OF_COMPONENT) this.endComponent();
    else {
      const places = this.open.get(name);
      if (places === undefined) this.open.set(name, [this.entries.length]);
      else places.push(this.entries.length);
      this.entries.push({ key: name, values: [] });
    }
  }

  /** Takes a value behind the last token. */
  value(value: Value): void {
    const last = this.entries.at(-1);
    // What follows an end belongs to nothing, as the matrix of a file of one matrix does.
    if (last === undefined || last.inside !== undefined) this.entries.push({ key: "value", values: [value] });
    else last.values.push(value);
  }

  root(): Value {
    return dictOfEntries(this.entries);
  }

  get size(): number {
    return this.entries.length;
  }

  private end(name: string): void {
    const places = this.open.get(name);
    for (let at = places?.pop(); at !== undefined; at = places?.pop()) {
      const entry = this.entries[at];
      if (entry?.key !== name || entry.inside !== undefined) continue;
      this.fold(at);
      return;
    }
  }

  /** Components of the oldest networks end alike, whatever they are called. */
  private endComponent(): void {
    let first = this.entries.length;
    for (; first > 0; first--) {
      const before = this.entries[first - 1];
      if (before === undefined || before.key === "Nnet" || before.inside !== undefined) break;
    }
    if (first < this.entries.length) this.fold(first);
  }

  private fold(at: number): void {
    const entry = this.entries[at];
    if (entry === undefined) return;
    const inside = this.entries.splice(at + 1);
    const [only] = entry.values;
    if (inside.length === 0 && entry.values.length === 1 && only !== undefined) {
      entry.inside = only;
      return;
    }
    const own: Entry[] =
      entry.values.length === 0 ? [] : [{ key: entry.key === "Nnet3" ? "config" : "values", values: entry.values }];
    entry.inside = dictOfEntries([...own, ...named(inside)]);
  }
}

/** Components of nnet3 by their name, with their kind. */
function named(entries: readonly Entry[]): readonly Entry[] {
  const out: Entry[] = [];
  const components: [string, Value][] = [];
  for (let k = 0; k < entries.length; k++) {
    const entry = entries[k];
    if (entry === undefined) continue;
    const [name] = entry.values;
    const next = entries[k + 1];
    if (entry.key !== COMPONENT_NAME || typeof name !== "string" || next?.inside === undefined) {
      out.push(entry);
      continue;
    }
    components.push([name, dictOf([["type", next.key], ...fieldsOf(next.inside)])]);
    k += 1;
  }
  if (components.length > 0) out.push({ key: "components", values: [], inside: dictOf(components) });
  return out;
}

function fieldsOf(value: Value): [string, Value][] {
  if (typeof value !== "object" || value?.kind !== "dict") return [];
  return value.keys.map((key, k) => [typeof key === "string" ? key : "", value.values[k] ?? null]);
}

function dictOfEntries(entries: readonly Entry[]): Value {
  const byKey = new Map<string, Value[]>();
  for (const entry of entries) {
    const value = entry.inside ?? (entry.values.length === 1 ? (entry.values[0] ?? null) : listOf(entry.values));
    const known = byKey.get(entry.key);
    if (known === undefined) byKey.set(entry.key, [value]);
    else known.push(value);
  }
  return dictOf([...byKey].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? null) : listOf(values)]));
}
