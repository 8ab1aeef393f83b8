import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Finding, SEVERITIES, type Severity } from "../core/findings/finding.ts";
import { applySettings, parseSettingsFile, type RuleSettings, SETTINGS_FILE } from "../core/findings/settings.ts";
import { english } from "../core/model/sentence.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage.ts";

/** Settings named with --config, or the nearest `.model-loupe.json` at or above the file. */
export async function ruleSettings(session: Session, file: string): Promise<RuleSettings> {
  const named = session.arguments.text("config");
  const found =
    named === undefined
      ? await nearest(path.dirname(path.resolve(session.cwd, file)))
      : await read(path.resolve(session.cwd, named));
  if (found === undefined) return {};
  const { settings, problems } = parseSettingsFile(found.text);
  if (problems.length > 0) throw new UsageError(`${found.file}: ${problems.map(english).join(" ")}`);
  return settings;
}

async function read(file: string): Promise<{ file: string; text: string }> {
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function nearest(folder: string): Promise<{ file: string; text: string } | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const file = path.join(at, SETTINGS_FILE);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) return { file, text };
    if (path.dirname(at) === at) return undefined;
  }
}

/** Findings with the severities that were asked for. */
export async function judged(
  session: Session,
  file: string,
  findings: readonly Finding[],
): Promise<readonly Finding[]> {
  return applySettings(findings, await ruleSettings(session, file));
}

/** The level at which findings make the exit code 1. */
export function failLevel(session: Session): Severity | "never" {
  const level = session.arguments.text("fail-on") ?? "error";
  if (level === "never" || SEVERITIES.some((each) => each === level)) return level as Severity | "never";
  throw new UsageError(`--fail-on takes error, warning, info or never, not "${level}"`);
}
