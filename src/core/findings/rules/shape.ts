import { say } from "../../model/sentence.ts";
import type { DriftContext, Rule } from "../rule.ts";

export const shapeDrift: Rule = {
  id: "schema/shape",
  severity: "warning",
  why: "A parameter of another shape belongs to a model of another size; whether callers notice depends on where it is.",
  checkDrift: ({ entries }: DriftContext) =>
    entries.flatMap(({ path, old, new: next }) => {
      if (old === undefined || next === undefined) return [];
      const before = `[${old.shape.join(", ")}]`;
      const after = `[${next.shape.join(", ")}]`;
      if (before === after) return [];
      return [
        {
          path,
          sentence: say(
            "{path} has shape {new}; it had {old}. Code that relies on its size has to change with the model.",
            {
              path,
              old: before,
              new: after,
            },
          ),
          evidence: { old: before, new: after },
        },
      ];
    }),
};
