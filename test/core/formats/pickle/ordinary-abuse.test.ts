import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import * as build from "../../../support/pickle-builder.ts";
import { openBytes } from "../../../support/read-format.ts";
import { readPickle } from "../../../support/read-pickle.ts";

/** Names that models always have, put together so that they do more than a model needs. */

type Parts = build.Parts;
const of = build.stackGlobal;
const text = build.short;
const called = (module: string, name: string, ...args: Parts): Parts => [
  of(module, name),
  "MARK",
  ...args,
  "TUPLE",
  "REDUCE",
];
const made = (module: string, name: string): Parts => [of(module, name), "EMPTY_TUPLE", "NEWOBJ"];
const dict = (entries: Readonly<Record<string, Parts | string | null>>): Parts => [
  "EMPTY_DICT",
  "MARK",
  ...Object.entries(entries).flatMap(([key, value]): Parts => {
    const given: Parts = typeof value === "string" ? [text(value)] : (value ?? ["NONE"]);
    return [text(key), ...given];
  }),
  "SETITEMS",
];
const open = (...parts: Parts): Promise<Artifact> => openBytes(build.pickle("PROTO 4", ...parts, "STOP"), "m.pkl");

/** The worst that is said of safety. */
async function worst(...parts: Parts): Promise<string | undefined> {
  const { findings } = await open(...parts);
  const said = findings.filter(({ rule }) => rule.startsWith("safety/")).map(({ severity }) => severity);
  return ["error", "warning", "info"].find((severity) => said.some((each) => each === severity));
}

const NORM = of("scipy.stats._continuous_distns", "norm_gen");
const TEMPLATE = dict({ _parse_arg_template: "import os\nos.system('id')" });
const HELPER = of("acme.tools", "helper");
const RUNNER = of("acme.tools", "Runner");

describe("a text that a class runs with its state", () => {
  it.each<[string, Parts]>([
    ["newObj of scikit-learn", called("sklearn.neighbors._dist_metrics", "newObj", NORM)],
    ["newObj of hdbscan", called("hdbscan.dist_metrics", "newObj", NORM)],
    ["new_object of scipy", called("scipy.spatial.ckdtree", "new_object", NORM)],
    ["_new_Index of pandas", called("pandas.core.indexes.base", "_new_Index", NORM, "EMPTY_DICT")],
    ["_mareconstruct of numpy", called("numpy.ma.core", "_mareconstruct", NORM, of("numpy", "ndarray"))],
    ["__bit_generator_ctor of numpy", called("numpy.random._pickle", "__bit_generator_ctor", NORM)],
    ["its class alone", made("river.stats.own", "Distribution")],
  ])("is dangerous where %s makes the object", async (_name, object) => {
    expect(await worst(...object, ...TEMPLATE, "BUILD")).toBe("error");
  });

  it("is dangerous where a function of PyTorch sets the state", async () => {
    const args: Parts = [NORM, NORM, "EMPTY_TUPLE", ...TEMPLATE];
    expect(await worst(...called("torch._tensor", "_rebuild_from_type_v2", ...args))).toBe("error");
  });
});

