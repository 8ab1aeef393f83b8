import { describe, expect, it } from "vitest";
import type { ArtifactError } from "../../../src/core/errors.ts";
import {
  type DescrField,
  datetimeDType,
  dtypeFromDescr,
  dtypeFromLiteral,
  dtypeFromName,
  holdsObjects,
  numpyDescr,
  parseDType,
  structuredDType,
  subarrayDType,
} from "../../../src/core/model/numpy-dtype.ts";
import { readPythonLiteral } from "../../../src/core/model/python-literal.ts";
import { numberFixture } from "./number-fixtures.ts";

interface DTypeRow {
  readonly name: string;
  readonly descr: string | null;
  readonly itemSize: number;
  readonly offsets: readonly number[];
  /** False where numpy's own text is read by numpy as another dtype. */
  readonly readsBack: boolean;
}

const rows = numberFixture("dtypes") as DTypeRow[];
const named = rows.filter((row) => row.readsBack);
const described = named.filter((row): row is DTypeRow & { descr: string } => row.descr !== null);

describe("numpy's names of dtypes", () => {
  it.each(named)("$name is read and printed as numpy does", ({ name, itemSize, offsets }) => {
    const dtype = dtypeFromName(name);
    expect(dtype.name).toBe(name);
    expect(dtype.itemSize).toBe(itemSize);
    expect(dtype.fields?.map((field) => field.offset) ?? []).toEqual(offsets);
  });

  it.each(described)("the .npy description $descr", ({ name, descr, itemSize, offsets }) => {
    const fromHeader = dtypeFromLiteral(readPythonLiteral(descr));
    expect(fromHeader.itemSize).toBe(itemSize);
    // A header does not say "aligned" and tells sub-arrays without a field only by their bytes.
    const isWhole = !name.includes("aligned") && !name.startsWith("(");
    expect(isWhole ? fromHeader.name : name).toBe(name);
    expect(fromHeader.fields?.map((field) => field.offset) ?? []).toEqual(offsets);
    expect(numpyDescr(dtypeFromName(name))).toBe(descr);
  });

  it("has no .npy description for what numpy cannot describe", () => {
    const undescribed = rows.filter((row) => row.descr === null).map((row) => numpyDescr(dtypeFromName(row.name)));
    expect(undescribed).toEqual([undefined, undefined]);
    expect(numpyDescr(dtypeFromName("bfloat16"))).toBeUndefined();
    expect(numpyDescr(structuredDType([{ name: "w", dtype: dtypeFromName("bfloat16") }]))).toBeUndefined();
  });

  it("keeps the offsets of an aligned dtype inside of another, which numpy's text loses", () => {
    const lossy = rows.filter((row) => !row.readsBack);
    expect(lossy.map((row) => row.itemSize)).toEqual([25]);
    const inner = structuredDType(
      [
        { name: "a", dtype: parseDType("i1") },
        { name: "b", dtype: parseDType("<f8") },
        { name: "c", dtype: parseDType("<i2") },
      ],
      { aligned: true },
    );
    const outer = structuredDType([
      { name: "x", dtype: inner },
      { name: "y", dtype: parseDType("i1") },
    ]);
    expect(outer.itemSize).toBe(25);
    expect(dtypeFromName(outer.name)).toEqual(outer);
    expect(numpyDescr(outer)).toBe(lossy[0]?.descr);
  });

  it("reads back whatever is aligned inside of what", () => {
    for (const flags of [
      [true, false, true],
      [false, true, false],
      [true, true, false],
      [false, false, true],
    ]) {
      let dtype = parseDType("<f8");
      for (const aligned of flags)
        dtype = structuredDType(
          [
            { name: "a", dtype: parseDType("i1") },
            { name: "b", dtype: subarrayDType(dtype, [2]) },
            { name: "c", dtype },
          ],
          { aligned },
        );
      expect(dtypeFromName(dtype.name)).toEqual(dtype);
    }
  });

  it("goes back and forth for types that numpy lacks", () => {
    for (const name of ["bfloat16", ">bfloat16", "float8_e4m3fn", "float4_e2m1fn", "[('w', bfloat16), ('b', '<f4')]"])
      expect(dtypeFromName(name).name).toBe(name);
  });
});

