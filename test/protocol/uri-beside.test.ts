import { describe, expect, it } from "vitest";
import { fileName, uriBeside } from "../../src/protocol/uri-beside.ts";

describe("the URI of a file beside another", () => {
  it("has the other name in the same folder", () => {
    expect(uriBeside("vscode-vfs://host/models/m.pkl", "m.pkl_01.npy")).toBe("vscode-vfs://host/models/m.pkl_01.npy");
    expect(uriBeside("memfs:/m.pkl", "a b#c?.npy")).toBe("memfs:/a%20b%23c%3F.npy");
  });

  it("is of the same revision: git keeps the path in its query too", () => {
    const query = encodeURIComponent(JSON.stringify({ path: "/repo/models/m.pkl", ref: "HEAD~1" }));
    const beside = uriBeside(`git:/repo/models/m.pkl?${query}`, "m.pkl_01.npy");
    const [path, moved = ""] = beside?.split("?") ?? [];
    expect(path).toBe("git:/repo/models/m.pkl_01.npy");
    expect(JSON.parse(decodeURIComponent(moved))).toEqual({ path: "/repo/models/m.pkl_01.npy", ref: "HEAD~1" });
    const windows = encodeURIComponent(JSON.stringify({ path: "c:\\repo\\m.pkl", ref: "" }));
    const [, there = ""] = uriBeside(`git:/c%3A/repo/m.pkl?${windows}`, "n.npy")?.split("?") ?? [];
    expect(JSON.parse(decodeURIComponent(there))).toEqual({ path: "c:\\repo\\n.npy", ref: "" });
  });

  it("is not guessed where the query is not known", () => {
    expect(uriBeside("other:/m.pkl?version=3", "n")).toBeUndefined();
    expect(uriBeside("git:/m.pkl?nonsense", "n")).toBeUndefined();
  });
});

describe("the name of a URI's file", () => {
  it("is without revision and decoded", () => {
    expect(fileName("git:/repo/my%20model.pkl?%7B%7D")).toBe("my model.pkl");
    expect(fileName("file:///a/b.pkl#x")).toBe("b.pkl");
    expect(fileName("file:///a/%zz")).toBe("%zz");
  });
});
