import type { Artifact } from "./artifact.ts";

const ABSENT = "absent";

/**
 * The side of a comparison that does not exist: a file that git added or removed. It has nothing in it, in the format of
 * the other side, so that all of that is added or removed and nothing else is said to differ.
 */
export function absentArtifact(name: string, other?: Artifact): Artifact {
  return {
    name,
    size: 0,
    identity: ABSENT,
    format: other?.format ?? "pickle",
    container: other?.container ?? [],
    environment: other?.environment ?? [],
    ...(other?.framework === undefined ? {} : { framework: other.framework }),
    facts: [],
    schema: {},
    root: undefined,
    namedTensors: false,
    estimators: [],
    parameters: [],
    values: [],
    imports: [],
    findings: [],
    complete: true,
  };
}

export function isAbsent({ identity }: Artifact): boolean {
  return identity === ABSENT;
}
