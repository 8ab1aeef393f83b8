import { workspace } from "vscode";
import { SETTINGS } from "../protocol/ids.ts";
import type { ServerSettings } from "../protocol/methods.ts";

const PROBLEMS: readonly string[] = ["never", "openFiles", "workspace"] satisfies ServerSettings["problems"][];

/** The settings as the server wants them. What a person wrote wrongly counts as not written. */
export function serverSettings(files: ServerSettings["files"]): ServerSettings {
  const configuration = workspace.getConfiguration();
  const problems = configuration.get<string>(SETTINGS.checkWorkspace);
  // A copy: VS Code gives a proxy, which no wire can carry.
  const rules = { ...configuration.get<Record<string, unknown>>(SETTINGS.rules) };
  return { problems: isProblems(problems) ? problems : "openFiles", rules, files };
}

function isProblems(value: string | undefined): value is ServerSettings["problems"] {
  return value !== undefined && PROBLEMS.includes(value);
}
