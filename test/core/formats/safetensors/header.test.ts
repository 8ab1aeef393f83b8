import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Header, parseHeader } from "../../../../src/core/formats/safetensors/header.ts";
import { quietWork } from "../../../../src/core/work.ts";

const parse = async (text: string): Promise<{ header: Header; problems: readonly string[] }> => {
  const problems: string[] = [];
  const header = await parseHeader(new TextEncoder().encode(text), "m", quietWork(), (told) =>
    problems.push(told.text),
  );
  return { header, problems };
};
/** All that does not tell of places, which white space moves. */
const meaning = async (text: string): Promise<unknown> => {
  const { header, problems } = await parse(text);
  return { entries: header.entries.all().map(({ at: _at, ...entry }) => entry), error: header.error?.code, problems };
};

const number = fc.oneof(
  fc.nat().map(String),
  fc.maxSafeInteger().map(String),
  fc.constantFrom(
    "0",
    "00",
    "01",
    "-0",
    "-1",
    "1.0",
    "1e3",
    "999999999999999",
    "1000000000000000",
    "9007199254740993",
    "",
    "null",
    "x",
    '"1"',
    "[2]",
  ),
);
const list = fc.oneof(
  { weight: 4, arbitrary: fc.array(number, { maxLength: 4 }).map((items) => `[${items.join(",")}]`) },
  fc.constantFrom("[1,]", "[,1]", "[1", "{}", "null", "[1}", `[${"1,".repeat(70)}1]`),
);
const dtype = fc.constantFrom(
  '"F32"',
  '"I64"',
  '"BF16"',
  '""',
  '"F\\u0033"',
  '"é"',
  '"\t"',
  "4",
  "null",
  '"F32',
  '"F32" ',
);
const fields = fc.record({
  dtype,
  shape: list,
  offsets: list,
  end: fc.constantFrom("}", "}", "}", ',"more":1}', "]", ""),
});
const name = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("weight", "__metadata__", "weight"));

describe("a tensor's description", () => {
  it("says the same with and without white space, right or wrong, whatever is read in one go", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fields), { minLength: 1, maxLength: 5 }), async (tensors) => {
        const text = (space: string): string =>
          `{${tensors
            .map(
              ([key, { dtype: type, shape, offsets, end }]) =>
                `${JSON.stringify(key)}:${space}{"dtype":${type},"shape":${shape},"data_offsets":${offsets}${end}`,
            )
            .join(",")}}`;
        expect(await meaning(text(""))).toEqual(await meaning(text(" ")));
      }),
      { numRuns: 3000 },
    );
  });

  it("is read as the reference writer puts it down: positions, sizes and the type of each", async () => {
    const { header } = await parse(
      '{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}',
    );
    expect(header.error).toBeUndefined();
    expect(header.entries.all()).toEqual([
      { name: "a", at: 9, dtype: "F32", shape: [2, 3], start: 0, end: 24, problem: undefined },
      { name: "b", at: 65, dtype: "U8", shape: [], start: 24, end: 25, problem: undefined },
    ]);
  });

  it("keeps each name and its place among thousands of them, plain, long and escaped, in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom("é", "ü\n", "n".repeat(1024), "m".repeat(1025))),
          {
            minLength: 1,
            maxLength: 200,
          },
        ),
        fc.boolean(),
        async (some, isSorted) => {
          const names = [...some, ...some.flatMap((each) => [`${each}.bias`, `${each}.weight`])];
          if (isSorted) names.sort((a, b) => Number(a > b) - Number(a < b));
          const plain = names.filter((each) => each !== "__metadata__");
          const keys = plain.map((each) => JSON.stringify(each));
          const text = `{${keys.map((key, at) => `${key}:{"dtype":"F16","shape":[${at % 3}],"data_offsets":[0,${2 * (at % 3)}]}`).join(",")}}`;
          const { header } = await parse(text);
          expect(header.entries.names).toEqual(plain);
          expect(header.entries.all().map(({ shape, end }) => [shape, end])).toEqual(
            plain.map((_, at) => [[at % 3], 2 * (at % 3)]),
          );
          const bytes = Buffer.from(text);
          for (const [at, entry] of header.entries.all().entries())
            expect(bytes.subarray(entry.at - 8).indexOf(keys[at] ?? "")).toBe(0);
          // A promise of the reader, which nobody checks again.
          const areDistinct = new Set(plain).size === plain.length;
          expect(areDistinct || !header.entries.areNamesDistinct).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("knows without a look at them that names differ where the writer sorted them", async () => {
    const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
    const of = async (...names: string[]): Promise<boolean> =>
      (await parse(`{${names.map((each) => `"${each}":${entry}`).join(",")}}`)).header.entries.areNamesDistinct;
    const many = Array.from({ length: 3000 }, (_, at) => `layer.${String(at).padStart(5, "0")}.weight`);
    expect(await of(...many)).toBe(true);
    expect(await of("a", "aa", "ab")).toBe(true);
    expect(await of(...many, many.at(-1) ?? "")).toBe(false);
    expect(await of("b", "a", "b")).toBe(false);
    expect(await of("ab", "a")).toBe(false);
  });
});
