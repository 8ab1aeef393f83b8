import { diffArtifacts, type DiffWatch } from "../core/diff/diff.ts";
import type { DiffEntry, DiffReport } from "../core/diff/report.ts";
import { ArtifactError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import type { Work } from "../core/work.ts";
import type { OpenModel } from "./store.ts";

/** A comparison that was made, until it is released. */
export interface Comparison {
  readonly report: DiffReport;
  release(): void;
}

interface Running {
  readonly report: Promise<DiffReport>;
  readonly watchers: Set<DiffWatch>;
  aligned: Parameters<DiffWatch["aligned"]> | undefined;
  readonly entries: DiffEntry[];
  users: number;
}

/** Comparisons by what they compare: the two sides of VS Code's own diff and a panel on the same two share one. */
export class Comparisons {
  private readonly host: Host;
  private readonly known = new Map<string, Running>();

  constructor(host: Host) {
    this.host = host;
  }

  /** Compares, or waits for who is comparing the same. Whoever comes late is told at once what is known already. */
  async of(old: OpenModel, next: OpenModel, work: Work, watch?: DiffWatch): Promise<Comparison> {
    const key = [old.uri, old.artifact.identity, next.uri, next.artifact.identity].join("\n");
    for (;;) {
      const known = this.known.get(key);
      const running = known ?? this.start(key, old, next, work);
      running.users += 1;
      if (watch !== undefined) join(running, watch);
      try {
        const report = await running.report;
        return { report, release: () => this.leave(key, running) };
      } catch (error) {
        this.leave(key, running);
        if (this.known.get(key) === running) this.known.delete(key);
        // Somebody else began and cancelled; this one still wants it.
        const isOthers = known !== undefined && error instanceof ArtifactError && error.code === "cancelled";
        if (!isOthers || work.isCancelled()) throw error;
      } finally {
        if (watch !== undefined) running.watchers.delete(watch);
      }
    }
  }

  private start(key: string, old: OpenModel, next: OpenModel, work: Work): Running {
    const watchers = new Set<DiffWatch>();
    const entries: DiffEntry[] = [];
    const watch: DiffWatch = {
      aligned: (...alignment) => {
        running.aligned = alignment;
        for (const each of watchers) each.aligned(...alignment);
      },
      compared: (entry) => {
        entries.push(entry);
        for (const each of watchers) each.compared(entry);
      },
    };
    const begin = (): Promise<DiffReport> => diffArtifacts(old.artifact, next.artifact, { watch }, this.host, work);
    // Begun only when it is known, so that nothing is told before somebody can listen.
    const running: Running = {
      report: Promise.resolve().then(begin),
      watchers,
      aligned: undefined,
      entries,
      users: 0,
    };
    this.known.set(key, running);
    return running;
  }

  private leave(key: string, running: Running): void {
    running.users -= 1;
    if (running.users <= 0 && this.known.get(key) === running) this.known.delete(key);
  }
}

function join(running: Running, watch: DiffWatch): void {
  running.watchers.add(watch);
  if (running.aligned === undefined) return;
  watch.aligned(...running.aligned);
  for (const entry of running.entries) watch.compared(entry);
}
