import { describe, expect, it } from "vitest";
import { schemaChanges } from "../../../../src/core/diff/schema.ts";
import type { Artifact, Estimator } from "../../../../src/core/model/artifact.ts";
import { readableValue } from "../../../../src/core/view/text-cells.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { damagedCopies, fixture, fixtureJson, openBytes } from "../../../support/read-format.ts";

interface Given {
  readonly features: readonly string[];
  readonly classes?: readonly string[];
  readonly levels?: Readonly<Record<string, readonly string[]>>;
  readonly settings?: Readonly<Record<string, string>>;
}

const given = fixtureJson("rds/schema.json") as Readonly<Record<string, Given>>;

const open = (name: string): Promise<Artifact> => openBytes(fixture(`rds/${name}`), name);

async function settingsOf(
  { path, hyperparameters }: Estimator,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const found: [string, string][] = [];
  for (const each of hyperparameters) {
    const name = each.path.slice(path.length).replace(/^\./, "");
    if (names.includes(name)) found.push([name, await readableValue(each.value, 100, quietWork())]);
  }
  return Object.fromEntries(found);
}

async function told(estimator: Estimator, { settings = {} }: Given): Promise<Given> {
  const { features = [], classes, categories } = estimator.schema;
  return {
    features,
    ...(classes === undefined ? {} : { classes }),
    ...(categories === undefined
      ? {}
      : { levels: Object.fromEntries(categories.map(({ feature, values }) => [feature, values])) }),
    ...(Object.keys(settings).length === 0 ? {} : { settings: await settingsOf(estimator, Object.keys(settings)) }),
  };
}

describe("what a model of R takes and gives", () => {
  it("is what it was fitted to, for every package", async () => {
    const { estimators, complete, findings } = await open("models.rda");
    expect([complete, findings]).toEqual([true, []]);
    const found: [string, Given][] = [];
    for (const [name, expected] of Object.entries(given)) {
      const estimator = estimators.find(({ path }) => path === name);
      if (estimator !== undefined) found.push([name, await told(estimator, expected)]);
    }
    expect(Object.fromEntries(found)).toEqual(given);
  });

  it("has the names that a formula has for its variables, and the one that is predicted", async () => {
    const { schema, facts } = await open("fit-after.rds");
    expect(schema).toEqual({
      features: ["site", "height", "body mass"],
      featureCount: 3,
      outputs: ["zero"],
      categories: [{ path: "xlevels", feature: "site", values: ["north", "east", "west", "south"] }],
    });
    expect(facts.filter(({ label }) => label === "Input" || label === "Output").map(({ value }) => value)).toEqual([
      "site: factor",
      "height: numeric",
      "body mass: numeric",
      "zero: numeric",
    ]);
  });
});

describe("drift between two models of R", () => {
  const drift = async (old: string, next: string): Promise<readonly string[]> =>
    schemaChanges(await open(old), await open(next)).map(({ message }) => message);

  it("names features, levels and the response that changed", async () => {
    expect(await drift("fit-before.rds", "fit-after.rds")).toEqual([
      "Features height and site changed places.",
      "Feature body mass was added.",
      "The model takes 3 features; it took 2.",
      "Category 'west' of site is new.",
      "Output y is now zero, with the same type.",
    ]);
  });

  it("names a variable that is of another kind", async () => {
    expect(await drift("fit-before.rds", "kinds.rds")).toEqual(["Input height is factor; it was numeric."]);
  });

  it("is none for a model and itself", async () => {
    expect(await drift("models.rda", "models.rda")).toEqual([]);
  });
});

describe("damaged models of R", () => {
  it("are shown or refused", async () => {
    expect(await damagedCopies([fixture("rds/fit-after.rds"), fixture("rds/models.rda")], 12, 100)).toEqual([]);
  });
});
