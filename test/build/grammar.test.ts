import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { openArtifact } from "../../src/core/open.ts";
import { canonicalText } from "../../src/core/view/canonical-text.ts";
import { pickleListingText } from "../../src/core/view/pickle-listing.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Grammar {
  readonly scopeName: string;
  readonly patterns: readonly { readonly include: string }[];
  readonly repository: Readonly<Record<string, { readonly match?: string; readonly begin?: string }>>;
}

const grammarOf = (name: string): Grammar =>
  JSON.parse(readFileSync(path.join(root, `syntaxes/${name}.tmLanguage.json`), "utf8")) as Grammar;
const grammar = grammarOf("model-summary");
const disassembly = grammarOf("pickle-disassembly");
const decompiled = grammarOf("pickle-decompiled");

/** The first rule that takes a line, in the grammar's order. */
function ruleOf(line: string, rules: Grammar): string | undefined {
  return rules.patterns
    .map((each) => each.include.slice(1))
    .find((name) => {
      const rule = rules.repository[name];
      return new RegExp(rule?.match ?? rule?.begin ?? "(?!)").test(line);
    });
}

async function lines(name: string): Promise<string[]> {
  const bytes = readFileSync(path.join(root, "test/workspace/credit-risk", name));
  const artifact = await openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());
  return (await canonicalText(artifact, nodeHost(), quietWork())).split("\n").filter((line) => line !== "");
}

async function listed(name: string, form: "disassembly" | "decompiled"): Promise<string[]> {
  const bytes = readFileSync(path.join(root, "test/workspace/credit-risk", name));
  const text = await pickleListingText(fromBytes(bytes, name), name, { form }, nodeHost(), quietWork());
  return text.split("\n").filter((line) => line !== "");
}

describe("the grammars of a pickle's listings", () => {
  it.each([
    ["disassembly", disassembly],
    ["decompiled", decompiled],
  ] as const)("take every line of real %s listings", async (form, rules) => {
    const all = [...(await listed("pipeline_v1.3.0.joblib", form)), ...(await listed("suspicious.pkl", form))];
    expect(all.filter((line) => ruleOf(line, rules) === undefined)).toEqual([]);
    const kinds = new Set(all.map((line) => ruleOf(line, rules)));
    const expected = form === "disassembly" ? ["comment", "opcode", "array"] : Object.keys(rules.repository);
    expect(kinds).toEqual(new Set(expected.filter((kind) => kind !== "value")));
  });

  it("tell what is dangerous from the rest", async () => {
    const line = (await listed("suspicious.pkl", "decompiled")).find((each) => each.includes("import"));
    const found = new RegExp(decompiled.repository["import"]?.match ?? "").exec(line ?? "");
    expect(found?.[8]).toBe("# dangerous");
  });
});

describe("the grammar of a model's text", () => {
  it("takes every line of real models for what it is", async () => {
    const all = [
      ...(await lines("lr_params_v1.2.3.joblib")),
      ...(await lines("pipeline_v1.3.0.joblib")),
      ...(await lines("suspicious.pkl")),
    ];
    const kinds = new Map(all.map((line) => [line, ruleOf(line, grammar)]));
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
      {
        language: "pickle-disassembly",
        scopeName: disassembly.scopeName,
        path: "./syntaxes/pickle-disassembly.tmLanguage.json",
      },
      {
        language: "pickle-decompiled",
        scopeName: decompiled.scopeName,
        path: "./syntaxes/pickle-decompiled.tmLanguage.json",
      },
    ]);
  });
});
