import { describe, expect, it } from "vitest";
import { finding } from "../../../src/core/findings/finding.ts";
import {
  applySettings,
  mergeSettings,
  parseRuleSettings,
  parseSettingsFile,
} from "../../../src/core/findings/settings.ts";
import { english, say } from "../../../src/core/model/sentence.ts";

describe("rule settings", () => {
  it("reads rules and families, a rule's own entry first", () => {
    const { settings, problems } = parseRuleSettings({
      "precision/narrowed-lossy": "error",
      "precision/*": "off",
      "schema/dtype": "info",
    });
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      "precision/narrowed-lossy": "error",
      "precision/float32-valued": "off",
      "precision/decimal-truncated": "off",
      "schema/dtype": "info",
    });
  });

  it("says what it did not understand and keeps the rest", () => {
    const { settings, problems } = parseRuleSettings({
      "schema/typo": "error",
      "schema/shape": "fatal",
      "nothing/*": "off",
      "schema/dtype": "off",
    });
    expect(settings).toEqual({ "schema/dtype": "off" });
    expect(problems.map(english)).toEqual([
      "There is no rule schema/typo.",
      'The severity of schema/shape is "fatal"; it can be "error", "warning", "info" or "off".',
      "There is no rule nothing/*.",
    ]);
  });

  it("reads the checked-in file", () => {
    expect(parseSettingsFile('\uFEFF{"rules": {"schema/dtype": "error"}}')).toEqual({
      settings: { "schema/dtype": "error" },
      problems: [],
    });
    expect(parseSettingsFile("{").problems).toHaveLength(1);
    expect(parseSettingsFile("[]").problems.map(english)).toEqual([".model-loupe.json is not a JSON object."]);
    expect(parseSettingsFile('{"rule": {}}').problems.map(english)).toEqual([
      ".model-loupe.json: there is no setting rule.",
    ]);
    expect(parseSettingsFile('{"rules": {"__proto__": "off", "constructor": "off"}}').settings).toEqual({});
  });

  it("raises, lowers and removes findings", () => {
    const findings = [
      finding("schema/dtype", "warning", say("one")),
      finding("schema/shape", "warning", say("two")),
      finding("safety/dangerous-global", "error", say("three")),
    ];
    const settings = mergeSettings({ "schema/dtype": "off", "schema/shape": "info" }, { "schema/dtype": "error" });
    expect(applySettings(findings, settings).map(({ rule, severity }) => [rule, severity])).toEqual([
      ["schema/dtype", "error"],
      ["schema/shape", "info"],
      ["safety/dangerous-global", "error"],
    ]);
    expect(applySettings(findings, { "schema/shape": "off" })).toHaveLength(2);
  });
});
