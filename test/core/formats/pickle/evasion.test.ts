import { describe, expect, it } from "vitest";
import { classify } from "../../../../src/core/formats/pickle/classify.ts";
import * as build from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const names: build.Parts = [build.short("os"), build.short("system")];
const call: build.Parts = ["STACK_GLOBAL", build.short("id"), "TUPLE1", "REDUCE", "STOP"];

/** Each is loaded by CPython without an error, up to the call. */
const ACCEPTED: Readonly<Record<string, build.Parts>> = {
  "SETITEMS without items on what takes none": [...names, "NONE", "MARK", "SETITEMS", "POP", ...call],
  "ADDITEMS without items on what takes none": [...names, "NONE", "MARK", "ADDITEMS", "POP", ...call],
  "BUILD with no state on a list": [...names, "EMPTY_LIST", "NONE", "BUILD", "POP", ...call],
  "LONG with underscores": [...names, build.line("LONG", "1_0"), "POP", ...call],
  "INT with underscores": [...names, build.line("INT", "1_0"), "POP", ...call],
};

/** Memo indices as CPython's int() reads them: written one way, read another. */
const INDICES: Readonly<Record<string, readonly [put: string, get: string]>> = {
  underscores: ["1_0", "10"],
  "white space": ["7 ", "7"],
  "a sign": ["+3", "3"],
  zeros: ["\t007", "7"],
};

const viaMemo = (put: Uint8Array, get: Uint8Array): Uint8Array =>
  build.pickle("PROTO 4", build.short("os"), put, "POP", get, build.short("system"), ...call);

describe("what CPython loads is not taken for damage", () => {
  it.each(Object.entries(ACCEPTED))("%s", async (_name, parts) => {
    const artifact = await readPickle(build.pickle("PROTO 4", ...parts));
    expect(artifact.findings).toEqual([]);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
  });

  it.each(Object.entries(INDICES))("a memo index with %s", async (_name, [put, get]) => {
    const artifact = await readPickle(viaMemo(build.line("PUT", put), build.line("GET", get)));
    expect(artifact.findings).toEqual([]);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
  });

  it.each([
    ["00", false],
    ["01", true],
    ["-0", false],
    ["+1", true],
    ["010", 8n],
    ["0", 0n],
    ["1_000", 1000n],
  ])("INT %s", async (text, value) => {
    expect((await readPickle(build.pickle(build.line("INT", text), "STOP"))).root).toBe(value);
  });
});

describe("where reading fails, names on the stack and in the memo still count", () => {
  it("for an opcode that another implementation may take", async () => {
    const bytes = build.pickle("PROTO 4", ...names, "EMPTY_LIST", "BININT1 7", "BUILD", "POP", ...call);
    const artifact = await readPickle(bytes);
    expect(artifact.complete).toBe(false);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
  });

  it("for a memo index over the limit", async () => {
    const bytes = viaMemo(build.pickle("LONG_BINPUT 70000000"), build.pickle("LONG_BINGET 70000000"));
    const artifact = await readPickle(bytes);
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(["integrity/limit"]);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", class: "dangerous", role: "call" }]);
  });
});

describe("classes of ordinary libraries that are not harmless", () => {
  it.each([
    ["pyarrow", "OSFile"],
    ["pyarrow.lib", "MemoryMappedFile"],
    ["pyarrow.lib", "PyExtensionType"],
    ["scipy.special", "test"],
    ["scipy._lib._testutils", "PytestTester"],
    ["sklearn.preprocessing._data", "np.load"],
    ["pandas.core.api", "pd.read_pickle"],
    ["pandas", "DataFrame.query"],
    ["pandas.compat.pickle_compat", "loads"],
    ["patsy", "dmatrix"],
    ["gensim.utils", "unpickle"],
    ["gensim.utils", "SaveLoad.load"],
    ["torch.fx.graph_module", "_forward_from_src"],
  ])("%s.%s is dangerous", (module, name) => {
    expect(classify(module, name, "call")).toBe("dangerous");
  });

  it.each([
    ["xgboost.core", "DMatrix"],
    ["xgboost.tracker", "RabitTracker"],
    ["lightgbm.basic", "Dataset"],
    ["catboost.core", "Pool"],
    ["pyarrow.lib", "PythonFile"],
  ])("%s.%s is not ordinary", (module, name) => {
    expect(classify(module, name, "call")).toBe("unusual");
  });

  it.each([
    ["pyarrow.lib", "ChunkedArray"],
    ["pyarrow.lib", "StringArray"],
    ["xgboost.core", "Booster"],
    ["xgboost.sklearn", "XGBClassifier"],
    ["lightgbm.basic", "Booster"],
    ["catboost.core", "CatBoostClassifier"],
    ["scipy.special._ufuncs", "expit"],
    ["scipy.stats._distn_infrastructure", "rv_frozen"],
    ["scipy.stats._kde", "gaussian_kde"],
    ["scipy.interpolate._interpolate", "interp1d._call_linear_np"],
    ["scipy._lib.array_api_compat.numpy._aliases", "asarray"],
    ["pandas._libs.tslibs.timedeltas", "_timedelta_unpickle"],
  ])("%s.%s stays ordinary", (module, name) => {
    expect(classify(module, name, "call")).toBe("ordinary");
  });
});
