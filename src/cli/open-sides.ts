import { absentArtifact } from "../core/model/absent.ts";
import type { Artifact } from "../core/model/artifact.ts";
import { isMissingSide, type Sides } from "./git-sides.ts";
import { type Session, withArtifact } from "./session.ts";

/** Opens both sides; one that does not exist is an empty one, so that everything was added or removed. */
export async function withSides<T>(
  session: Session,
  { oldFile, newFile, oldName, newName }: Sides,
  use: (old: Artifact, next: Artifact) => Promise<T>,
): Promise<T> {
  const named = (name: string | undefined) => (name === undefined ? {} : { name });
  if (isMissingSide(oldFile) && isMissingSide(newFile))
    return use(absentArtifact("/dev/null"), absentArtifact("/dev/null"));
  if (isMissingSide(oldFile))
    return withArtifact(session, newFile, (next) => use(absentArtifact("/dev/null", next), next), named(newName));
  return withArtifact(
    session,
    oldFile,
    (old) =>
      isMissingSide(newFile)
        ? use(old, absentArtifact("/dev/null", old))
        : withArtifact(session, newFile, (next) => use(old, next), named(newName)),
    named(oldName),
  );
}
