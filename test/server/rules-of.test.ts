import { describe, expect, it } from "vitest";
import { rulesFrom } from "../../src/server/rules-of.ts";

const file = (rules: object): string => JSON.stringify({ rules });

describe("rulesFrom", () => {
  const complaints: string[] = [];
  const rulesOf = rulesFrom(
    {
      problems: "openFiles",
      rules: { "precision/*": "info", "schema/dtype": "off" },
      files: [
        { folder: "file:///w", text: file({ "schema/dtype": "error" }) },
        { folder: "file:///w/models/old/", text: file({ "precision/float32-valued": "off" }) },
        { folder: "file:///w/broken", text: "{" },
      ],
    },
    (text) => complaints.push(text),
  );

  it("puts the nearest settings file above a model over the editor's settings", () => {
    expect(rulesOf("file:///w/a.pkl")).toMatchObject({ "schema/dtype": "error", "precision/float32-valued": "info" });
    expect(rulesOf("file:///w/models/old/a.pkl")).toMatchObject({
      "schema/dtype": "off",
      "precision/float32-valued": "off",
    });
    expect(rulesOf("file:///w/models/older/a.pkl")).toMatchObject({ "schema/dtype": "error" });
    expect(rulesOf("file:///elsewhere/a.pkl")).toMatchObject({ "schema/dtype": "off" });
  });

  it("judges a revision of a file as the file", () => {
    expect(rulesOf("git:/w/a.pkl?%7B%22ref%22%3A%22HEAD%22%7D")).toMatchObject({ "schema/dtype": "error" });
  });

  it("says what it did not understand, and goes on", () => {
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(/broken: .*not JSON/);
    expect(rulesOf("file:///w/broken/a.pkl")).toMatchObject({ "precision/float32-valued": "info" });
  });
});
