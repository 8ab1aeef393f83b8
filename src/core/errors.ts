import { english, type Sentence } from "./model/sentence.ts";

/**
 * Why reading, comparing or writing stopped. `code` is what programs branch on; the message says what was read,
 * where, what was found and what was expected.
 */
export type ArtifactErrorCode =
  | "not-recognised"
  | "truncated"
  | "corrupt"
  | "unsupported"
  | "limit"
  | "changed"
  | "cancelled"
  | "refused"
  | "not-found";

/** Where an error happened, in bytes of the source that was being read. */
export interface ErrorPlace {
  readonly offset?: number;
  readonly needed?: number;
  readonly available?: number;
}

export class ArtifactError extends Error {
  readonly code: ArtifactErrorCode;
  readonly place: ErrorPlace;
  /** The message as a sentence that can be translated, where it is one. */
  readonly sentence?: Sentence;

  constructor(code: ArtifactErrorCode, message: string | Sentence, place: ErrorPlace = {}, cause?: unknown) {
    super(typeof message === "string" ? message : english(message), cause === undefined ? undefined : { cause });
    this.name = "ArtifactError";
    this.code = code;
    this.place = place;
    if (typeof message !== "string") this.sentence = message;
  }
}

/** A read went past the end: `needed` bytes at `offset`, `available` left. */
export function truncated(what: string, offset: number, needed: number, available: number): ArtifactError {
  return new ArtifactError(
    "truncated",
    `${what}: needs ${needed} bytes at byte ${offset}, ${Math.max(0, available)} are left`,
    { offset, needed, available: Math.max(0, available) },
  );
}

/** The bytes contradict their format. */
export function corrupt(what: string, offset?: number): ArtifactError {
  return new ArtifactError("corrupt", what, offset === undefined ? {} : { offset });
}

export function unsupported(what: string, offset?: number): ArtifactError {
  return new ArtifactError("unsupported", what, offset === undefined ? {} : { offset });
}

/** A named limit of `limits.ts` was met. */
export function limitExceeded(what: string, found: number | bigint, allowed: number, offset?: number): ArtifactError {
  return new ArtifactError(
    "limit",
    `${what}: ${found} is over the limit of ${allowed}`,
    offset === undefined ? {} : { offset },
  );
}

/** The file was written to while it was open: its identity is no longer the one it was opened with. */
export function changedWhileOpen(name: string): ArtifactError {
  return new ArtifactError("changed", `${name} changed while it was open; open it again to see its new content`);
}

export function cancelled(): ArtifactError {
  return new ArtifactError("cancelled", "cancelled");
}

/** Any thrown thing as an ArtifactError; a foreign error becomes `corrupt` with the original as its cause. */
export function asArtifactError(error: unknown, doing: string): ArtifactError {
  if (error instanceof ArtifactError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ArtifactError("corrupt", `${doing}: ${text}`, {}, error);
}

/** `otherwise` for what could not be read; throws what is no such error. */
export function ignoreUnreadable<T>(error: unknown, otherwise: T): T {
  if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return otherwise;
  throw error;
}
