import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Siblings } from "../../../../src/core/bytes/siblings.ts";
import { type ByteSource, fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { run } from "../../../cli/command-line.ts";
import { readCuts } from "../../../support/cuts.ts";
import * as build from "../../../support/pickle-builder.ts";
import { damagedCopies, elementsHex, fixture, fixtureJson, rulesOf } from "../../../support/read-format.ts";

const fixtures = path.resolve(import.meta.dirname, "../../../fixtures/mlflow");
const expected = fixtureJson("mlflow/expected.json") as { coef_: string; intercept_: string; features: string[] };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const dict = build.pickle("PROTO 4", "EMPTY_DICT", build.short("a"), "BININT1 1", "SETITEM", "STOP");
const attack = build.pickle(
  "PROTO 4",
  build.stackGlobal("os", "system"),
  build.short("id"),
  "TUPLE1",
  "REDUCE",
  "STOP",
);

/** A folder in memory. */
function folder(files: Readonly<Record<string, Uint8Array | ArtifactError>>): Siblings {
  const open = async (name: string): Promise<ByteSource | undefined> => {
    const file = files[name];
    if (file instanceof ArtifactError) throw file;
    return file === undefined ? undefined : fromBytes(file, name);
  };
  return { own: "MLmodel", open, openBelow: open };
}

const open = (text: string, files: Readonly<Record<string, Uint8Array | ArtifactError>> = {}): Promise<Artifact> =>
  openArtifact(fromBytes(bytesOf(text), "MLmodel", 0), nodeHost(), quietWork(), { siblings: folder(files) });

const pyfunc = (rest: string): string =>
  `flavors:\n  python_function:\n    loader_module: mlflow.pyfunc.model\n${rest}mlflow_version: 2.1.0\n`;

const temporary = mkdtempSync(path.join(os.tmpdir(), "model-loupe-mlflow-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe("a model as mlflow.sklearn saves it", () => {
  it("is one artifact with the values of its pickle", async () => {
    const files = Object.fromEntries(
      ["model.pkl", "conda.yaml", "python_env.yaml", "requirements.txt"].map((name) => [
        name,
        fixture(`mlflow/ridge/${name}`),
      ]),
    );
    const artifact = await open(new TextDecoder().decode(fixture("mlflow/ridge/MLmodel")), files);
    expect(artifact).toMatchObject({
      format: "mlflow",
      complete: true,
      framework: { name: "scikit-learn", version: "1.9.1", className: "Ridge" },
      schema: { features: expected.features, featureCount: 3, outputs: ["risk"] },
      findings: [],
    });
    const coef = artifact.parameters.find(({ path: name }) => name === "coef_");
    expect((await elementsHex(coef?.tensor as never)).join("")).toBe(expected.coef_);
    expect(artifact.environment.map(({ id, value }) => `${id} ${value}`)).toEqual(
      expect.arrayContaining(["python 3.11.7", "requires.scikit-learn ==1.9.1", "requires.numpy any version"]),
    );
    expect(artifact.facts.map(({ id, value }) => `${id} ${value}`)).toEqual(
      expect.arrayContaining([
        "mlflow.version 2.22.0",
        "mlflow.flavor.sklearn sklearn 1.9.1",
        "mlflow.loader mlflow.sklearn",
        "mlflow.input.2 late 90d: double (optional)",
        "mlflow.output.0 risk: double",
        "mlflow.param.0 temperature: double = 0.5",
      ]),
    );
    expect(artifact.values.filter(({ role }) => role === "metadata").map(({ path: name }) => name)).toEqual([
      "__metadata__.owner",
      "__metadata__.threshold",
    ]);
  });

  it("opens by its folder, and is one side of a comparison", async () => {
    const { code, out } = await run(fixtures, "inspect", "ridge", "--json");
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { format: "mlflow", complete: true, framework: { className: "Ridge" } },
    ]);
    cpSync(path.join(fixtures, "ridge"), path.join(temporary, "next"), { recursive: true });
    const pickle = readFileSync(path.join(fixtures, "ridge/model.pkl"));
    const at = pickle.indexOf(Buffer.from(expected.coef_, "hex"));
    pickle.writeDoubleLE(9, at + 8);
    writeFileSync(path.join(temporary, "next/model.pkl"), pickle);
    const diff = await run(temporary, "diff", path.join(fixtures, "ridge"), "next", "--json");
    const { entries } = JSON.parse(diff.out) as {
      entries: { path: string; verdict: string; stats?: { changed: number } }[];
    };
    expect(entries.filter(({ verdict }) => verdict !== "identical")).toMatchObject([
      { path: "coef_", stats: { changed: 1 } },
    ]);
  });

  it("follows no link out of its folder", async () => {
    cpSync(path.join(fixtures, "ridge"), path.join(temporary, "linked"), { recursive: true });
    const pickle = path.join(temporary, "linked/model.pkl");
    unlinkSync(pickle);
    symlinkSync(path.join(fixtures, "ridge/model.pkl"), pickle);
    const { out } = await run(temporary, "inspect", "linked", "--json");
    expect(JSON.parse(out)).toMatchObject({ complete: false, findings: [{ rule: "integrity/not-read" }] });
  });
});