describe("type strings", () => {
  it.each([
    ["<f8", "float64"],
    ["=f4", "float32"],
    ["|f8", "float64"],
    ["f16", "float128"],
    ["<f12", "float96"],
    ["d", "float64"],
    ["?", "bool"],
    ["g", "float128"],
    ["int64", "int64"],
    [">float64", ">f8"],
    ["O8", "object"],
    ["O4", "object"],
    ["a7", "|S7"],
    ["S", "|S0"],
    ["M8[1ns]", "datetime64[ns]"],
    ["<M8[25s]", "datetime64[25s]"],
    ["datetime64[D]", "datetime64[D]"],
    ["m8", "timedelta64"],
  ])("%s is %s", (descr, name) => {
    expect(parseDType(descr).name).toBe(name);
  });

  it.each([
    ["<f3", "unsupported"],
    ["", "unsupported"],
    ["<M8[parsec]", "corrupt"],
    ["M8[0s]", "corrupt"],
    ["S99999999999", "unsupported"],
    ["U9999999999", "limit"],
    ["x".repeat(1000), "corrupt"],
    ["__proto__", "unsupported"],
    ["constructor", "unsupported"],
  ])("%s is refused", (descr, code) => {
    expect(() => parseDType(descr)).toThrow(expect.objectContaining({ code }) as ArtifactError);
  });

  it("counts time units", () => {
    expect(datetimeDType("M", "s", 25).name).toBe("datetime64[25s]");
    expect(datetimeDType("m", "ns", 1, true).name).toBe(">m8[ns]");
    expect(datetimeDType("M", "generic").unit).toBe("generic");
  });
});

describe("structured dtypes from plain arguments", () => {
  const f4 = parseDType("<f4");

  it("place fields one after another, aligned when told to", () => {
    const specs = [
      { name: "a", dtype: parseDType("i1") },
      { name: "b", dtype: parseDType("<f8") },
    ];
    expect(structuredDType(specs)).toMatchObject({ itemSize: 9, fields: [{ offset: 0 }, { offset: 1 }] });
    expect(structuredDType(specs, { aligned: true })).toMatchObject({
      itemSize: 16,
      fields: [{ offset: 0 }, { offset: 8 }],
    });
  });

  it("leave padding out of the fields, not out of the offsets", () => {
    const items: DescrField[] = [
      { name: "a", descr: "<f4" },
      { name: "", descr: "|V4" },
      { name: "b", title: "the b", descr: [{ name: "c", descr: "<i8" }], shape: [2] },
    ];
    const dtype = dtypeFromDescr(items);
    expect(dtype.itemSize).toBe(24);
    expect(dtype.fields).toMatchObject([
      { name: "a", offset: 0 },
      { name: "b", title: "the b", offset: 8 },
    ]);
    expect(numpyDescr(dtype)).toBe("[('a', '<f4'), ('', '|V4'), (('the b', 'b'), [('c', '<i8')], (2,))]");
  });

  it("make one sub-array of two", () => {
    expect(subarrayDType(subarrayDType(f4, [2]), [3, 1]).name).toBe("('<f4', (3, 1, 2))");
    expect(subarrayDType(f4, [])).toBe(f4);
  });

  it("find objects at any depth", () => {
    const inner = structuredDType([{ name: "o", dtype: subarrayDType(parseDType("O"), [2]) }]);
    expect(holdsObjects(structuredDType([{ name: "x", dtype: inner }]))).toBe(true);
    expect(holdsObjects(structuredDType([{ name: "x", dtype: f4 }]))).toBe(false);
  });

  it("refuse what a file must not ask for", () => {
    expect(() =>
      structuredDType([
        { name: "a", dtype: f4 },
        { name: "a", dtype: f4 },
      ]),
    ).toThrow('"a" occurs twice');
    expect(() => structuredDType([{ name: "a", dtype: f4, offset: 6 }], { itemSize: 8 })).toThrow("end at byte 10");
    expect(() => structuredDType([{ name: "a", dtype: f4, offset: -1 }])).toThrow("at byte -1");
    expect(() => subarrayDType(f4, [2 ** 20, 2 ** 20])).toThrow("bytes of one element");
    expect(() => subarrayDType(f4, [-1])).toThrow("is not a size");
    let deep = f4;
    expect(() => {
      for (let depth = 0; depth < 40; depth += 1) deep = structuredDType([{ name: "x", dtype: deep }]);
    }).toThrow("nesting");
    // Sharing a part twice at each level doubles what is printed.
    let wide = f4;
    expect(() => {
      for (let depth = 0; depth < 30; depth += 1)
        wide = structuredDType([
          { name: "x", dtype: wide, offset: 0 },
          { name: "y", dtype: wide, offset: 0 },
        ]);
    }).toThrow("fields over all nesting");
    expect(() => dtypeFromName("[".repeat(100_000))).toThrow("nesting");
    expect(() => dtypeFromName(`[('a', ${"(".repeat(60)}'<f4'${", (1,))".repeat(60)})]`)).toThrow("nesting");
  });

  it.each([
    ["[('a', '<f4'", 'expected "," or ")" at character 12, found the end'],
    ["[('a')]", "a field is (name, type)"],
    ["[('a', '<f4', (2,), 3)]", "a field is"],
    ["[(1, '<f4')]", "name of a field is not text"],
    ["{'names': ['a'], 'formats': []}", "1 names for 0 formats"],
    ["{'names': ['a'], 'formats': ['<f4'], 'offsets': [-4]}", "found -4"],
    ["('<f4', (2,)) x", "expected the end"],
    ["[('a', '<f4)]", "has no end"],
    ["[('a', eval)]", "not a numpy type string"],
  ])("%s is refused with its place", (name, message) => {
    expect(() => dtypeFromName(name)).toThrow(message);
  });
});
