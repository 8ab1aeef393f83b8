/**
 * Globals that run code, reach the network, or change files, processes or the interpreter when they are called or
 * altered. Data only; `classify.ts` says how a name is compared. The list cannot be complete (docs/safety.md): what is
 * on no list is unusual, never clean.
 */

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Modules of which nothing belongs into a model, their submodules included. */
export const DANGEROUS_MODULES: ReadonlySet<string> = new Set([
  // Operating system and processes.
  ...words(
    "os posix nt ce os2 riscos subprocess _posixsubprocess _bootsubprocess commands popen2 pty tty signal _signal",
  ),
  ...words("multiprocessing _multiprocessing concurrent resource psutil ptyprocess pexpect sh plumbum fabric invoke"),
  ...words("shutil tempfile fileinput glob fcntl mmap _winapi winreg _winreg msvcrt winsound msilib platform"),
  ...words(
    "syslog select selectors filecmp sys _imp _frozen_importlib _frozen_importlib_external gc atexit faulthandler",
  ),
  ...words("_aix_support _osx_support _pyrepl pwd grp spwd crypt sched dbm _dbm gdbm anydbm shelve whichdb"),
  // Network.
  ...words("socket _socket ssl _ssl http httplib urllib urllib2 urllib3 requests httpx aiohttp pycurl ftplib smtplib"),
  ...words("smtpd telnetlib poplib imaplib nntplib xmlrpc xmlrpclib SimpleXMLRPCServer DocXMLRPCServer socketserver"),
  ...words("SocketServer BaseHTTPServer SimpleHTTPServer CGIHTTPServer cgi cgitb wsgiref asyncio asyncore asynchat"),
  ...words("webbrowser antigravity paramiko dns websocket websockets tornado twisted gevent eventlet zmq boto boto3"),
  // Importing, compiling and running code.
  ...words("importlib imp runpy pkgutil zipimport zipapp modulefinder site sitecustomize usercustomize ensurepip pip"),
  ...words("setuptools distutils pkg_resources venv virtualenv compileall py_compile code codeop codeop marshal"),
  ...words(
    "idlelib lib2to3 pydoc pydoc_data doctest unittest test.support test.libregrtest pytest _pytest nose py timeit trace cProfile profile",
  ),
  ...words("_lsprof hotshot bdb pdb rlcompleter readline cmd turtledemo IPython ipykernel jupyter_client ptpython"),
  ...words("ctypes _ctypes cffi _cffi_backend swig tkinter Tkinter _tkinter rpyc execnet pyximport Cython"),
  ...words("jinja2 mako cheetah _interpreters _xxsubinterpreters _xxinterpchannels interpreters _testcapi pipes"),
  ...words("debugpy pydevd dill.session dill.source dill.temp dill.detect dill.pointers logging.config dotenv"),
  ...words("papermill nbconvert asteval simpleeval win32com win32api win32process pythoncom comtypes pyautogui rpy2"),
  // They find, import and call what a text names.
  ...words("hydra.utils hydra._internal jsonpickle stevedore zope.dottedname importlib_metadata importlib_resources"),
  // Scanners of pickles: a file that imports one is there to switch it off.
  ...words("picklescan fickling modelscan modelaudit modelaudit_picklescan saferpickle model_unpickler"),
  // Other people's ways to programs, files and machines.
  ...words("mlflow.projects mlflow.server mlflow.deployments git docker ansible jupyter_core jupyterlab notebook"),
  ...words(
    "nltk.app nltk.downloader theano.gof.cmodule numba.pycc llvmlite.binding pyspark.serializers fsspec smart_open",
  ),
  ...words("huggingface_hub transformers.dynamic_module_utils psycopg2 pymysql MySQLdb pymongo redis gradio streamlit"),
  ...words("curses _curses mailbox netrc selenium playwright distributed dask.distributed loky click _posixshmem"),
  ...words("gdown wget ultralytics.utils.downloads ultralytics.utils.checks spacy.cli torch.cuda.jiterator"),
  ...words("cupy.cuda.compiler jax.experimental.host_callback sysconfig pyclbr getpass mlflow.utils.process"),
  // Unpickling within unpickling hides what is unpickled.
  ...words("pickle cPickle _pickle pickletools sklearn.externals.cloudpickle"),
  // The same things inside of numerical libraries.
  ...words("numpy.f2py numpy.distutils numpy.testing numpy.ctypeslib numpy.lib.npyio numpy.lib._npyio_impl"),
  ...words("numpy.lib._datasource scipy.weave scipy.io pandas.core.computation pandas.io numexpr"),
  ...words("torch.hub torch.package torch.multiprocessing torch.distributed torch.utils.cpp_extension"),
  ...words("torch.utils.bottleneck torch.utils.collect_env torch.utils.model_zoo torch._inductor torch._dynamo"),
  ...words("torch.testing torch.fx.experimental torch.utils.data.datapipes torch.utils.hipify torch.utils.benchmark"),
  ...words("torch.jit.unsupported_tensor_ops torch.utils._config_module torch.utils.throughput_benchmark"),
  ...words("tensorflow.python.framework.load_library tensorflow.python.platform tensorflow.python.lib.io"),
  ...words("sklearn.datasets sklearn.utils._testing sklearn.utils.testing sklearn.externals._packaging"),
  ...words("scipy._lib._testutils numpy._pytesttester pandas.util._tester statsmodels.tools._test_runner"),
  ...words("pandas.compat.pickle_compat statsmodels.iolib.smpickle numba.core.serialize multiprocess pathos"),
  ...words("joblib.externals.loky joblib.parallel joblib._parallel_backends joblib.memory joblib.func_inspect"),
]);

