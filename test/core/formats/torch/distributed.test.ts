import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, rulesOf } from "../../../support/read-format.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";

// test/generate/torch_distributed_fixtures.py: what PyTorch 2.8 wrote from two processes.

const held = fixtureJson("torch/distributed/values.json") as Readonly<Record<string, string>>;
const FILES = [".metadata", "__0_0.distcp", "__1_0.distcp"];
const folder = Object.fromEntries(FILES.map((name) => [name, fixture(`torch/distributed/checkpoint/${name}`)]));
const metadata = folder[".metadata"] ?? new Uint8Array();

async function hexOf({ parameters }: Artifact, path: string): Promise<string> {
  const tensor = parameters.find((each) => each.path === path)?.tensor;
  if (tensor === undefined) return `none of ${parameters.map((each) => each.path).join(", ")}`;
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
}

describe("a folder of torch.distributed.checkpoint", () => {
  it("is one model by its metadata, what is cut along the first dimension put together", async () => {
    const artifact = await openBeside(".metadata", folder);
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["torch", true, []]);
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.shape])).toEqual([
      ["model.rows", [5, 3]],
      ["model.columns[0]", [2, 2]],
      ["model.columns[1]", [2, 2]],
      ["model.whole", [3]],
      ["step", []],
    ]);
    expect(await hexOf(artifact, "model.rows")).toBe(held["rows"]);
    expect(await hexOf(artifact, "model.whole")).toBe(held["whole"]);
    expect(await hexOf(artifact, "step")).toBe("0300000000000000");
    expect(artifact.values.find(({ path }) => path === "note")?.value).toBe("hello");
    const [left, right] = [await hexOf(artifact, "model.columns[0]"), await hexOf(artifact, "model.columns[1]")];
    const rows = [0, 1].map((row) => left.slice(row * 16, row * 16 + 16) + right.slice(row * 16, row * 16 + 16));
    expect(rows.join("")).toBe(held["columns"]);
  });

  it("says which file is not there", async () => {
    const artifact = await openBeside(".metadata", {
      ".metadata": metadata,
      "__0_0.distcp": folder["__0_0.distcp"] ?? metadata,
    });
    expect([artifact.complete, new Set(rulesOf(artifact))]).toEqual([false, new Set(["integrity/not-read"])]);
    expect(artifact.findings[0]?.message).toContain("__1_0.distcp is not beside it");
  });

  it("never does anything else when it is damaged", async () => {
    const mutants = mutator([metadata], 43);
    const wrong: unknown[] = [];
    for (let k = fuzzCount(150); k > 0; k--) {
      try {
        await openBeside(".metadata", { ...folder, ".metadata": mutants.next() });
      } catch (error) {
        if (!(error instanceof ArtifactError)) wrong.push(error);
      }
    }
    expect(wrong).toEqual([]);
    expect(await damagedCopies([metadata], 44, 50)).toEqual([]);
  });

  it("has files of which each alone is not complete", async () => {
    const artifact = await openBytes(folder["__1_0.distcp"] ?? metadata, "__1_0.distcp");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("is told from two archives of one length, of which the last one counts", async () => {
    const one = fixture("torch/new-checkpoint.pt");
    const artifact = await openBytes(concat(one, one), "two.pt");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect((await openBytes(one, "one.pt")).complete).toBe(true);
  });
});

describe("parameters of processes in one file", () => {
  it("are no danger: their classes are PyTorch's own", async () => {
    const artifact = await openBytes(fixture("torch/distributed/dtensor.pt"), "dtensor.pt");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["safety/unusual-global"]]);
    expect(
      artifact.imports.filter((use) => use.class !== "ordinary").map(({ module, name }) => `${module}.${name}`),
    ).toEqual(["torch.distributed.device_mesh.DeviceMesh"]);
    expect(await hexOf(artifact, "rows._local_tensor")).toBe(held["rows"]);
  });

  it("leave what else their modules have as dangerous as it was", async () => {
    const pickle = (module: string, name: string) => new TextEncoder().encode(`c${module}\n${name}\n(tR.`);
    for (const [module, name] of [
      ["torch.distributed.tensor", "os.system"],
      ["torch.distributed.checkpoint.filesystem", "FileSystem"],
      ["torch.distributed.checkpoint.metadata", "os"],
      ["torch.distributed", "init_process_group"],
      ["torch.nn.functional", "importlib"],
    ] as const)
      expect(rulesOf(await openBytes(pickle(module, name), "x.pkl"))).toContain("safety/dangerous-global");
  });
});

describe("integers of four bits in the form before 1.6", () => {
  it("are counted by their bytes, so that what follows is found", async () => {
    const artifact = await openBytes(fixture("torch/distributed/packed-stacked.pt"), "packed-stacked.pt");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(await hexOf(artifact, "nibbles.int_repr.packed")).toBe(held["nibbles"]);
    expect(await hexOf(artifact, "after")).toBe(held["after"]);
  });
});
