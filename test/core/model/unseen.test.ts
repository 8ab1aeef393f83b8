import { describe, expect, it } from "vitest";
import { visibleLines, visibleName } from "../../../src/core/model/unseen.ts";

describe("text of a file in one line", () => {
  it("shows what is not seen, what reorders, and what a terminal obeys", () => {
    expect(visibleName("report\u202egnp.exe")).toBe("report<U+202E>gnp.exe");
    expect(visibleName("a\nb\t\u001b[2J\u009b")).toBe("a<U+000A>b<U+0009><U+001B>[2J<U+009B>");
    expect(visibleName("a\u200bb\ud800")).toBe("a<U+200B>b<U+D800>");
    expect(visibleName("w1\ufe0f")).toBe("w1<U+FE0F>");
  });

  it("leaves every script as it is", () => {
    for (const name of ["layer.0.weight", "مرحبا", "שלום", "权重", "😀", "क्\u200dष", "❤\ufe0f", "☎\ufe0e"])
      expect(visibleName(name)).toBe(name);
  });

  it("keeps the lines of lines", () => {
    expect(visibleLines("a\n\tb\r\u001b]0;x\u0007\n")).toBe("a\n\tb<U+000D><U+001B>]0;x<U+0007>\n");
  });
});
