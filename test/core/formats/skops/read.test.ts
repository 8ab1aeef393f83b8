import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { attributesOf, classNameOf, dictGet, isNode, type ObjectNode } from "../../../../src/core/model/value.ts";
import { openArtifact, readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { corpusFiles, corpusFolder } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import { describeValue, elementsHex } from "../../../support/described-value.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

type Generation = "p0" | "p1" | "p2";
interface Expected {
  readonly skops: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly estimators: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
}

const file = (generation: Generation, name: string): string => testPath(`fixtures/skops/${generation}/${name}`);
const bytesOf = (generation: Generation, name: string): Uint8Array =>
  new Uint8Array(readFileSync(file(generation, name)));
const expectedOf = (generation: Generation): Expected =>
  JSON.parse(readFileSync(file(generation, "expected.json"), "utf8")) as Expected;
const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readArtifact(fromBytes(bytes, "m.skops"), nodeHost(), quietWork());
const open = (bytes: Uint8Array): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, "m.skops"), nodeHost(), quietWork());
const schema = (json: unknown): Uint8Array =>
  forgeZip([{ name: "schema.json", content: new TextEncoder().encode(JSON.stringify(json)) }]);
const state = (module: string, name: string, loader: string, more: object = {}): object => ({
  __class__: name,
  __module__: module,
  __loader__: loader,
  ...more,
});
const json = (value: unknown): object => state("builtins", "str", "JsonNode", { content: JSON.stringify(value) });
const objectOf = ({ root }: RawArtifact): ObjectNode => {
  if (!isNode(root) || root.kind !== "object") throw new Error("no object");
  return root;
};

describe.each(["p0", "p1", "p2"] as const)("files of skops, %s", (generation) => {
  const expected = expectedOf(generation);

  it.each(Object.entries(expected.values))("%s holds what Python says", async (name, wanted) => {
    const artifact = await read(bytesOf(generation, name));
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["skops", true, []]);
    expect(await describeValue(artifact.root)).toEqual(wanted);
  });

  it.each(Object.entries(expected.estimators))("%s has what was learned, at its address", async (name, wanted) => {
    await withArtifact(file(generation, name), async (artifact) => {
      expect([artifact.complete, artifact.findings]).toEqual([true, []]);
      expect(artifact.framework?.name).toBe("scikit-learn");
      expect(artifact.environment.find(({ id }) => id === "skops")?.value).toBe(expected.skops);
      for (const [address, { dtype, shape, hex }] of Object.entries(wanted)) {
        const tensor = artifact.parameters.find((each) => each.path === address)?.tensor;
        if (tensor === undefined) throw new Error(`${address} is not there`);
        expect([address, tensor.dtype.name, tensor.shape, await elementsHex(tensor)]).toEqual([
          address,
          dtype,
          shape,
          hex,
        ]);
      }
    });
  });

  it("knows every loader that it met", async () => {
    for (const name of readdirSync(testPath(`fixtures/skops/${generation}`)).filter((each) =>
      each.endsWith(".skops"),
    )) {
      const artifact = await read(bytesOf(generation, name));
      expect([name, artifact.complete, artifact.findings]).toEqual([name, true, []]);
    }
  });

  it("says which method would be taken of which object", async () => {
    const { imports } = await read(bytesOf(generation, "method.skops"));
    expect(imports).toContainEqual(
      expect.objectContaining({
        module: "sklearn.linear_model._logistic",
        name: "LogisticRegression.fit",
        class: "unusual",
      }),
    );
  });

  it("has a sparse matrix as its pickle would: parts by name, the shape a tuple", async () => {
    const root = objectOf(await read(bytesOf(generation, "sparse.skops")));
    expect(classNameOf(root)).toMatch(/^scipy\.sparse\..*csr_matrix$/);
    const attributes = attributesOf(root);
    if (attributes === undefined) throw new Error("no attributes");
    expect(dictGet(attributes, "_shape")).toEqual({ kind: "list", type: "tuple", items: [2n, 2n] });
    expect(dictGet(attributes, "data")).toMatchObject({ kind: "tensor", tensor: { shape: [2] } });
  });
});

