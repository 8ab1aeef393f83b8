import type { Siblings } from "../bytes/siblings.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { Host } from "../host.ts";
import type { FormatId, RawArtifact } from "../model/artifact.ts";
import type { Work } from "../work.ts";

/** What sniffing may look at, so that detecting a format never reads a whole file. */
export interface Probe {
  readonly name: string;
  readonly size: number;
  /** The first bytes (LIMITS.probeHeadBytes at most). */
  readonly head: Uint8Array;
  /** The last bytes (LIMITS.probeTailBytes at most). */
  readonly tail: Uint8Array;
}

/** How sure a format is. `certain`: a signature; `likely`: structure fits; `possible`: cannot be excluded. */
export type Certainty = "certain" | "likely" | "possible";

export interface Match {
  readonly certainty: Certainty;
  /** What was seen: "zip member names end in .npy". */
  readonly reason: string;
}

export interface ReadContext {
  readonly host: Host;
  readonly work: Work;
  /** Outer containers that were taken off, outermost first. */
  readonly container: readonly string[];
  /** Set when the outer compressed stream ended early: reading goes on with what there is. */
  readonly sourceError?: Error;
  /** The files beside the opened one; absent where there is no folder. */
  readonly siblings?: Siblings;
  /**
   * Reads a file that lies inside of this one, or beside it, whatever its format: a model in a bundle, a pickle in a zip.
   * Throws as opening it alone would, and `limit` when files lie too deep in each other. Absent where a reader is called
   * alone: what lies inside is then not read. `siblings`: the files that lie beside it there.
   */
  readonly readInner?: (source: ByteSource, name: string, siblings?: Siblings) => Promise<RawArtifact>;
}

/** A file format. One folder, one row in `registry.ts`. */
export interface Format {
  readonly id: FormatId;
  /** As a person calls it: "joblib", "NumPy array". */
  readonly label: string;
  /** Only rank equal matches; never decide. */
  readonly extensions: readonly string[];
  sniff(probe: Probe): Match | undefined;
  /**
   * Reads the index, values left where they are. Throws only when there is nothing to show; anything less is a
   * finding with `complete: false`.
   */
  read(source: ByteSource, context: ReadContext): Promise<RawArtifact>;
}
