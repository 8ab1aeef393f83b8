import type { Finding, Severity } from "../core/findings/finding.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
};
const RULE_PAGES = "https://github.com/model-loupe/model-loupe/blob/main/docs/rules";

/**
 * Findings as a SARIF 2.1.0 log (OASIS standard): one run, one result per finding, byte ranges as regions of the file.
 * `uri` is the file as it was named on the command line.
 */
export function sarif(findings: readonly Finding[], uri: string, version: string): string {
  const rules = [...new Set(findings.map((each) => each.rule))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Model Loupe",
            version,
            informationUri: "https://github.com/model-loupe/model-loupe",
            rules: rules.map((id) => ({ id, helpUri: `${RULE_PAGES}/${id}.md` })),
          },
        },
        results: findings.map((each) => ({
          ruleId: each.rule,
          ruleIndex: rules.indexOf(each.rule),
          level: LEVELS[each.severity],
          message: { text: each.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uri.split("\\").map(encodePath).join("/") },
                ...(each.range === undefined
                  ? {}
                  : { region: { byteOffset: each.range.offset, byteLength: each.range.length } }),
              },
              ...(each.path === undefined || each.path === ""
                ? {}
                : { logicalLocations: [{ fullyQualifiedName: each.path, kind: "object" }] }),
            },
          ],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function encodePath(text: string): string {
  return encodeURI(text).replaceAll("#", "%23").replaceAll("?", "%3F");
}
