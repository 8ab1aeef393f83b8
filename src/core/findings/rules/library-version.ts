import type { Artifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { compareVersions, differenceOf, isOneVersion, parseVersion } from "../version.ts";
import type { DriftContext, Remark, Rule } from "../rule.ts";

export const libraryVersion: Rule = {
  id: "environment/library-version",
  severity: "warning",
  why: "Pickled estimators of another version may load with other behaviour, or not at all.",
  checkDrift: ({ old, next }: DriftContext) => {
    const before = librariesOf(old);
    return [...librariesOf(next)].flatMap(([library, version]) => {
      const previous = before.get(library);
      return previous === undefined ? [] : remarksOf(library, previous, version);
    });
  },
};

function remarksOf(library: string, old: string, next: string): readonly Remark[] {
  const before = parseVersion(old);
  const after = parseVersion(next);
  const evidence = { library, old, new: next };
  if (isOneVersion(old, next)) return [];
  if (before === undefined || after === undefined)
    return [{ sentence: say("{library} was {old} and is {new}.", { library, old, new: next }), evidence }];
  const order = compareVersions(before, after);
  if (order === 0) return [];
  const args = { library, old, new: next };
  const isSmall = differenceOf(before, after) === "patch";
  if (isSmall)
    return [
      { severity: "info", sentence: say("{library} was {old} and is {new}: a patch release apart.", args), evidence },
    ];
  return [
    {
      sentence:
        order < 0
          ? say(
              "The old version was written by {library} {old}, the new one by {new}. Load the new one with {library} {new}: other releases may read it with other behaviour, or not at all.",
              args,
            )
          : say(
              "The new version was written by {library} {new}, which is older than the {old} of the old one. Load it with {library} {new}, and check that going back was meant.",
              args,
            ),
      evidence,
    },
  ];
}

/** Versions by library: the framework's and those of the environment. */
function librariesOf({ framework, environment, estimators }: Artifact): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (framework?.version !== undefined) found.set(framework.name, framework.version);
  for (const { library, version } of estimators)
    if (library !== undefined && version !== undefined && !found.has(library)) found.set(library, version);
  for (const { id, value } of environment)
    if (!found.has(id) && parseVersion(value) !== undefined) found.set(id, value);
  return found;
}
