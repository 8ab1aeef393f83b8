import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../../../src/core/formats/pickle/classify.ts";
import { ORDINARY } from "../../../../src/core/formats/pickle/ordinary.ts";

/** Names that an expression for modules takes; what it looks ahead for is left to chance. */
function modulesOf(module: RegExp): fc.Arbitrary<string> {
  const source = module.source
    .replaceAll(/\(\?![^()]*(?:\([^()]*\)[^()]*)*\)/g, "")
    .replaceAll("(?:^|\\.)", "(?:|x\\.)");
  return fc.stringMatching(new RegExp(source)).filter((name) => module.test(name));
}

describe("rows of what is ordinary", () => {
  it.each(ORDINARY.map(({ module }) => [module.source, module] as const))(
    "%s is asked wherever it matches",
    (_source, module) => {
      fc.assert(
        fc.property(modulesOf(module), (name) => {
          expect(rowsOf(name)).toEqual(ORDINARY.filter((row) => row.module.test(name)));
        }),
        { numRuns: 20 },
      );
    },
  );
});
