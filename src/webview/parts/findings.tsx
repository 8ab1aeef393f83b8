import { type Finding, SEVERITIES, type Severity } from "../../core/findings/finding.ts";
import { run } from "../channel.ts";
import { counted, said, t } from "../strings.ts";
import { Icon } from "./icon.tsx";

const ICONS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "info" };

export function SeverityIcon({ severity }: { readonly severity: Severity }) {
  return <Icon name={ICONS[severity]} class={`severity-${severity}`} />;
}

/** "2 errors", "1 warning". */
export function severityCount(severity: Severity, count: number): string {
  switch (severity) {
    case "error":
      return counted(count, "{count} error", "{count} errors");
    case "warning":
      return counted(count, "{count} warning", "{count} warnings");
    case "info":
      return counted(count, "{count} note", "{count} notes");
  }
}

/** Most severe first, the rest as they came. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

/** "1 error, 2 warnings". */
export function severitySummary(findings: readonly Finding[]): string {
  return SEVERITIES.map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => severityCount(severity, count))
    .join(", ");
}

export interface FindingsListProps {
  readonly findings: readonly Finding[];
  /** Goes to the place of a finding; absent where the list already stands at it. */
  readonly onJump?: (path: string) => void;
}

export function FindingsList({ findings, onJump }: FindingsListProps) {
  return (
    <ul class="findings">
      {bySeverity(findings).map((one, i) => (
        <li key={i} class="finding">
          <SeverityIcon severity={one.severity} />
          <div class="finding-body">
            <p class="finding-text">
              <span class="sr-only">{severityName(one.severity)}: </span>
              {said(one.sentence)}
            </p>
            <p class="finding-place">
              <Place finding={one} {...(onJump === undefined ? {} : { onJump })} />
              <button
                type="button"
                class="link"
                title={t("What this rule means")}
                onClick={() => run("openRule", one.rule)}
              >
                {one.rule}
              </button>
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function severityName(severity: Severity): string {
  return severity === "error" ? t("Error") : severity === "warning" ? t("Warning") : t("Note");
}

function Place({ finding, onJump }: { readonly finding: Finding; readonly onJump?: (path: string) => void }) {
  const { path, range } = finding;
  return (
    <>
      {path === undefined || path === "" || onJump === undefined ? null : (
        <button type="button" class="link number" onClick={() => onJump(path)}>
          {path}
        </button>
      )}
      {range === undefined ? null : <span>{t("byte {offset}", { offset: range.offset })}</span>}
    </>
  );
}
