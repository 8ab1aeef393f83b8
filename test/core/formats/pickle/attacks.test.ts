import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import type { ArtifactError } from "../../../../src/core/errors.ts";
import { classify } from "../../../../src/core/formats/pickle/classify.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import * as build from "../../../support/pickle-builder.ts";
import { readPickle } from "../../../support/read-pickle.ts";
import { type ForgedMember, forgeZip } from "../../../support/zip-builder.ts";

/**
 * Ways past scanners that were made public: advisories of picklescan, fickling and modelscan (GHSA, CVE-2025-1716, -1889, -1944,
 * -1945, -10155 to -10157), papers and issues about them. None of it is ever loaded. `module|name` of a global.
 */
const FUNCTIONS = `
  os|system posix|system nt|system os|popen os|execve os|posix_spawn subprocess|Popen subprocess|check_output
  _posixsubprocess|fork_exec commands|getoutput popen2|popen3 pty|spawn pexpect|run multiprocessing.util|spawnv_passfds
  asyncio.unix_events|_UnixSubprocessTransport._start asyncio.subprocess|create_subprocess_shell _winapi|CreateProcess
  builtins|eval builtins|exec builtins|compile builtins|__import__ builtins|breakpoint builtins|getattr builtins|open
  __builtin__|execfile builtins|__build_class__ builtins|__dict__ builtins|__dict__.get builtins|object.__subclasses__
  operator|attrgetter _operator|attrgetter operator|methodcaller operator|call _operator|call
  importlib|import_module importlib.metadata|EntryPoint.load importlib._bootstrap|_gcd_import importlib.util|find_spec
  imp|load_source runpy|run_path runpy|_run_code pkgutil|resolve_name zipimport|zipimporter pydoc|locate pydoc|pipepager
  code|InteractiveInterpreter.runcode codeop|compile_command timeit|timeit timeit|main trace|Trace.run trace|Trace.runctx
  cProfile|run cProfile|runctx profile|Profile.run profile|Profile.runctx pdb|run pdb|Pdb.do_break bdb|Bdb.run bdb|Bdb.runeval
  doctest|debug_script doctest|testsource idlelib.run|Executive.runcode idlelib.pyshell|ModifiedInterpreter.runcommand
  idlelib.autocomplete|AutoComplete.get_entity idlelib.autocomplete|AutoComplete.fetch_completions
  idlelib.calltip|Calltip.fetch_tip idlelib.calltip|get_entity idlelib.debugobj|ObjectTreeItem.SetText
  lib2to3.pgen2.grammar|Grammar.loads lib2to3.pgen2.pgen|ParserGenerator.make_label test.support.script_helper|assert_python_ok
  unittest.mock|Mock rlcompleter|Completer.attr_matches cmd|Cmd.onecmd _interpreters|run_string _xxsubinterpreters|run_string
  interpreters|create concurrent.futures|ThreadPoolExecutor.submit concurrent.futures.process|ProcessPoolExecutor
  sched|scheduler.enter sched|scheduler.run contextlib|ExitStack.callback contextlib|ExitStack.close contextlib|AsyncExitStack
  weakref|finalize threading|Thread threading|Timer atexit|register signal|signal sys|settrace sys|modules gc|get_objects
  pip|main pip._internal|main pip._internal.cli.main|main ensurepip|_run_pip ensurepip|bootstrap venv|create
  setuptools._distutils.spawn|spawn distutils.spawn|spawn distutils.file_util|write_file pipes|Template.copy mailcap|findmatch
  uuid|_get_command_stdout imaplib|IMAP4_stream _pyrepl.pager|pipe_pager _osx_support|_find_build_tool
  _aix_support|_read_cmd_output platform|popen site|os.system site|addsitedir cgitb|enable webbrowser|open antigravity|fly
  io|open io|FileIO io|FileIO.write _io|FileIO _io|open_code codecs|open gzip|open tarfile|TarFile.extractall
  zipfile|ZipFile.extractall shutil|rmtree shutil|copyfile pathlib|Path.write_text pathlib|Path.touch pathlib|PosixPath.unlink
  linecache|getlines fileinput|input tempfile|mkstemp glob|glob dbm|open shelve|open sqlite3|connect logging|FileHandler
  logging.config|dictConfig logging.handlers|SocketHandler configparser|ConfigParser.read xml.etree.ElementTree|parse
  urllib.request|urlopen urllib.request|urlretrieve requests|get requests.api|post http.client|HTTPSConnection
  aiohttp|ClientSession ssl|get_server_certificate socket|create_connection smtplib|SMTP ftplib|FTP xmlrpc.client|ServerProxy
  ctypes|CDLL ctypes|WinDLL _ctypes|dlopen cffi|FFI.dlopen mmap|mmap marshal|loads types|FunctionType types|CodeType
  typing|_eval_type typing|get_type_hints typing|ForwardRef dataclasses|_create_fn dataclasses|make_dataclass
  string|Formatter inspect|getattr_static copyreg|add_extension functools|reduce.__globals__
  pickle|loads _pickle|Unpickler pickletools|genops dill|loads dill._dill|_eval_repr dill._dill|_getattr
  dill._dill|_create_filehandle dill._dill|_import_module cloudpickle|loads cloudpickle.cloudpickle|_make_function
  joblib|load joblib.numpy_pickle|load numpy|load numpy|fromfile numpy.lib.npyio|save numpy.f2py.crackfortran|getlincoef
  numpy.f2py.crackfortran|_eval_length numpy.f2py.crackfortran|myeval numpy.testing._private.utils|runstring
  numpy.distutils.exec_command|exec_command numpy|f2py.os.system numpy|sys.modules numpy.ctypeslib|load_library
  pandas|read_pickle pandas|eval pandas.io.parsers.readers|read_csv pandas.core.computation.eval|eval pandas|DataFrame.query
  torch|load torch.serialization|load torch.hub|load torch|os.system torch.jit.unsupported_tensor_ops|execWrapper
  torch._inductor.codecache|compile_file torch._dynamo.guards|GuardBuilder.get torch.utils.collect_env|run
  torch.utils.bottleneck.__main__|run_cprofile torch.utils.bottleneck.__main__|run_autograd_prof
  torch.utils._config_module|ConfigModule.load_config torch.fx.experimental.symbolic_shapes|ShapeEnv.evaluate_guards_expression
  torch.utils.data.datapipes.utils.decoder|basichandlers torch.distributed.elastic.rendezvous.api|basichandlers
  torch.utils.cpp_extension|load torch.fx.graph_module|reduce_graph_module torch.package|PackageImporter
  tensorflow|py_function tensorflow.saved_model|load tensorflow.io|write_file keras.models|load_model keras.saving|load_model
  mlflow.projects.backend.local|_run_entry_point mlflow.pyfunc|load_model transformers.dynamic_module_utils|get_class_in_module
  nltk.app.wordnet_app|app jupyter_core.command|main git.cmd|Git.execute click.utils|LazyFile fsspec|open cupy|RawKernel
  sympy|sympify numexpr|evaluate jinja2|Template yaml|unsafe_load sqlalchemy|create_engine pyspark.serializers|loads
  six.moves.builtins|eval someone.elses|run_shell_command someone.elses|Thing.exec`
  .trim()
  .split(/\s+/)
  .map((each) => each.split("|") as [module: string, name: string]);

