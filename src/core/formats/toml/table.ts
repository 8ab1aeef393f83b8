import type { DictNode, ListNode, Value } from "../../model/value.ts";

/** A table while the file is read: what is under each name, and how it came to be. */
export class Table {
  readonly node: DictNode = { kind: "dict", keys: [], values: [] };
  /** Closed: written in braces. Nothing is added to it from outside. */
  readonly isInline: boolean;
  /** A header `[name]` opened it. */
  isOpened = false;
  private readonly entries = new Map<string, Table | TableList | null>();

  constructor(isInline = false) {
    this.isInline = isInline;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  /** The table or list of tables under a key; null for any other value, undefined where there is nothing. */
  under(key: string): Table | TableList | null | undefined {
    return this.entries.get(key);
  }

  put(key: string, value: Value, table: Table | TableList | null = null): void {
    this.entries.set(key, table);
    this.node.keys.push(key);
    this.node.values.push(value);
  }

  /** Gives the last key another value: what there is of one that an error cut. */
  replaceLast(value: Value): void {
    this.node.values[this.node.values.length - 1] = value;
  }
}

/** `[[name]]`: each header adds a table. */
export class TableList {
  readonly node: ListNode = { kind: "list", type: "list", items: [] };
  last = new Table();

  add(): Table {
    this.last = new Table();
    this.node.items.push(this.last.node);
    return this.last;
  }
}
