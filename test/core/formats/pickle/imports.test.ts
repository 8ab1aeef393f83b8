import { describe, expect, it } from "vitest";
import { classify } from "../../../../src/core/formats/pickle/classify.ts";
import * as build from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const importsOf = async (...parts: build.Parts) => (await readPickle(build.pickle(...parts, "STOP"))).imports ?? [];
const seen = async (...parts: build.Parts): Promise<string[]> =>
  (await importsOf(...parts)).map((use) => `${use.class} ${use.role} ${use.module} ${use.name}`);

describe("every way to import", () => {
  it("is recorded with its place and with what is done to it", async () => {
    const uses = await importsOf(
      ["PROTO 4", "MARK", build.global("a", "Named"), build.stackGlobal("b", "Called"), "EMPTY_TUPLE", "REDUCE"],
      [build.global("c", "Made"), "EMPTY_TUPLE", "NEWOBJ", "MARK", build.inst("d", "Instance")],
      ["MARK", build.global("e", "Object"), "OBJ", build.global("f", "Kept"), "EMPTY_TUPLE", "EMPTY_DICT", "NEWOBJ_EX"],
      ["EXT1 9", "TUPLE"],
    );
    expect(uses.map(({ module, name, role }) => [module, name, role])).toEqual([
      ["a", "Named", "import"],
      ["b", "Called", "call"],
      ["c", "Made", "call"],
      ["d", "Instance", "call"],
      ["e", "Object", "call"],
      ["f", "Kept", "call"],
      ["copyreg", "_extension_registry[9]", "import"],
    ]);
    expect(uses.map(({ offset }) => offset)).toEqual([3, 23, 26, 37, 50, 61, 72]);
  });

  it("through the memo is one import that is called", async () => {
    expect(await seen(build.global("os", "system"), "PUT 0", "POP", "GET 0", "EMPTY_TUPLE", "REDUCE")).toEqual([
      "dangerous call os system",
    ]);
  });

  it("in a later pickle of the file counts", async () => {
    const uses = await importsOf("PROTO 2", "NONE", "STOP", "PROTO 2", build.global("nt", "system"));
    expect(uses).toMatchObject([{ module: "nt", class: "dangerous" }]);
  });

  it("in bytes that loading would unpickle counts, however deep", async () => {
    const inner = build.pickle(build.global("os", "system"), build.short("id"), "TUPLE1", "REDUCE", "STOP");
    const middle = build.pickle(
      build.global("torch.storage", "_load_from_bytes"),
      build.bytes(inner),
      "TUPLE1",
      "REDUCE",
      "STOP",
    );
    expect(
      await seen(build.global("torch.storage", "_load_from_bytes"), build.bytes(middle), "TUPLE1", "REDUCE"),
    ).toEqual([
      "unusual call torch.storage _load_from_bytes",
      "unusual call torch.storage _load_from_bytes",
      "dangerous call os system",
    ]);
  });

  it("in bytes that are unpickled again and again is looked for once", async () => {
    const loads = [build.global("pickle", "loads"), "GET 0", "REDUCE", "POP"];
    const inner = build.pickle(
      "MARK",
      build.raw(new Uint8Array(100_000).fill(0x4e)),
      build.global("a", "b"),
      "TUPLE",
      "STOP",
    );
    const many = build.pickle(Array.from({ length: 2000 }, () => build.pickle(loads)));
    const uses = await importsOf(build.bytes(inner), "TUPLE1", "PUT 0", many);
    expect(uses.filter((use) => use.module === "a")).toHaveLength(1);
  });

  it("whose name the file computes itself is dangerous", async () => {
    const computed = build.pickle(build.global("builtins", "str"), "EMPTY_TUPLE", "REDUCE");
    expect(await seen("PROTO 4", computed, build.short("system"), "STACK_GLOBAL")).toContain(
      "dangerous import (computed) system",
    );
    // A constant of some module may be the string.
    expect(await seen("PROTO 4", build.global("a", "NAME"), build.short("b"), "STACK_GLOBAL")).toContain(
      "dangerous import (computed) b",
    );
  });

  it("by a function of numpy that imports by name counts as an import of that name", async () => {
    const reconstruct = build.global("numpy.core", "_ufunc_reconstruct");
    const by = (module: string, name: string) => [
      reconstruct,
      build.short(module),
      build.short(name),
      "TUPLE2",
      "REDUCE",
    ];
    expect(await seen(by("numpy.core._multiarray_umath", "log10"))).toEqual([
      "ordinary call numpy.core _ufunc_reconstruct",
      "ordinary import numpy.core._multiarray_umath log10",
    ]);
    expect(await seen(by("os", "system"))).toContain("dangerous import os system");
  });

  it("that loading would alter is dangerous: it is the process's own", async () => {
    const target = build.global("torch", "nn");
    expect(await seen("PROTO 2", target, "EMPTY_DICT", "BUILD")).toEqual(["dangerous call torch nn"]);
    expect(await seen("PROTO 2", target, build.short("x"), "NONE", "SETITEM")).toEqual(["dangerous call torch nn"]);
    expect(await seen("PROTO 2", target, "NONE", "APPEND")).toEqual(["dangerous call torch nn"]);
    expect(await seen("PROTO 2", target, "MARK", "NONE", "ADDITEMS")).toEqual(["dangerous call torch nn"]);
  });
});

