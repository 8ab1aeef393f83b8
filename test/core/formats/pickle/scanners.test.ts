import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classify } from "../../../../src/core/formats/pickle/classify.ts";
import { global, inst, pickle, short, stackGlobal } from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";

const scanners = JSON.parse(
  readFileSync(new URL("../../../fixtures/pickle/scanners.json", import.meta.url), "utf8"),
) as Record<string, string[]>;

/**
 * What one of the scanners calls unsafe and is a warning here: whole modules of which some names are dangerous here too
 * and others are in ordinary files, and functions that build a value and call nothing.
 */
const WARNED = [
  "__builtin__.*",
  "__builtins__.*",
  "_operator.*",
  "_operator.itemgetter",
  "_sqlite3.*",
  "_thread.*",
  "builtins.*",
  "cloudpickle.*",
  "cloudpickle.cloudpickle._builtin_type",
  "cloudpickle.cloudpickle._make_cell",
  "cloudpickle.cloudpickle._make_empty_cell",
  "compile.*",
  "difflib.*",
  "dill.*",
  "eval.*",
  "exec.*",
  "functools.*",
  "functools.partial",
  "inspect.*",
  "joblib.*",
  "linecache.*",
  "logging.*",
  "operator.*",
  "operator.itemgetter",
  "sqlite3.*",
  "tarfile.*",
  "test.*",
  "threading.*",
  "torch.compile.*",
  "torch.jit.*",
  "torch.storage._load_from_bytes",
  "types.*",
  "uuid.*",
  "zipfile.*",
];

const flagged = async (content: Uint8Array): Promise<string[]> =>
  ((await readPickle(content)).imports ?? [])
    .filter((use) => use.class === "dangerous")
    .map(({ module, name }) => `${module}.${name}`);

describe("what other scanners flag", () => {
  it("is flagged: as dangerous, or as unusual where it is listed here", () => {
    const seen: Record<string, string[]> = { ordinary: [], unusual: [], dangerous: [] };
    for (const [module, names] of Object.entries(scanners))
      for (const name of names)
        seen[classify(module, name === "*" ? "a_name_of_nobody" : name, "call")]?.push(`${module}.${name}`);
    expect(seen["ordinary"]).toEqual([]);
    expect(seen["unusual"]?.sort()).toEqual(WARNED);
    expect(seen["dangerous"]?.length).toBeGreaterThan(140);
  });
});

/**
 * Functions that published advisories against such scanners use, and the like of other libraries: they run texts or programs,
 * import by name, unpickle, fetch, or switch a scanner off.
 */
