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
  return { entries: header.entries.map(({ at: _at, ...entry }) => entry), error: header.error?.code, problems };
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
    expect(header.entries).toEqual([
      { name: "a", at: 9, dtype: "F32", shape: [2, 3], start: 0, end: 24, problem: undefined },
      { name: "b", at: 65, dtype: "U8", shape: [], start: 24, end: 25, problem: undefined },
    ]);
  });
});
