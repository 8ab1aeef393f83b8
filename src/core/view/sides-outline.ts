import type { DiffReport, Verdict } from "../diff/report.ts";
import type { Fact } from "../model/artifact.ts";
import type { EnsembleChange } from "../diff/trees/report.ts";
import { LIMITS } from "../limits.ts";
import type { TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import type { Item } from "./outline-item.ts";
import { sidesGroups, type SidesPairs } from "./sides-groups.ts";
import { labelOn, otherSide, type SideName, type SideOutline, type SidesItem } from "./sides-item.ts";
import { rawVerdict } from "./sides-judged.ts";
import { rawAt, rawCount, rawRows } from "./sides-raw.ts";
import type { OutlineRow, RowMark } from "./viewer-model.ts";

/** With no more parameters than this, every level of them is open at first. */
const OPEN_ALL = 40;
/** Levels of raw structure that are opened by themselves. */
const OPEN_RAW_DEPTH = 3;
/** A level with more rows than this is not opened unasked. */
const OPEN_AT_MOST = 500;

/**
 * Two outlines laid over each other: the same rows at the same places on both sides, a gap where one side has nothing.
 * Verdicts are put to the rows as they become known.
 */
export class SidesOutline {
  private readonly sides: Readonly<Record<SideName, SideOutline>>;
  private readonly outlines: Readonly<Record<SideName, SideOutline["outline"]>>;
  private readonly known = new Map<string, SidesItem>();
  private readonly groups: readonly SidesItem[];
  /** Rows by the ids that the outline of one side has for them. */
  private readonly byFace: Readonly<Record<SideName, Map<string, SidesItem>>> = { old: new Map(), new: new Map() };
  private readonly touched = new Set<SidesItem>();
  /** Rows of parameters by their tensors on the new side. */
  private readonly byTensor = new Map<TensorRef, SidesItem>();
  /** Of rows below raw values, by id: they are made when they are looked at, and not kept. */
  private readonly rawVerdicts = new Map<string, Verdict>();
  /** Such rows that were shown and not decided yet, and those of which it is not known (yet). */
  private readonly unjudged = new Map<string, SidesItem>();
  private readonly undecided = new Map<string, SidesItem>();

  constructor(old: SideOutline, next: SideOutline, pairs: SidesPairs) {
    this.sides = { old, new: next };
    this.outlines = { old: old.outline, new: next.outline };
    this.groups = sidesGroups(old, next, pairs, (item) => {
      this.known.set(item.id, item);
      if (item.old !== undefined) this.byFace.old.set(item.old.id, item);
      if (item.new !== undefined) this.byFace.new.set(item.new.id, item);
      if (item.new?.about.type === "parameter") this.byTensor.set(item.new.about.parameter.tensor, item);
    });
    this.markNames();
  }

  /** What is shown first: the groups, with parameters opened. */
  first(side: SideName): OutlineRow[] {
    const rows: OutlineRow[] = [];
    const parameters = Math.max(this.sides.old.artifact.parameters.length, this.sides.new.artifact.parameters.length);
    const open = this.groups.find(({ id }) => ["parameters", "values", "hyperparameters", "structure"].includes(id));
    const visit = (item: SidesItem, isOpening: boolean): void => {
      const count = this.count(item);
      const isOpen = isOpening && count > 0 && count <= OPEN_AT_MOST && rows.length + count < LIMITS.viewRows;
      rows.push(this.row(item, side, isOpen));
      if (!isOpen) return;
      for (const child of this.some(item, 0, count))
        visit(
          child,
          this.known.has(child.id) ? parameters <= OPEN_ALL || count === 1 : count === 1 && isShallow(child),
        );
    };
    for (const group of this.groups) visit(group, group === open);
    return rows;
  }

  /** Children of a row, by position; "" asks for the groups. */
  children(side: SideName, id: string, start: number, count: number): { rows: OutlineRow[]; total: number } {
    const all = id === "" ? undefined : this.item(id);
    if (id !== "" && all === undefined) return { rows: [], total: 0 };
    const some =
      all === undefined
        ? this.groups.slice(start, start + count)
        : this.some(all, start, Math.min(count, LIMITS.viewRows));
    return {
      rows: some.map((item) => this.row(item, side, false)),
      total: all === undefined ? this.groups.length : this.count(all),
    };
  }

  /** Rows that hold the text on either side, with their ancestors before them: the same on both sides. */
  async find(side: SideName, text: string, work: Work): Promise<{ rows: OutlineRow[]; isCut: boolean }> {
    const wanted = text.toLowerCase();
    const holds = (face: Item | undefined): boolean =>
      face !== undefined &&
      [face.label, face.path ?? "", face.detail].some((one) => one.toLowerCase().includes(wanted));
    const rows: OutlineRow[] = [];
    const seen = new Set<string>();
    for (const item of this.walk()) {
      if (work.isDue()) await work.checkpoint();
      if (item.parent === undefined || !(holds(item.old) || holds(item.new))) continue;
      this.withAncestors(item, side, rows, seen);
      if (rows.length >= LIMITS.viewRows) return { rows: rows.slice(0, LIMITS.viewRows), isCut: true };
    }
    return { rows, isCut: false };
  }

  /** The row of an id, or of an address of one side, with its ancestors before it. */
  locate(side: SideName, { id, path }: { id?: string; path?: string }): { rows: OutlineRow[]; id: string } | undefined {
    const faces = this.byFace[side];
    const named = this.groups.map((group) => faces.get(`${group.id}/${path ?? ""}`)).find((one) => one !== undefined);
    const item = id === undefined ? named : this.item(id);
    return item === undefined ? undefined : this.located(side, item);
  }

  /** The next row, or the one before, that is not identical; around to the first after the last. */
  step(side: SideName, from: string | undefined, by: 1 | -1): { rows: OutlineRow[]; id: string } | undefined {
    let before: SidesItem | undefined;
    let first: SidesItem | undefined;
    let after: SidesItem | undefined;
    let last: SidesItem | undefined;
    // What lies below a raw value has no place of its own among the changes: its holder's counts.
    const at = from === undefined ? undefined : from.split("\u001f")[0];
    let isPast = at === undefined || !this.known.has(at);
    for (const item of this.walk()) {
      if (item.id === at) isPast = true;
      else if (isChange(item.verdict)) {
        first ??= item;
        last = item;
        if (!isPast) before = item;
        else after ??= item;
      }
    }
    const here = at === undefined ? undefined : this.known.get(at);
    const found = (by > 0 ? (after ?? first) : (before ?? last)) ?? (isChange(here?.verdict) ? here : undefined);
    return found === undefined ? undefined : this.located(side, found);
  }

  item(id: string): SidesItem | undefined {
    const raw = this.known.get(id) ?? rawAt(id, (holder) => this.known.get(holder), this.outlines);
    const verdict = this.rawVerdicts.get(id);
    return raw === undefined || verdict === undefined ? raw : { ...raw, verdict };
  }

  /** The id here of a row of one side's own outline. */
  idOf(side: SideName, id: string): string | undefined {
    return this.byFace[side].get(id)?.id;
  }

  /** Puts a verdict to a row. */
  mark(id: string, verdict: Verdict): void {
    const item = this.known.get(id);
    if (item !== undefined) this.put(item, verdict);
  }

  /** Puts to the rows of everything but parameters what the finished comparison says of them. */
  markAll(report: DiffReport): void {
    const values = new Map([...report.hyperparameters, ...report.values].map((change) => [change.path, change.kind]));
    const environment = new Map(report.environment.map((change) => [change.path, change.kind]));
    const trees = new Map(report.ensembles.map((change) => [change.new.path, verdictOfTrees(change)]));
    for (const item of this.walk()) {
      const about = (item.new ?? item.old)?.about;
      if (about?.type === "value") {
        const change =
          values.get(about.named.path) ?? (item.old === undefined ? undefined : values.get(item.old.path ?? ""));
        if (change !== undefined) this.put(item, change);
        else if (item.old !== undefined && item.new !== undefined) this.put(item, "identical");
      } else if (about?.type === "fact") {
        const change = environment.get(this.environmentPath(about.fact));
        if (change !== undefined) this.put(item, change);
      } else if (about?.type === "ensemble")
        this.put(item, presence(item) ?? trees.get(about.ensemble.path) ?? "identical");
    }
  }

  /**
   * Decides what became of the rows below raw values that were shown since: true when one has a verdict now.
   * `isDone` looks again at those that hung on parameters that were not compared yet.
   */
  async judge(work: Work, isDone = false): Promise<boolean> {
    const isLenient = this.sides.old.artifact.format !== this.sides.new.artifact.format;
    let isAny = false;
    const items = new Map([...this.unjudged, ...(isDone ? this.undecided : [])]);
    this.unjudged.clear();
    for (const [id, item] of items) {
      if (work.isDue()) await work.checkpoint();
      const verdict = await rawVerdict(item, (old, next) => this.knownVerdict(old, next), isLenient, work);
      if (verdict === undefined) {
        this.undecided.set(id, item);
        continue;
      }
      this.undecided.delete(id);
      this.rawVerdicts.set(id, verdict);
      this.touched.add({ ...item, verdict });
      isAny = true;
    }
    return isAny;
  }

  /** Rows whose verdicts or counts of changes are new since it was called last. */
  takeMarks(): readonly RowMark[] {
    const marks = [...this.touched].map(
      ({ id, verdict, changes }): RowMark => ({ id, changes, ...(verdict === undefined ? {} : { verdict }) }),
    );
    this.touched.clear();
    return marks;
  }

  /** Rows that are not identical, as far as is known. */
  get changes(): number {
    return this.groups.reduce((sum, { changes, verdict }) => sum + changes + (isChange(verdict) ? 1 : 0), 0);
  }

  /** Lists of names are compared at once: they are small. */
  private markNames(): void {
    const isOneFormat = this.sides.old.artifact.format === this.sides.new.artifact.format;
    for (const item of this.walk()) {
      if ((item.new ?? item.old)?.about.type !== "names") continue;
      // Of two formats each says what the other has no place for.
      const alone = presence(item);
      if (alone === undefined) this.put(item, isSameList(item) ? "identical" : "changed");
      else if (isOneFormat) this.put(item, alone);
    }
    this.touched.clear();
  }

  /** What the comparison calls a fact; others (the length of a header) are of the file, and say nothing of the model. */
  private environmentPath({ id }: Fact): string {
    const { old, new: next } = this.sides;
    return id === "framework" ? ((next.artifact.framework ?? old.artifact.framework)?.name ?? id) : id;
  }

  private knownVerdict(old: TensorRef, next: TensorRef): { readonly verdict: Verdict | undefined } | undefined {
    const item = this.byTensor.get(next);
    const about = item?.old?.about;
    return item !== undefined && about?.type === "parameter" && about.parameter.tensor === old
      ? { verdict: item.verdict }
      : undefined;
  }

  private put(item: SidesItem, verdict: Verdict): void {
    if (item.verdict === verdict) return;
    const grown = Number(isChange(verdict)) - Number(isChange(item.verdict));
    item.verdict = verdict;
    this.touched.add(item);
    if (grown === 0) return;
    for (let above = item.parent; above !== undefined; above = above.parent) {
      above.changes += grown;
      this.touched.add(above);
    }
  }

  /** All rows but those below raw values, in the order they are shown. */
  private *walk(): Generator<SidesItem> {
    const todo = [...this.groups].reverse();
    for (let item = todo.pop(); item !== undefined; item = todo.pop()) {
      yield item;
      const children = item.children ?? [];
      for (let at = children.length - 1; at >= 0; at -= 1) {
        const child = children[at];
        if (child !== undefined && this.known.has(child.id)) todo.push(child);
      }
    }
  }

  private count(item: SidesItem): number {
    return rawCount(item, this.outlines);
  }

  private some(item: SidesItem, start: number, count: number): readonly SidesItem[] {
    return rawRows(item, start, count, this.outlines);
  }

  private located(side: SideName, item: SidesItem): { rows: OutlineRow[]; id: string } {
    const rows: OutlineRow[] = [];
    this.withAncestors(item, side, rows, new Set());
    return { rows, id: item.id };
  }

  private withAncestors(item: SidesItem, side: SideName, into: OutlineRow[], seen: Set<string>): void {
    const chain: SidesItem[] = [];
    for (let at: SidesItem | undefined = item; at !== undefined && !seen.has(at.id); at = at.parent) chain.push(at);
    for (const each of chain.reverse()) {
      seen.add(each.id);
      into.push(this.row(each, side, each !== item));
    }
  }

  private row(item: SidesItem, side: SideName, isOpen: boolean): OutlineRow {
    const own = item[side];
    const face = own ?? item[otherSide(side)];
    const isRaw = face?.about.type === "raw";
    const verdict = isRaw ? this.rawVerdicts.get(item.id) : item.verdict;
    if (isRaw && verdict === undefined && !this.undecided.has(item.id)) this.unjudged.set(item.id, item);
    let depth = 0;
    for (let above = item.parent; above !== undefined; above = above.parent) depth += 1;
    return {
      id: item.id,
      ...(item.parent === undefined ? {} : { parent: item.parent.id }),
      depth,
      label: labelOn(item, side),
      labelIsName: face?.labelIsName ?? true,
      detail: own?.detail ?? "",
      icon: face?.icon ?? "group",
      children: this.count(item),
      isOpen,
      badges: own?.badges ?? [],
      index: item.index,
      ...(own?.path === undefined ? {} : { path: own.path }),
      compared: {
        isGap: own === undefined,
        ...(verdict === undefined ? {} : { verdict }),
        changes: item.changes,
      },
    };
  }
}

/** Raw structure is opened by itself for a few levels only: a file may nest as deep as it likes. */
function isShallow(item: SidesItem): boolean {
  let depth = 0;
  for (let above = item.parent; above !== undefined; above = above.parent) depth += 1;
  return depth <= OPEN_RAW_DEPTH;
}

/** Trees that are all the old ones, but rounded, are no change of another kind than parameters that are. */
function verdictOfTrees({ same, changed, added, removed, unread, moved, rewritten, base }: EnsembleChange): Verdict {
  if (base !== undefined || changed + added + removed > 0) return "changed";
  if (unread > 0) return "unread";
  if (rewritten > 0) return "rounded";
  return moved > 0 && same > 0 ? "permuted" : "identical";
}

function isChange(verdict: Verdict | undefined): boolean {
  return verdict !== undefined && verdict !== "identical";
}

function presence(item: SidesItem): "added" | "removed" | undefined {
  if (item.old !== undefined && item.new !== undefined) return undefined;
  return item.old === undefined ? "added" : "removed";
}

function isSameList({ old, new: next }: SidesItem): boolean {
  const [a, b] = [old?.about, next?.about];
  if (a?.type !== "names" || b?.type !== "names") return false;
  return a.names.length === b.names.length && a.names.every((name, i) => name === b.names[i]);
}