describe("functions that call what they are given", () => {
  const through: readonly [string, Parts][] = [
    ["numpy's generators", called("numpy.random._pickle", "__generator_ctor", text("id"), HELPER)],
    ["numpy's older generators", called("numpy.random._pickle", "__randomstate_ctor", text("id"), HELPER)],
    ["numpy's bit generators", called("numpy.random._pickle", "__bit_generator_ctor", RUNNER)],
    [
      "PyTorch's tensors of other classes",
      called("torch._tensor", "_rebuild_from_type", HELPER, of("torch", "Tensor"), text("id"), "TUPLE1", "NONE"),
    ],
    ["pandas' indexes", called("pandas.core.indexes.base", "_new_Index", RUNNER, ...dict({ cmd: "id" }))],
    ["copyreg", called("copyreg", "_reconstructor", RUNNER, RUNNER, text("id"))],
    ["an optimiser of scipy", called("scipy.optimize._differentiable_functions", "ScalarFunction", HELPER, text("x"))],
  ];
  it.each(through)("are calls of it: %s", async (_name, parts) => {
    const { imports } = await open(...parts);
    expect(imports?.filter(({ module }) => module === "acme.tools").every(({ role }) => role === "call")).toBe(true);
    expect(await worst(...parts)).toBe("warning");
  });

  it("are dangerous with code for an argument, or what copyreg makes of a program", async () => {
    const code: Parts = [HELPER, of("torch", "Tensor"), text("__import__('os')"), "TUPLE1", "NONE"];
    expect(await worst(...called("torch._tensor", "_rebuild_from_type_v2", ...code))).toBe("error");
    const mallet = of("gensim.models.wrappers.ldamallet", "LdaMallet");
    expect(await worst(...called("copyreg", "_reconstructor", mallet, mallet, text("/bin/x")))).toBe("error");
  });

  it("that call one another without end are not followed without end", async () => {
    const rebuild = of("torch._tensor", "_rebuild_from_type_v2");
    const list: Parts = ["EMPTY_LIST", "MEMOIZE", "MARK", rebuild, "NONE", "BINGET 0", "NONE", "APPENDS"];
    expect(await worst(rebuild, "MARK", rebuild, "NONE", ...list, "NONE", "TUPLE", "REDUCE")).toBe("error");
  });

  it("are ordinary with what libraries give them", async () => {
    const generator = called(
      "numpy.random._pickle",
      "__generator_ctor",
      text("PCG64"),
      of("numpy.random._pickle", "__bit_generator_ctor"),
    );
    expect(await worst(...generator)).toBeUndefined();
    const pcg = of("numpy.random._pcg64", "PCG64");
    expect(await worst(...called("numpy.random._pickle", "__bit_generator_ctor", pcg))).toBeUndefined();
    const old = called(
      "copyreg",
      "_reconstructor",
      of("sklearn.svm._classes", "SVC"),
      of("builtins", "object"),
      "NONE",
    );
    expect(await worst(...old)).toBeUndefined();
    expect(await worst(...called("collections", "defaultdict", HELPER))).toBe("info");
  });
});

describe("classes that open what they are given", () => {
  it.each([
    ["gensim.corpora.bleicorpus", "BleiCorpus"],
    ["gensim.corpora.mmcorpus", "MmCorpus"],
    ["gensim.corpora.indexedcorpus", "IndexedCorpus"],
    ["gensim.matutils", "MmWriter"],
    ["gensim.models.word2vec", "LineSentence"],
    ["gensim.similarities.docsim", "Shard"],
    ["optuna.study.study", "Study"],
  ])("%s.%s is dangerous to call with a name, and ordinary to give a state", async (module, name) => {
    expect(await worst(...called(module, name, text("http://host/x")))).toBe("error");
    const base = of(module, name);
    expect(await worst(...called("copyreg", "_reconstructor", base, base, text("http://host/x")))).toBe("error");
    expect(await worst(...made(module, name), ...dict({ fname: "corpus.mm" }), "BUILD")).toBeUndefined();
  });

  it.each<[string, Parts]>([
    ["a folder before it", dict({ auto: ["NEWTRUE"], name: null, prefix: "/etc/cron.d/x", suffix: "" })],
    ["a folder above", dict({ auto: ["NEWTRUE"], name: null, prefix: "../x", suffix: ".py" })],
    ["a file to be deleted", dict({ auto: ["NEWTRUE"], name: "/home/me/thesis" })],
    ["pairs for a state", [...called("collections", "OrderedDict")]],
  ])("a file of sklearn-crfsuite with %s is dangerous", async (_name, state) => {
    expect(await worst(...made("sklearn_crfsuite._fileresource", "FileResource"), ...state, "BUILD")).toBe("error");
  });

  it("a file of sklearn-crfsuite as it is written is none", async () => {
    const state = dict({ auto: ["NEWTRUE"], name: null, prefix: "model", suffix: ".crfsuite" });
    expect(await worst(...made("sklearn_crfsuite._fileresource", "FileResource"), ...state, "BUILD")).toBeUndefined();
  });

  it.each(["/tmp/x.npy", "\\\\host\\share\\x.npy", "../x.npy", "C:x.npy"])(
    "an array of an old joblib is dangerous in %s",
    async (filename) => {
      const wrapper = made("joblib.numpy_pickle_compat", "NDArrayWrapper");
      const state = dict({ filename, subclass: [of("numpy", "ndarray")] });
      expect(await worst(...wrapper, ...state, "BUILD")).toBe("error");
      const beside = dict({ filename: "model.pkl_01.npy", subclass: [of("numpy", "ndarray")] });
      expect(await worst(...wrapper, ...beside, "BUILD")).toBeUndefined();
    },
  );
});