const GADGETS = `
asyncio.unix_events _UnixSubprocessTransport._start|code InteractiveInterpreter.runcode|cProfile runctx|doctest debug_script
ensurepip _run_pip|idlelib.autocomplete AutoComplete.get_entity|idlelib.debugobj ObjectTreeItem.SetText
idlelib.run Executive.runcode|lib2to3.pgen2.grammar Grammar.loads|lib2to3.pgen2.pgen ParserGenerator.make_label
profile Profile.runctx|pydoc locate|pydoc pipepager|timeit timeit|trace Trace.run|ssl get_server_certificate|pty spawn
distutils.file_util write_file|setuptools._distutils.spawn spawn|pip main|pip._internal.cli.main main|pkgutil resolve_name
pip._vendor.distlib.scripts ScriptMaker|numpy.f2py.crackfortran getlincoef|numpy.f2py.crackfortran param_eval
numpy.testing._private.utils runstring|numpy.ctypeslib load_library|numpy.distutils.exec_command exec_command
torch._dynamo.guards GuardBuilder.get|torch._inductor.codecache compile_file|torch.jit.unsupported_tensor_ops execWrapper
torch.fx.experimental.symbolic_shapes ShapeEnv.evaluate_guards_expression|torch.utils.collect_env run
torch.utils._config_module ConfigModule.load_config|torch.utils.bottleneck.__main__ run_cprofile|torch.hub load
torch.utils.data.datapipes.utils.decoder basichandlers|torch.utils.cpp_extension load_inline|torch._C import_ir_module
uuid _get_command_stdout|imaplib IMAP4_stream|_pyrepl.pager pipe_pager|_osx_support _read_output|_aix_support _read_cmd_output
multiprocessing.util spawnv_passfds|_posixsubprocess fork_exec|_interpreters run_string|_xxsubinterpreters run_string
site addpackage|atexit register|marshal loads|types FunctionType|inspect getattr_static|importlib import_module
importlib.machinery SourceFileLoader|zipimport zipimporter|runpy run_path|logging FileHandler|logging.config dictConfig
logging.config _resolve|gettext translation|inspect _signature_fromstr|xml.dom.domreg getDOMImplementation|warnings _getcategory
_sitebuiltins _Printer|platform popen|webbrowser open|smtplib SMTP|http.client HTTPSConnection|urllib.request urlopen
aiohttp ClientSession|requests get|shelve open|dbm open|codecs open|io open|os posix.system|ctypes CDLL|cffi FFI
pandas read_pickle|pandas eval|numpy load|numpy genfromtxt|joblib load|joblib _pickle_load|torch load|dill loads|cloudpickle loads
sklearn.datasets load_files|networkx read_gpickle|matplotlib.sphinxext.plot_directive run_code|statsmodels.iolib.smpickle load_pickle
hydra.utils get_method|hydra.utils get_class|hydra.utils instantiate|hydra._internal.utils _locate|jsonpickle decode
omegaconf OmegaConf.register_new_resolver|keras.src.utils.python_utils func_load|keras.src.saving.saving_lib load_model
keras.config enable_unsafe_deserialization|keras.src.saving.serialization_lib deserialize_keras_object|skops.io loads
yaml UnsafeLoader|PIL ImageMath.unsafe_eval|spacy.util run_command|ultralytics.nn.tasks torch_safe_load|werkzeug.utils import_string
tensorflow.python.ops.script_ops py_func|fickling.hook deactivate_safe_ml_environment|picklescan.scanner scan_file_path
`
  .trim()
  .split(/[|\n]/)
  .map((row) => row.split(" ") as [module: string, name: string]);

describe("functions of published advisories", () => {
  it.each(GADGETS)("%s %s is dangerous, by each opcode that calls it", async (module, name) => {
    const id = [short("id"), "TUPLE1"];
    for (const called of [
      pickle(global(module, name), ...id, "REDUCE", "STOP"),
      pickle("PROTO 4", stackGlobal(module, name), ...id, "REDUCE", "POP", "NONE", "STOP"),
      pickle("MARK", short("id"), inst(module, name), "STOP"),
      pickle("MARK", global(module, name), short("id"), "OBJ", "STOP"),
      pickle(global(module, name), ...id, "NEWOBJ", "STOP"),
      pickle("PROTO 4", stackGlobal(module, name), ...id, "EMPTY_DICT", "NEWOBJ_EX", "STOP"),
      pickle(global(module, name), ...id, "REDUCE", "BINGET 9", "STOP"),
    ])
      expect(await flagged(called)).toContain(`${module}.${name}`);
  });
});

