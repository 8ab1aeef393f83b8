import { describe, expect, it } from "vitest";
import { compareVersions, differenceOf, parseVersion, type Version } from "../../../src/core/findings/version.ts";

const parsed = (text: string): Version => {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`${text} is no version`);
  return version;
};

describe("versions of Python packages", () => {
  it("orders releases as PEP 440 does", () => {
    const ordered = [
      "0.9",
      "1.0.dev1",
      "1.0a1.dev2",
      "1.0a1",
      "1.0b2",
      "1.0rc1",
      "1.0",
      "1.0+local.1",
      "1.0.post1.dev1",
      "1.0.post1",
      "1.0.1",
      "1.2.2",
      "1.10",
      "2!0.1",
    ];
    for (const [i, a] of ordered.entries())
      for (const [j, b] of ordered.entries())
        expect([a, b, Math.sign(compareVersions(parsed(a), parsed(b)))]).toEqual([a, b, Math.sign(i - j)]);
  });

  it("takes 1.0 and 1.0.0, and spellings of one version, as the same", () => {
    expect(compareVersions(parsed("1.0"), parsed("1.0.0"))).toBe(0);
    expect(compareVersions(parsed("1.4.1.post1"), parsed("1.4.1-1"))).toBe(0);
    expect(compareVersions(parsed("v2.0-RC.1"), parsed("2.0rc1"))).toBe(0);
  });

  it("says which part of the release differs", () => {
    expect(differenceOf(parsed("1.2.1"), parsed("1.2.2"))).toBe("patch");
    expect(differenceOf(parsed("1.2"), parsed("1.9.1"))).toBe("minor");
    expect(differenceOf(parsed("0.24.2"), parsed("1.0"))).toBe("major");
  });

  it("refuses what is no version", () => {
    for (const text of ["", "latest", "1.2.x", "2 or newer", "1..2", `1.${"0.".repeat(100)}0`])
      expect([text, parseVersion(text)]).toEqual([text, undefined]);
  });
});
