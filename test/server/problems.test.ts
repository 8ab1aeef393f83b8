import { describe, expect, it } from "vitest";
import type { Diagnostic } from "vscode-languageserver";
import { finding } from "../../src/core/findings/finding.ts";
import { say } from "../../src/core/model/sentence.ts";
import { type ProblemOptions, Problems } from "../../src/server/problems.ts";

const URI = "file:///w/model.pkl";
const danger = finding("safety/dangerous-global", "error", say("Loading would run {name}", { name: "os.system" }));
const float32 = finding("precision/float32-valued", "info", say("Every value is a float32 value"), { path: "coef_" });

function setUp(change: Partial<ProblemOptions> = {}) {
  const shown = new Map<string, Diagnostic[]>();
  const options: { now: ProblemOptions } = {
    now: { rulesOf: () => ({}), problems: "openFiles", rulePages: "file:///x/docs/rules", strings: {}, ...change },
  };
  const problems = new Problems(
    (uri, diagnostics) => shown.set(uri, diagnostics),
    () => options.now,
  );
  return { shown, options, problems, messages: () => shown.get(URI)?.map(({ message }) => message) };
}

const notes = (...findings: (typeof danger)[]) => findings.map((each) => ({ finding: each }));

describe("Problems", () => {
  it("shows a finding at the file's first line, with its rule as a link", () => {
    const { problems, shown } = setUp();
    problems.set(URI, "m1", notes(danger));
    expect(shown.get(URI)).toEqual([
      {
        range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        severity: 1,
        source: "Model Loupe",
        code: "safety/dangerous-global",
        codeDescription: { href: "file:///x/docs/rules/safety/dangerous-global.md" },
        message: "Loading would run os.system",
      },
    ]);
  });

  it("shows what several owners say, each thing once, the gravest first", () => {
    const { problems, messages } = setUp();
    problems.set(URI, "m1", notes(float32));
    problems.set(URI, "check", notes(float32, danger));
    expect(messages()).toEqual([danger.message, float32.message]);
    problems.clear(URI, "check");
    expect(messages()).toEqual([float32.message]);
    problems.clear(URI, "m1");
    expect(messages()).toEqual([]);
  });

  it("follows the settings, also after the fact", () => {
    const { problems, options, shown, messages } = setUp();
    problems.set(URI, "m1", notes(danger, float32));
    const rules = { "safety/dangerous-global": "off", "precision/float32-valued": "error" } as const;
    options.now = { ...options.now, rulesOf: () => rules };
    problems.refresh();
    expect(messages()).toEqual([float32.message]);
    expect(shown.get(URI)?.[0]?.severity).toBe(1);
    options.now = { ...options.now, rulesOf: () => ({}), problems: "never" };
    problems.refresh();
    expect(messages()).toEqual([]);
    problems.set(URI, "check", notes(danger));
    expect(messages()).toEqual([danger.message]);
  });

  it("clears a file that is gone, and says nothing of revisions", () => {
    const { problems, shown, messages } = setUp();
    problems.set(URI, "m1", notes(danger));
    problems.clearFile(URI);
    expect(messages()).toEqual([]);
    problems.set("git:/w/model.pkl?%7B%7D", "m2", notes(danger));
    expect([...shown.keys()]).toEqual([URI]);
  });

  it("speaks the person's language", () => {
    const { problems, messages } = setUp({ strings: { "Loading would run {name}": "加载会运行 {name}" } });
    problems.set(URI, "m1", notes(danger));
    expect(messages()).toEqual(["加载会运行 os.system"]);
  });
});