describe("functions that reach the system in one call", () => {
  it.each(FUNCTIONS)("%s %s is dangerous", (module, name) => {
    expect(classify(module, name, "call")).toBe("dangerous");
  });
});

const { short, stackGlobal, global, pickle, payload, line, inst } = build;
const call = (module: string, name: string, ...args: build.Parts): build.Parts => [
  stackGlobal(module, name),
  "MARK",
  ...args,
  "TUPLE",
  "REDUCE",
];
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const system: build.Parts = ["PROTO 4", stackGlobal("os", "system"), short("id"), "TUPLE1", "REDUCE", "STOP"];
const attack = pickle(...system);
/** `builtins.getattr(owner, name)`. */
const attribute = (name: string, ...owner: build.Parts): build.Parts => [
  stackGlobal("builtins", "getattr"),
  ...owner,
  short(name),
  "TUPLE2",
  "REDUCE",
];
/** A code object as cloudpickle has it, with the names that it uses. */
const code = (names: readonly string[], name = "f", consts: build.Parts = ["NONE"]): build.Parts => [
  [stackGlobal("cloudpickle.cloudpickle", "_builtin_type"), short("CodeType"), "TUPLE1", "REDUCE", "MARK"],
  ["BININT1 0", "BININT1 0", "BININT1 0", "BININT1 0", "BININT1 2", "BININT1 67", payload("SHORT_BINBYTES", "S\0")],
  [
    "MARK",
    ...consts.flat(),
    "TUPLE",
    "MARK",
    ...names.map(short),
    "TUPLE",
    "EMPTY_TUPLE",
    short("<stdin>"),
    short(name),
  ],
  [
    short(name),
    "BININT1 1",
    payload("SHORT_BINBYTES", ""),
    payload("SHORT_BINBYTES", ""),
    "EMPTY_TUPLE",
    "EMPTY_TUPLE",
  ],
  ["TUPLE", "REDUCE"],
];
const made = (...body: build.Parts): build.Parts => [
  stackGlobal("cloudpickle.cloudpickle", "_make_function"),
  "MARK",
  ...body,
  "EMPTY_DICT",
  "NONE",
  "NONE",
  "NONE",
  "TUPLE",
  "REDUCE",
];
/** A function whose code names nothing that is known. */
const harmless = made(...code(["chr", "join"]));
const classWith = (method: string, ...value: build.Parts): build.Parts => [
  [
    stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"),
    "MARK",
    stackGlobal("builtins", "type"),
    short("Own"),
  ],
  [stackGlobal("builtins", "object"), "TUPLE1", "EMPTY_DICT", "NONE", "NONE", "TUPLE", "REDUCE", "BINPUT 90"],
  [stackGlobal("cloudpickle.cloudpickle", "_class_setstate"), "BINGET 90", "EMPTY_DICT", short(method)],
  ...value,
  ["SETITEM", "EMPTY_DICT", "TUPLE2", "TUPLE2", "REDUCE", "POP"],
];
/** An instance of the class that `classWith` made. */
const instanceOfOwn = ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ"];
const partial = (...args: build.Parts): build.Parts => call("functools", "partial", ...args);

