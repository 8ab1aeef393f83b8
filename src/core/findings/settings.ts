import { say, type Sentence } from "../model/sentence.ts";
import { type Finding, type RuleId, SEVERITIES, type Severity } from "./finding.ts";
import { isRuleId, RULE_IDS } from "./rules/table.ts";

/** Severities that replace the rules' own. */
export type RuleSettings = Readonly<Partial<Record<RuleId, Severity | "off">>>;

/** The file for CI, in the folder of the model or above it. */
export const SETTINGS_FILE = ".model-loupe.json";

export interface ParsedSettings {
  readonly settings: RuleSettings;
  /** What in the settings was not understood; the rest holds. */
  readonly problems: readonly Sentence[];
}

/**
 * Reads `{"precision/narrowed-lossy": "error", "schema/*": "off"}`: VS Code's `modelLoupe.rules`, and `rules` in the
 * file. A rule's own entry goes before its family's, wherever they stand.
 */
export function parseRuleSettings(value: unknown): ParsedSettings {
  if (value === undefined || value === null) return { settings: {}, problems: [] };
  if (typeof value !== "object" || Array.isArray(value))
    return {
      settings: {},
      problems: [say("Rule settings are an object of rule ids and severities; they are not one here.")],
    };
  const problems: Sentence[] = [];
  const families: [string, Severity | "off"][] = [];
  const rules: [RuleId, Severity | "off"][] = [];
  for (const [key, level] of Object.entries(value)) {
    if (!isLevel(level)) {
      problems.push(
        say('The severity of {rule} is {level}; it can be "error", "warning", "info" or "off".', {
          rule: key,
          level: JSON.stringify(level) ?? "undefined",
        }),
      );
    } else if (isRuleId(key)) rules.push([key, level]);
    else if (key.endsWith("/*") && RULE_IDS.some((id) => id.startsWith(key.slice(0, -1)))) families.push([key, level]);
    else problems.push(say("There is no rule {rule}.", { rule: key }));
  }
  const settings: Partial<Record<RuleId, Severity | "off">> = {};
  for (const [family, level] of families)
    for (const id of RULE_IDS) if (id.startsWith(family.slice(0, -1))) settings[id] = level;
  for (const [id, level] of rules) settings[id] = level;
  return { settings, problems };
}

/** Reads the text of a settings file: `{"rules": {...}}`. */
export function parseSettingsFile(text: string): ParsedSettings {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { settings: {}, problems: [say("{file} is not JSON: {reason}", { file: SETTINGS_FILE, reason })] };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { settings: {}, problems: [say("{file} is not a JSON object.", { file: SETTINGS_FILE })] };
  const unknown = Object.keys(value).filter((key) => key !== "rules" && key !== "$schema");
  const { settings, problems } = parseRuleSettings("rules" in value ? value.rules : undefined);
  return {
    settings,
    problems: [
      ...unknown.map((key) => say("{file}: there is no setting {key}.", { file: SETTINGS_FILE, key })),
      ...problems,
    ],
  };
}

/** Findings with the severities that the settings say, without those that are off. */
export function applySettings(findings: readonly Finding[], settings: RuleSettings): Finding[] {
  return findings.flatMap((each) => {
    const level = settings[each.rule];
    if (level === "off") return [];
    return level === undefined || level === each.severity ? [each] : [{ ...each, severity: level }];
  });
}

/** The later settings over the earlier ones: the editor's, then the folder's file. */
export function mergeSettings(...all: readonly RuleSettings[]): RuleSettings {
  return Object.assign({}, ...all) as RuleSettings;
}

function isLevel(value: unknown): value is Severity | "off" {
  return value === "off" || (SEVERITIES as readonly unknown[]).includes(value);
}