const BUILTINS = words(
  "eval exec execfile compile open file __import__ getattr setattr delattr globals locals vars apply input raw_input " +
    "breakpoint exit quit help reload copyright credits license memoryview_open __build_class__",
);
const OPERATOR = words("attrgetter methodcaller call");
const COPYREG = words("add_extension remove_extension clear_extension_cache pickle constructor");
const NUMPY = words(
  "load loads save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex tofile memmap DataSource " +
    "safe_eval test get_include",
);
const PANDAS = words(
  "eval read_pickle to_pickle read_csv read_table read_fwf read_excel read_json read_html read_xml read_hdf " +
    "read_feather read_parquet read_orc read_sas read_spss read_sql read_sql_query read_sql_table read_gbq read_stata " +
    "read_clipboard HDFStore ExcelFile ExcelWriter",
);
const JOBLIB = words(
  "load _pickle_load load_temporary_memmap load_compatibility dump Memory Parallel delayed register_parallel_backend",
);

/** Imports by name, unpickles, or builds functions from the bytecode that the file brings. */
const CLOUDPICKLE = words(
  "load loads subimport dynamic_subimport _gen_ellipsis_eval _make_function _function_setstate _fill_function " +
    "_make_skel_func",
);

/** The same in dill, with what evaluates texts and opens files. */
const DILL = words(
  "_create_code _create_function _import_module _eval_repr _getattr _get_attr _getattribute _create_filehandle " +
    "_create_capsule _setitems loads load load_session load_module",
);

