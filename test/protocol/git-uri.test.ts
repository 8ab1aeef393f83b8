import { describe, expect, it } from "vitest";
import { gitRevision, isIndex } from "../../src/protocol/git-uri.ts";

const git = (query: unknown): string => `git:/w/model.joblib?${encodeURIComponent(JSON.stringify(query))}`;

describe("a git: URI", () => {
  it("names the file and the revision", () => {
    const revision = gitRevision(git({ path: "c:\\w\\my model.joblib", ref: "HEAD" }));
    expect(revision).toEqual({ path: "c:\\w\\my model.joblib", ref: "HEAD" });
    expect(revision && isIndex(revision)).toBe(false);
  });

  it.each(["", "~", "~2"])("may be the index: %j", (ref) => {
    const revision = gitRevision(git({ path: "/w/model.joblib", ref }));
    expect(revision && isIndex(revision)).toBe(true);
  });

  it.each([
    "file:///w/model.joblib",
    "git:/w/model.joblib",
    "git:/w/model.joblib?HEAD",
    "git:/w/model.joblib?%7B%",
    git({ path: "/w/model.joblib" }),
    git({ path: 1, ref: "HEAD" }),
    git(null),
  ])("%s is none", (uri) => expect(gitRevision(uri)).toBeUndefined());
});
