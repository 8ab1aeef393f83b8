import { say } from "../../model/sentence.ts";
import type { DriftContext, Rule } from "../rule.ts";
import { enumerate } from "./names.ts";

const RELATED = 50;

/** One remark for all: a model of another class loses every parameter at once. */
export const missingParameter: Rule = {
  id: "schema/missing-parameter",
  severity: "warning",
  why: "Code that reads the parameter fails on the new version; a retrained model of another kind is often meant to differ.",
  checkDrift: ({ entries, isOfTrees }: DriftContext) => {
    const removed = entries.filter(({ verdict }) => verdict === "removed").map(({ path, oldPath }) => oldPath ?? path);
    const paths = removed.filter((path) => !isOfTrees(path));
    if (paths.length === 0) return [];
    const [first] = paths;
    return [
      {
        ...(paths.length === 1 && first !== undefined ? { path: first } : {}),
        sentence:
          paths.length === 1
            ? say("{path} is not in the new version. Code that reads it fails.", { path: first ?? "" })
            : say("{count} parameters are not in the new version: {paths}. Code that reads them fails.", {
                count: paths.length,
                paths: enumerate(paths),
              }),
        evidence: { parameters: `${paths.length}` },
        related: paths.slice(0, RELATED).map((path) => ({ path, message: `${path} was removed` })),
      },
    ];
  },
};
