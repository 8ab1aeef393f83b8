import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { addressOf } from "../../../../src/core/formats/keras/from-h5.ts";
import { snakeCase } from "../../../../src/core/formats/keras/variables.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const folder = new URL("../../../fixtures/keras/", import.meta.url);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
interface Weight {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}
const { files } = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as {
  files: Record<string, Record<string, Weight>>;
};
const open = (bytes: Uint8Array, name: string): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

async function weightsOf({ parameters }: Artifact): Promise<Record<string, Weight>> {
  const found: Record<string, Weight> = {};
  for (const { path, tensor } of parameters) {
    const hex = toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
    found[path] = { dtype: tensor.dtype.name, shape: tensor.shape, hex };
  }
  return found;
}

/** Keras's own path as our address: without the model's name, and with the inner model's. */
const addresses = (weights: Record<string, Weight>): Record<string, Weight> =>
  Object.fromEntries(
    Object.entries(weights).map(([path, weight]) => {
      const plain = path.replace(/^classifier\//, "").replaceAll("/", ".");
      return [plain.startsWith("deep.") ? `inner.${plain}` : plain, weight];
    }),
  );

describe.each(Object.entries(files))("the model %s", (name, weights) => {
  it.each([".keras", ".h5"])("has every weight under its name in %s", async (suffix) => {
    const artifact = await open(bytesOf(`${name}${suffix}`), `${name}${suffix}`);
    expect(artifact).toMatchObject({ format: "keras", complete: true, findings: [] });
    expect(await weightsOf(artifact)).toEqual(addresses(weights));
    expect(artifact.framework).toMatchObject({ name: "keras", version: "3.15.1" });
  });

  it("has every weight by number in .weights.h5, where no layer has a name", async () => {
    const artifact = await open(bytesOf(`${name}.weights.h5`), `${name}.weights.h5`);
    expect(artifact).toMatchObject({ format: "keras", complete: true, findings: [] });
    const found = Object.values(await weightsOf(artifact)).map(({ hex }) => hex);
    expect(found.sort()).toEqual(
      Object.values(weights)
        .map(({ hex }) => hex)
        .sort(),
    );
  });
});

describe("a Keras model", () => {
  it("has its layers with their classes and settings, and what goes in", async () => {
    const artifact = await open(bytesOf("dense.keras"), "dense.keras");
    expect(artifact.framework?.className).toBe("Sequential");
    expect(artifact.schema.featureCount).toBe(5);
    expect(artifact.schema.steps?.map(({ name, className }) => `${name}: ${className}`)).toEqual([
      "features: InputLayer",
      "hidden: Dense",
      "norm: BatchNormalization",
      "between: Dense",
      "drop: Dropout",
      "out: Dense",
    ]);
    const hidden = artifact.estimators.find(({ path }) => path === "hidden");
    expect(hidden).toMatchObject({ className: "Dense", library: "keras" });
    expect(hidden?.fitted).toEqual(["hidden.kernel", "hidden.bias"]);
    expect(hidden?.hyperparameters.find(({ path }) => path === "hidden.units")?.value).toBe(4n);
    expect(artifact.facts).toContainEqual({ id: "keras.input-shape", label: "Input shape", value: "(None, 5)" });
  });

  it.each([
    ["dense_1", "dense_1/kernel:0", ["kernel"]],
    ["dense_1", "dense_1_W:0", ["W"]],
    ["lstm", "model/lstm/lstm_cell/bias:0", ["lstm_cell", "bias"]],
    ["inner", "deep/kernel", ["deep", "kernel"]],
    ["dense", "dense_2/kernel:0", ["dense_2", "kernel"]],
  ])("%s: the weight %s is %j", (layer, name, path) => expect(addressOf(layer, name)).toEqual(path));

  it.each([
    ["Conv2DTranspose", "conv2d_transpose"],
    ["LSTM", "lstm"],
    ["BatchNormalization", "batch_normalization"],
  ])("%s is stored as %s", (name, group) => expect(snakeCase(name)).toBe(group));

  const lambda = {
    class_name: "Lambda",
    config: { name: "sneaky", function: ["4wE=", null, null], function_type: "lambda" },
  };
  const architecture = {
    class_name: "Sequential",
    config: { name: "s", layers: [lambda] },
    keras_version: "2.9.0",
    backend: "tensorflow",
  };

  it("whose layer holds Python code is flagged", async () => {
    const artifact = await open(text(architecture), "model.json");
    expect(artifact.findings).toMatchObject([{ rule: "safety/unusual-global", path: "sneaky" }]);
  });

  it.each(["lambda.keras", "lambda.h5"])("whose layers call Python functions is flagged: %s by Keras", async (name) => {
    const artifact = await open(bytesOf(name), name);
    expect(artifact.complete).toBe(true);
    const said = Object.fromEntries(artifact.findings.map(({ rule, severity, path }) => [path, `${severity} ${rule}`]));
    expect(said).toEqual({ doubled: "warning safety/unusual-global", halved: "warning safety/unusual-global" });
    const message = (layer: string): string => artifact.findings.find(({ path }) => path === layer)?.message ?? "";
    expect(message("doubled")).toMatch(/^The layer doubled holds compiled Python code/);
    expect(message("halved")).toMatch(/^The layer halved is a Lambda/);
  });

  it("without weights is JSON that says what it is", async () => {
    const artifact = await open(text(architecture), "model.json");
    expect(artifact).toMatchObject({
      format: "json",
      framework: { name: "keras", version: "2.9.0", className: "Sequential" },
    });
    expect(artifact.facts.map(({ id }) => id)).toContain("keras.kind");
  });

  it("whose archive has no weights is shown without them", async () => {
    const bytes = forgeZip([
      { name: "config.json", content: text({ ...architecture, module: "keras" }) },
      { name: "metadata.json", content: text({ keras_version: "3.0.0" }) },
    ]);
    const artifact = await open(bytes, "m.keras");
    expect(artifact).toMatchObject({ format: "keras", complete: false, framework: { version: "3.0.0" } });
    expect(artifact.findings.map(({ rule }) => rule)).toContain("integrity/not-read");
  });

  it.each(["dense.keras", "dense.h5"])("%s, damaged, is shown with findings or refused", async (name) => {
    const damaged = mutator([bytesOf(name)], 99);
    for (let i = fuzzCount(60); i > 0; i--) {
      const outcome = await open(damaged.next(), name)
        .then(weightsOf)
        .catch((error: unknown) => error);
      if (outcome instanceof Error && !(outcome instanceof ArtifactError)) throw outcome;
    }
  });

  it("cut at every 177th byte is shown with a finding or refused", async () => {
    const whole = bytesOf("dense.keras");
    for (let length = 0; length < whole.length; length += 177) {
      const outcome = await open(whole.subarray(0, length), "dense.keras").catch((error: unknown) => error);
      const isTold = outcome instanceof ArtifactError || !(outcome as Artifact).complete;
      expect([length, isTold]).toEqual([length, true]);
    }
  });
});
