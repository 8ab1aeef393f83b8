import { ArtifactError } from "../../src/core/errors.ts";

/** What came of reading a damaged file: it opened, it was refused with a reason, or what went wrong instead. */
export function outcomeOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => "opened",
    (error: unknown) => (error instanceof ArtifactError ? "refused" : error),
  );
}

interface Shown {
  readonly complete: boolean;
  readonly findings: readonly unknown[];
}

/**
 * What came of a file that is cut at every `step`th byte, each kind once: "refused" and "partial" (not complete, with a
 * finding) are right; everything else names the length.
 */
export async function cutsOf(
  whole: Uint8Array,
  open: (bytes: Uint8Array) => Promise<Shown>,
  step = 7,
): Promise<string[]> {
  const kinds = new Set<string>();
  for (let length = 0; length < whole.length; length += step)
    kinds.add(
      await open(whole.subarray(0, length)).then(
        ({ complete, findings }) => (!complete && findings.length > 0 ? "partial" : `nothing said at ${length}`),
        (error: unknown) => (error instanceof ArtifactError ? "refused" : `${String(error)} at ${length}`),
      ),
    );
  return [...kinds].sort();
}