/** Names in modules that are harmless otherwise. */
export const DANGEROUS_NAMES: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    builtins: BUILTINS,
    __builtin__: BUILTINS,
    __builtins__: BUILTINS,
    "future.builtins": BUILTINS,
    "past.builtins": [...BUILTINS, "execfile"],
    operator: OPERATOR,
    _operator: OPERATOR,
    copyreg: COPYREG,
    copy_reg: COPYREG,
    types: words("CodeType FunctionType LambdaType ModuleType new_class"),
    new: words("code function module instancemethod"),
    io: words("open open_code FileIO BufferedReader BufferedWriter TextIOWrapper"),
    _io: words("open open_code FileIO BufferedReader BufferedWriter TextIOWrapper"),
    _pyio: words("open open_code FileIO"),
    codecs: words("open StreamReader StreamWriter StreamReaderWriter EncodedFile register"),
    tokenize: words("open"),
    linecache: words("getline getlines updatecache lazycache"),
    gzip: words("open GzipFile"),
    bz2: words("open BZ2File"),
    lzma: words("open LZMAFile"),
    zipfile: words("ZipFile PyZipFile main Path"),
    tarfile: words("open TarFile main"),
    sqlite3: words("connect Connection"),
    "sqlite3.dbapi2": words("connect Connection"),
    "sqlite3.__main__": words("main execute SqliteInteractiveConsole"),
    "argparse.FileType": words("__call__"),
    _sqlite3: words("connect Connection"),
    uuid: words(
      "_get_command_stdout _popen _find_mac getnode _ifconfig_getnode _ip_getnode _arp_getnode _lanscan_getnode _netstat_getnode",
    ),
    mailcap: words("findmatch test getcaps"),
    gettext: words("translation install find c2py"),
    dis: words("_try_compile main"),
    warnings: words("_getcategory"),
    _sitebuiltins: words("_Printer Quitter _Helper"),
    "xml.dom.domreg": words("getDOMImplementation"),
    "xml.dom.pulldom": words("parse"),
    "xml.dom.expatbuilder": words("parse"),
    mimetypes: words("init read_mime_types"),
    threading: words("Thread Timer setprofile settrace"),
    _thread: words("start_new_thread start_new interrupt_main"),
    thread: words("start_new_thread start_new interrupt_main"),
    logging: words("FileHandler basicConfig"),
    "logging.handlers": words(
      "RotatingFileHandler TimedRotatingFileHandler WatchedFileHandler BaseRotatingHandler SocketHandler DatagramHandler SMTPHandler SysLogHandler HTTPHandler NTEventLogHandler",
    ),
    pathlib: words("_NormalAccessor"),
    ...Object.fromEntries(
      words(
        "pathlib.Path pathlib.PosixPath pathlib.WindowsPath pathlib._local.Path pathlib._local.PosixPath pathlib._local.WindowsPath",
      ).map((path) => [
        path,
        words(
          "open touch chmod lchmod mkdir rename replace symlink_to hardlink_to link_to copy copy_into move move_into read_text read_bytes",
        ),
      ]),
    ),
    functools: words("_lru_cache_wrapper_call"),
    inspect: words(
      "getsource getmodule getattr_static unwrap signature getmembers currentframe stack trace get_annotations " +
        "_signature_fromstr _signature_from_callable _main",
    ),
    typing: words("get_type_hints ForwardRef _eval_type evaluate_forward_ref"),
    annotationlib: words("get_annotations ForwardRef call_evaluate_function call_annotate_function"),
    dataclasses: words("make_dataclass _create_fn"),
    collections: words("_eval_namedtuple"),
    ast: words("parse compile"),
    symtable: words("symtable"),
    parser: words("expr suite compilest"),
    weakref: words("finalize"),
    contextlib: words("ExitStack AsyncExitStack"),
    "contextlib.ExitStack": words("callback push enter_context close"),
    "concurrent.futures": words("ThreadPoolExecutor ProcessPoolExecutor InterpreterPoolExecutor"),
    "concurrent.futures.thread": words("ThreadPoolExecutor"),
    "concurrent.futures.process": words("ProcessPoolExecutor"),
    "keras.saving": words("load_model load_weights deserialize_keras_object"),
    "keras.src.saving.saving_api": words("load_model load_weights"),
    "keras.src.saving.saving_lib": words("load_model load_weights_only"),
    "keras.src.saving.serialization_lib": words("deserialize_keras_object enable_unsafe_deserialization"),
    "keras.config": words("enable_unsafe_deserialization"),
    "keras.src.utils.file_utils": words("get_file extract_archive"),
    "keras.src.utils.python_utils": words("func_load"),
    "keras.utils.python_utils": words("func_load"),
    "keras.utils.generic_utils": words("func_load"),
    "tensorflow.python.keras.utils.generic_utils": words("func_load"),
    "tensorflow.python.ops.script_ops": words("py_func numpy_function eager_py_func py_function"),
    "tensorflow.python.ops.io_ops": words("read_file write_file"),
    "tensorflow.python.ops.gen_io_ops": words("read_file write_file"),
    "tensorflow.python.saved_model.load": words("load load_partial"),
    "tf_keras.models": words("load_model"),
    "tensorflow.saved_model": words("load save"),
    "tensorflow.io": words("read_file write_file"),
    "tensorflow.raw_ops": words("ReadFile WriteFile PyFunc EagerPyFunc"),
    "tensorflow.io.gfile": words("GFile copy remove rename rmtree makedirs mkdir"),
    "tensorflow.keras.utils": words("get_file"),
    "mlflow.pyfunc": words("load_model load_pyfunc spark_udf"),
    "mlflow.sklearn": words("load_model"),
    "mlflow.pytorch": words("load_model"),
    transformers: words("pipeline"),
    "transformers.AutoModel": words("from_pretrained"),
    "transformers.AutoTokenizer": words("from_pretrained"),
    datasets: words("load_dataset load_from_disk"),
    sqlalchemy: words("create_engine"),
    "sqlalchemy.engine": words("create_engine"),
    cupy: words("RawKernel RawModule ElementwiseKernel"),
    spacy: words("load"),
    "fastai.learner": words("load_learner"),
    "fastai.basics": words("load_learner"),
    wave: words("open"),
    aifc: words("open"),
    sunau: words("open"),
    "configparser.ConfigParser": words("read"),
    "configparser.RawConfigParser": words("read"),
    "lxml.etree": words("parse XSLT"),
    "xml.etree.ElementTree": words("parse iterparse"),
    string: words("Formatter"),
    xml: words("sax"),
    "six.moves": words("reload_module"),
    "dill._dill": DILL,
    "dill.dill": DILL,
    dill: words("load loads load_session load_module load_module_asdict"),
    cloudpickle: words("load loads"),
    "cloudpickle.cloudpickle": CLOUDPICKLE,
    "cloudpickle.cloudpickle_fast": CLOUDPICKLE,
    numpy: NUMPY,
    "numpy.lib": NUMPY,
    "numpy.core": words("fromfile"),
    "numpy._core": words("fromfile"),
    "numpy.core.multiarray": words("fromfile"),
    "numpy._core.multiarray": words("fromfile"),
    "numpy.core.memmap": words("memmap"),
    "numpy._core.memmap": words("memmap"),
    "numpy.lib.utils": words("safe_eval source info lookfor"),
    "numpy.lib._utils_impl": words("safe_eval source info lookfor"),
    "numpy.lib.format": words("open_memmap read_array"),
    pandas: PANDAS,
    "pandas.DataFrame": words("eval query pipe to_pickle"),
    "pandas.core.frame.DataFrame": words("eval query pipe to_pickle"),
    "pandas.core.generic": words("to_pickle"),
    joblib: JOBLIB,
    "joblib.numpy_pickle": JOBLIB,
    "joblib.numpy_pickle_compat": JOBLIB,
    "sklearn.externals.joblib": JOBLIB,
    "sklearn.externals.joblib.numpy_pickle": JOBLIB,
    torch: words("load save compile from_file"),
    "torch.serialization": words("load _load _legacy_load save _open_file register_package"),
    "torch.jit": words("load save script trace CompilationUnit"),
    "torch._C": words("import_ir_module _import_ir_module_from_package _jit_compile CompilationUnit PyTorchFileReader"),
    "torch.export": words("load save"),
    "jax._src.pickle_util": words("loads"),
    ray: words("init get remote"),
    "torch.ops": words("load_library"),
    "torch.classes": words("load_library"),
    "torch._ops": words("load_library _Ops"),
    "torch._classes": words("load_library _Classes"),
    tensorflow: words("load_op_library load_library py_function numpy_function"),
    "tensorflow.keras.models": words("load_model"),
    "keras.models": words("load_model"),
    "keras.utils": words("get_file"),
    yaml: words("load load_all unsafe_load unsafe_load_all full_load Loader UnsafeLoader CLoader CUnsafeLoader"),
    "yaml.loader": words("Loader UnsafeLoader"),
    "yaml.cyaml": words("CLoader CUnsafeLoader"),
    "omegaconf.OmegaConf": words("load register_new_resolver register_resolver"),
    networkx: words("read_gpickle write_gpickle"),
    "networkx.readwrite.gpickle": words("read_gpickle write_gpickle"),
    six: words("_import_module"),
    "future.utils": words("import_"),
    "werkzeug.utils": words("import_string find_modules"),
    "kombu.utils.imports": words("symbol_by_name instantiate"),
    "celery.utils.imports": words("symbol_by_name instantiate"),
    "pyramid.path.DottedNameResolver": words("resolve maybe_resolve"),
    "gunicorn.util": words("import_app load_class"),
    "skops.io": words("load loads get_untrusted_types"),
    "skops.io._utils": words("get_module gettype _import_obj"),
    "attr._make": words("_eval_snippets _make_init _compile_and_eval _linecache_and_compile _make_method"),
    "PIL.ImageMath": words("unsafe_eval lambda_eval"),
    "PIL.ImageShow": words("show register"),
    "PIL.Image.Image": words("show save"),
    sympy: words("sympify parse_expr lambdify"),
    "sympy.core.sympify": words("sympify"),
    "sympy.utilities.lambdify": words("lambdify"),
    "sympy.parsing.sympy_parser": words("parse_expr eval_expr"),
    "django.core.management": words("call_command execute_from_command_line"),
    mlflow: words("run"),
    scipy: words("test"),
    ...Object.fromEntries(
      words("cluster fft integrate interpolate linalg ndimage odr optimize signal sparse spatial special stats").map(
        (part) => [`scipy.${part}`, words("test")],
      ),
    ),
    // Files that are opened, written or unpickled; formulas that are run as Python.
    pyarrow: words("OSFile MemoryMappedFile PyExtensionType memory_map create_memory_map"),
    "pyarrow.lib": words("OSFile MemoryMappedFile PyExtensionType memory_map create_memory_map"),
    patsy: words("dmatrix dmatrices incr_dbuilder incr_dbuilders"),
    "patsy.highlevel": words("dmatrix dmatrices incr_dbuilder incr_dbuilders"),
    formulaic: words("model_matrix"),
    "torch.fx.graph_module": words(
      "_forward_from_src _exec_with_source reduce_graph_module reduce_package_graph_module reduce_deploy_graph_module",
    ),
    "ultralytics.nn.tasks": words("attempt_load_weights attempt_load_one_weight torch_safe_load load_checkpoint"),
    "transformers.pipelines": words("pipeline"),
    "spacy.util": words("load_model load_model_from_path import_file run_command"),
    "tracemalloc.Snapshot": words("load dump"),
    pstats: words("Stats"),
    uu: words("decode encode"),
    "optparse.Values": words("read_file read_module"),
    "gensim.utils": words("unpickle pickle"),
    "gensim.utils.SaveLoad": words("load"),
    gensim: words("load"),
    // They reach attributes by name, or call what they are given.
    "sklearn.feature_selection._base": words("_get_feature_importances"),
    "sklearn.metrics._scorer": words("_cached_call"),
    "sklearn.utils.extmath": words("_safe_accumulator_op"),
    nltk: words("download load"),
    "nltk.data": words("load"),
  }).map(([module, names]) => [module, new Set(names)]),
);

