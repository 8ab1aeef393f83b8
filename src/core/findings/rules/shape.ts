import { isTable } from "../../diff/table.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import type { DriftContext, Rule } from "../rule.ts";

export const shapeDrift: Rule = {
  id: "schema/shape",
  severity: "warning",
  why: "A parameter of another shape belongs to a model of another size; whether callers notice depends on where it is.",
  checkDrift: ({ entries, old: before, next: after }: DriftContext) =>
    // A table with more rows is more data.
    (isTable(before) && isTable(after) ? [] : entries).flatMap(({ path, old, new: next }) => {
      if (old === undefined || next === undefined) return [];
      // Another format has its own way to lay out the same numbers: rows as columns, a matrix in one row.
      const isLaidOut = elementCount(old.shape) === elementCount(next.shape);
      if (before.format !== after.format && isLaidOut) return [];
      const was = `[${old.shape.join(", ")}]`;
      const is = `[${next.shape.join(", ")}]`;
      if (was === is) return [];
      return [
        {
          path,
          sentence: say(
            "{path} has shape {new}; it had {old}. Code that relies on its size has to change with the model.",
            {
              path,
              old: was,
              new: is,
            },
          ),
          evidence: { old: was, new: is },
        },
      ];
    }),
};
