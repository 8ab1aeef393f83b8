import { append } from "../../append.ts";
import { type DictNode, isNode, type Value } from "../../model/value.ts";

/** Who is told of what a map is made of. */
export interface MapWatcher {
  count(cost?: number): void;
  duplicate(key: string, at: number): void;
}

/** A map while it is read; its node is there from the start. */
export class MapBuilder {
  readonly node: DictNode = { kind: "dict", keys: [], values: [] };
  private readonly watcher: MapWatcher;
  /** Keys that are no collections: a text is told from a number of the same digits. */
  private readonly seen = new Set<Value>();
  private readonly sources: DictNode[] = [];
  private isMerge = false;

  constructor(watcher: MapWatcher) {
    this.watcher = watcher;
  }

  key(key: Value, at: number, isMerge: boolean): void {
    this.isMerge = isMerge;
    if (isMerge) return;
    if (!isNode(key)) {
      if (this.seen.has(key)) this.watcher.duplicate(String(key), at);
      this.seen.add(key);
    }
    this.node.keys.push(key);
  }

  value(value: Value): void {
    if (!this.isMerge) {
      this.node.values.push(value);
      return;
    }
    const sources = mergedMaps(value);
    if (sources === undefined) {
      this.node.keys.push("<<");
      this.node.values.push(value);
    } else append(this.sources, sources);
    this.isMerge = false;
  }

  /** Ends a map that an error cut: the key without a value gets what there is of it. */
  cut(partial: Value | undefined): void {
    if (this.node.keys.length > this.node.values.length) this.node.values.push(partial ?? null);
    this.finish();
  }

  /** Puts the entries of merged maps before its own; of two with one key the first counts, and its own above all. */
  finish(): void {
    if (this.sources.length === 0) return;
    const keys: Value[] = [];
    const values: Value[] = [];
    for (const source of this.sources)
      for (const [index, key] of source.keys.entries()) {
        this.watcher.count();
        if (!isNode(key)) {
          if (this.seen.has(key)) continue;
          this.seen.add(key);
        }
        keys.push(key);
        values.push(source.values[index] ?? null);
      }
    const { node } = this;
    const own = { keys: node.keys.splice(0), values: node.values.splice(0) };
    for (const key of keys) node.keys.push(key);
    for (const value of values) node.values.push(value);
    for (const key of own.keys) node.keys.push(key);
    for (const value of own.values) node.values.push(value);
  }
}

function mergedMaps(value: Value): readonly DictNode[] | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "dict") return [value];
  if (value.kind !== "list") return undefined;
  const maps = value.items.filter((item): item is DictNode => isNode(item) && item.kind === "dict");
  return maps.length === value.items.length ? maps : undefined;
}
