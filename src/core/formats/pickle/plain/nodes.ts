import type { DictNode, ListNode, Unmade, Value } from "../../../model/value.ts";
import type { PlainRegion } from "./region.ts";
import type { Work } from "../../../work.ts";
import { isLarge, takeApart, takeApartInSlices } from "./take-apart.ts";

/**
 * Containers that read their entries from the region's bytes when they are first asked for: a graph of millions of values
 * takes little more than its file until somebody looks. The setters are for opcodes that put something into one later.
 */

export class PlainDict implements DictNode {
  private readonly region: PlainRegion;
  private readonly start: number;
  private readonly end: number;
  private made: { keys: Value[]; values: Value[] } | undefined;

  constructor(region: PlainRegion, start: number, end: number) {
    this.region = region;
    this.start = start;
    this.end = end;
    this.made = undefined;
  }

  get kind(): "dict" {
    return "dict";
  }

  get keys(): Value[] {
    return this.entries().keys;
  }

  set keys(keys: Value[]) {
    this.entries().keys = keys;
  }

  get values(): Value[] {
    return this.entries().values;
  }

  set values(values: Value[]) {
    this.entries().values = values;
  }

  get unmade(): Unmade | undefined {
    return this.made === undefined ? this.region.records.get(this.start) : undefined;
  }

  make(work: Work): Promise<void> | undefined {
    if (this.made !== undefined || !isLarge(this.start, this.end)) return undefined;
    return this.makeInSlices(work);
  }

  private async makeInSlices(work: Work): Promise<void> {
    const flat = await takeApartInSlices(this.region, this.start, this.end, false, work);
    if (this.made !== undefined) return;
    this.region.madeEarly(this);
    this.made = inPairs(flat);
  }

  forget(): void {
    if (!this.region.isKept(this)) this.made = undefined;
  }

  private entries(): { keys: Value[]; values: Value[] } {
    if (this.made !== undefined) return this.made;
    this.region.madeEarly(this);
    return (this.made = inPairs(takeApart(this.region, this.start, this.end, false)));
  }
}

function inPairs(flat: readonly Value[]): { keys: Value[]; values: Value[] } {
  const count = flat.length >> 1;
  const keys = Array<Value>(count);
  const values = Array<Value>(count);
  for (let k = 0; k < count; k++) {
    keys[k] = flat[2 * k] as Value;
    values[k] = flat[2 * k + 1] as Value;
  }
  return { keys, values };
}

export class PlainList implements ListNode {
  private readonly region: PlainRegion;
  private readonly start: number;
  private readonly end: number;
  private readonly isSet: boolean;
  private made: Value[] | undefined;

  constructor(region: PlainRegion, start: number, end: number, isSet: boolean) {
    this.region = region;
    this.start = start;
    this.end = end;
    this.isSet = isSet;
    this.made = undefined;
  }

  get kind(): "list" {
    return "list";
  }

  get type(): "list" | "set" {
    return this.isSet ? "set" : "list";
  }

  get items(): Value[] {
    return (this.made ??= takeApart(this.region, this.start, this.end, false));
  }

  make(work: Work): Promise<void> | undefined {
    if (this.made !== undefined || !isLarge(this.start, this.end)) return undefined;
    return this.makeInSlices(work);
  }

  private async makeInSlices(work: Work): Promise<void> {
    const items = await takeApartInSlices(this.region, this.start, this.end, false, work);
    this.made ??= items;
  }

  set items(items: Value[]) {
    this.made = items;
  }

  get unmade(): Unmade | undefined {
    return this.made === undefined ? this.region.records.get(this.start) : undefined;
  }
}

export class PlainTuple implements ListNode {
  private readonly region: PlainRegion;
  private readonly start: number;
  private readonly end: number;
  private made: Value[] | undefined;

  constructor(region: PlainRegion, start: number, end: number) {
    this.region = region;
    this.start = start;
    this.end = end;
    this.made = undefined;
  }

  get kind(): "list" {
    return "list";
  }

  get type(): "tuple" {
    return "tuple";
  }

  get items(): Value[] {
    return (this.made ??= takeApart(this.region, this.start, this.end, true));
  }

  make(work: Work): Promise<void> | undefined {
    if (this.made !== undefined || !isLarge(this.start, this.end)) return undefined;
    return this.makeInSlices(work);
  }

  private async makeInSlices(work: Work): Promise<void> {
    const items = await takeApartInSlices(this.region, this.start, this.end, true, work);
    this.made ??= items;
  }
}
