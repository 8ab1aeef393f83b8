import { describe, expect, it } from "vitest";
import { reportForm, reportName } from "../../src/protocol/report-file.ts";

describe("report files", () => {
  it.each([
    ["/a/report.html", "html"],
    ["/a/report.MD", "markdown"],
    ["/a/report.markdown", "markdown"],
    ["/a/report.json", "json"],
    ["/a/report", "html"],
    ["/a.json/report.txt", "html"],
  ])("%s is asked for as %s", (name, form) => {
    expect(reportForm(name)).toBe(form);
  });

  it("are named after both sides, in characters that every file system takes", () => {
    expect(reportName("lr_1.2.2.joblib", "lr_1.2.3.joblib")).toBe("lr_1.2.2-to-lr_1.2.3.html");
    expect(reportName("model.joblib (HEAD)", "model.joblib")).toBe("model-HEAD-to-model.html");
    expect(reportName("../..", 'a:b?"c')).toBe("old-to-a-b-c.html");
  });
});