describe("calls of what the file makes itself", () => {
  it("are dangerous: what they run cannot be told", async () => {
    const made = pickle(
      [stackGlobal("operator", "itemgetter"), short("system"), "TUPLE1", "REDUCE"],
      [short("x"), "TUPLE1", "REDUCE", "STOP"],
    );
    expect(await flagged(made)).toEqual(["(computed).(computed)"]);
    const partial = pickle(
      [stackGlobal("functools", "partial"), stackGlobal("a", "b"), "TUPLE1", "REDUCE", "EMPTY_TUPLE", "REDUCE", "STOP"],
      [],
    );
    expect(await flagged(partial)).toEqual(["(computed).(computed)"]);
    const ordinary = pickle(
      [stackGlobal("functools", "partial"), stackGlobal("builtins", "int"), "TUPLE1", "REDUCE"],
      [short("7"), "TUPLE1", "REDUCE", "STOP"],
    );
    expect(await flagged(ordinary)).toEqual([]);
  });

  it("are none where a partial only keeps an ordinary function", async () => {
    const kept = async (module: string, name: string): Promise<readonly string[]> =>
      (
        (
          await readPickle(
            pickle([stackGlobal("functools", "partial"), stackGlobal(module, name), "TUPLE1", "REDUCE", "STOP"], []),
          )
        ).imports ?? []
      )
        .filter((use) => use.class !== "ordinary")
        .map((use) => `${use.module}.${use.name} ${use.class}`);
    expect(await kept("sklearn.utils.validation", "check_array")).toEqual([]);
    expect(await kept("a", "b")).toEqual(["functools.partial unusual", "a.b unusual"]);
    expect(await kept("os", "system")).toEqual(["functools.partial unusual", "os.system dangerous"]);
  });

  it("are none where the function gives a class, and bytecode is named for what it is", async () => {
    const type = (name: string): Uint8Array =>
      pickle(global("cloudpickle.cloudpickle", "_builtin_type"), short(name), "TUPLE1", "REDUCE");
    expect(await flagged(pickle(type("SimpleNamespace"), "EMPTY_TUPLE", "REDUCE", "STOP"))).toEqual([]);
    expect(await flagged(pickle(type("CodeType"), "EMPTY_TUPLE", "REDUCE", "STOP"))).toEqual(["types.CodeType"]);
  });

  it("are flagged for functions that are made and called at once", async () => {
    const made = pickle(
      [global("cloudpickle.cloudpickle", "_builtin_type"), short("LambdaType"), "TUPLE1", "REDUCE", "EMPTY_TUPLE"],
      ["REDUCE", "EMPTY_TUPLE", "REDUCE", "STOP"],
    );
    expect(await flagged(made)).toContain("(computed).(computed)");
  });
});

describe("tricks of the stream", () => {
  it.each<[string, Uint8Array, string]>([
    [
      "names out of the memo",
      pickle(
        short("os"),
        "MEMOIZE",
        short("system"),
        "MEMOIZE",
        "POP",
        "POP",
        "BINGET 0",
        "BINGET 1",
        "STACK_GLOBAL",
        "STOP",
      ),
      "os.system",
    ],
    [
      "a module in a name",
      pickle(stackGlobal("numpy", "f2py.crackfortran.myeval"), "STOP"),
      "numpy.f2py.crackfortran.myeval",
    ],
    [
      "a way through attributes",
      pickle(stackGlobal("builtins", "object.__subclasses__"), "STOP"),
      "builtins.object.__subclasses__",
    ],
    [
      "numpy's test runner",
      pickle(global("numpy.testing._private.utils", "runstring"), "STOP"),
      "numpy.testing._private.utils.runstring",
    ],
    [
      "a state for a class",
      pickle(global("collections", "OrderedDict"), "EMPTY_DICT", short("x"), "NONE", "SETITEM", "BUILD", "STOP"),
      "collections.OrderedDict",
    ],
    [
      "new with keywords",
      pickle(stackGlobal("subprocess", "Popen"), "EMPTY_TUPLE", "EMPTY_DICT", "NEWOBJ_EX", "STOP"),
      "subprocess.Popen",
    ],
    [
      "getattr chains",
      pickle(
        stackGlobal("builtins", "getattr"),
        stackGlobal("datetime", "sys"),
        short("modules"),
        "TUPLE2",
        "REDUCE",
        "STOP",
      ),
      "builtins.getattr",
    ],
    ["a persistent id that imports", pickle(global("nt", "system"), "BINPERSID", "STOP"), "nt.system"],
    ["numpy's loaders", pickle(global("numpy.lib.npyio", "NpzFile"), "STOP"), "numpy.lib.npyio.NpzFile"],
  ])("%s", async (_what, content, name) => {
    expect(await flagged(content)).toContain(name);
  });
});
