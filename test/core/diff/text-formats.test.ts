import { describe, expect, it } from "vitest";
import { openBytes } from "../../support/read-format.ts";
import { compare, verdicts } from "./comparisons.ts";

const JSON_TEXT = `{
  "seed": 9007199254740993, "lr": 1e-3, "name": "run \\u00e9", "early": true, "betas": [0.9, 0.999],
  "weights": [[0.5, -1.25e-3], [2.0, 3.25]], "sizes": [64, 32], "limits": [Infinity, NaN, 0.10],
  "train": {"layers": [{"units": 64}, {"units": 32, "act": "relu"}], "hex": 31}, "mixed": [1, "x", 2.5], "none": []
}`;
const YAML_TEXT = `
seed: 9007199254740993
lr: 1e-3
name: "run \\u00e9"
early: true
betas: [0.9, 0.999]
weights:
- [0.5, -1.25e-3]
- - 2.0
  - 3.25
sizes: [64, 32]
limits: [.inf, .nan, 0.10]
train:
  layers:
  - units: 64
  - {units: 32, act: relu}
  hex: 0x1F
mixed:
- 1
- x
- 2.5
none: []
`;
const TOML_TEXT = `
seed = 9_007_199_254_740_993
lr = 1e-3
name = "run \\u00e9"
early = true
betas = [0.9, 0.999]
weights = [[0.5, -1.25e-3], [2.0, 3.25]]
sizes = [64, 32]
limits = [inf, nan, 0.10]
mixed = [1, "x", 2.5]
none = []
[train]
hex = 0x1F
[[train.layers]]
units = 64
[[train.layers]]
units = 32
act = "relu"
`;

const open = (text: string, name: string) => openBytes(new TextEncoder().encode(text), name);

describe("the same parameters as JSON, YAML and TOML", () => {
  it("are the same: no parameter, setting or value differs", async () => {
    const json = await open(JSON_TEXT, "a.json");
    for (const other of [await open(YAML_TEXT, "a.yaml"), await open(TOML_TEXT, "a.toml")]) {
      const report = await compare(json, other);
      expect(report.entries.length).toBeGreaterThan(4);
      expect(new Set(Object.values(verdicts(report)))).toEqual(new Set(["identical"]));
      expect([report.schema, report.hyperparameters]).toEqual([[], []]);
      expect(other.values.map(({ path }) => path).sort()).toEqual(json.values.map(({ path }) => path).sort());
      expect(other.parameters.map(({ path }) => path).sort()).toEqual(json.parameters.map(({ path }) => path).sort());
    }
  });

  it("one number that was changed is found, with its texts", async () => {
    const report = await compare(
      await open(JSON_TEXT, "a.json"),
      await open(YAML_TEXT.replace("3.25", "3.5"), "a.yaml"),
    );
    const changed = report.entries.filter(({ verdict }) => verdict !== "identical");
    expect(changed).toMatchObject([{ path: "weights", stats: { changed: 1 }, top: [{ old: "3.25", new: "3.5" }] }]);
  });
});