describe("judging a name", () => {
  const dangerous: [string, string][] = [
    ["os", "system"],
    ["posix", "system"],
    ["nt", "popen"],
    ["subprocess", "Popen"],
    ["os.path", "os.system"],
    ["builtins", "eval"],
    ["__builtin__", "execfile"],
    ["builtins", "getattr"],
    ["builtins", "eval.__call__"],
    ["os", "system.__call__"],
    ["torch", "serialization.os.system"],
    ["numpy", "f2py.os.popen"],
    ["shutil", "os"],
    ["logging", "os"],
    ["six.moves.builtins", "eval"],
    ["importlib", "import_module"],
    ["importlib._bootstrap", "_gcd_import"],
    ["runpy", "_run_code"],
    ["pickle", "loads"],
    ["marshal", "loads"],
    ["types", "FunctionType"],
    ["types", "CodeType"],
    ["operator", "attrgetter"],
    ["numba.cloudpickle.cloudpickle", "_make_function"],
    ["pyspark.cloudpickle.cloudpickle", "subimport"],
    ["joblib.externals.cloudpickle.cloudpickle_fast", "_function_setstate"],
    ["pathlib", "Path.rename"],
    ["joblib.memory", "MemorizedFunc"],
    ["_operator", "methodcaller"],
    ["pty", "spawn"],
    ["ctypes", "CDLL"],
    ["webbrowser", "open"],
    ["asyncio.subprocess", "create_subprocess_shell"],
    ["asyncio.unix_events", "_UnixSubprocessTransport._start"],
    ["numpy.testing._private.utils", "runstring"],
    ["numpy.f2py.crackfortran", "myeval"],
    ["numpy", "load"],
    ["pip", "main"],
    ["cProfile", "run"],
    ["timeit", "timeit"],
    ["pdb", "run"],
    ["code", "interact"],
    ["bdb", "Bdb.run"],
    ["doctest", "debug_script"],
    ["joblib", "load"],
    ["sklearn.externals.joblib.numpy_pickle", "load"],
    ["pandas", "eval"],
    ["pandas.core.computation.eval", "eval"],
    ["torch", "load"],
    ["torch.hub", "load"],
    ["torch.jit.unsupported_tensor_ops", "execWrapper"],
    ["somewhere.unknown", "run_shell_command"],
    ["somewhere.unknown", "Thing.eval"],
    ["sklearn.linear_model", "LinearRegression.fit.__globals__"],
    ["collections", "OrderedDict.__reduce_ex__"],
    ["copyreg", "add_extension"],
    ["sys", "modules"],
    ["socket", "create_connection"],
    ["urllib.request", "urlopen"],
    ["pathlib", "Path.write_text"],
  ];
  it.each(dangerous)("%s.%s is dangerous", (module, name) => {
    expect(classify(module, name, "call")).toBe("dangerous");
  });

  const ordinary: [string, string][] = [
    ["builtins", "ValueError"],
    ["exceptions", "KeyError"],
    ["ipaddress", "IPv4Address"],
    ["sklearn.datasets.base", "Bunch"],
    ["sklearn.datasets._base", "Bunch"],
    ["river.tree.hoeffding_tree_classifier", "HoeffdingTreeClassifier"],
    ["fbprophet.forecaster", "Prophet"],
    ["lightfm.lightfm", "LightFM"],
    ["torch.return_types", "max"],
    ["torchao.quantization", "Int8Tensor"],
    ["torchao.quantization.granularity", "PerRow"],
    ["torchao.dtypes.affine_quantized_tensor", "AffineQuantizedTensor"],
    ["sklearnex.linear_model.logistic_regression", "LogisticRegression"],
    ["river.drift.adwin_c", "__pyx_unpickle_AdaptiveWindowing"],
    ["pycrfsuite._logparser", "TrainLogParser"],
    ["gensim.models.ldaseqmodel", "sslm"],
    ["statsmodels.distributions.discrete", "zipoisson_gen"],
    ["nltk.stem.porter", "PorterStemmer"],
    ["pyod.models.iforest", "IForest"],
    ["optuna.samplers._tpe.sampler", "TPESampler"],
    ["polars.dataframe.frame", "DataFrame"],
    ["numpy._core._internal", "_convert_to_stringdtype_kwargs"],
    ["sklearn.linear_model._logistic", "LogisticRegression"],
    ["sklearn.tree._tree", "Tree"],
    ["sklearn.metrics._dist_metrics", "newObj"],
    ["sklearn._loss._loss", "__pyx_unpickle_CyHalfBinomialLoss"],
    ["_loss", "__pyx_unpickle_CyHalfMultinomialLoss"],
    ["numpy", "ndarray"],
    ["numpy", "dtype"],
    ["numpy", "log1p"],
    ["numpy.core.fromnumeric", "mean"],
    ["numpy.lib.nanfunctions", "nanmean"],
    ["numpy.core.multiarray", "_reconstruct"],
    ["numpy._core.multiarray", "scalar"],
    ["numpy._core.numeric", "_frombuffer"],
    ["numpy.random._pickle", "__randomstate_ctor"],
    ["scipy.sparse._csr", "csr_matrix"],
    ["scipy.sparse.csr", "csr_matrix"],
    ["collections", "OrderedDict"],
    ["_codecs", "encode"],
    ["copyreg", "_reconstructor"],
    ["pandas.core.frame", "DataFrame"],
    ["pandas._libs.internals", "_unpickle_block"],
    ["joblib.numpy_pickle", "NumpyArrayWrapper"],
    ["xgboost.sklearn", "XGBClassifier"],
    ["lightgbm.sklearn", "LGBMClassifier"],
    ["catboost.core", "CatBoostClassifier"],
    ["gensim.models.word2vec", "Word2Vec"],
    ["torch._utils", "_rebuild_tensor_v2"],
    ["lightgbm.callback", "_EvalResultTuple"],
    ["datetime", "datetime"],
    ["numpy", "vectorize"],
    ["numpy.lib._polynomial_impl", "poly1d"],
    ["scipy.spatial.kdtree", "KDTree.leafnode"],
    ["pandas.api.typing", "DataFrameGroupBy"],
    ["dateutil.relativedelta", "relativedelta"],
    ["kmodes.kprototypes", "KPrototypes"],
  ];
  it.each(ordinary)("%s.%s is ordinary", (module, name) => {
    expect(classify(module, name, "call")).toBe("ordinary");
  });

  it.each<[string, string]>([
    ["__main__", "Model"],
    ["my_company.models", "ChurnModel"],
    ["sklearn.linear_model", "fit_all"],
    ["functools", "reduce"],
    ["__main__", "eval_rmse"],
    ["numpy", "apply_along_axis"],
    // Makes no folder until something is fitted.
    ["joblib.memory", "Memory"],
    ["river.stream", "SimulateQA"],
    ["nltk.corpus.reader.plaintext", "PlaintextCorpusReader"],
    ["nltk.tag.stanford", "StanfordPOSTagger"],
  ])("%s.%s is neither", (module, name) => {
    expect(classify(module, name, "call")).toBe("unusual");
  });

  it.each<[string, string]>([
    ["scipy.stats._discrete_distns", "randint_gen._entropy"],
    ["scipy._external.array_api_compat.numpy._aliases", "asarray"],
    ["sklearn.linear_model._ridge", "Ridge.predict"],
    ["sklearn.gaussian_process.correlation_models", "squared_exponential"],
    ["statsmodels.discrete.count_model", "ZeroInflatedPoisson._hessian_logit"],
    ["statsmodels.tsa.exponential_smoothing._ets_smooth", "_ets_smooth_add_add"],
    ["lifelines.fitters.nelson_aalen_fitter", "NelsonAalenFitter.plot"],
    ["random", "Random.gauss"],
    ["river.utils.math", "minkowski_distance"],
    ["shap.links", "identity"],
    ["optuna.samplers._tpe.sampler", "default_weights"],
  ])("%s.%s is ordinary to keep", (module, name) => {
    expect(classify(module, name, "import")).toBe("ordinary");
  });

  it("a class that opens files when it is called is harmless to name", () => {
    expect(classify("numpy", "memmap", "import")).toBe("ordinary");
    expect(classify("numpy", "memmap", "call")).toBe("dangerous");
  });

  it("functions that estimators keep are harmless to name", () => {
    for (const [module, name] of [
      ["builtins", "len"],
      ["builtins", "str.lower"],
      ["math", "log"],
      ["re", "_compile.findall"],
      ["scipy.spatial.distance", "cosine"],
    ] as const) {
      expect(classify(module, name, "import")).toBe("ordinary");
      expect(classify(module, name, "call")).toBe("unusual");
    }
    expect(classify("builtins", "str.format", "import")).toBe("unusual");
    expect(classify("typing", "ForwardRef", "import")).toBe("dangerous");
  });
});
