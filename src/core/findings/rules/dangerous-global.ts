import { COMPUTED } from "../../formats/pickle/classify.ts";
import type { ImportUse } from "../../model/artifact.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import type { FileContext, Remark, Rule } from "../rule.ts";
import { configuredCode } from "./configured-code.ts";
import { CALL_SENTENCES, type Effect, effectOf } from "./effects.ts";
import { groupImports, type ImportGroup, rangeOfImport } from "./imports.ts";

const RELATED = 10;

export const dangerousGlobal: Rule = {
  id: "safety/dangerous-global",
  severity: "error",
  why: "Loading the file would run code that no model needs.",
  checkFile: async ({ artifact, work }: FileContext): Promise<readonly Remark[]> => [
    ...groupImports(artifact.imports, "dangerous").map((group) => remarkOf(group, artifact.container)),
    ...(await configuredCode(artifact, work)),
  ],
};

function remarkOf(group: ImportGroup, container: readonly string[]): Remark {
  const { module, name, uses } = group;
  const [first, ...others] = uses;
  const effect = effectOf(module, name);
  const offset = first?.offset ?? 0;
  return {
    sentence: sentenceOf(group, effect, offset),
    ...place(first, container),
    evidence: { global: `${module}.${name}`, effect, uses: `${uses.length}`, offset: `${offset}` },
    ...(others.length === 0
      ? {}
      : {
          related: others.slice(0, RELATED).map((use) => ({
            ...place(use, container),
            message: `${module}.${name} again, at byte ${use.offset}`,
          })),
        }),
  };
}

function sentenceOf({ module, name, uses }: ImportGroup, effect: Effect, offset: number): Sentence {
  if (module === COMPUTED || name === COMPUTED)
    return say(
      "Loading this file would call something whose name it makes up on the way (byte {offset}). Do not load it; nothing of it was run here.",
      { offset },
    );
  const at = { global: `${module}.${name}`, offset };
  if (uses.some(({ role }) => role === "call")) return CALL_SENTENCES[effect](at);
  return say(
    "Loading this file would import {global} (byte {offset}), which can run code. Do not load it; nothing of it was run here.",
    at,
  );
}

function place(use: ImportUse | undefined, container: readonly string[]): Pick<Remark, "range"> {
  const range = use === undefined ? undefined : rangeOfImport(use, container);
  return range === undefined ? {} : { range };
}