describe("a skops file that somebody made", () => {
  it("would call what is dangerous in a pickle, and is flagged for it", async () => {
    for (const hostile of [
      state("os", "system", "ConstructorFromReduceNode", {
        content: state("builtins", "tuple", "TupleNode", { content: [json("id")] }),
      }),
      state("builtins", "eval", "FunctionNode"),
      state("builtins", "function", "FunctionNode", { content: { module_path: "os", function: "popen" } }),
      state("subprocess", "Popen", "DictNode", { content: {}, key_types: json(null) }),
      state("builtins", "exec", "FutureNode"),
    ]) {
      const { findings } = await open(schema(hostile));
      expect(findings.map(({ rule }) => rule)).toContain("safety/dangerous-global");
    }
  });

  it("has its unknown loaders named, and is not complete then", async () => {
    const artifact = await read(
      schema(state("builtins", "list", "ListNode", { content: [json(1), state("a", "B", "FutureNode")] })),
    );
    expect(artifact.complete).toBe(false);
    expect(artifact.findings).toMatchObject([{ rule: "integrity/not-read", evidence: { loader: "FutureNode" } }]);
    expect(artifact.root).toMatchObject({ kind: "list", items: [1n, { kind: "unread" }] });
  });

  it("refers to objects by id: also to itself, and not to what is not there", async () => {
    const cycle = await read(
      schema(
        state("builtins", "list", "ListNode", {
          __id__: 7,
          content: [state("builtins", "list", "CachedNode", { __id__: 7 })],
        }),
      ),
    );
    if (!isNode(cycle.root) || cycle.root.kind !== "list") throw new Error("no list");
    expect(cycle.root.items[0]).toBe(cycle.root);
    expect(cycle.complete).toBe(true);
    const lost = await read(schema(state("builtins", "list", "CachedNode", { __id__: 8 })));
    expect(lost).toMatchObject({ complete: false, findings: [{ rule: "integrity/corrupt" }] });
  });

  it("names members that are missing, and those that nothing refers to", async () => {
    const array = state("numpy", "ndarray", "NdArrayNode", { type: "numpy", file: "1.npy" });
    const bytes = forgeZip([
      { name: "schema.json", content: new TextEncoder().encode(JSON.stringify(array)) },
      { name: "2.npy", content: new Uint8Array(8) },
    ]);
    const { findings, complete, root } = await read(bytes);
    expect([complete, root]).toMatchObject([false, { kind: "unread" }]);
    expect(findings.map(({ rule }) => rule)).toEqual(["integrity/truncated", "integrity/not-read"]);
  });

  it.each<[string, object]>([
    [
      "an array of objects of another shape",
      state("numpy", "ndarray", "NdArrayNode", {
        type: "json",
        content: [json(1)],
        shape: state("builtins", "tuple", "TupleNode", { content: [json(2)] }),
      }),
    ],
    [
      "a value without a loader",
      { __class__: "list", __module__: "builtins", __loader__: "ListNode", content: [{ a: 1 }] },
    ],
    ["a plain value that is no JSON", state("builtins", "str", "JsonNode", { content: "{nope" })],
    ["a plain value that is no number", state("builtins", "str", "JsonNode", { content: "1,2" })],
    ["a dict without content", state("builtins", "dict", "DictNode")],
  ])("says what is wrong with %s", async (_name, root) => {
    const artifact = await read(schema(root));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/corrupt"]);
  });

  it("is not skops when its schema is another one", async () => {
    await expect(read(schema({ title: "a JSON schema" }))).rejects.toBeInstanceOf(ArtifactError);
  });

  it("keeps the classes of a dict's keys", async () => {
    const keys = ["int", "float", "bool", "NoneType", "str", "int64"];
    const types = state("builtins", "list", "ListNode", {
      content: keys.map((name) => state("builtins", name, "TypeNode")),
    });
    const content = { "7": json(1), "0.5": json(1), true: json(1), null: json(1), "8": json(1), "9": json(1) };
    // JSON.stringify puts integers first.
    const text = `{"__class__":"dict","__module__":"builtins","__loader__":"DictNode","key_types":${JSON.stringify(types)},"content":{${["7", "0.5", "true", "null", "8", "9"].map((key) => `"${key}":${JSON.stringify(content["7"])}`).join(",")}}}`;
    const artifact = await read(forgeZip([{ name: "schema.json", content: new TextEncoder().encode(text) }]));
    expect(artifact.root).toMatchObject({ kind: "dict", keys: [7n, 0.5, true, null, "8", 9n] });
  });
});

describe("a damaged skops file", () => {
  it("gives a view with a finding, or an error that says why, cut at every 7th byte", async () => {
    const { shown, refused } = await readCuts(bytesOf("p2", "columns.skops"), read);
    for (const { length, artifact } of shown) {
      expect(artifact.complete, `${length}`).toBe(false);
      expect(artifact.findings.length, `${length}`).toBeGreaterThan(0);
    }
    for (const { length, error } of refused) expect(error, `${length}`).toBeInstanceOf(ArtifactError);
    // 6,436 cuts, each opened whole: a minute on a slow machine.
  }, 240_000);

  it("never does anything but open or refuse, whatever is changed in it", async () => {
    const files = ["pipeline", "objects", "partial"].map((name) => bytesOf("p2", `${name}.skops`));
    expect(await surprises(files, read, { seed: 11, telling: '{}[]",:0' })).toEqual([]);
  });
});

const corpus = corpusFiles().filter(({ format }) => format === "skops");
if (corpus.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its skops files are not opened.");

describe.skipIf(corpus.length === 0)("skops files of the corpus", () => {
  it.each(corpus)("$path opens whole", async ({ path: name }) => {
    await withArtifact(path.join(corpusFolder() ?? "", name), (artifact) => {
      expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["skops", true, []]);
      expect(artifact.schema.classes).toEqual(["DrugY", "drugA", "drugB", "drugC", "drugX"]);
    });
  });
});
