import { makesFunctions } from "../../formats/pickle/by-value.ts";
import { say } from "../../model/sentence.ts";
import type { Remark, Rule } from "../rule.ts";
import { remoteCode } from "./configured-code.ts";
import { enumerate } from "./names.ts";
import { servedCode } from "./served-code.ts";
import { groupImports, type ImportGroup, rangeOfImport } from "./imports.ts";

/** Names in the message; all of them are in `related`, up to a limit. */
const NAMED = 3;
const RELATED = 50;

export const unusualGlobal: Rule = {
  id: "safety/unusual-global",
  severity: "warning",
  why: "The file imports names that are not known to be ordinary for a model: own classes, or something else.",
  checkFile: async ({ artifact, work }) => {
    // What makes functions by value is told of with the names of the functions.
    const groups = groupImports(artifact.imports, "unusual").filter(
      ({ module, name }) => !makesFunctions(module, name),
    );
    const called = groups.filter(({ uses }) => uses.some(({ role }) => role === "call"));
    const imported = groups.filter((group) => !called.includes(group));
    return [
      ...(await remoteCode(artifact, work)),
      ...servedCode(artifact),
      ...(called.length === 0 ? [] : [remarkOf(called, artifact.container, true)]),
      ...(imported.length === 0 ? [] : [remarkOf(imported, artifact.container, false)]),
    ];
  },
};

function remarkOf(groups: readonly ImportGroup[], container: readonly string[], isCalled: boolean): Remark {
  const names = groups.map(({ module, name }) => `${module}.${name}`);
  const list = enumerate(names, NAMED);
  const first = groups[0]?.uses[0];
  const range = first === undefined ? undefined : rangeOfImport(first, container);
  return {
    severity: isCalled ? "warning" : "info",
    sentence: isCalled
      ? say(
          "Loading this file would call {list}, which is not known to be ordinary for a model. Load it only when you know who made it.",
          { list },
        )
      : say("Loading this file would import {list}, which is not known to be ordinary for a model.", { list }),
    ...(range === undefined ? {} : { range }),
    evidence: { globals: `${names.length}` },
    related: groups.slice(0, RELATED).map(({ module, name, uses }) => {
      const use = uses[0];
      const place = use === undefined ? undefined : rangeOfImport(use, container);
      return {
        ...(place === undefined ? {} : { range: place }),
        message: `${module}.${name} at byte ${use?.offset ?? 0}`,
      };
    }),
  };
}