/** Modules that are dangerous to have in hand: `shutil` + `os` is the module os itself. */
export const MODULES_AS_VALUES: ReadonlySet<string> = new Set(
  words("os posix nt sys subprocess builtins __builtin__ __builtins__ importlib runpy ctypes pty socket commands"),
);

/** Attributes that lead out of an object into the interpreter, or change it; and methods that write. */
export const ALTERING_ATTRIBUTES: ReadonlySet<string> = new Set(
  words(
    "__globals__ __builtins__ __subclasses__ __import__ __getattribute__ __code__ __closure__ __loader__ __spec__ " +
      "__bases__ __base__ __mro__ mro __dict__ __class__ __func__ __self__ __init_subclass__ __setattr__ __delattr__ " +
      "__reduce__ __reduce_ex__ __setstate__ f_globals f_locals f_builtins gi_frame cr_frame tb_frame func_globals " +
      "write_text write_bytes unlink rmtree rmdir system popen runcode runsource execfile exec_module load_module",
  ),
);

/** Words in the name of a function that say that it runs code; a class's name only says what it is about. */
export const CODE_WORDS: ReadonlySet<string> = new Set(
  words("exec popen spawn spawnv spawnl shell subprocess runstring runctx runcode"),
);

/** Names that say it by themselves, wherever they are. */
export const CODE_NAMES: ReadonlySet<string> = new Set(
  words("eval exec execfile system popen Popen run_code run_command _attach_argparser_methods _construct_argparser"),
);
