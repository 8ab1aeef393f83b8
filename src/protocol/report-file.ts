/** What a comparison is exported as. */
export const REPORT_FORMS = ["html", "markdown", "json"] as const;
export type ReportForm = (typeof REPORT_FORMS)[number];

/** Extensions of each form's files, the usual one first. */
export const REPORT_EXTENSIONS: Readonly<Record<ReportForm, readonly string[]>> = {
  html: ["html", "htm"],
  markdown: ["md", "markdown"],
  json: ["json"],
};

/** The form that a file's name asks for; HTML where it asks for none. */
export function reportForm(name: string): ReportForm {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return REPORT_FORMS.find((form) => REPORT_EXTENSIONS[form].includes(extension)) ?? "html";
}

/** `lr_1.2.2-to-lr_1.2.3.html`: a name that every file system takes, from what the sides are called. */
export function reportName(oldName: string, newName: string): string {
  const [old, next] = [oldName, newName].map((name) =>
    name
      .replace(/\.[A-Za-z]\w{0,11}(?=$| \()/, "")
      .replace(/[^\p{L}\p{N}._]+/gu, "-")
      .replace(/^[-.]+|[-.]+$/g, "")
      .slice(0, 80),
  );
  return `${old || "old"}-to-${next || "new"}.html`;
}
