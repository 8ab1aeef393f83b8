import type { DiffWatch, PathPair } from "../core/diff/diff.ts";
import type { DiffEntry, DiffReport } from "../core/diff/report.ts";
import { ArtifactError } from "../core/errors.ts";
import type { SidesPairs } from "../core/view/sides-groups.ts";
import { SidesOutline } from "../core/view/sides-outline.ts";
import type { RowMark } from "../core/view/viewer-model.ts";
import type { Work } from "../core/work.ts";
import type { Comparison, Comparisons } from "./comparisons.ts";
import type { OpenModel, Store } from "./store.ts";

/** Verdicts are for eyes. */
const TOLD_MS = 100;

interface Session {
  readonly oldHandle: string;
  readonly newHandle: string;
  pairs: SidesPairs | undefined;
  /** Of parameters, by their rows. */
  entries: Map<string, DiffEntry>;
  comparison: Comparison | undefined;
  /** Made of these two models; made anew when one of them was let go and read again. */
  outline: { readonly old: OpenModel; readonly next: OpenModel; readonly rows: SidesOutline } | undefined;
}

/** Two models that are looked at side by side. */
export interface OpenSides {
  readonly old: OpenModel;
  readonly next: OpenModel;
  readonly rows: SidesOutline;
  /** Parameters that were compared, by row id. */
  readonly entries: ReadonlyMap<string, DiffEntry>;
  /** What became of tree ensembles; none before the comparison is done. */
  readonly ensembles: DiffReport["ensembles"];
}

/** What is known before a comparison is done. */
export interface SidesTold {
  readonly isRealigned: boolean;
  readonly marks: readonly RowMark[];
  readonly changes: number;
  readonly done: number;
  readonly total: number;
}

/** Pairs of models that VS Code shows side by side, by their handles. */
export class SidesStore {
  private readonly store: Store;
  private readonly comparisons: Comparisons;
  private readonly sessions = new Map<string, Session>();
  private last = 0;

  constructor(store: Store, comparisons: Comparisons) {
    this.store = store;
    this.comparisons = comparisons;
  }

  async open(oldUri: string, newUri: string, work: Work): Promise<string> {
    const oldHandle = await this.store.acquire(oldUri, work);
    const newHandle = await this.store.acquire(newUri, work).catch((error: unknown) => {
      this.store.release(oldHandle);
      throw error;
    });
    const handle = `s${++this.last}`;
    this.sessions.set(handle, {
      oldHandle,
      newHandle,
      pairs: undefined,
      entries: new Map(),
      comparison: undefined,
      outline: undefined,
    });
    return handle;
  }

  /** Compares; rows can be asked for as soon as it was told that they are aligned. */
  async compare(
    handle: string,
    work: Work,
    tell: (told: SidesTold) => void,
  ): Promise<{ readonly report: DiffReport; readonly changes: number }> {
    const session = this.session(handle);
    return this.store.useBoth(session.oldHandle, session.newHandle, work, async (old, next) => {
      const telling = new Telling(session, tell, () => outlineOf(session, old, next));
      const comparison = await this.comparisons.of(old, next, work, telling);
      if (!this.sessions.has(handle)) comparison.release();
      else session.comparison = comparison;
      telling.finish(comparison.report);
      await telling.judge(work);
      return { report: comparison.report, changes: outlineOf(session, old, next).changes };
    });
  }

  async use<T>(handle: string, work: Work, use: (sides: OpenSides) => Promise<T>): Promise<T> {
    const session = this.session(handle);
    return this.store.useBoth(session.oldHandle, session.newHandle, work, (old, next) => {
      if (session.pairs === undefined) throw new ArtifactError("not-found", "the two sides are not aligned yet");
      return use({
        old,
        next,
        rows: outlineOf(session, old, next),
        entries: session.entries,
        ensembles: session.comparison?.report.ensembles ?? [],
      });
    });
  }

  release(handle: string): void {
    const session = this.sessions.get(handle);
    if (session === undefined) return;
    this.sessions.delete(handle);
    session.comparison?.release();
    this.store.release(session.oldHandle);
    this.store.release(session.newHandle);
  }

  private session(handle: string): Session {
    const session = this.sessions.get(handle);
    if (session === undefined) throw new ArtifactError("not-found", `no two sides are open as ${handle}`);
    return session;
  }
}

function outlineOf(session: Session, old: OpenModel, next: OpenModel): SidesOutline {
  const { outline, pairs } = session;
  if (outline?.old === old && outline.next === next) return outline.rows;
  const rows = new SidesOutline(old, next, pairs ?? { parameters: [], moved: (path) => path });
  for (const [id, { verdict }] of session.entries) rows.mark(id, verdict);
  if (session.comparison !== undefined) rows.markAll(session.comparison.report);
  rows.takeMarks();
  session.outline = { old, next, rows };
  return rows;
}

const rowOf = ({ path }: DiffEntry): string => `parameters/${path}`;

/** Puts what a comparison finds to the rows, and tells of it a few times a second. */
class Telling implements DiffWatch {
  private readonly session: Session;
  private readonly tell: (told: SidesTold) => void;
  private readonly rows: () => SidesOutline;
  private total = 0;
  private last = 0;

  constructor(session: Session, tell: (told: SidesTold) => void, rows: () => SidesOutline) {
    this.session = session;
    this.tell = tell;
    this.rows = rows;
  }

  aligned(parameters: readonly PathPair[], moved: (path: string) => string): void {
    this.session.pairs = { parameters, moved };
    this.session.outline = undefined;
    this.total = parameters.filter((pair) => pair.old !== undefined && pair.new !== undefined).length;
    this.say(true);
  }

  compared(entry: DiffEntry): void {
    this.session.entries.set(rowOf(entry), entry);
    this.rows().mark(rowOf(entry), entry.verdict);
    if (performance.now() - this.last >= TOLD_MS) this.say(false);
  }

  /** Pairs that came apart are rows of their own now. */
  finish({ entries, ...report }: DiffReport): void {
    const { session } = this;
    const known = session.pairs;
    const paired = entries.filter(({ old, new: next }) => old !== undefined && next !== undefined);
    session.entries = new Map(entries.map((entry) => [rowOf(entry), entry]));
    const isApart = paired.length !== this.total;
    if (isApart) {
      session.pairs = { parameters: entries.map(pathsOf), moved: known?.moved ?? ((path) => path) };
      session.outline = undefined;
    }
    const rows = this.rows();
    for (const [id, { verdict }] of session.entries) rows.mark(id, verdict);
    rows.markAll({ entries, ...report });
    this.total = paired.length;
    this.say(isApart);
  }

  /** Rows of raw structure that hung on parameters: what these are is known now. */
  async judge(work: Work): Promise<void> {
    if (await this.rows().judge(work, true)) this.say(false);
  }

  private say(isRealigned: boolean): void {
    const rows = this.rows();
    this.last = performance.now();
    const done = Math.min(this.session.entries.size, this.total);
    // Rows that are asked for anew come with their marks.
    const marks = rows.takeMarks();
    this.tell({ isRealigned, marks: isRealigned ? [] : marks, changes: rows.changes, done, total: this.total });
  }
}

function pathsOf({ path, oldPath, old, new: next }: DiffEntry): PathPair {
  return { ...(old && { old: next === undefined ? path : (oldPath ?? path) }), ...(next && { new: path }) };
}
