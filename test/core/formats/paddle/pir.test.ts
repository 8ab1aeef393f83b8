import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { printValue } from "../../../../src/core/view/print.ts";
import { readCuts } from "../../../support/cuts.ts";
import { openBeside } from "../../../support/open-beside.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

const { tensors } = fixtureJson("paddle3/expected.json") as {
  readonly tensors: Readonly<Record<string, readonly [string, readonly number[], string]>>;
};
const program = fixture("paddle3/inference.json");
const parameters = fixture("paddle3/inference.pdiparams");
const both = { "inference.json": program, "inference.pdiparams": parameters };
const written = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const BASE = { magic: "pir", trainable: true, version: 3 };

describe("a JSON program of Paddle 3", () => {
  it.each(["inference.json", "inference.pdiparams"])(
    "(%s) has its parameters by name, and their values",
    async (name) => {
      const artifact = await openBeside(name, both);
      expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["paddle", true, []]);
      expect(artifact.parameters.map(({ path }) => path)).toEqual(Object.keys(tensors).sort());
      for (const [path, [dtype, shape, hex]] of Object.entries(tensors)) {
        const found = tensorAt(artifact, path);
        expect([path, found.dtype.name, found.shape]).toEqual([path, dtype, shape]);
        expect((await elementsHex(found)).join("")).toBe(hex);
      }
    },
  );

  it("tells its inputs, outputs and operators, those of a branch too", async () => {
    const artifact = await openBeside("inference.json", both);
    expect(artifact.facts.find(({ id }) => id === "paddle.inputs")?.value).toBe("x");
    expect(artifact.facts.find(({ id }) => id === "paddle.pir")?.value).toBe("PIR, version 3");
    expect(artifact.schema.outputs).toEqual(["fetch_name_0"]);
    const operators = artifact.values
      .filter(({ path }) => /^__metadata__\.operators\[\d+\]$/.test(path))
      .map(({ value }) => printValue(value, 300));
    expect(operators.find((each) => each.startsWith("batch_norm_("))).toContain(
      "inputs=['x', 'batch_norm1d_0.w_1', 'batch_norm1d_0.w_2', 'batch_norm1d_0.w_0', 'batch_norm1d_0.b_0']",
    );
    expect(operators.filter((each) => each.startsWith("yield("))).toHaveLength(2);
  });

  it("has whole numbers that no double holds, digit by digit", async () => {
    const attributes = [
      ["low", "0.a_i64", "-9223372036854775808"],
      ["high", "0.a_i64", "9223372036854775807"],
      ["odd", "0.a_i64", "9007199254740993"],
      ["real", "0.a_f64", "9007199254740993"],
      ["fraction", "0.a_f64", "0.1234567890123456789"],
      ["power", "0.a_f64", "-1.1234567890123456e-5"],
      ["text", "0.a_str", '"1234567890123456789 \\" 9007199254740993"'],
      ["list", "0.a_array", '[{"#": "0.a_i64", "D": 9007199254740993}, {"#": "0.a_i64", "D": 2}]'],
    ];
    const listed = attributes.map(([name, type, data]) => `{"N": "${name}", "AT": {"#": "${type}", "D": ${data}}}`);
    const json = `{"base_code": ${JSON.stringify(BASE)}, "program": {"regions": [{"blocks": [{"ops": [
      {"#": "1.full", "A": [${listed.join(", ")}], "I": [], "O": []}]}]}]}}`;
    const artifact = await openBytes(new TextEncoder().encode(json), "inference.json");
    const full = artifact.values.find(({ path }) => path === "__metadata__.operators[0]")?.value;
    expect(full).toMatchObject({
      kwargs: {
        keys: ["inputs", "outputs", "low", "high", "odd", "real", "fraction", "power", "text", "list"],
        values: [
          {},
          {},
          -(2n ** 63n),
          2n ** 63n - 1n,
          2n ** 53n + 1n,
          2 ** 53,
          Number("0.1234567890123456789"),
          Number("-1.1234567890123456e-5"),
          '1234567890123456789 " 9007199254740993',
          { items: [2n ** 53n + 1n, 2n] },
        ],
      },
    });
  });

  it("says where its parameters are when they are not beside it", async () => {
    const artifact = await openBytes(program, "inference.json");
    expect([artifact.complete, artifact.findings.map(({ message }) => message)]).toEqual([
      false,
      ["The values of 8 parameters are in the file inference.pdiparams, which is not beside the program."],
    ]);
  });

  it("gives no names where the JSON beside is something else", async () => {
    const artifact = await openBeside("inference.pdiparams", { ...both, "inference.json": written({ a: [1, 2] }) });
    expect([artifact.complete, artifact.parameters[0]?.path]).toEqual([true, "tensor[0]"]);
  });

  it("may have anything else in its fields", async () => {
    let regions: unknown = [];
    for (let depth = 0; depth < 40; depth++) regions = [{ blocks: [{ ops: [{ "#": "1.while", regions }] }] }];
    for (const inner of [
      {},
      { regions: 7 },
      { regions: [{ blocks: [{ ops: [{ "#": "p", A: 3, O: [] }, null, 5] }] }] },
    ]) {
      const artifact = await openBytes(written({ base_code: BASE, program: inner }), "inference.json");
      expect(artifact.format).toBe("paddle");
    }
    await expect(openBytes(written({ base_code: BASE, program: { regions } }), "inference.json")).rejects.toThrow(
      "blocks of a program in each other",
    );
  });

  it("cut at every 7th byte is refused with the reason", async () => {
    const { shown, refused } = await readCuts(program, (bytes) => readBytes(bytes, "inference.json"));
    for (const { artifact } of shown) expect(artifact.complete).toBe(false);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([program], 37, 200)).toEqual([]);
  });
});
