import { l10n } from "vscode";
import { fill, type Sentence } from "../core/model/sentence.ts";

/**
 * The strings of the person's language, English template -> translation. One bundle for the client, the webviews and the
 * diagnostics, so that a sentence of core reads the same everywhere.
 */
export function bundle(): Readonly<Record<string, string>> {
  const strings: Record<string, string> = {};
  for (const [key, value] of Object.entries(l10n.bundle ?? {})) strings[key] = value;
  return strings;
}

/** A sentence of core in the person's language. */
export function said(sentence: Sentence): string {
  const translated = l10n.bundle === undefined ? undefined : bundle()[sentence.template];
  return fill(translated ?? sentence.template, sentence.args);
}
