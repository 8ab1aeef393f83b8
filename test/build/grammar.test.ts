import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { openArtifact } from "../../src/core/open.ts";
import { canonicalText } from "../../src/core/view/canonical-text.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly { readonly include: string }[];
  readonly repository: Readonly<Record<string, { readonly match?: string; readonly begin?: string }>>;
}

const grammar = JSON.parse(readFileSync(path.join(root, "syntaxes/model-summary.tmLanguage.json"), "utf8")) as Grammar;

/** The first rule that takes a line, in the grammar's order. */
function ruleOf(line: string): string | undefined {
  return grammar.patterns
    .map((each) => each.include.slice(1))
    .find((name) => {
      const rule = grammar.repository[name];
      return new RegExp(rule?.match ?? rule?.begin ?? "(?!)").test(line);
    });
}

async function lines(name: string): Promise<string[]> {
  const bytes = readFileSync(path.join(root, "test/workspace/credit-risk", name));
  const artifact = await openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());
  return (await canonicalText(artifact, nodeHost(), quietWork())).split("\n").filter((line) => line !== "");
}

describe("the grammar of a model's text", () => {
  it("takes every line of real models for what it is", async () => {
    const all = [
      ...(await lines("lr_params_v1.2.3.joblib")),
      ...(await lines("pipeline_v1.3.0.joblib")),
      ...(await lines("suspicious.pkl")),
    ];
    const kinds = new Map(all.map((line) => [line, ruleOf(line)]));
    // Imports are bare names, printed plain.
    expect(
      [...kinds].filter(([line, kind]) => kind === undefined && !/ \((ordinary|unusual|dangerous)\)$/.test(line)),
    ).toEqual([]);
    expect(kinds.get("[parameters]")).toBe("section");
    expect(kinds.get("coef_: float64 [1, 12]")).toBe("parameter");
    expect(kinds.get("  [good, utilisation] -1.698492407798767")).toBe("element");
    expect(kinds.get("C = 0.5")).toBe("assignment");
    expect([...kinds].find(([line]) => line.startsWith("error safety/dangerous-global"))?.[1]).toBe("finding");
  });

  it("is what the manifest contributes", () => {
    const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      readonly contributes: { readonly grammars: readonly { readonly scopeName: string; readonly path: string }[] };
    };
    expect(manifest.contributes.grammars).toEqual([
      { language: "model-summary", scopeName: grammar.scopeName, path: "./syntaxes/model-summary.tmLanguage.json" },
    ]);
  });
});
