import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { fixture, fixtureJson } from "../../../support/read-format.ts";
import { global, pickle, short } from "../../../support/pickle-builder.ts";

function npy(values: Float32Array): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117, " ");
  const head = [0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0, ...Buffer.from(`${header}\n`)];
  return Uint8Array.from([...head, ...new Uint8Array(values.buffer)]);
}

const names = (...all: readonly string[]): readonly (string | Uint8Array)[] => [
  "EMPTY_LIST",
  "MARK",
  ...all.map(short),
  "APPENDS",
];

/** Word2Vec {__numpys: [cum_table], __recursive_saveloads: [wv], wv: KeyedVectors {__numpys: [vectors]}}. */
const model = pickle(
  [global("gensim.models.word2vec", "Word2Vec"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
  [short("__numpys"), ...names("cum_table"), short("__scipys"), "EMPTY_LIST"],
  [short("__recursive_saveloads"), ...names("wv"), short("wv")],
  [global("gensim.models.keyedvectors", "KeyedVectors"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
  [short("__numpys"), ...names("vectors"), "SETITEMS", "BUILD"],
  ["SETITEMS", "BUILD", "STOP"],
);

async function open(beside: Readonly<Record<string, Uint8Array>>): Promise<Artifact> {
  const siblings = {
    own: "w2v.model",
    open: (name: string) => {
      const bytes = beside[name];
      return Promise.resolve(bytes === undefined ? undefined : fromBytes(bytes, name, 0));
    },
  };
  return openArtifact(fromBytes(model, "w2v.model", 0), nodeHost(), quietWork(), { siblings });
}

const VECTORS = Float32Array.of(1.5, -0, Number.NaN);

describe("arrays that gensim kept beside a model", () => {
  it("are put where they belong, those of inner objects too", async () => {
    const artifact = await open({
      "w2v.model.cum_table.npy": npy(Float32Array.of(7)),
      "w2v.model.wv.vectors.npy": npy(VECTORS),
    });
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const found = new Map(artifact.parameters.map(({ path, tensor }) => [path, tensor]));
    expect([...found.keys()].toSorted()).toEqual(["cum_table", "wv.vectors"]);
    const vectors = found.get("wv.vectors");
    if (vectors === undefined) return;
    expect([...(await readElements(vectors, 0, 3))]).toEqual([...new Uint8Array(VECTORS.buffer)]);
  });

  it("are not asked for where a model that was loaded is pickled as a whole, which still lists them", async () => {
    const whole = pickle(
      [global("gensim.models.ldamodel", "LdaModel"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
      [short("__numpys"), ...names("expElogbeta"), short("expElogbeta"), short("topics")],
      [
        short("__ignoreds"),
        ...names("state", "dispatcher"),
        short("state"),
        short("kept"),
        "SETITEMS",
        "BUILD",
        "STOP",
      ],
    );
    const artifact = await openArtifact(fromBytes(whole, "lda.pkl", 0), nodeHost(), quietWork());
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const found = new Map(artifact.values.map(({ path, value }) => [path, value]));
    expect([found.get("expElogbeta"), found.get("state"), found.get("dispatcher")]).toEqual(["topics", "kept", null]);
  });

  it("are named when they are not there, and the model is not complete", async () => {
    const artifact = await open({ "w2v.model.cum_table.npy": npy(Float32Array.of(7)) });
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule, message }) => [rule, message])).toEqual([
      ["integrity/not-read", expect.stringContaining("w2v.model.wv.vectors.npy")],
    ]);
  });

  it("are not taken from a file that is something else, or is cut", async () => {
    for (const bytes of [Uint8Array.of(1, 2, 3), npy(VECTORS).subarray(0, 130), pickle("NONE", "STOP")]) {
      const artifact = await open({ "w2v.model.cum_table.npy": bytes, "w2v.model.wv.vectors.npy": npy(VECTORS) });
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.map(({ message }) => message).join()).toContain("w2v.model.cum_table.npy");
    }
  });
});

interface Saved {
  readonly shape: readonly number[];
  readonly index: string;
  readonly norms: string;
}

describe("a sparse matrix that gensim kept beside an object", () => {
  const expected = fixtureJson("gensim/expected.json") as Readonly<Record<string, Saved>>;

  it.each(["plain.index", "packed.index.gz"])("is put together (%s), and what was not saved is None", async (name) => {
    const artifact = await openWith(name, (file) => fixture(`gensim/${file}`));
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const tensorOf = (path: string): TensorRef | undefined =>
      artifact.parameters.find((parameter) => parameter.path === path)?.tensor;
    const wanted = expected[name];
    const hex = async (path: string, count: number): Promise<string | undefined> => {
      const tensor = tensorOf(path);
      return tensor && toHex(await readElements(tensor, 0, count));
    };
    expect(tensorOf("index")).toMatchObject({ shape: wanted?.shape, sparse: { format: "csr" } });
    expect(await hex("index", 16)).toBe(wanted?.index);
    expect(await hex("norms", 3)).toBe(wanted?.norms);
    expect(artifact.values.find(({ path }) => path === "notes")?.value).toBeNull();
  });

  it.each(["plain.index.index.npy", "plain.index.index.indptr.npy"])(
    "is named where %s is missing",
    async (missing) => {
      const artifact = await openWith("plain.index", (file) =>
        file === missing ? undefined : fixture(`gensim/${file}`),
      );
      expect(artifact.complete).toBe(false);
      expect(artifact.findings.map(({ message }) => message).join()).toContain(missing);
    },
  );

  it("is not taken from a pickle that is something else", async () => {
    const artifact = await openWith("plain.index", (file) =>
      file === "plain.index.index.npy"
        ? pickle(global("os", "system"), short("true"), "TUPLE1", "REDUCE", "STOP")
        : fixture(`gensim/${file}`),
    );
    expect(artifact.complete).toBe(false);
  });
});

/** A fixture with those beside it that `find` gives. */
async function openWith(name: string, find: (file: string) => Uint8Array | undefined): Promise<Artifact> {
  const siblings = {
    own: name,
    open: (file: string) => {
      try {
        const bytes = find(file);
        return Promise.resolve(bytes === undefined ? undefined : fromBytes(bytes, file, 0));
      } catch {
        return Promise.resolve(undefined);
      }
    },
  };
  return openArtifact(fromBytes(fixture(`gensim/${name}`), name, 0), nodeHost(), quietWork(), { siblings });
}