describe("files that flavors name", () => {
  it("may lie in a folder below", async () => {
    const flavors = "flavors:\n  pytorch:\n    model_data: data\n    pytorch_version: 2.1.0\nrun_id: x\n";
    const isFolder = new ArtifactError("not-recognised", "data is a folder");
    const below = { "data/model.pth": dict };
    expect(await open(flavors, below)).toMatchObject({ complete: true, root: { keys: ["a"] } });
    expect(await open(flavors, { ...below, data: isFolder })).toMatchObject({ complete: true, root: { keys: ["a"] } });
  });

  it("are read under their paths where there are several", async () => {
    const text = pyfunc(
      "    python_model: python_model.pkl\n    artifacts:\n      w: {path: artifacts/w.pkl, uri: x}\n",
    );
    const artifact = await open(text, { "python_model.pkl": dict, "artifacts/w.pkl": attack });
    expect(artifact.root).toMatchObject({ keys: ["python_model.pkl", "artifacts/w.pkl"] });
    const found = artifact.findings.filter(({ rule }) => rule === "safety/dangerous-global");
    expect(found).toMatchObject([{ severity: "error" }]);
    expect(found[0]?.range).toBeUndefined();
  });

  it.each(["../model.pkl", "/etc/passwd", "a/../../b", "C:\\model.pkl", "a//b"])(
    "%s is not looked at",
    async (name) => {
      const artifact = await open(pyfunc(`    model_path: '${name}'\n`), { [name]: dict });
      expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
      expect(artifact.findings[0]?.message).toContain("does not lie in the folder");
    },
  );

  it("are named where they are missing, or no model", async () => {
    const missing = await open(pyfunc("    model_path: model.pkl\n"));
    expect([missing.complete, missing.findings[0]?.message]).toEqual([
      false,
      expect.stringContaining("it is not there"),
    ]);
    const text = await open(pyfunc("    model_path: model.pkl\n"), { "model.pkl": bytesOf("hello world\n") });
    expect([text.complete, text.findings[0]?.message]).toEqual([false, expect.stringContaining("hello world")]);
    const alone = await openArtifact(
      fromBytes(bytesOf(pyfunc("    model_path: m\n")), "MLmodel"),
      nodeHost(),
      quietWork(),
    );
    expect([alone.complete, alone.findings[0]?.message]).toEqual([false, expect.stringContaining("no folder")]);
    const below = await open(pyfunc("    data: d\n"), { "d/model.pth": bytesOf("PK\u0003\u0004") });
    expect([below.complete, rulesOf(below)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("that name the MLmodel itself come to an end", async () => {
    const text = pyfunc("    model_path: MLmodel\n");
    const artifact = await open(text, { MLmodel: bytesOf(text) });
    expect(artifact.complete).toBe(false);
  });
});

describe("what loading would import", () => {
  it("is ordinary for MLflow's own flavors, and said for other code", async () => {
    const own = await open(pyfunc("    model_path: model.pkl\n"), { "model.pkl": dict });
    expect([own.imports, rulesOf(own)]).toMatchObject([[{ module: "mlflow.pyfunc.model", class: "ordinary" }], []]);
    const other = await open(
      "flavors:\n  python_function:\n    loader_module: mine.loader\n    code: code\n    data: m.pkl\n",
      {
        "m.pkl": dict,
      },
    );
    expect(rulesOf(other)).toEqual(["safety/unusual-global", "safety/unusual-global"]);
    expect(other.findings.every(({ severity }) => severity === "warning")).toBe(true);
    const script = await open(pyfunc("    model_path: model.pkl\n    model_code_path: model.py\n"), {
      "model.pkl": dict,
    });
    expect(script.findings).toMatchObject([{ rule: "safety/unusual-global", evidence: { code: "model.py" } }]);
    const dangerous = await open("flavors:\n  python_function:\n    loader_module: os\n    data: m.pkl\n", {
      "m.pkl": dict,
    });
    expect(rulesOf(dangerous)).toContain("safety/dangerous-global");
  });
});

describe("signatures", () => {
  const signed = (inputs: string, outputs = "[]"): Promise<Artifact> =>
    open(`${pyfunc("    model_path: model.pkl\n")}signature:\n  inputs: '${inputs}'\n  outputs: '${outputs}'\n`, {
      "model.pkl": dict,
    });

  it.each<[string, object, string[]]>([
    [
      '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 4]}}]',
      { featureCount: 4 },
      ["float32 [-1, 4]"],
    ],
    ['[{"type": "double"}, {"type": "long"}]', { featureCount: 2 }, ["double", "long"]],
    ['[{"name": 0, "type": "double"}]', { features: ["0"], featureCount: 1 }, ["0: double"]],
    [
      '[{"name": "x", "type": {"type": "array", "items": {"type": "double"}}}]',
      { features: ["x"] },
      ["x: array of double"],
    ],
    ["not json", {}, []],
    ["{}", {}, []],
    ['[1, "a", {}]', { featureCount: 1 }, ["?"]],
  ])("%s", async (inputs, schema, facts) => {
    const artifact = await signed(inputs);
    expect(artifact.schema).toMatchObject(schema);
    expect(artifact.facts.filter(({ label }) => label === "Input").map(({ value }) => value)).toEqual(facts);
  });
});

describe("what is wrong", () => {
  const text = new TextDecoder().decode(fixture("mlflow/ridge/MLmodel"));

  it("a cut at any byte opens or is refused with a reason", async () => {
    const { refused } = await readCuts(bytesOf(text), (bytes) => open(new TextDecoder().decode(bytes)));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("damaged copies open or are refused, soon", async () => {
    expect(await damagedCopies([bytesOf(text), fixture("mlflow/ridge/conda.yaml")], 815, 200)).toEqual([]);
  });

  it("an MLmodel whose flavors are no map is no MLflow model", async () => {
    const artifact = await open("flavors:\n  - loader_module: x\nrun_id: 1\n");
    expect(artifact.format).toBe("yaml");
  });
});
