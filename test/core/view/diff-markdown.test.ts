import { describe, expect, it } from "vitest";
import { finding } from "../../../src/core/findings/finding.ts";
import { say } from "../../../src/core/model/sentence.ts";
import { diffMarkdown } from "../../../src/core/view/diff-markdown.ts";
import { entry, report } from "../../support/diff-report.ts";

describe("diffMarkdown", () => {
  it("says what kind of change it is, and shows what changed and nothing else", () => {
    const text = diffMarkdown(report());
    expect(text).toContain("### `lr_1.2.2.joblib` → `lr_1.2.3.joblib`\n\nOnly rounding. Features are unchanged.");
    expect(text).toContain("2 parameters: 1 rounded, 1 identical.");
    expect(text).toContain(
      "| `coef_` | rounded: the old one rounded to float32 | `float64 [1, 12]` | 12 of 12 | 2.912e-8 | Infinity |",
    );
    expect(text).toContain("- `0, late_90d`: `0.982710379231095` → `0.98271036`");
    expect(text).not.toContain("intercept_");
  });

  it("lets nothing in a file become markup", () => {
    const path = "a`b``c|d\n# <img src=x>";
    const hostile = say("{path} moved", { path: "<script>|*x*" });
    const text = diffMarkdown(
      report({
        entries: [{ ...entry, path, because: hostile }],
        hyperparameters: [{ path: "C", kind: "changed", old: "`1`", new: "\n\n# 2" }],
        findings: [finding("schema/feature-order", "warning", hostile)],
      }),
    );
    expect(text).toContain("```a`b``c\\|d # <img src=x>```");
    expect(text).toContain("\\<script\\>\\|\\*x\\*");
    expect(text.split("\n").filter((line) => line.startsWith("# "))).toEqual([]);
    expect(text).toContain("`` `1` ``");
  });

  it("counts what it leaves out, and says when not everything was read", () => {
    const entries = Array.from({ length: 60 }, (_, index) => ({ ...entry, path: `w${index}`, top: [] }));
    const text = diffMarkdown(report({ entries, complete: false }));
    expect(text).toContain("… and 10 more");
    expect(text).toContain("Not everything was read");
  });
});
