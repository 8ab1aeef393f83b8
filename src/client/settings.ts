import { workspace } from "vscode";
import type { RuleId, Severity } from "../core/findings/finding.ts";
import { SETTINGS } from "../protocol/ids.ts";
import type { ServerSettings } from "../protocol/methods.ts";

const SEVERITIES: readonly string[] = ["off", "info", "warning", "error"] satisfies (Severity | "off")[];
const PROBLEMS: readonly string[] = ["never", "openFiles", "workspace"] satisfies ServerSettings["problems"][];

/** The settings as the server wants them. What a person wrote wrongly counts as not written. */
export function serverSettings(): ServerSettings {
  const configuration = workspace.getConfiguration();
  const problems = configuration.get<string>(SETTINGS.checkWorkspace);
  const rules = configuration.get<Record<string, unknown>>(SETTINGS.rules) ?? {};
  return {
    problems: isProblems(problems) ? problems : "openFiles",
    rules: Object.fromEntries(
      Object.entries(rules).filter((entry): entry is [RuleId, Severity | "off"] => isSeverity(entry[1])),
    ),
  };
}

function isProblems(value: string | undefined): value is ServerSettings["problems"] {
  return value !== undefined && PROBLEMS.includes(value);
}

function isSeverity(value: unknown): value is Severity | "off" {
  return typeof value === "string" && SEVERITIES.includes(value);
}
