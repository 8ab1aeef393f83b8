import { COMPUTED } from "../../formats/pickle/classify.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { FileContext, Remark, Rule } from "../rule.ts";
import { groupImports, type ImportGroup, rangeOfImport } from "./imports.ts";
import { effectOf } from "./effects.ts";

export const dangerousGlobal: Rule = {
  id: "safety/dangerous-global",
  severity: "error",
  why: "Loading the file would run code that no model needs.",
  checkFile: ({ artifact }: FileContext): readonly Remark[] =>
    groupImports(artifact.imports, "dangerous").map((group) => remarkOf(group, artifact.container)),
};

function remarkOf(group: ImportGroup, container: readonly string[]): Remark {
  const { module, name, uses } = group;
  const [first, ...others] = uses;
  const global = module === COMPUTED || name === COMPUTED ? "a name made up while loading" : `${module}.${name}`;
  const effect = effectOf(module, name);
  const isCalled = uses.some(({ role }) => role === "call");
  const offset = first?.offset ?? 0;
  return {
    sentence: isCalled
      ? say(
          "Loading this file would call {global} (byte {offset}), which {effect}. Do not load it; nothing of it was run here.",
          {
            global,
            offset,
            effect,
          },
        )
      : say(
          "Loading this file would import {global} (byte {offset}), which {effect}. Do not load it; nothing of it was run here.",
          {
            global,
            offset,
            effect,
          },
        ),
    ...place(first, container),
    evidence: { global, effect, uses: `${uses.length}`, offset: `${offset}` },
    ...(others.length === 0
      ? {}
      : {
          related: others.slice(0, 10).map((use) => ({
            ...place(use, container),
            message: `${global} again, at byte ${use.offset}`,
          })),
        }),
  };
}

function place(use: ImportUse | undefined, container: readonly string[]): Pick<Remark, "range"> {
  const range = use === undefined ? undefined : rangeOfImport(use, container);
  return range === undefined ? {} : { range };
}
