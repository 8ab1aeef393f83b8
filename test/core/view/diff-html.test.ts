import { describe, expect, it } from "vitest";
import { finding } from "../../../src/core/findings/finding.ts";
import { say } from "../../../src/core/model/sentence.ts";
import { diffHtml } from "../../../src/core/view/diff-html.ts";
import { entry, report } from "../../support/diff-report.ts";

describe("diffHtml", () => {
  it("says what kind of change it is, with the digits that differ marked inside the numbers", () => {
    const html = diffHtml(report());
    expect(html).toContain("<title>lr_1.2.2.joblib → lr_1.2.3.joblib</title>");
    expect(html).toContain("Only rounding. Features are unchanged.");
    expect(html).toContain('<bdi>0.9827103<mark class="is-old">79231095</mark></bdi>');
    expect(html).toContain('<bdi>0.9827103<mark class="is-new">6</mark></bdi>');
    expect(html).toContain("<summary>1 identical</summary>");
  });

  it("fetches and runs nothing", () => {
    const html = diffHtml(report());
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b|\b(src|href|on\w+)=|url\(|@import/i);
  });

  it("lets nothing in a file become markup, or turn or hide what stands around it", () => {
    const hostile = '</code><script>alert(1)</script>" onload="x\u202egnp.evil\u0007\u200b';
    const because = say("{path} moved", { path: hostile });
    const html = diffHtml(
      report({
        oldName: hostile,
        newName: hostile,
        judgement: [because],
        entries: [{ ...entry, path: hostile, oldPath: "old", because }],
        hyperparameters: [{ path: hostile, kind: "changed", old: hostile, new: `${hostile}2` }],
        findings: [finding("schema/feature-order", "warning", because, { path: hostile })],
      }),
    );
    expect(html).not.toContain("<script");
    expect(html).not.toMatch(/<[^>]*onload/);
    for (const unseen of ["\u202e", "\u0007", "\u200b"]) expect(html).not.toContain(unseen);
    expect(html).toContain('<span class="unseen">U+202E</span>');
  });

  it("counts what it leaves out, and says when not everything was read", () => {
    const entries = Array.from({ length: 1_007 }, (_, index) => ({ ...entry, path: `w${index}`, top: [] }));
    const html = diffHtml(report({ entries, complete: false }));
    expect(html).toContain("… and 7 more");
    expect(html).toContain("Not everything was read");
  });
});
