import { mergeSettings, parseRuleSettings, parseSettingsFile, type RuleSettings } from "../core/findings/settings.ts";
import { english } from "../core/model/sentence.ts";
import type { ServerSettings } from "../protocol/methods.ts";

/** The rule settings that hold for a file: the editor's, and over them those of the nearest settings file above it. */
export type RulesOf = (uri: string) => RuleSettings;

export function rulesFrom({ rules, files }: ServerSettings, complain: (text: string) => void): RulesOf {
  const own = parseRuleSettings(rules);
  for (const each of own.problems) complain(`modelLoupe.rules: ${english(each)}`);
  const folders = files.map(({ folder, text }) => {
    const { settings, problems } = parseSettingsFile(text);
    for (const each of problems) complain(`${folder}: ${english(each)}`);
    return { path: `${pathOf(folder)}/`, settings: mergeSettings(own.settings, settings) };
  });
  // The longest path is the nearest folder.
  folders.sort((a, b) => b.path.length - a.path.length);
  return (uri) => folders.find(({ path }) => pathOf(uri).startsWith(path))?.settings ?? own.settings;
}

/** A revision (`git:`) of a file has the path of the file. */
function pathOf(uri: string): string {
  return uri
    .replace(/^[^:/?#]*:(\/\/[^/?#]*)?/, "")
    .replace(/[?#].*$/, "")
    .replace(/\/$/, "");
}
