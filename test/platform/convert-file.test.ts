import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TargetId, TARGETS } from "../../src/core/convert/plan.ts";
import { planConversion } from "../../src/core/convert/plan-conversion.ts";
import { asArtifactError } from "../../src/core/errors.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { fingerprint } from "../../src/core/model/fingerprint.ts";
import type { Value } from "../../src/core/model/value.ts";
import { openArtifact } from "../../src/core/open.ts";
import { createWork, quietWork } from "../../src/core/work.ts";
import { type ConvertFileRequest, convertToFile } from "../../src/platform/node/convert-file.ts";
import { type FileSource, openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, tensorOf } from "../support/artifacts.ts";
import { noise } from "../support/bytes-builder.ts";
import { scalarDType } from "../../src/core/model/dtype.ts";

const host = nodeHost();
const work = quietWork();
const here = path.join(import.meta.dirname, "..");

let folder: string;
const opened: FileSource[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "loupe-convert-"));
});
afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(file: string): Promise<{ artifact: Artifact; source: FileSource }> {
  const source = await openFile(file);
  opened.push(source);
  return { artifact: await openArtifact(source, host, work), source };
}

function request(
  { artifact, source }: { artifact: Artifact; source?: FileSource },
  target: TargetId,
  more: Partial<ConvertFileRequest> = {},
): ConvertFileRequest {
  const outputPath = path.join(folder, `out.${target}`);
  return { artifact, ...(source && { source }), target, outputPath, overwrite: false, allowLoss: false, ...more };
}

/** What a person would compare: everything but where it was read from. */
async function meaningOf(artifact: Artifact): Promise<unknown> {
  return {
    fingerprint: await fingerprint(artifact.parameters, host, work),
    parameters: artifact.parameters.map(({ path: address, tensor, axes, origin }) => [
      address,
      tensor.shape,
      axes,
      origin,
    ]),
    values: artifact.values.map(({ path: address, role, isDefault }) => [address, role, isDefault]),
    estimators: artifact.estimators.map(({ path: address, className, version, schema }) => [
      address,
      className,
      version,
      schema,
    ]),
    imports: artifact.imports.map(({ module, name, role, class: kind }) => [module, name, role, kind]),
    findings: artifact.findings.map(({ rule, severity, path: address }) => [rule, severity, address]),
    framework: artifact.framework,
    schema: artifact.schema,
    complete: artifact.complete,
  };
}

const MODELS = [
  "sklearn/new/logistic.joblib",
  "sklearn/new/pipeline.pkl",
  "sklearn/new/tree.pkl",
  "sklearn/old/forest.joblib",
];

describe.each(TARGETS)("to %s", (target) => {
  it.each(MODELS)("%s becomes a file that means the same", async (name) => {
    const model = await open(path.join(here, "fixtures", name));
    const result = await convertToFile(request(model, target), host, work);
    const again = await open(path.join(folder, `out.${target}`));
    expect(await meaningOf(again.artifact)).toEqual(await meaningOf(model.artifact));
    expect(again.artifact.format).toBe(target);
    expect(result).toMatchObject({ target, losses: [], parameters: model.artifact.parameters.length });
    expect(result.byteLength).toBe(again.source.size);
    expect(result.fingerprint).toBe(await fingerprint(model.artifact.parameters, host, work));
    expect(result.elementsCompared).toBeGreaterThan(0);
    expect(again.artifact.facts).toContainEqual(
      expect.objectContaining({ id: "source.name", value: path.basename(name) }),
    );
    expect(await readdir(folder)).toEqual([`out.${target}`]);
  });

  it("the same source gives the same bytes", async () => {
    const model = await open(path.join(here, "fixtures/sklearn/new/logistic.joblib"));
    await convertToFile(request(model, target), host, work);
    const first = await readFile(path.join(folder, `out.${target}`));
    await convertToFile(request(model, target, { overwrite: true }), host, work);
    expect((await readFile(path.join(folder, `out.${target}`))).equals(first)).toBe(true);
  });

  it("a hostile pickle stays as suspicious as it is", async () => {
    const model = await open(path.join(here, "workspace/credit-risk/suspicious.pkl"));
    await convertToFile(request(model, target, { allowLoss: true }), host, work);
    const again = await open(path.join(folder, `out.${target}`));
    const dangers = (artifact: Artifact): unknown =>
      artifact.findings
        .filter(({ rule }) => rule.startsWith("safety/"))
        .map(({ rule, severity, message }) => [rule, severity, message.replace(/byte \d+/g, "byte")]);
    expect(dangers(model.artifact)).not.toEqual([]);
    expect(dangers(again.artifact)).toEqual(dangers(model.artifact));
  });

  it("from every target back to .model is the same again", async () => {
    const model = await open(path.join(here, "fixtures/sklearn/new/pipeline.pkl"));
    await convertToFile(request(model, target), host, work);
    const copy = await open(path.join(folder, `out.${target}`));
    const outputPath = path.join(folder, "again.model");
    await convertToFile(request(copy, "model", { outputPath }), host, work);
    expect(await meaningOf((await open(outputPath)).artifact)).toEqual(await meaningOf(model.artifact));
  });

  it("cancelled at any time leaves nothing behind", async () => {
    const model = await open(path.join(here, "fixtures/sklearn/new/tree.pkl"));
    const outcomes: string[] = [];
    for (let steps = 1; outcomes.at(-1) !== "done"; steps = Math.ceil(steps * 1.6)) {
      let left = steps;
      const signal = {
        get aborted(): boolean {
          return left-- <= 0;
        },
      };
      const impatient = createWork({ signal: signal as AbortSignal });
      const converting = convertToFile(request(model, target), host, impatient);
      outcomes.push(
        await converting.then(
          () => "done",
          (error: unknown) => asArtifactError(error, "converting").code,
        ),
      );
      expect(await readdir(folder)).toEqual(outcomes.at(-1) === "done" ? [`out.${target}`] : []);
    }
    expect([...new Set(outcomes)]).toEqual(["cancelled", "done"]);
    expect(outcomes.length).toBeGreaterThan(5);
  });
});

