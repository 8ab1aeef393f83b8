import type { Probe } from "../format.ts";
import { zipKind } from "../zip-kinds.ts";

/** Zip-based formats of others that hold .npy members beside their own files. */
const OTHERS: ReadonlySet<string> = new Set(["skops", "torch", "keras", "stable-baselines3"]);

/** Names of the members that the probe can see; undefined when it is no zip archive, or another format that uses zip. */
export function memberNames(probe: Probe): readonly string[] | undefined {
  const kind = zipKind(probe);
  return kind === undefined || OTHERS.has(kind.id) ? undefined : kind.members;
}
