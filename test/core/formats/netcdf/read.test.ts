import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

const expected = fixtureJson("netcdf/expected.json") as Readonly<Record<string, readonly [readonly number[], string]>>;
const cases = Object.entries(expected).map(([key, [shape, hex]]) => {
  const [file = "", name = ""] = key.split("/");
  return { file, name, shape, hex };
});
const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const u32 = (...values: number[]): Uint8Array =>
  concat(...values.map((value) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)));
const name = (content: string): Uint8Array =>
  concat(u32(content.length), text(content.padEnd(Math.ceil(content.length / 4) * 4, "\0")));
const head = (records: number): Uint8Array => concat(text("CDF\u0001"), u32(records));

describe("a classic NetCDF file", () => {
  it.each(cases)("($file) has in $name what scipy wrote", async ({ file, name: variable, shape, hex }) => {
    const artifact = await openBytes(fixture(`netcdf/${file}`), file);
    expect([artifact.format, artifact.complete]).toEqual(["netcdf", true]);
    expect(tensorAt(artifact, variable).shape).toEqual(shape);
    expect((await elementsHex(tensorAt(artifact, variable))).join("")).toBe(hex);
  });

  it("has texts, dimensions and attributes", async () => {
    const artifact = await openBytes(fixture("netcdf/draws2.nc"), "draws.nc");
    expect(valueAt(artifact, "names")).toMatchObject({ items: ["ab", "cdef", "g"] });
    expect(artifact.facts.map(({ value }) => value)).toEqual([
      "classic, version 2",
      "draw 2 (records), group 3, letters 4",
    ]);
    const metadata = artifact.values.filter(({ role }) => role === "metadata").map(({ path }) => path);
    expect(metadata).toContain("__metadata__.inference_library");
  });

  it("may be of version 5, with sizes of 64 bits, and of records that were not counted", async () => {
    const u64 = (value: number): Uint8Array => u32(0, value);
    const long = (content: string): Uint8Array => concat(u32(0), name(content));
    const dimensions = concat(u32(10), u64(1), long("n"), u64(2));
    const variables = concat(u32(11), u64(1), long("v"), u64(1), u64(0), u32(0), u64(0), u32(10), u64(16), u64(132));
    const five = concat(text("CDF\u0005"), u64(0), dimensions, u32(0), u64(0), variables);
    const artifact = await openBytes(
      concat(five, new Uint8Array(132 - five.length), u32(0, 7, 0xffffffff, 0xffffffff)),
      "m.nc",
    );
    expect([artifact.complete, await elementsHex(tensorAt(artifact, "v"))]).toEqual([
      true,
      ["0000000000000007", "ffffffffffffffff"],
    ]);
    const draws = fixture("netcdf/alone1.nc").slice();
    draws.fill(255, 4, 8);
    expect(tensorAt(await openBytes(draws, "m.nc"), "odd").shape).toEqual([2, 3]);
  });

  it.each([
    ["a list of another kind", concat(head(0), u32(99, 1))],
    ["more dimensions than the file has", concat(head(0), u32(10, 0x7fffffff))],
    ["a size below zero", concat(head(0), u32(10, 1), name("a"), u32(0xffffffff))],
    ["a name that is longer than the file", concat(head(0), u32(10, 1, 0x7ffffff0))],
    ["an attribute of no type", concat(head(0), u32(0, 0, 12, 1), name("a"), u32(99, 1))],
    ["a dimension that is not there", concat(head(0), u32(0, 0, 0, 0, 11, 1), name("v"), u32(1, 5, 0, 0, 5, 4, 0))],
  ])("is refused with a reason: %s", async (_, bytes) => {
    await expect(readBytes(bytes, "m.nc")).rejects.toThrow(ArtifactError);
  });

  it("says which variable lies outside of the file", async () => {
    const variables = concat(u32(11, 1), name("v"), u32(1, 0, 0, 0, 5, 4, 500));
    const artifact = await openBytes(concat(head(0), u32(10, 1), name("n"), u32(3), u32(0, 0), variables), "m.nc");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/truncated"]]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(fixture("netcdf/draws1.nc"), (bytes) => readBytes(bytes, "m.nc"));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    for (const { length, artifact } of shown) expect(artifact.complete && length < 515, `${length}`).toBe(false);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["draws1.nc", "draws2.nc", "alone1.nc"].map((file) => fixture(`netcdf/${file}`));
    expect(await damagedCopies(files, 79, 400)).toEqual([]);
  });
});

describe("zero bytes at the end of a text", () => {
  it("are taken off in one pass, however many stand within it", async () => {
    const zeros = 1_000_000;
    const attribute = concat(u32(12, 1), name("a"), u32(2, zeros + 4), new Uint8Array(zeros), text("x\0\0\0"));
    const artifact = await openBytes(concat(head(0), u32(0, 0), attribute, u32(0, 0)), "a.nc");
    expect(artifact.values.find(({ path }) => path.endsWith("a"))?.value).toBe(`${"\0".repeat(zeros)}x`);
  });
});