describe("objects of the process and texts of expressions", () => {
  it("a logger is ordinary, and dangerous to give a state", async () => {
    const logger = called("logging", "getLogger", text("x"));
    expect(await worst(...logger)).toBeUndefined();
    expect(await worst(...logger, ...dict({ disabled: ["NEWTRUE"] }), "BUILD")).toBe("error");
  });

  it.each<[string, string, string, (evaluated: string) => Parts]>([
    ["sklearn2pmml.ensemble", "SelectFirstClassifier", "steps", (t) => [text("a"), "NONE", text(t), "TUPLE3"]],
    ["sklearn2pmml.ruleset", "RuleSetClassifier", "rules", (t) => [text(t), text("yes"), "TUPLE2"]],
    ["sktime.forecasting.compose._fhplex", "FhPlexForecaster", "fh_params", (t) => [text(t)]],
  ])("%s.%s evaluates its %s", async (module, name, key, item) => {
    const list = (t: string): Parts => (key === "fh_params" ? item(t) : ["EMPTY_LIST", ...item(t), "APPEND"]);
    const state = (t: string): Parts => [...made(module, name), ...dict({ [key]: list(t) }), "BUILD"];
    expect(await worst(...state("__import__('os').system('id')"))).toBe("error");
    expect(await worst(...state("X[0] > 3"))).toBeUndefined();
  });

  it.each([
    ["skmultilearn.ext.meka", "Meka"],
    ["sklearn2pmml.h2o", "H2OEstimatorProxy"],
    ["torch.ao.quantization.fx.graph_module", "FusedGraphModule"],
  ])("%s.%s starts programs, fetches or runs what it holds: not ordinary", async (module, name) => {
    expect(await worst(...made(module, name), ...dict({ a: "b" }), "BUILD")).toBe("warning");
  });
});

describe("settings of a trainer", () => {
  const said = async (...parts: Parts): Promise<(string | undefined)[]> =>
    ((await readPickle(build.pickle("PROTO 4", ...parts, "STOP"))).imports ?? []).map((use) => use.class);

  it.each([
    ["transformers.training_args", "TrainingArguments"],
    ["transformers.training_args_seq2seq", "Seq2SeqTrainingArguments"],
    ["sentence_transformers.training_args", "SentenceTransformerTrainingArguments"],
    ["trl.trainer.sft_config", "SFTConfig"],
    ["transformers.models.bert.configuration_bert", "BertConfig"],
    ["accelerate.state", "PartialState"],
  ])("%s %s is ordinary with its state, and dangerous where loading makes one anew of a text", async (module, name) => {
    const state: Parts = ["EMPTY_DICT", text("output_dir"), text("out"), "SETITEM", "BUILD"];
    expect(await said(of(module, name), "EMPTY_TUPLE", "NEWOBJ", ...state)).toEqual(["ordinary"]);
    const anew = await said(of(module, name), text("tcp://10.0.0.1:1"), "TUPLE1", "REDUCE");
    expect(anew).toContain("dangerous");
  });
});
