import { ArtifactError } from "../../src/core/errors.ts";

/** What came of reading a damaged file: it opened, it was refused with a reason, or what went wrong instead. */
export function outcomeOf(reading: Promise<unknown>): Promise<unknown> {
  return reading.then(
    () => "opened",
    (error: unknown) => (error instanceof ArtifactError ? "refused" : error),
  );
}
