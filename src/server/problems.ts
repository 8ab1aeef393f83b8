import { type Diagnostic, DiagnosticSeverity, type Range } from "vscode-languageserver";
import { type Finding, SEVERITIES, type Severity } from "../core/findings/finding.ts";
import { applySettings } from "../core/findings/settings.ts";
import { fill, type Sentence } from "../core/model/sentence.ts";
import type { ServerOptions, ServerSettings } from "../protocol/methods.ts";
import type { RulesOf } from "./rules-of.ts";

export type Publish = (uri: string, diagnostics: Diagnostic[]) => void;

/** A finding and where in the text it stands; models have no lines, theirs stand at the first. */
export interface Note {
  readonly finding: Finding;
  readonly range?: Range;
}

/** Revisions of a file are not files of the workspace: their problems would stand beside those of the file itself. */
const UNPUBLISHED = /^(git|model-loupe):/;

/** Owner of what a check found, which was asked for: it is shown whatever the settings say of open files. */
export const CHECKED = "check";

export interface ProblemOptions extends Pick<ServerOptions, "rulePages" | "strings"> {
  readonly rulesOf: RulesOf;
  readonly problems: ServerSettings["problems"];
}

const FILE_RANGE: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * Findings as Problems. Several owners (an open panel, a check, the text editor) may speak of one file: what is published
 * is everything they say, each thing once, as grave as the settings say at the time.
 */
export class Problems {
  private readonly byUri = new Map<string, Map<string, readonly Note[]>>();
  private readonly publish: Publish;
  private readonly options: () => ProblemOptions;

  constructor(publish: Publish, options: () => ProblemOptions) {
    this.publish = publish;
    this.options = options;
  }

  /** What `owner` says of the file now, instead of what it said before. */
  set(uri: string, owner: string, notes: readonly Note[]): void {
    if (UNPUBLISHED.test(uri)) return;
    const owners = this.byUri.get(uri) ?? new Map<string, readonly Note[]>();
    this.byUri.set(uri, owners);
    owners.set(owner, notes);
    this.send(uri);
  }

  clear(uri: string, owner: string): void {
    if (this.byUri.get(uri)?.delete(owner) === true) this.send(uri);
  }

  /** The file is gone. */
  clearFile(uri: string): void {
    if (this.byUri.has(uri)) {
      this.byUri.get(uri)?.clear();
      this.send(uri);
    }
  }

  /** After the settings changed. */
  refresh(): void {
    for (const uri of this.byUri.keys()) this.send(uri);
  }

  private send(uri: string): void {
    const owners = this.byUri.get(uri);
    if (owners === undefined) return;
    if (owners.size === 0) this.byUri.delete(uri);
    const options = this.options();
    const seen = new Map<string, Diagnostic>();
    for (const [owner, notes] of owners) {
      if (options.problems === "never" && owner !== CHECKED) continue;
      for (const { finding, range } of notes)
        for (const each of applySettings([finding], options.rulesOf(uri))) {
          const diagnostic = diagnosticOf(each, uri, options, range);
          seen.set(JSON.stringify(diagnostic), diagnostic);
        }
    }
    const all = [...seen.values()];
    this.publish(
      uri,
      SEVERITIES.flatMap((severity) => all.filter((each) => each.severity === LSP_SEVERITY[severity])),
    );
  }
}

const LSP_SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** A finding as LSP has it: its rule is the code, linked to the rule's page; messages in the person's language. */
export function diagnosticOf(finding: Finding, uri: string, options: ProblemOptions, range = FILE_RANGE): Diagnostic {
  const { rulePages, strings } = options;
  const related = finding.related ?? [];
  return {
    range,
    severity: LSP_SEVERITY[finding.severity],
    source: "Model Loupe",
    code: finding.rule,
    ...(rulePages === "" ? {} : { codeDescription: { href: `${rulePages}/${finding.rule}.md` } }),
    message: translated(finding.sentence, strings),
    ...(related.length === 0
      ? {}
      : {
          relatedInformation: related.map((each) => ({ location: { uri, range: FILE_RANGE }, message: each.message })),
        }),
  };
}

function translated({ template, args }: Sentence, strings: ServerOptions["strings"]): string {
  return fill(Object.hasOwn(strings, template) ? (strings[template] ?? template) : template, args);
}