const STREAMS: Readonly<Record<string, build.Parts>> = {
  "a call whose result is thrown away": [...system.slice(0, -1), "POP", "NONE", "STOP"],
  "GLOBAL and a tuple by marks": [global("os", "system"), "MARK", short("id"), "TUPLE", "REDUCE", "STOP"],
  "INST, which imports and calls at once": ["MARK", short("id"), inst("os", "system"), "STOP"],
  "OBJ, with the function on the stack": ["MARK", global("pty", "spawn"), short("id"), "OBJ", "STOP"],
  "NEWOBJ of a class of the system": [stackGlobal("subprocess", "Popen"), short("id"), "TUPLE1", "NEWOBJ", "STOP"],
  NEWOBJ_EX: [stackGlobal("subprocess", "Popen"), "EMPTY_TUPLE", "EMPTY_DICT", "NEWOBJ_EX", "STOP"],
  "a name in the memo by BINPUT, another by MEMOIZE": [
    [short("os"), "BINPUT 0", short("system"), "BINPUT 1", short("torch._utils"), "MEMOIZE"],
    ["BINGET 0", "BINGET 1", "STACK_GLOBAL", short("id"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "a memo entry that is written twice": [
    [short("collections"), "BINPUT 5", "POP", short("os"), "BINPUT 5", "POP", short("system"), "BINPUT 6", "POP"],
    ["BINGET 5", "BINGET 6", "STACK_GLOBAL", short("id"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "DUP between the names": [short("os"), short("system"), "DUP", "POP", "STACK_GLOBAL", "STOP"],
  "names as strings of Python 2 with escapes": [
    [line("STRING", "'\\x6fs'"), line("STRING", "'s\\x79stem'"), "STACK_GLOBAL", "STOP"],
  ],
  "names as escaped unicode": [line("UNICODE", "\\u006fs"), line("UNICODE", "s\\u0079stem"), "STACK_GLOBAL", "STOP"],
  "names with eight bytes of length": [
    payload("BINUNICODE8", "os"),
    payload("BINUNICODE8", "system"),
    "STACK_GLOBAL",
    "STOP",
  ],
  "a dotted name through a module of numpy": [
    stackGlobal("numpy", "f2py.os.system"),
    short("id"),
    "TUPLE1",
    "REDUCE",
    "STOP",
  ],
  "a dotted name through a class": [stackGlobal("collections", "OrderedDict.__init__.__globals__"), "STOP"],
  "sys.modules, into which another module is put": [
    [stackGlobal("sys", "modules"), short("json"), stackGlobal("os", "system"), "SETITEM", "STOP"],
  ],
  "BUILD on a function, to give it attributes": [
    [stackGlobal("numpy", "prod"), "NONE", "EMPTY_DICT", short("a"), short("os"), "SETITEM", "TUPLE2", "BUILD", "STOP"],
  ],
  "BUILD on a class, to give it another __setstate__": [
    [stackGlobal("collections", "OrderedDict"), "NONE", "EMPTY_DICT", short("__setstate__")],
    [stackGlobal("own", "f"), "SETITEM", "TUPLE2", "BUILD", "STOP"],
  ],
  "an extension code that the file registers itself": [
    ...call("copyreg", "add_extension", short("os"), short("system"), "BININT1 7"),
    ["POP", "EXT1 7", short("id"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "names that are put together while it loads": [
    [short("os"), ...call("builtins", "str.join", short(""), "EMPTY_LIST", short("system"), "APPEND").flat()],
    ["STACK_GLOBAL", "STOP"],
  ],
  "__import__ and getattr": [
    ...attribute("system", ...call("builtins", "__import__", short("os"))),
    [short("id"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "a pickle in the bytes of pickle.loads": [...call("pickle", "loads", build.bytes(attack)), "STOP"],
  "a pickle in the bytes that PyTorch loads": [
    ...call("torch.storage", "_load_from_bytes", build.bytes(attack)),
    "STOP",
  ],
  "bytes that PyTorch loads, out of another call": [
    ...call("torch.storage", "_load_from_bytes", ...call("base64", "b64decode", short("gARO"))),
    "STOP",
  ],
  "a zip archive that PyTorch loads": [
    ...call("torch.storage", "_load_from_bytes", build.bytes(forgeZip([{ name: "a/data.pkl", content: attack }]))),
    "STOP",
  ],
  "a pickle in a pickle in a pickle": [
    ...call("pickle", "loads", build.bytes(pickle(...call("pickle", "loads", build.bytes(attack)), "STOP"))),
    "STOP",
  ],
  "a pickle in text as latin-1": [
    ...call("pickle", "loads", ...call("_codecs", "encode", short("cos\nsystem\n."), short("latin1"))),
    "STOP",
  ],
  "attrgetter of what leads to the interpreter": [...call("operator", "attrgetter", short("__globals__")), "STOP"],
  "attrgetter through modules": [...call("operator", "attrgetter", short("os.system")), "STOP"],
  "attrgetter that is called with a module": [
    ...call("operator", "attrgetter", short("name")),
    [stackGlobal("own", "module"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "methodcaller of what runs commands": [...call("_operator", "methodcaller", short("system"), short("id")), "STOP"],
  "methodcaller that is called": [
    ...call("operator", "methodcaller", short("touch")),
    [stackGlobal("pathlib", "PosixPath"), short("/tmp/a"), "TUPLE1", "REDUCE", "TUPLE1", "REDUCE", "STOP"],
  ],
  "methodcaller under map": [
    ...call("builtins", "map", ...call("operator", "methodcaller", short("touch")), "EMPTY_LIST"),
    "STOP",
  ],
  "attrgetter as a function for map, beside a harmless one": [
    [stackGlobal("operator", "attrgetter"), "MEMOIZE", short("a"), "TUPLE1", "REDUCE", "POP"],
    [stackGlobal("builtins", "map"), "BINGET 0", "EMPTY_LIST", short("system"), "APPEND", "TUPLE2", "REDUCE", "STOP"],
  ],
  "getattr under map, before a harmless one": [
    [stackGlobal("builtins", "getattr"), "MEMOIZE", "POP"],
    [stackGlobal("builtins", "map"), "BINGET 0", "EMPTY_LIST", "EMPTY_LIST", "TUPLE3", "REDUCE", "POP"],
    ["BINGET 0", stackGlobal("own", "Color"), short("RED"), "TUPLE2", "REDUCE", "STOP"],
  ],
  "itemgetter that is called": [
    [...call("operator", "itemgetter", short("system")).flat(), "EMPTY_DICT", "TUPLE1", "REDUCE", "STOP"],
  ],
  "a partial of a function of someone's that is called": [
    ...partial(stackGlobal("own", "f")),
    ["EMPTY_TUPLE", "REDUCE", "STOP"],
  ],
  "a function by value that is called": [...harmless, "EMPTY_TUPLE", "REDUCE", "STOP"],
  "a function by value whose code names a shell": [...made(...code(["os", "system"])), "STOP"],
  "a function by value with code in its texts": [...made(...code(["f"], "f", [short("__import__('os')")])), "STOP"],
  "a function by value within another, that names a shell": [
    ...made(...code(["map"], "outer", code(["subprocess"], "inner"))),
    "STOP",
  ],
  "a function by value under map": [...call("builtins", "map", ...harmless, "EMPTY_LIST"), "STOP"],
  "a function by value in a list in a list under starmap": [
    ...call("itertools", "starmap", "EMPTY_LIST", "EMPTY_LIST", ...harmless, "APPEND", "APPEND", "EMPTY_LIST"),
    "STOP",
  ],
  "a function by value in a dict that calls it for what it lacks": [
    ...call("operator", "getitem", ...call("collections", "defaultdict", ...harmless), short("k")),
    "STOP",
  ],
  "a function by value in a partial under map": [
    ...call("builtins", "map", ...partial(...harmless), "EMPTY_LIST"),
    "STOP",
  ],
  "a function by value of dill's that makes arrays": [
    ...call("dill._dill", "_create_array", ...harmless, "EMPTY_TUPLE"),
    "STOP",
  ],
  "a function by value in a vectorize that is called": [
    [
      stackGlobal("numpy", "vectorize"),
      "EMPTY_TUPLE",
      "NEWOBJ",
      "EMPTY_DICT",
      short("pyfunc"),
      ...harmless.flat(),
      "SETITEM",
      "BUILD",
      "EMPTY_TUPLE",
      "REDUCE",
      "STOP",
    ],
  ],
  "NEWOBJ of map with a function by value": [
    [stackGlobal("builtins", "map"), ...harmless.flat(), "EMPTY_LIST", "TUPLE2", "NEWOBJ", "STOP"],
  ],
  "a code object from elsewhere": [...made(...call("own", "code_of", short("x"))), "STOP"],
  "a function by value whose names are a module's own": [
    [
      stackGlobal("types", "FunctionType"),
      ...code([]).flat(),
      stackGlobal("os", "__dict__"),
      "TUPLE2",
      "REDUCE",
      "STOP",
    ],
  ],
  "another code for a function that is imported": [
    [stackGlobal("cloudpickle.cloudpickle", "_function_setstate"), stackGlobal("numpy", "mean"), "EMPTY_DICT"],
    ["EMPTY_DICT", short("__code__"), ...code([]).flat(), "SETITEM", "TUPLE2", "TUPLE2", "REDUCE", "STOP"],
  ],
  "other attributes for a class that is imported": [
    [stackGlobal("cloudpickle.cloudpickle", "_class_setstate"), stackGlobal("sklearn.svm", "SVC"), "EMPTY_DICT"],
    [short("predict"), stackGlobal("own", "f"), "SETITEM", "EMPTY_DICT", "TUPLE2", "TUPLE2", "REDUCE", "STOP"],
  ],
  "a class by value with __setstate__, and its instance": [
    ...classWith("__setstate__", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", short("x"), "BUILD", "STOP"],
  ],
  "a class by value with __new__, and its instance": [
    ...classWith("__new__", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "STOP"],
  ],
  "a class by value with __init__, called": [
    ...classWith("__init__", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "REDUCE", "STOP"],
  ],
  "a class by value with __setitem__, and an item": [
    ...classWith("__setitem__", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", short("k"), "NONE", "SETITEM", "STOP"],
  ],
  "a class by value with append, and an item": [
    ...classWith("append", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "NONE", "APPEND", "STOP"],
  ],
  "a class by value with __del__": [...classWith("__del__", ...harmless), "BINGET 90", "STOP"],
  "a class by value with __lt__ under operator.lt": [
    ...classWith("__lt__", ...harmless),
    [stackGlobal("operator", "lt"), "BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "NONE", "TUPLE2", "REDUCE", "STOP"],
  ],
  "a metaclass by value": [
    ...classWith("__call__", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", "BINGET 90", short("B"), "EMPTY_TUPLE"],
    ["EMPTY_DICT", "NONE", "NONE", "TUPLE", "REDUCE", "STOP"],
  ],
  "a function as a metaclass": [
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", stackGlobal("os", "system"), short("B")],
    ["EMPTY_TUPLE", "EMPTY_DICT", "NONE", "NONE", "TUPLE", "REDUCE", "STOP"],
  ],
  "a module by a call, which is given an attribute": [
    ...call("cloudpickle.cloudpickle", "subimport", short("numpy")),
    ["EMPTY_DICT", short("load"), stackGlobal("own", "f"), "SETITEM", "BUILD", "STOP"],
  ],
  "a function by dill's import of modules": [...call("dill._dill", "_import_module", short("os.system")), "STOP"],
  "FunctionType by its name in dill": [
    ...call("dill._dill", "_load_type", short("FunctionType")),
    ["EMPTY_TUPLE", "REDUCE", "EMPTY_TUPLE", "REDUCE", "STOP"],
  ],
  "setattr on what is imported": [
    ...call("builtins", "setattr", stackGlobal("numpy", "mean"), short("a"), "NONE"),
    "STOP",
  ],
  "numba's rebuilding of something of the file's own": [
    ...call("numba.core.serialize", "custom_rebuild", stackGlobal("own", "Thing"), "EMPTY_TUPLE", "NEWOBJ"),
    "STOP",
  ],
  "numba's rebuilding of a class by value": [
    ...call(
      "numba.core.serialize",
      "custom_rebuild",
      ...call(
        "numba.core.serialize",
        "_unpickle__CustomPickled",
        build.bytes(pickle(...classWith("_rebuild", ...harmless), "BINGET 90", "EMPTY_DICT", "TUPLE2", "STOP")),
      ),
    ),
    "STOP",
  ],
  "an error handler by value that an encoding calls": [
    ...call("_codecs", "register_error", short("x"), ...harmless),
    ["POP", ...call("_codecs", "encode", short("x"), short("ascii"), short("x")).flat(), "STOP"],
  ],
  "a function by value for PyTorch to rebuild a tensor with": [
    ...call("torch._tensor", "_rebuild_from_type_v2", ...harmless, "NONE", "EMPTY_TUPLE", "NONE"),
    "STOP",
  ],
  "a function by value for a scheduler that asks it at once": [
    ...call("torch.optim.lr_scheduler", "LambdaLR", "NONE", ...harmless),
    "STOP",
  ],
  "a function by value for a metric": [
    ...call("sklearn.metrics.pairwise", "pairwise_distances", "EMPTY_LIST", "EMPTY_LIST", ...harmless),
    "STOP",
  ],
  "a class of dill's that is a partial": [
    ...call("dill._dill", "_create_type", ...call("dill._dill", "_load_type", short("PartialType")), ...harmless),
    ["EMPTY_TUPLE", "REDUCE", "STOP"],
  ],
  "map for a metaclass": [
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", stackGlobal("builtins", "map")],
    [...harmless.flat(), "EMPTY_TUPLE", "EMPTY_DICT", "NONE", "NONE", "TUPLE", "REDUCE", "STOP"],
  ],
  "a class by value with __iter__ as a list": [
    ...classWith("__iter__", ...harmless),
    [stackGlobal("builtins", "list"), "BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "TUPLE1", "REDUCE", "STOP"],
  ],
  "a class by value with __eq__, whose instances are hashed as their base's": [
    ...classWith("__eq__", ...harmless),
    [
      "EMPTY_SET",
      "MARK",
      "BINGET 90",
      "EMPTY_TUPLE",
      "NEWOBJ",
      "BINGET 90",
      "EMPTY_TUPLE",
      "NEWOBJ",
      "ADDITEMS",
      "STOP",
    ],
  ],
  "a class by value with a property, which a state of slots sets": [
    ...classWith("weight", ...call("builtins", "property", "NONE", ...harmless)),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "NONE", "EMPTY_DICT", short("weight"), "BININT1 1", "SETITEM", "TUPLE2"],
    ["BUILD", "STOP"],
  ],
  "a class by value with keys, as an ordered dict": [
    ...classWith("keys", ...harmless),
    [stackGlobal("collections", "OrderedDict"), "BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "TUPLE1", "REDUCE", "STOP"],
  ],
  "a class by value with __str__, as the text that copyreg restores": [
    ...classWith("__str__", ...harmless),
    [stackGlobal("copyreg", "_reconstructor"), stackGlobal("own", "Text"), stackGlobal("builtins", "str")],
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "TUPLE3", "REDUCE", "STOP"],
  ],
  "a class by value with __int__, as what copyreg makes a number of": [
    ...classWith("__int__", ...harmless),
    [stackGlobal("copyreg", "__newobj__"), stackGlobal("builtins", "int")],
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "TUPLE2", "REDUCE", "STOP"],
  ],
  "an enum by value whose base makes its members": [
    ...classWith("__init__", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_enum"), "MARK", "BINGET 90", stackGlobal("enum", "Enum")],
    ["TUPLE2", short("E"), short("E"), "EMPTY_DICT", short("A"), "BININT1 1", "SETITEM", short("own"), "NONE", "NONE"],
    ["TUPLE", "REDUCE", "STOP"],
  ],
  "a class by value with __dict__, and a state": [
    ...classWith("__dict__", ...call("builtins", "property", ...harmless)),
    [...instanceOfOwn, "EMPTY_DICT", "BUILD", "STOP"],
  ],
  "a class of classes by value with mro, called": [
    ...classWith("mro", ...harmless),
    ["BINGET 90", short("A"), "EMPTY_TUPLE", "EMPTY_DICT", "TUPLE3", "REDUCE", "STOP"],
  ],
  "a class by value with __eq__ and no hash, whose instances are members of an enum": [
    ...classWith("__eq__", ...harmless, "SETITEM", short("__hash__"), "NONE"),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_enum"), "MARK", stackGlobal("enum", "Enum"), "TUPLE1"],
    [
      short("E"),
      short("E"),
      "EMPTY_DICT",
      short("A"),
      ...instanceOfOwn,
      "TUPLE1",
      "SETITEM",
      short("own"),
      "NONE",
      "NONE",
    ],
    ["TUPLE", "REDUCE", "STOP"],
  ],
  ...Object.fromEntries(
    (
      [
        [
          "a number for numpy's generator",
          [stackGlobal("numpy.random.mtrand", "RandomState"), ...instanceOfOwn],
          "REDUCE",
        ],
        ["a new index of pandas", [stackGlobal("pandas.core.indexes.base", "Index"), ...instanceOfOwn], "NEWOBJ"],
        ["a new tree of scikit-learn", [stackGlobal("sklearn.tree._tree", "Tree"), ...instanceOfOwn], "NEWOBJ"],
        ["what staticmethod wraps", [stackGlobal("builtins", "staticmethod"), ...instanceOfOwn], "REDUCE"],
      ] as const
    ).map(([as, parts, opcode]): [string, build.Parts] => [
      `an instance of a class by value as ${as}`,
      [...classWith("__getattr__", ...harmless), [...parts, "TUPLE1", opcode, "STOP"]],
    ]),
  ),
  "an instance of a class by value as the shape of an array": [
    ...classWith("__index__", ...harmless),
    [stackGlobal("numpy.core.multiarray", "_reconstruct"), stackGlobal("numpy", "ndarray"), "EMPTY_TUPLE"],
    [payload("SHORT_BINBYTES", "b"), "TUPLE3", "REDUCE"],
    [
      "MARK",
      "BININT1 1",
      ...instanceOfOwn,
      "TUPLE1",
      build.dtype("f8"),
      "NEWFALSE",
      build.bytes([0]),
      "TUPLE",
      "BUILD",
      "STOP",
    ],
  ],
  "an instance of a class by value in the state of a random generator": [
    ...classWith("__iter__", ...harmless),
    [
      stackGlobal("random", "Random"),
      "EMPTY_TUPLE",
      "REDUCE",
      "BININT1 3",
      ...instanceOfOwn,
      "NONE",
      "TUPLE3",
      "BUILD",
      "STOP",
    ],
  ],
  "an instance of a class by value that scikit-learn compares its version with": [
    ...classWith("__ne__", ...harmless),
    [stackGlobal("sklearn.svm._classes", "SVC"), "EMPTY_TUPLE", "NEWOBJ", "EMPTY_DICT", short("_sklearn_version")],
    [...instanceOfOwn, "SETITEM", "BUILD", "STOP"],
  ],
  "an instance of a class by value as an index": [
    ...classWith("__index__", ...harmless),
    ["EMPTY_LIST", "NONE", "APPEND", ...instanceOfOwn, "NONE", "SETITEM", "STOP"],
  ],
  "an instance of a class by value that is put into a bytearray": [
    ...classWith("__index__", ...harmless),
    [stackGlobal("builtins", "bytearray"), "EMPTY_TUPLE", "REDUCE", ...instanceOfOwn, "APPEND", "STOP"],
  ],
  "an instance of a class by value that is put into an array": [
    ...classWith("__float__", ...harmless),
    [stackGlobal("numpy", "zeros"), "BININT1 3", "TUPLE1", "REDUCE", "BININT1 0", ...instanceOfOwn, "SETITEM", "STOP"],
  ],
  "an instance of a class by value for the slots of another": [
    ...classWith("__iter__", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", stackGlobal("builtins", "type")],
    [short("B"), "EMPTY_TUPLE", "EMPTY_DICT", short("__slots__"), ...instanceOfOwn, "SETITEM", "NONE", "NONE"],
    ["TUPLE", "REDUCE", "STOP"],
  ],
  "an instance of a class by value for the bases of another": [
    ...classWith("__iter__", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", stackGlobal("builtins", "type")],
    [short("B"), ...instanceOfOwn, "EMPTY_DICT", "NONE", "NONE", "TUPLE", "REDUCE", "STOP"],
  ],
  "an instance of a class by value that ABCMeta asks whether it is abstract": [
    ...classWith("__isabstractmethod__", ...call("builtins", "property", ...harmless)),
    [stackGlobal("cloudpickle.cloudpickle", "_make_skeleton_class"), "MARK", stackGlobal("abc", "ABCMeta")],
    [short("B"), "EMPTY_TUPLE", "EMPTY_DICT", short("a"), ...instanceOfOwn, "SETITEM", "NONE", "NONE"],
    ["TUPLE", "REDUCE", "STOP"],
  ],
  "an instance of a class by value for the state of one": [
    ...classWith("__iter__", ...harmless),
    [
      stackGlobal("cloudpickle.cloudpickle", "_class_setstate"),
      "BINGET 90",
      ...instanceOfOwn,
      "TUPLE2",
      "REDUCE",
      "STOP",
    ],
  ],
  "an instance of a class by value for the globals of a function": [
    ...classWith("keys", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_function_setstate"), ...harmless.flat(), "EMPTY_DICT", "EMPTY_DICT"],
    [short("__globals__"), ...instanceOfOwn, "SETITEM", "TUPLE2", "TUPLE2", "REDUCE", "STOP"],
  ],
  "a class by value under another name": [
    ...classWith("__setstate__", ...harmless),
    ...call("cloudpickle.cloudpickle", "_lookup_class_or_track", short("id"), "BINGET 90"),
    ["EMPTY_TUPLE", "NEWOBJ", short("x"), "BUILD", "STOP"],
  ],
  "an instance that becomes one of a class by value": [
    ...classWith("__setstate__", ...harmless),
    [stackGlobal("own", "Thing"), "EMPTY_TUPLE", "NEWOBJ", "NONE", "EMPTY_DICT", short("__class__"), "BINGET 90"],
    ["SETITEM", "TUPLE2", "BUILD", short("x"), "BUILD", "STOP"],
  ],
  "an instance of a class from a pickle within": [
    ...call(
      "torch.storage",
      "_load_from_bytes",
      build.bytes(pickle(...classWith("__new__", ...harmless), "BINGET 90", "STOP")),
    ),
    ["EMPTY_TUPLE", "NEWOBJ", "STOP"],
  ],
  "an error before the end": [...system.slice(0, -1), "POP", "EMPTY_LIST", "BININT1 7", "BUILD", "STOP"],
  "an opcode that is none before the end": [...system.slice(0, -1), build.raw([0xff]), "STOP"],
  "no end": system.slice(0, -1),
  "protocol 0, all of it text": [global("os", "system"), "MARK", line("STRING", "'id'"), "TUPLE", "REDUCE", "STOP"],
  "a second pickle behind a harmless one": ["EMPTY_DICT", "STOP", ...system],
  "a second pickle behind bytes that are none": ["EMPTY_DICT", "STOP", build.raw([0, 0xff, 0x80]), ...system],
  "a protocol that no Python knows": [build.raw([0x80, 9]), ...system.slice(1)],
  "a call through a persistent id's place": [
    [short("0"), "BINPERSID", "POP", stackGlobal("nt", "system"), short("dir"), "TUPLE1", "REDUCE", "STOP"],
  ],
  "numpy's import by names": [...call("numpy.core", "_ufunc_reconstruct", short("os"), short("system")), "STOP"],
};

/** What those who write classes by value have: loading runs none of it. */
const KEPT: Readonly<Record<string, build.Parts>> = {
  "a class with __eq__ and no hash": [
    ...classWith("keys", ...harmless),
    [stackGlobal("cloudpickle.cloudpickle", "_class_setstate"), "BINGET 90", "EMPTY_DICT", "MARK", short("__eq__")],
    [...harmless.flat(), short("__hash__"), "NONE", "SETITEMS", "EMPTY_DICT", "TUPLE2", "TUPLE2", "REDUCE", "STOP"],
  ],
  "an instance in an ordered dict": [
    ...classWith("keys", ...harmless),
    [stackGlobal("collections", "OrderedDict"), "EMPTY_TUPLE", "REDUCE", short("k"), "BINGET 90", "EMPTY_TUPLE"],
    ["NEWOBJ", "SETITEM", "STOP"],
  ],
  "an instance with slots": [
    ...classWith("keys", ...harmless),
    ["BINGET 90", "EMPTY_TUPLE", "NEWOBJ", "NONE", "EMPTY_DICT", short("weight"), "BININT1 1", "SETITEM", "TUPLE2"],
    ["BUILD", "STOP"],
  ],
};

describe("classes by value of which loading runs nothing", () => {
  it.each(Object.entries(KEPT))("%s", async (_what, parts) => {
    expect(dangerousOf((await readPickle(pickle(...parts))).imports)).toEqual([]);
  });
});

const dangerousOf = (imports: readonly { class: string; module: string; name: string }[] | undefined): string[] =>
  (imports ?? []).filter((use) => use.class === "dangerous").map(({ module, name }) => `${module}.${name}`);

describe("tricks in the stream of a pickle", () => {
  it.each(Object.entries(STREAMS))("%s: an error", async (_what, parts) => {
    const content = pickle(...parts);
    expect(dangerousOf((await readPickle(content)).imports)).not.toEqual([]);
    const { findings } = await openArtifact(fromBytes(content, "a.pkl", 0), nodeHost(), quietWork());
    expect(findings.filter((each) => each.rule === "safety/dangerous-global" && each.severity === "error")).not.toEqual(
      [],
    );
  });
});

/** A checkpoint of PyTorch whose pickle is the attack, or has it beside itself. */
const checkpoint = (member: Partial<ForgedMember> = {}, ...more: readonly ForgedMember[]): Uint8Array =>
  forgeZip([
    { name: "a/data.pkl", content: attack, ...member },
    { name: "a/version", content: utf8("3\n") },
    { name: "a/byteorder", content: utf8("little") },
    ...more,
  ]);

const FILES: Readonly<Record<string, readonly [name: string, content: Uint8Array]>> = {
  "a name that says it is no pickle": ["weights.txt", attack],
  "the ending of a checkpoint on a plain pickle": ["pytorch_model.bin", attack],
  "a checkpoint": ["a.pt", checkpoint()],
  "a wrong checksum in the archive": ["a.pt", checkpoint({ says: { crc32: 7 } })],
  "flags that only some readers heed": ["a.pt", checkpoint({ flags: 0x20 })],
  "a flag that says it is encrypted": ["a.pt", checkpoint({ flags: 0x1 })],
  "another name in the member's own header": ["a.pt", checkpoint({ localName: "a/data.txt" })],
  "a pickle with an unusual ending beside the one that is loaded": [
    "a.pt",
    checkpoint(
      { content: pickle("PROTO 2", "EMPTY_DICT", "STOP") },
      { name: "a/hidden.p", content: attack, method: 8 },
    ),
  ],
  "an image with an archive behind it": ["a.pt", new Uint8Array([...utf8("GIF89a"), ...checkpoint()])],
  "a pickle in an archive of Keras": [
    "a.keras",
    forgeZip([
      { name: "config.json", content: utf8('{"class_name":"Sequential","module":"keras","config":{"layers":[]}}') },
      { name: "metadata.json", content: utf8('{"keras_version":"3.8.0"}') },
      { name: "extra.pkl", content: attack, method: 8 },
    ]),
  ],
  "a harmless pickle before a checkpoint": [
    "a.pt",
    new Uint8Array([...pickle("PROTO 2", "EMPTY_DICT", "STOP"), ...checkpoint({ method: 8 })]),
  ],
  "a pickle between the arrays of an archive": [
    "a.npz",
    forgeZip([
      { name: "weights.npy", content: utf8("\x93NUMPY") },
      { name: "extra.pkl", content: attack, method: 8 },
    ]),
  ],
  "an archive of a pickle that is no checkpoint": ["a.zip", forgeZip([{ name: "x/anything", content: attack }])],
};

describe("tricks with files and archives", () => {
  it.each(Object.entries(FILES))("%s", async (_what, [name, content]) => {
    const said = await openArtifact(fromBytes(content, name, 0), nodeHost(), quietWork()).then(
      ({ imports }) => dangerousOf(imports).join(", "),
      // An archive that is nothing else is refused with what its pickles would do.
      (error: unknown) => (error as ArtifactError).message,
    );
    expect(said).toContain("os.system");
  });
});