describe("what a conversion refuses", () => {
  const logistic = (): Promise<{ artifact: Artifact; source: FileSource }> =>
    open(path.join(here, "fixtures/sklearn/new/logistic.joblib"));

  it("to overwrite, unless it is told to", async () => {
    const model = await logistic();
    const outputPath = path.join(folder, "out.model");
    await writeFile(outputPath, "precious");
    await expect(convertToFile(request(model, "model"), host, work)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("exists already"),
    });
    expect(await readFile(outputPath, "utf8")).toBe("precious");
    await convertToFile(request(model, "model", { overwrite: true }), host, work);
    expect((await open(outputPath)).artifact.format).toBe("model");
  });

  it("to overwrite its own source with something that is not whole", async () => {
    const file = path.join(folder, "own.model");
    const model = await logistic();
    await convertToFile(request(model, "model", { outputPath: file }), host, work);
    const before = await readFile(file);
    const own = await open(file);
    await convertToFile(request(own, "model", { outputPath: file, overwrite: true }), host, work);
    const after = await open(file);
    expect(await meaningOf(after.artifact)).toEqual(await meaningOf(model.artifact));
    expect(before.length).toBeGreaterThan(100);
  });

  it("a loss that nobody agreed to", async () => {
    const root = dictOf({ w: arrayNode(tensorOf(scalarDType("bfloat16"), [4], noise(8, 1))) });
    const artifact = await artifactOf(root);
    await expect(convertToFile(request({ artifact }, "npz"), host, work)).rejects.toMatchObject({
      code: "refused",
      message:
        "Converting by-hand.pkl to npz would lose something: w is bfloat16, which numpy has no type for: npz holds it as float32, every value exactly. Allow it to go on.",
    });
    expect(await readdir(folder)).toEqual([]);
    const result = await convertToFile(request({ artifact }, "npz", { allowLoss: true }), host, work);
    expect(result.losses).toMatchObject([{ kind: "changed", path: "w" }]);
    const again = await open(path.join(folder, "out.npz"));
    expect(again.artifact.parameters[0]?.tensor.dtype.name).toBe("bfloat16");
  });

  it("an object graph that has no room, unless its loss is agreed to; parameters are carried all the same", async () => {
    const texts: Value = {
      kind: "list",
      type: "list",
      items: Array.from({ length: 34 }, () => "x".repeat(1024 * 1024)),
    };
    const weights = arrayNode(tensorOf(scalarDType("float32"), [4], noise(16, 3)));
    const artifact = await artifactOf(dictOf({ "a.b%": weights, again: weights, tolerance: 0.5, texts }));
    await expect(convertToFile(request({ artifact }, "safetensors"), host, work)).rejects.toMatchObject({
      code: "refused",
    });
    await convertToFile(request({ artifact }, "safetensors", { allowLoss: true }), host, work);
    const again = await open(path.join(folder, "out.safetensors"));
    expect(again.source.size).toBeLessThan(4000);
    expect(again.artifact.parameters.map(({ path: address }) => address)).toEqual(
      artifact.parameters.map(({ path: address }) => address),
    );
    expect(await fingerprint(again.artifact.parameters, host, work)).toBe(
      await fingerprint(artifact.parameters, host, work),
    );
  });

  it("a source that was cut, unless its loss is agreed to; then the copy says so too", async () => {
    const whole = await readFile(path.join(here, "fixtures/sklearn/new/tree.pkl"));
    const file = path.join(folder, "cut.pkl");
    await writeFile(file, whole.subarray(0, whole.length - 300));
    const cut = await open(file);
    expect(cut.artifact.complete).toBe(false);
    for (const target of TARGETS) {
      await expect(convertToFile(request(cut, target), host, work)).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("would lose something"),
      });
      await convertToFile(request(cut, target, { allowLoss: true }), host, work);
      const again = await open(path.join(folder, `out.${target}`));
      expect(again.artifact.complete).toBe(false);
      expect(again.artifact.findings).toContainEqual(
        expect.objectContaining({ rule: "integrity/truncated", severity: "error" }),
      );
    }
  });

  it("a folder that is not there, and says so", async () => {
    const model = await logistic();
    await expect(
      convertToFile(request(model, "json", { outputPath: path.join(folder, "no", "such.json") }), host, work),
    ).rejects.toMatchObject({ code: "not-found" });
  });

  it("an artifact that holds nothing", async () => {
    const artifact = await artifactOf(undefined);
    for (const target of TARGETS)
      await expect(planConversion(artifact, target, host, work)).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("holds nothing"),
      });
  });

  it("a source that changes while it is converted", async () => {
    // Larger than the page cache, so that not all of it was read when it was opened.
    const length = 24 * 1024 * 1024;
    const header = `{"w": {"dtype": "U8", "shape": [${length}], "data_offsets": [0, ${length}]}}`.padEnd(80);
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(80n);
    const file = path.join(folder, "changing.safetensors");
    await writeFile(file, Buffer.concat([start, Buffer.from(header), Buffer.alloc(length, 7)]));
    const model = await open(file);
    await model.source.close();
    await writeFile(file, "something else");
    await expect(convertToFile(request(model, "model"), host, work)).rejects.toMatchObject({ code: "changed" });
    expect(await readdir(folder)).toEqual(["changing.safetensors"]);
    expect((await stat(file)).size).toBe(14);
  });
});
