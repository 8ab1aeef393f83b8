import type { ByteSource } from "../core/bytes/source.ts";
import { ArtifactError, changedWhileOpen } from "../core/errors.ts";
import { readableEnsembles } from "../core/diff/trees/pair.ts";
import type { Host } from "../core/host.ts";
import { LIMITS } from "../core/limits.ts";
import type { TreeEnsemble } from "../core/meaning/trees/ensemble.ts";
import type { Artifact, Parameter } from "../core/model/artifact.ts";
import { openArtifact } from "../core/open.ts";
import { createOutline, type Outline } from "../core/view/outline.ts";
import type { Work } from "../core/work.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { OpenSource } from "./sources.ts";

/** An artifact that is open, with what requests look up in it. */
export interface OpenModel {
  readonly uri: string;
  /** The file's own bytes. */
  readonly source: ByteSource;
  readonly artifact: Artifact;
  readonly ensembles: readonly TreeEnsemble[];
  readonly outline: Outline;
  parameter(path: string): Parameter;
}

interface Live {
  readonly model: OpenModel;
  readonly held: number;
  readonly close: () => Promise<void>;
}

/** One version of one file, shared by everybody who has it open. */
interface Entry {
  readonly key: string;
  readonly uri: string;
  readonly identity: string;
  handles: number;
  /** Requests that are using it now. */
  pins: number;
  used: number;
  /** Absent while its memory is given up; it is read again when asked for. */
  live: Promise<Live> | undefined;
  held: number;
}

export interface StoreOptions {
  readonly host: Host;
  readonly openSource: (uri: string, work: Work) => Promise<OpenSource>;
  /** Bytes that open artifacts may keep in memory together. */
  readonly budget?: number;
}

/**
 * Open artifacts, counted by who uses them and keyed by address and version: two editors of one file share one
 * artifact, an editor and its successor after a change on disk do not. What they keep in memory together is bounded;
 * over it the longest unused are let go and read again when somebody asks.
 */
export class Store {
  private readonly options: StoreOptions;
  private readonly entries = new Map<string, Entry>();
  private readonly byHandle = new Map<string, Entry>();
  private clock = 0;
  private lastHandle = 0;

  constructor(options: StoreOptions) {
    this.options = options;
  }

  /** Opens (or shares) the artifact of a URI. The handle is good until `release`. */
  async acquire(uri: string, work: Work): Promise<string> {
    for (;;) {
      const source = await this.options.openSource(uri, work);
      const { identity } = source.source;
      const key = `${identity}\n${uri}`;
      const known = this.entries.get(key);
      const entry = known ?? this.add({ key, uri, identity });
      entry.handles += 1;
      try {
        await this.start(entry, source, work);
      } catch (error) {
        this.drop(entry);
        // Somebody else began to read and cancelled; this one still wants it.
        if (known !== undefined && isCancelled(error) && !work.isCancelled()) continue;
        throw error;
      }
      const handle = `m${++this.lastHandle}`;
      this.byHandle.set(handle, entry);
      await this.trim(entry);
      return handle;
    }
  }

  /** Lets go of a handle; unknown ones are ignored, so that closing twice is no error. */
  release(handle: string): void {
    const entry = this.byHandle.get(handle);
    if (entry === undefined) return;
    this.byHandle.delete(handle);
    this.drop(entry);
  }

  /** Runs `use` with the artifact of a handle; it stays open until then. */
  async use<T>(handle: string, work: Work, use: (model: OpenModel) => Promise<T>): Promise<T> {
    const entry = this.byHandle.get(handle);
    if (entry === undefined) throw new ArtifactError("not-found", `nothing is open as ${handle}`);
    entry.pins += 1;
    try {
      const { model } = await this.revive(entry, work);
      return await use(model);
    } finally {
      entry.pins -= 1;
      if (entry.handles === 0 && entry.pins === 0) await this.close(entry);
    }
  }

  /** The same with two of them. */
  useBoth<T>(
    oldHandle: string,
    newHandle: string,
    work: Work,
    use: (old: OpenModel, next: OpenModel) => Promise<T>,
  ): Promise<T> {
    return this.use(oldHandle, work, (old) => this.use(newHandle, work, (next) => use(old, next)));
  }

  /** Opens for one piece of work only. */
  async visit<T>(uri: string, work: Work, use: (model: OpenModel) => Promise<T>): Promise<T> {
    const handle = await this.acquire(uri, work);
    try {
      return await this.use(handle, work, use);
    } finally {
      this.release(handle);
    }
  }

