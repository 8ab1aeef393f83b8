import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readToml } from "../../../../src/core/formats/toml/read.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { createWork, quietWork } from "../../../../src/core/work.ts";
import { readCuts } from "../../../support/cuts.ts";
import { inWords } from "../../../support/described-text.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): Promise<RawArtifact> =>
  readToml(fromBytes(bytesOf(text), "a.toml", 0), { work: quietWork() });
const expected = fixtureJson("toml/expected.json") as Record<string, unknown>;

/** A date is text here; nothing says that it is one. */
const withoutTimes = (words: unknown): unknown =>
  JSON.parse(JSON.stringify(words).replace(/\{"s":"(?:\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d)[^"]*"\}/g, '{"time":true}'));

describe("values", () => {
  it.each(Object.keys(expected))("%s holds what tomllib reads from it", async (name) => {
    const artifact = await openBytes(fixture(`toml/${name}`), name);
    expect(artifact).toMatchObject({ format: "toml", complete: true });
    expect(artifact.findings.filter(({ rule }) => rule !== "integrity/non-finite")).toEqual([]);
    expect(withoutTimes(await inWords(artifact.root))).toEqual(expected[name]);
  });

  it("keep the text of their numbers", async () => {
    const artifact = await read("a = 1e-3\nb = +0.50\nc = [1.0, 2.5_0, 0x10]\nd = 12345678901234567890123\n");
    expect([valueAt(artifact, "a"), valueAt(artifact, "b")]).toMatchObject([{ text: "1e-3" }, { text: "0.50" }]);
    expect(valueAt(artifact, "d")).toBe(12345678901234567890123n);
    const { texts, dtype } = tensorAt(artifact, "c");
    expect([dtype.name, ...[0, 1, 2].map((k) => texts?.text(k))]).toEqual(["float64", "1.0", "2.50", "16"]);
    expect(texts?.offset?.(1)).toBe("a = 1e-3\nb = +0.50\nc = [1.0, ".length);
  });

  it("may be in a file of any name, when all lines are TOML", async () => {
    expect((await openBytes(bytesOf("[a]\nb = 1\n# c\nd = 'e'\n"), "x.conf")).format).toBe("toml");
    await expect(openBytes(bytesOf("[a]\nb = word\n"), "x.conf")).rejects.toMatchObject({ code: "not-recognised" });
    const numbers =
      "a = 1_000\nb = -0x1F # c\nc = 1e-5\nd = 1979-05-27 07:32:00Z\ne = +inf\nf = 1979-05-27T07:32:00-08:00\n";
    expect((await openBytes(bytesOf(numbers), "x.conf")).format).toBe("toml");
    const cards = "WCSAXES =   2 / Number of coordinate axes\nCRPIX1  =  75.907 / Pixel coordinate\n";
    await expect(openBytes(bytesOf(cards), "x.hdr")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it.each(["hummingbird=0.4.12\ntorch=2.15.0\n", "a = 1\nversion = 1.2.3 # of it\n"])(
    "are not versions: %j",
    async (text) => {
      await expect(openBytes(bytesOf(text), "model_configuration.txt")).rejects.toMatchObject({
        code: "not-recognised",
      });
    },
  );

  it("are in UTF-8 with or without a mark", async () => {
    expect(valueAt(await read("\ufeffa = 'é'\n"), "a")).toBe("é");
  });
});

describe("what is wrong", () => {
  it("keys and tables that occur twice are named, and both shown", async () => {
    const artifact = await read("a = 1\na = 2\n[t]\nx = 1\n[t]\ny = 2\n");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([
      true,
      ["integrity/duplicate-name", "integrity/duplicate-name"],
    ]);
    expect(artifact.root).toMatchObject({ keys: ["a", "a", "t"] });
  });

  it.each([
    ["a = 1\nb = [1, 2", "integrity/truncated"],
    ["a = 1\nb = {c = 1", "integrity/truncated"],
    ['a = 1\nb = "x', "integrity/truncated"],
    ["a = 1\nb = '''x", "integrity/truncated"],
    ["a = 1\nb =", "integrity/truncated"],
    ["a = 1\nb", "integrity/truncated"],
    ["a = 1\n[b", "integrity/truncated"],
    ["a = 1\nb = word\n", "integrity/corrupt"],
    ["a = 1\nb = 01\n", "integrity/corrupt"],
    ["a = 1\nb = 1__0\n", "integrity/corrupt"],
    ["a = 1\nb = .5\n", "integrity/corrupt"],
    ["a = 1\nb = 1.e5\n", "integrity/corrupt"],
    ["a = 1\nb = 1 2\n", "integrity/corrupt"],
    ["a = 1\nb = [1 2]\n", "integrity/corrupt"],
    ["a = 1\nb = {c = 1 d = 2}\n", "integrity/corrupt"],
    ["a = 1\nb = {c 1}\n", "integrity/corrupt"],
    ["a = 1\nb : 2\n", "integrity/corrupt"],
    ["a = 1\n= 2\n", "integrity/corrupt"],
    ["a = 1\n'''b''' = 2\n", "integrity/corrupt"],
    ['a = 1\nb = "\\q"\n', "integrity/corrupt"],
    ['a = 1\nb = "\\uZZZZ"\n', "integrity/corrupt"],
    ['a = 1\nb = "x\ny"\n', "integrity/corrupt"],
    ["a = 1\na.b = 2\n", "integrity/corrupt"],
    ["a = 1\n[a]\n", "integrity/corrupt"],
    ["a = 1\n[[a]]\n", "integrity/corrupt"],
    ["a = {}\na.b = 2\n", "integrity/corrupt"],
    ["a = {}\n[a]\n", "integrity/corrupt"],
    ["[[a]]\n[a]\n", "integrity/corrupt"],
    ["a = 1\n[b]]\n", "integrity/corrupt"],
  ])("%j shows what stands before, and why reading stopped", async (text, rule) => {
    const artifact = await read(text);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("what was read of a list is kept", async () => {
    expect(await inWords((await read("a = [[1, 2], [3, 4], [5")).root)).toEqual({
      d: [[{ s: "a" }, { l: [{ l: [{ i: "1" }, { i: "2" }] }, { l: [{ i: "3" }, { i: "4" }] }, { l: [{ i: "5" }] }] }]],
    });
  });

  it("nothing before an error is an error", async () => {
    await expect(read("= 1\n")).rejects.toMatchObject({ code: "corrupt" });
    await expect(openBytes(bytesOf("a = word\n"), "a.txt")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("nesting without end is stopped", async () => {
    for (const text of [`a = ${"[".repeat(100_000)}`, `a = ${"{a=".repeat(100_000)}`, `${"a.".repeat(100_000)}a = 1`])
      expect(await read(text).then(rulesOf, (error: unknown) => [(error as ArtifactError).code])).toEqual([
        expect.stringContaining("limit"),
      ]);
  });

  it("half of a surrogate pair is no character", async () => {
    expect(rulesOf(await read('a = "\\uD800"\n'))).toEqual(["integrity/corrupt"]);
  });

  it("a number without end is stopped", async () => {
    const artifact = await read(`a = 1\nb = ${"1".repeat(13_000_000)}\n`);
    expect([rulesOf(artifact), valueAt(artifact, "a")]).toEqual([["integrity/limit"], 1n]);
  });

  it("tables in braces count as what they take", async () => {
    for (const text of [
      `a = [${"{},".repeat(1_200_000)}]`,
      Array.from({ length: 1_200_000 }, (_, k) => `${k}={}\n`).join(""),
    ])
      expect(rulesOf(await read(text))).toEqual(["integrity/limit"]);
  });

  it("headers alone can be cancelled", async () => {
    const abort = new AbortController();
    const text = Array.from({ length: 200_000 }, (_, k) => `[t${k}]\n`).join("");
    const work = createWork({ signal: abort.signal });
    const reading = readToml(fromBytes(bytesOf(text), "a.toml"), { work });
    setTimeout(() => abort.abort(), 0);
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });

  it("a cut at any byte is read up to there, or refused with a reason", async () => {
    const { refused, shown } = await readCuts(fixture("toml/params.toml"), (bytes) =>
      readToml(fromBytes(bytes, "a.toml"), { work: quietWork() }),
    );
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    for (const { artifact } of shown) expect(artifact.complete).toBe(artifact.findings.length === 0);
  });

  it("damaged copies open or are refused, soon", async () => {
    expect(await damagedCopies([fixture("toml/params.toml"), fixture("toml/crlf.toml")], 1234)).toEqual([]);
  });
});
