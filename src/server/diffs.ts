import type { DiffReport } from "../core/diff/report.ts";
import { ArtifactError } from "../core/errors.ts";
import type { Finding } from "../core/findings/finding.ts";
import type { Work } from "../core/work.ts";
import type { Comparison, Comparisons } from "./comparisons.ts";
import type { OpenModel, Store } from "./store.ts";

/** A comparison that is open: its report, and the two artifacts it is about. */
export interface OpenDiff {
  readonly report: DiffReport;
  readonly old: OpenModel;
  readonly next: OpenModel;
}

interface Session {
  readonly oldHandle: string;
  readonly newHandle: string;
  readonly newUri: string;
  readonly comparison: Comparison;
}

/** Open comparisons by their handles. */
export class DiffStore {
  private readonly store: Store;
  private readonly comparisons: Comparisons;
  private readonly sessions = new Map<string, Session>();
  private last = 0;

  constructor(store: Store, comparisons: Comparisons) {
    this.store = store;
    this.comparisons = comparisons;
  }

  /** Opens both sides and compares them. */
  async open(oldUri: string, newUri: string, work: Work): Promise<string> {
    const oldHandle = await this.store.acquire(oldUri, work);
    let newHandle: string | undefined;
    try {
      newHandle = await this.store.acquire(newUri, work);
      const comparison = await this.store.useBoth(oldHandle, newHandle, work, (old, next) =>
        this.comparisons.of(old, next, work),
      );
      const handle = `d${++this.last}`;
      this.sessions.set(handle, { oldHandle, newHandle, newUri, comparison });
      return handle;
    } catch (error) {
      this.store.release(oldHandle);
      if (newHandle !== undefined) this.store.release(newHandle);
      throw error;
    }
  }

  async use<T>(handle: string, work: Work, use: (diff: OpenDiff) => Promise<T>): Promise<T> {
    const session = this.sessions.get(handle);
    if (session === undefined) throw new ArtifactError("not-found", `no comparison is open as ${handle}`);
    const { oldHandle, newHandle, comparison } = session;
    const { report } = comparison;
    return this.store.useBoth(oldHandle, newHandle, work, (old, next) => use({ old, next, report }));
  }

  /** URI of the new side. */
  uriOf(handle: string): string | undefined {
    return this.sessions.get(handle)?.newUri;
  }

  release(handle: string): void {
    const session = this.sessions.get(handle);
    if (session === undefined) return;
    this.sessions.delete(handle);
    session.comparison.release();
    this.store.release(session.oldHandle);
    this.store.release(session.newHandle);
  }

  /** Findings about what changed since the old version. */
  async drift(oldUri: string, newUri: string, work: Work): Promise<readonly Finding[]> {
    const handle = await this.open(oldUri, newUri, work);
    try {
      return this.sessions.get(handle)?.comparison.report.findings ?? [];
    } finally {
      this.release(handle);
    }
  }
}