  uriOf(handle: string): string | undefined {
    return this.byHandle.get(handle)?.uri;
  }

  /** Artifacts that are open, and the bytes they are known to keep. */
  get size(): { readonly open: number; readonly held: number } {
    let held = 0;
    for (const entry of this.entries.values()) held += entry.held;
    return { open: this.entries.size, held };
  }

  private add(made: Pick<Entry, "key" | "uri" | "identity">): Entry {
    const entry: Entry = { ...made, handles: 0, pins: 0, used: 0, live: undefined, held: 0 };
    this.entries.set(entry.key, entry);
    return entry;
  }

  /** Reads the source, unless somebody is reading the same already. */
  private async start(entry: Entry, source: OpenSource, work: Work): Promise<Live> {
    if (entry.live !== undefined) {
      await source.close();
      return entry.live ?? this.start(entry, await this.options.openSource(entry.uri, work), work);
    }
    const live = this.read(entry, source, work);
    entry.live = live;
    entry.used = ++this.clock;
    void this.account(entry, live);
    return live;
  }

  private async account(entry: Entry, live: Promise<Live>): Promise<void> {
    try {
      const { held } = await live;
      if (entry.live === live) entry.held = held;
    } catch {
      // Whoever asked sees the error; the next one reads anew.
      if (entry.live === live) entry.live = undefined;
    }
  }

  private async read({ uri, identity }: Entry, opened: OpenSource, work: Work): Promise<Live> {
    const { source, siblings, close } = opened;
    const meter = { inflated: 0 };
    try {
      const options = { name: uriName(uri), identity, siblings };
      const artifact = await openArtifact(source, metered(this.options.host, meter), work, options);
      const ensembles = await readableEnsembles(artifact);
      const parameters = new Map(artifact.parameters.map((each) => [each.path, each]));
      const model: OpenModel = {
        uri,
        source,
        artifact,
        ensembles,
        outline: createOutline(artifact, ensembles),
        parameter(path) {
          const found = parameters.get(path);
          if (found === undefined) throw new ArtifactError("not-found", `${artifact.name} has no parameter ${path}`);
          return found;
        },
      };
      return { model, held: opened.held + Math.min(meter.inflated, INFLATED_KEPT), close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  private async revive(entry: Entry, work: Work): Promise<Live> {
    entry.used = ++this.clock;
    if (entry.live !== undefined) return entry.live;
    const source = await this.options.openSource(entry.uri, work);
    if (source.source.identity !== entry.identity) {
      await source.close();
      throw changedWhileOpen(uriName(entry.uri));
    }
    const live = await this.start(entry, source, work);
    await this.trim(entry);
    return live;
  }

  private drop(entry: Entry): void {
    entry.handles -= 1;
    if (entry.handles > 0) return;
    this.entries.delete(entry.key);
    if (entry.pins === 0) void this.close(entry);
  }

  private async close(entry: Entry): Promise<void> {
    const { live } = entry;
    entry.live = undefined;
    entry.held = 0;
    const opened = await live?.catch(() => undefined);
    await opened?.close().catch(() => undefined);
  }

  private async trim(newest: Entry): Promise<void> {
    const budget = this.options.budget ?? LIMITS.openArtifactsBytes;
    const idle = [...this.entries.values()].filter((each) => each !== newest && each.pins === 0 && each.held > 0);
    while (this.size.held > budget && idle.length > 0) {
      const oldest = idle.reduce((a, b) => (a.used <= b.used ? a : b));
      idle.splice(idle.indexOf(oldest), 1);
      await this.close(oldest);
    }
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof ArtifactError && error.code === "cancelled";
}

/** More than this is never kept of one archive or stream: the rest is inflated again. */
const INFLATED_KEPT = LIMITS.inflatedBytes + LIMITS.inflatedMemberCacheBytes;

/** Counts what is inflated into memory: an upper bound of what stays. */
function metered(host: Host, meter: { inflated: number }): Host {
  return {
    sha256: () => host.sha256(),
    crc32: (bytes, seed) => host.crc32(bytes, seed),
    async inflate(kind, source, maxOutput, work) {
      const result = await host.inflate(kind, source, maxOutput, work);
      meter.inflated += result.size;
      return result;
    },
    inflateChunks: (kind, source, work) => host.inflateChunks(kind, source, work),
    deflate: (kind, bytes, level) => host.deflate(kind, bytes, level),
    deflateChunks: (kind, pieces, level) => host.deflateChunks(kind, pieces, level),
  };
}
