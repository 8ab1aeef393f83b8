import { LIMITS } from "../../limits.ts";
import type { ListNode, Value } from "../../model/value.ts";
import { Places } from "../plain-text/places.ts";
import { fitsInt64, NumberRun, NumberSpan, numberValue, type NumbersIn, tensorOfRun } from "./numbers.ts";

/** A value, or numbers that may become a part of a tensor. */
export type Written = Value | NumberSpan | NumberRun;

/** What stands alone, or in a map: numbers as values, runs as tensors. */
export function settled(written: Written, from: NumbersIn): Value {
  if (written instanceof NumberSpan) return numberValue(written.text, written.start);
  if (written instanceof NumberRun) return tensorOfRun(written, from);
  return written;
}

/**
 * A list while it is read. As long as it is rectangular only the places of its numbers are kept; what breaks the pattern
 * makes it a list of what came before.
 */
export class ListBuilder {
  private readonly from: NumbersIn;
  private readonly offset: number;
  private state: "empty" | "numbers" | "rows" | "items" = "empty";
  private readonly starts = new Places();
  private readonly ends = new Places();
  /** Of each row. */
  private shape: readonly number[] = [];
  private length = 0;
  private isFloat = false;
  private items: Value[] = [];

  constructor(from: NumbersIn, offset: number) {
    this.from = from;
    this.offset = offset;
  }

  add(written: Written): void {
    if (written instanceof NumberSpan) this.addNumber(written);
    else if (written instanceof NumberRun) this.addRun(written);
    else {
      this.breakPattern();
      this.items.push(written);
    }
  }

  /** A run when it is rectangular numbers. `into`: the list that somebody refers to already. */
  finish(into?: ListNode): NumberRun | ListNode {
    if (into === undefined && (this.state === "numbers" || this.state === "rows"))
      return new NumberRun(this.starts.all(), this.ends.all(), [this.length, ...this.shape], this.isFloat, this.offset);
    this.breakPattern();
    const list: ListNode = into ?? { kind: "list", type: "list", items: this.items };
    if (into !== undefined) for (const item of this.items) into.items.push(item);
    return list;
  }

  private addNumber(span: NumberSpan): void {
    if (this.state === "rows") this.breakPattern();
    if (this.state === "items") {
      this.items.push(settled(span, this.from));
      return;
    }
    this.state = "numbers";
    this.length += 1;
    this.isFloat ||= !fitsInt64(span.text);
    this.starts.push(span.start);
    this.ends.push(span.end);
  }

  private addRun(run: NumberRun): void {
    const isFirst = this.state === "empty" && run.shape.length < LIMITS.dimensions;
    const isNext =
      this.state === "rows" &&
      this.shape.length === run.shape.length &&
      this.shape.every((size, axis) => size === run.shape[axis]);
    if (!isFirst && !isNext) {
      this.breakPattern();
      this.items.push(settled(run, this.from));
      return;
    }
    this.state = "rows";
    this.shape = run.shape;
    this.length += 1;
    this.isFloat ||= run.isFloat;
    for (const start of run.starts) this.starts.push(start);
    for (const end of run.ends) this.ends.push(end);
  }

  private breakPattern(): void {
    const { state, from } = this;
    this.state = "items";
    if (state === "numbers")
      for (let index = 0; index < this.length; index += 1) this.items.push(settled(this.span(index), from));
    if (state === "rows") {
      const size = this.shape.reduce((product, each) => product * each, 1);
      for (let row = 0; row < this.length; row += 1) {
        const [start, end] = [row * size, (row + 1) * size];
        const isFloat = this.isFloat && this.hasFloat(start, end);
        const starts = this.starts.all().slice(start, end);
        const ends = this.ends.all().slice(start, end);
        this.items.push(tensorOfRun(new NumberRun(starts, ends, this.shape, isFloat, starts[0] ?? 0), from));
      }
    }
  }

  private span(index: number): NumberSpan {
    const { text, spelling } = this.from;
    const [start, end] = [this.starts.at(index), this.ends.at(index)];
    return new NumberSpan(start, end, spelling(text.slice(start, end)));
  }

  private hasFloat(start: number, end: number): boolean {
    for (let index = start; index < end; index += 1) if (!fitsInt64(this.span(index).text)) return true;
    return false;
  }
}
