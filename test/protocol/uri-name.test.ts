import { describe, expect, it } from "vitest";
import { uriName, uriNames } from "../../src/protocol/uri-name.ts";

const git = (path: string, ref: string): string => `git:${path}?${encodeURIComponent(JSON.stringify({ path, ref }))}`;

describe("uriName", () => {
  it.each([
    ["file:///home/ann/models/lr_params_v1.2.3.joblib", "lr_params_v1.2.3.joblib"],
    ["file:///c%3A/models/my%20model.pkl", "my model.pkl"],
    ["vscode-vfs://github/org/repo/m.npz", "m.npz"],
    [git("/w/model.joblib", "HEAD"), "model.joblib (HEAD)"],
    [git("/w/model.joblib", "~"), "model.joblib (index)"],
    [git("/w/model.joblib", ""), "model.joblib (index)"],
    [git("/w/model.joblib", "9d5ed678fe57bcca610140957afab571a3f2b1c0"), "model.joblib (9d5ed678)"],
    ["git:/w/model.joblib?not-json", "model.joblib"],
    ["file:///w/100%.pkl", "100%.pkl"],
  ])("%s", (uri, expected) => expect(uriName(uri)).toBe(expected));
});

describe("the names of two files", () => {
  it.each([
    ["file:///a/v1/m.pkl", "file:///a/v2/n.pkl", ["m.pkl", "n.pkl"]],
    ["file:///a/v1/m.pkl", "file:///a/v2/m.pkl", ["v1/m.pkl", "v2/m.pkl"]],
    ["file:///a/v%201/x/m.pkl", "file:///a/v2/x/m.pkl", ["v 1/…/m.pkl", "v2/…/m.pkl"]],
    ["file:///m.pkl", "file:///new/m.pkl", ["m.pkl", "new/m.pkl"]],
    ["file:///a/m.pkl", "file:///a/m.pkl", ["m.pkl", "m.pkl"]],
  ])("%s and %s", (old, next, names) => expect(uriNames(old, next)).toEqual(names));
});
