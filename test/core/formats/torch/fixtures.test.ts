import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../../src/core/convert/execute.ts";
import { planConversion } from "../../../../src/core/convert/plan-conversion.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../../fixtures/torch");

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

const files = ["old", "new"].flatMap((generation) => {
  const all: unknown = JSON.parse(readFileSync(path.join(FOLDER, `${generation}.json`), "utf8"));
  return Object.entries(all as Record<string, Record<string, Expected>>).map(([name, tensors]) => ({ name, tensors }));
});

const open = (name: string): Promise<Artifact> =>
  openArtifact(fromBytes(new Uint8Array(readFileSync(path.join(FOLDER, name))), name, 0), nodeHost(), quietWork());

async function tensorsOf({ parameters }: Artifact): Promise<Map<string, Expected>> {
  const found = new Map<string, Expected>();
  for (const { path: address, tensor } of parameters) {
    const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
    found.set(address, { dtype: tensor.dtype.name, shape: [...tensor.shape], hex: toHex(bytes) });
  }
  return found;
}

describe("files that PyTorch wrote", () => {
  it.each(files)("$name has every value under its address, bit for bit", async ({ name, tensors }) => {
    const artifact = await open(name);
    expect(artifact.complete).toBe(true);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(artifact.format).toBe(name.endsWith(".pkl") ? "pickle" : "torch");
    const found = await tensorsOf(artifact);
    expect(Object.fromEntries(Object.keys(tensors).map((address) => [address, found.get(address)]))).toEqual(tensors);
  });

  it.each(files.filter(({ name }) => /dtypes|views|state-dict|module|script/.test(name)))(
    "$name has no other parameters",
    async ({ name, tensors }) => {
      const { parameters } = await open(name);
      expect(parameters.map((each) => each.path).sort()).toEqual(Object.keys(tensors).sort());
    },
  );

  it.each(["old-module.pt", "new-module.pt", "new-module-stacked.pt"])(
    "%s tells its modules and their settings apart from what they learned",
    async (name) => {
      const { estimators, framework } = await open(name);
      expect(framework).toEqual({ name: "torch", className: "Net" });
      expect(estimators.map(({ path: address, className }) => `${address}:${className}`)).toEqual([
        ":Net",
        "features:Sequential",
        "features.0:Conv2d",
        "features.1:BatchNorm2d",
        "features.2:ReLU",
        "head:Linear",
      ]);
      const head = estimators.at(-1);
      expect(head?.hyperparameters).toContainEqual({ path: "head.in_features", role: "hyperparameter", value: 4n });
      expect(head?.fitted).toEqual(["head.weight"]);
    },
  );

  it.each(["safetensors", "npz", "json", "model"] as const)(
    "are converted to %s with what the format tells, and nothing is lost",
    async (target) => {
      for (const name of ["new-state-dict.pt", "new-module.pt", "new-quantised.pt", "new-views-stacked.pt"]) {
        const artifact = await open(name);
        const plan = await planConversion(artifact, target, nodeHost(), quietWork());
        const sink = new MemorySink();
        await executeConversion(artifact, plan, sink, nodeHost(), quietWork());
        const copy = await openArtifact(fromBytes(sink.bytes(), `copy.${target}`), nodeHost(), quietWork());
        expect(copy.framework).toEqual(artifact.framework);
        expect(await fingerprint(copy.parameters, nodeHost(), quietWork())).toBe(
          await fingerprint(artifact.parameters, nodeHost(), quietWork()),
        );
      }
    },
  );

  it("a state dict's module versions are metadata, not parameters", async () => {
    const { values, namedTensors } = await open("new-state-dict.pt");
    expect(namedTensors).toBe(true);
    expect(values.map(({ role }) => role)).toEqual(["metadata"]);
    const checkpoint = await open("new-checkpoint.pt");
    expect(checkpoint.namedTensors).toBe(false);
    expect(checkpoint.parameters.some(({ path: address }) => address.includes("_metadata"))).toBe(false);
  });

  it.each(["new-views.pt", "new-views-stacked.pt", "old-views.pt"])(
    "%s: its tensors are views of one storage where it lies",
    async (name) => {
      const { parameters } = await open(name);
      const transposed = parameters.find((each) => each.path === "transposed")?.tensor;
      expect([transposed?.shape, transposed?.strides]).toEqual([
        [6, 4],
        [4, 24],
      ]);
      expect(new Set(parameters.map(({ tensor }) => tensor.data)).size).toBe(1);
      expect(parameters[0]?.tensor.data.origin).toBeGreaterThan(0);
    },
  );

  it.each(files)("$name: only the user's own classes, and pickles within, are not ordinary", async ({ name }) => {
    const { imports } = await open(name);
    const others = imports.filter((use) => use.class !== "ordinary").map((use) => `${use.module}.${use.name}`);
    const expected = name.endsWith(".pkl") ? "torch.storage._load_from_bytes" : "__main__.Net";
    expect(others.filter((each) => each !== expected)).toEqual([]);
  });
});
