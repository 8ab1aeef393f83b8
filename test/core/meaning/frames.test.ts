import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { elementCount } from "../../../src/core/model/tensor.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { readableValue } from "../../../src/core/view/text-cells.ts";
import { quietWork } from "../../../src/core/work.ts";
import { openBytes } from "../../support/read-format.ts";

/** What `test/generate/frames_fixtures.py` read from the live tables. */
interface Fixture {
  readonly pandas: string;
  readonly cases: readonly {
    readonly name: string;
    readonly pickle: string;
    readonly numbers: Readonly<Record<string, { readonly dtype: string; readonly hex: string }>>;
    readonly texts: Readonly<Record<string, string>>;
  }[];
}

const FOLDER = new URL("../../fixtures/frames/", import.meta.url);
const FIXTURES = readdirSync(FOLDER).map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Fixture);

describe.each(FIXTURES)("tables of pandas $pandas", ({ cases }) => {
  it.each(cases)("have their columns: $name", async ({ pickle, numbers, texts }) => {
    const bytes = new Uint8Array(Buffer.from(pickle, "base64"));
    const artifact = await openBytes(bytes, "table.pkl");
    expect(artifact.complete).toBe(true);
    for (const [path, { dtype, hex }] of Object.entries(numbers)) {
      const tensor = artifact.parameters.find((parameter) => parameter.path === path)?.tensor;
      expect([path, tensor?.dtype.name]).toEqual([path, dtype]);
      if (tensor === undefined) continue;
      const data = await readElements(tensor, 0, elementCount(tensor.shape));
      expect([path, Buffer.from(data).toString("hex")]).toEqual([path, hex]);
    }
    for (const [path, text] of Object.entries(texts)) {
      const value = artifact.values.find((each) => each.path === path)?.value;
      expect([path, await readableValue(value ?? null, 2_000, quietWork())]).toEqual([path, text]);
    }
  });

  it("are told to be damaged or shown in another way when bytes of theirs are others", async () => {
    const outcomes = new Set<string>();
    for (const { pickle } of cases.filter(({ name }) => /^(?:arrow|mixed|interval|sparse)/.test(name))) {
      const whole = Buffer.from(pickle, "base64");
      for (let at = 2; at < whole.length; at += 29) {
        const damaged = new Uint8Array(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 0xff;
        const opened = await openBytes(damaged, "table.pkl").catch((error: unknown) => (error as Error).name);
        outcomes.add(typeof opened === "string" ? opened : "opened");
      }
    }
    expect([...outcomes].filter((outcome) => outcome !== "opened" && outcome !== "ArtifactError")).toEqual([]);
  });
});
