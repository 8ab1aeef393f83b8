/**
 * What model files always import, per library. A row says which names of which modules; nothing else of a module is
 * meant by it. Rows are read after the dangerous ones.
 */
export interface OrdinaryRow {
  readonly library: string;
  readonly module: RegExp;
  readonly names: RegExp;
  /** Ordinary as a class to refer to, not as something to call. */
  readonly onlyNamed?: true;
  /** Names, each written out, of a module that is dangerous otherwise. */
  readonly instead?: "ordinary" | "unusual";
}

/** Classes: CapWords, also with a leading underscore. */
const CLASSES = /^_{0,2}[A-Z]\w*$/;
/** What Cython writes to restore its classes. */
const CLASSES_AND_CYTHON = /^(?:_{0,2}[A-Z]\w*|__pyx_unpickle_\w+|newObj)$/;

const one = (names: string): RegExp => new RegExp(`^(?:${names.trim().split(/\s+/).join("|")})$`);

/**
 * Plain values of modules of which nothing else belongs into a model: tuples with names, members of enums, errors. To make
 * one does nothing else; scanners that list whole modules flag them, so they are not ordinary.
 */
const value = (module: string, names: string): OrdinaryRow => ({
  library: "python",
  module: one(module),
  names: one(names),
  instead: "unusual",
});

const VALUE_TYPES: readonly OrdinaryRow[] = [
  value("os posix nt", "stat_result statvfs_result terminal_size uname_result times_result sched_param"),
  value("grp pwd spwd resource", "struct_group struct_passwd struct_spwd struct_rusage"),
  value("platform", "uname_result"),
  value("shutil", "Error SameFileError SpecialFileError ExecError ReadError RegistryError"),
  value("subprocess commands", "CompletedProcess CalledProcessError TimeoutExpired SubprocessError"),
  value("signal", "Signals Handlers Sigmasks"),
  value("socket", "AddressFamily SocketKind MsgFlag AddressInfo error gaierror herror timeout"),
  value(
    "ssl",
    "_SSLMethod VerifyMode VerifyFlags Options TLSVersion AlertDescription SSLErrorNumber SSLError SSLZeroReturnError " +
      "SSLWantReadError SSLWantWriteError SSLSyscallError SSLEOFError SSLCertVerificationError",
  ),
  value("http", "HTTPStatus HTTPMethod"),
  value(
    "http\\.client httplib",
    "HTTPException NotConnected InvalidURL UnknownProtocol IncompleteRead ImproperConnectionState CannotSendRequest " +
      "CannotSendHeader ResponseNotReady BadStatusLine LineTooLong RemoteDisconnected",
  ),
  value("http\\.cookies", "SimpleCookie Morsel CookieError"),
  value("http\\.cookiejar", "Cookie"),
  value("urllib\\.parse", "ParseResult ParseResultBytes SplitResult SplitResultBytes DefragResult DefragResultBytes"),
  value("urllib\\.error urllib2", "URLError ContentTooShortError"),
  value("xmlrpc\\.client xmlrpclib", "DateTime Binary Fault Error ProtocolError ResponseError"),
  value("smtplib", "SMTPException SMTPServerDisconnected SMTPResponseException SMTPDataError SMTPAuthenticationError"),
  value("ftplib", "Error error_reply error_temp error_perm error_proto"),
  value("_?pickle cPickle", "PickleError PicklingError UnpicklingError"),
  value("multiprocessing(?:\\.context)?", "ProcessError BufferTooShort TimeoutError AuthenticationError"),
  value(
    "asyncio(?:\\.exceptions|\\.queues)? concurrent\\.futures\\._base",
    "Error CancelledError TimeoutError InvalidStateError BrokenExecutor IncompleteReadError LimitOverrunError " +
      "QueueEmpty QueueFull",
  ),
  value("selectors", "SelectorKey"),
  value("sched", "Event"),
  value("doctest", "TestResults"),
  // What a module says of where it came from: to make one opens and loads nothing.
  value("_frozen_importlib_external", "SourceFileLoader SourcelessFileLoader ExtensionFileLoader _?NamespaceLoader"),
  value("_frozen_importlib", "ModuleSpec BuiltinImporter FrozenImporter"),
  // Versions as texts and numbers.
  value("sklearn\\.externals\\._packaging\\.version", "parse Version LegacyVersion InvalidVersion"),
  value("pkgutil", "ModuleInfo"),
  // Compiled functions, made of a pickle within that is looked into.
  {
    library: "numba",
    module: /^numba\.core\.serialize$/,
    names: one("custom_rebuild _unpickle__CustomPickled _CustomPickled"),
    instead: "unusual",
  },
];

export const ORDINARY: readonly OrdinaryRow[] = [
  ...VALUE_TYPES,
  {
    library: "python",
    module: /^(?:builtins|__builtin__)$/,
    names: one(
      "object set frozenset bytes bytearray complex int long float str unicode bool list tuple dict slice range xrange " +
        "Ellipsis NotImplemented hash",
    ),
  },
  {
    // Functions that estimators keep, and classes that are not made here.
    library: "python",
    module: /^(?:builtins|__builtin__)$/,
    names: one(
      "len max min sum abs round sorted any all divmod pow repr isinstance callable iter next zip enumerate reversed " +
        "map filter memoryview type property staticmethod classmethod super",
    ),
    onlyNamed: true,
  },
  {
    // Methods of plain values: `str.split` cuts a text into words.
    library: "python",
    module: /^(?:builtins|__builtin__)$/,
    names: /^(?:str|unicode|bytes|bytearray|list|tuple|dict|set|frozenset|int|float|complex)\.(?!format)[a-z]+$/,
    onlyNamed: true,
  },
  {
    library: "python",
    module: /^(?:builtins|__builtin__|exceptions)$/,
    names: /^(?:[A-Z]\w*(?:Error|Warning)|Exception|Warning|StopIteration)$/,
  },
  { library: "python", module: /^math$/, names: /^[a-z]\w*$/, onlyNamed: true },
  {
    library: "python",
    module: /^_?operator$/,
    names: one("add sub mul truediv floordiv mod pow neg pos abs and_ or_ xor not_ eq ne lt le gt ge getitem contains"),
    onlyNamed: true,
  },
  { library: "python", module: /^copy_?reg$/, names: one("_reconstructor __newobj__ __newobj_ex__") },
  { library: "python", module: /^_?codecs$/, names: one("encode") },
  {
    library: "python",
    module: /^collections(?:\.abc)?$/,
    names: one("OrderedDict defaultdict deque Counter ChainMap UserDict UserList UserString"),
  },
  { library: "python", module: /^User(?:Dict|List|String)$/, names: one("(?:Iterable)?UserDict UserList UserString") },
  { library: "python", module: /^dateutil\.relativedelta$/, names: one("relativedelta weekday") },
  { library: "python", module: /^datetime$/, names: one("date datetime time timedelta timezone tzinfo") },
  {
    library: "python",
    module: /^_?decimal$/,
    names: one(
      "Decimal Context Clamped DivisionByZero FloatOperation Inexact InvalidOperation Overflow Rounded Subnormal Underflow",
    ),
  },
  { library: "python", module: /^fractions$/, names: one("Fraction") },
  { library: "python", module: /^uuid$/, names: one("UUID SafeUUID") },
  {
    library: "python",
    module: /^pathlib(?:\._local)?$/,
    names: one("Path PurePath PosixPath WindowsPath PurePosixPath PureWindowsPath"),
  },
  { library: "python", module: /^re$/, names: one("_compile RegexFlag") },
  {
    library: "python",
    module: /^re$/,
    names: /^_compile\.(?:findall|finditer|match|search|fullmatch|split|sub)$/,
    onlyNamed: true,
  },
  { library: "regex", module: /^regex\._regex_core$/, names: one("RegexFlag") },
  { library: "python", module: /^ipaddress$/, names: /^IPv[46](?:Address|Network|Interface)$/ },
  { library: "python", module: /^time$/, names: one("struct_time") },
  { library: "python", module: /^argparse$/, names: one("Namespace") },
  { library: "python", module: /^string$/, names: one("Template") },
  { library: "python", module: /^inspect$/, names: one("Signature Parameter _ParameterKind _empty") },
  { library: "python", module: /^logging$/, names: one("getLogger") },
  {
    library: "python",
    module: /^(?:typing|numbers|abc|collections\.abc|_abcoll)$/,
    names: /^(?!ForwardRef$)[A-Z]\w*$/,
    onlyNamed: true,
  },
  { library: "python", module: /^array$/, names: one("array _array_reconstructor") },
  { library: "python", module: /^types$/, names: one("SimpleNamespace NoneType MappingProxyType") },
  { library: "python", module: /^random$/, names: one("Random") },
  { library: "python", module: /^random$/, names: /^Random\.[a-z]\w*$/, onlyNamed: true },
  { library: "python", module: /^zoneinfo$/, names: one("ZoneInfo ZoneInfo._unpickle") },
  { library: "pytz", module: /^pytz(?:\.\w+)?$/, names: one("_UTC _p UTC FixedOffset _FixedOffset") },

  { library: "numpy", module: /^numpy$/, names: one("ndarray dtype matrix recarray record") },
  { library: "numpy", module: /^numpy(?:\._?core(?:\.memmap)?)?$/, names: one("memmap"), onlyNamed: true },
  {
    library: "numpy",
    module: /^numpy$/,
    names: one(
      "bool bool_ u?int8 u?int16 u?int32 u?int64 u?intc u?intp float16 float32 float64 float128 longdouble complex64 " +
        "complex128 complex256 clongdouble object_ str_ bytes_ void datetime64 timedelta64 generic number integer floating",
    ),
  },
  {
    // Functions that a FunctionTransformer or a scorer refers to; they have had several homes.
    library: "numpy",
    module:
      /^numpy(?:\.lib\.(?:function_base|nanfunctions|type_check)|\._?core\.(?:umath|_multiarray_umath|fromnumeric))?$/,
    names: one(
      "log log1p log2 log10 exp exp2 expm1 sqrt square cbrt power abs absolute fabs sign sin cos tan arcsin arccos " +
        "arctan sinh cosh tanh arcsinh arccosh arctanh reciprocal negative positive floor ceil rint round around trunc " +
        "isnan isfinite isinf nan_to_num mean median average sum prod std var min max amin amax nanmean nanmedian " +
        "nansum nanstd nanmin nanmax argmin argmax cumsum clip maximum minimum add subtract multiply divide",
    ),
  },
  { library: "numpy", module: /^numpy\._?core\.(?:multiarray|_multiarray_umath)$/, names: one("_reconstruct scalar") },
  { library: "numpy", module: /^numpy\._?core\.numeric$/, names: one("_frombuffer") },
  { library: "numpy", module: /^numpy\._?core$/, names: one("_ufunc_reconstruct") },
  {
    library: "numpy",
    module: /^numpy\._?core\._internal$/,
    names: one("_convert_to_stringdtype_kwargs _reconstruct"),
  },
  { library: "numpy", module: /^numpy\.(?:_?core\.records|rec)$/, names: one("recarray record") },
  { library: "numpy", module: /^numpy\.matrixlib\.defmatrix$/, names: one("matrix") },
  { library: "numpy", module: /^numpy(?:\.char|\._?core\.defchararray)?$/, names: one("chararray") },
  // Distributions keep their methods in one each: made like this it runs nothing.
  { library: "numpy", module: /^numpy(?:\.lib\._?function_base(?:_impl)?)?$/, names: one("vectorize") },
  { library: "numpy", module: /^numpy(?:\.lib\._?polynomial(?:_impl)?)?$/, names: one("poly1d") },
  { library: "numpy", module: /^numpy\.ma(?:\.core)?$/, names: one("_mareconstruct MaskedArray MaskedConstant") },
  {
    library: "numpy",
    module: /^numpy\.random(?:\.\w+)?$/,
    names: one(
      "__randomstate_ctor __RandomState_ctor __generator_ctor __bit_generator_ctor RandomState Generator MT19937 PCG64 PCG64DXSM Philox " +
        "SFC64 SeedSequence __pyx_unpickle_SeedSequence __pyx_unpickle_\\w+",
    ),
  },
  { library: "numpy", module: /^numpy\.polynomial(?:\.\w+)?$/, names: CLASSES },
  { library: "numpy", module: /^numpy\.dtypes$/, names: CLASSES },

  {
    library: "scipy",
    module: /^scipy\.sparse(?:\._?\w+)?$/,
    names: one("(?:csr|csc|coo|bsr|dia|dok|lil)_(?:matrix|array)"),
  },
  {
    library: "scipy",
    module:
      /^scipy\.(?:stats|spatial|interpolate|optimize|special|sparse|linalg|signal|_lib(?!\._testutils))(?:\.\w+)*$/,
    names: /^(?:_{0,2}[A-Z]\w*|rv_\w+|\w+_(?:gen|frozen)|cKDTree|gaussian_kde|interp1d(?:\._\w+)?|__pyx_unpickle_\w+)$/,
  },
  {
    // Methods that a distribution or an interpolator refers to.
    library: "scipy",
    module: /^scipy\.(?:stats|interpolate)(?:\.\w+)*$/,
    names: /^(?:\w+_gen|rv_\w+|Rbf)\._[a-z]\w*$/,
    onlyNamed: true,
  },
  { library: "scipy", module: /^scipy\.spatial\.kdtree$/, names: one("KDTree\\.(?:inner|leaf)?node") },
  { library: "scipy", module: /^scipy\.spatial\.ckdtree$/, names: one("new_object") },
  { library: "scipy", module: /^scipy\.spatial\.distance$/, names: /^[a-z]\w*$/, onlyNamed: true },
  {
    library: "scipy",
    module: /^scipy\.(?:_lib|_external)\.array_api_compat\.numpy(?:\._aliases)?$/,
    names: one("asarray"),
  },
  {
    library: "scipy",
    module: /^scipy\.special(?:\._(?:special_)?ufuncs|\._logsumexp)?$/,
    names: /^(?!test$|seterr$|errstate$)[a-z]\w*$/,
  },

  { library: "joblib", module: /(?:^|\.)joblib\.numpy_pickle(?:_compat)?$/, names: /^Z?N(?:umpy)?D?ArrayWrapper$/ },
  { library: "scikit-learn", module: /^sklearn(?:\.(?!externals|callback)\w+)*$/, names: CLASSES_AND_CYTHON },
  {
    // Metrics, scores and transformations that estimators keep as settings; not what calls or reaches into what it is given.
    library: "scikit-learn",
    module:
      /^sklearn\.(?:metrics|feature_selection|preprocessing|utils\.extmath|gaussian_process\.(?:regression|correlation)_models)(?:\.\w+)*$/,
    names:
      /^(?!_get_feature_importances$|_cached_call$|_safe_accumulator_op$|_parallel_|_pairwise_callable$)[a-z_]\w*$/,
    onlyNamed: true,
  },
  { library: "scikit-learn", module: /^sklearn\.utils\.validation$/, names: one("check_array"), onlyNamed: true },
  { library: "scikit-learn", module: /^sklearn\.compose\._column_transformer$/, names: one("make_column_selector") },
  { library: "scikit-learn", module: /^sklearn\.cluster\._kmeans$/, names: one("_kmeans_single_(?:lloyd|elkan)") },
  { library: "scikit-learn", module: /^_loss$/, names: /^(?:__pyx_unpickle_)?Cy[A-Z]\w*$/ },
  {
    library: "scikit-learn",
    module: /^sklearn\.(?:neighbors|_loss|linear_model|ensemble|tree|manifold|cluster|gaussian_process)(?:\.\w+)*$/,
    names: /^(?:newObj|Cy\w+|__pyx_\w+)$/,
  },

  {
    library: "pandas",
    module: /^pandas(?:\.(?:core|_libs|tseries|api\.typing)(?:\.\w+)*|\.indexes(?:\.\w+)*|\.arrays)?$/,
    names: CLASSES_AND_CYTHON,
  },
  {
    library: "pandas",
    module: /^pandas\.(?:core|_libs|tseries|indexes|tslib)(?:\.\w+)*$/,
    names: one(
      "_new_Index _new_DatetimeIndex _new_TimedeltaIndex _new_PeriodIndex _new_IntervalIndex new_block _unpickle_block _unpickle_timestamp " +
        "_timedelta_unpickle __nat_unpickle _nat_unpickle __newobj__ _unpickle_array",
    ),
  },
  {
    library: "pyarrow",
    module: /^pyarrow(?:\.lib)?$/,
    names: one(
      "type_for_alias _restore_array _reconstruct_table _reconstruct_record_batch chunked_array py_buffer schema field " +
        "struct list_ large_list map_ dictionary timestamp scalar binary large_string string utf8 int8 int16 int32 int64 float32 float64 bool_ decimal32 decimal64 decimal128 decimal256 time32 time64 duration null " +
        // Arrays, types and tables; not what opens files or unpickles.
        "(?!\\w*File|\\w*FileSystem|\\w*Stream|\\w*ExtensionType|Codec)[A-Z]\\w*",
    ),
  },

  // Data sets are not part of a model: made from a path, they read the file there. Trackers open sockets.
  { library: "xgboost", module: /^xgboost(?:\.\w+)*$/, names: /^(?!\w*DMatrix|RabitTracker)_{0,2}[A-Z]\w*$/ },
  { library: "lightgbm", module: /^lightgbm(?:\.\w+)*$/, names: /^(?!Dataset$|Sequence$|Dask)_{0,2}[A-Z]\w*$/ },
  { library: "catboost", module: /^_?catboost(?:\.\w+)*$/, names: /^(?!Pool$)_{0,2}[A-Z]\w*$/ },
  {
    library: "scikit-learn companions",
    module:
      /^(?:sklearn2pmml(?!\.h2o)|sklearn_pandas|imblearn|category_encoders|feature_engine|mlxtend|sklearn_crfsuite|pycrfsuite|hmmlearn|sksurv|lifelines|(?:fb)?prophet|pmdarima|ngboost|pygam|umap|hdbscan|pynndescent|kmodes|minisom|mapie|slicer|lightfm|rank_bm25|quantile_forest|sklearn_extra|optbinning|boruta|mord|sklearnex|onedal|daal4py\.sklearn|deslib|skforecast|sklego)(?:\.\w+)*$/,
    names: CLASSES,
  },
  {
    // Functions and methods that these keep for what comes after.
    library: "scikit-learn companions",
    module: /^(?:shap\.links|kmodes\.util\.dissim|minisom)$/,
    names: /^(?:identity|logit|[a-z_]+_dissim|MiniSom\._[a-z]\w*)$/,
    onlyNamed: true,
  },
  {
    library: "scikit-learn",
    module: /^sklearn(?:\.(?!externals)\w+)*$/,
    names: /^[A-Z]\w*\.(?:predict(?:_proba|_log_proba)?|decision_function|transform|score(?:_samples)?)$/,
    onlyNamed: true,
  },
  {
    library: "lifelines",
    module: /^lifelines\.fitters\.\w+$/,
    names: /^[A-Z]\w*Fitter\.(?:_[a-z_]+|plot)$/,
    onlyNamed: true,
  },
  { library: "hdbscan", module: /^hdbscan\.dist_metrics$/, names: one("newObj") },
  // Streams and data sets read files.
  { library: "river", module: /^(?:river|creme)(?!\.(?:datasets|stream))(?:\.\w+)*$/, names: CLASSES_AND_CYTHON },
  {
    library: "river",
    module: /^river(?!\.(?:datasets|stream))(?:\.\w+)*$/,
    names: /^[A-Z]\w*\._[a-z]\w*$/,
    onlyNamed: true,
  },
  { library: "river", module: /^river\.utils\.math$/, names: /^[a-z]\w*$/, onlyNamed: true },
  // Readers of corpora open files.
  {
    library: "nltk",
    module: /^nltk\.(?:probability|classify|tag|stem|tokenize|lm|tree|tbl|chunk|collocations|util|metrics)(?:\.\w+)*$/,
    names: /^(?!Lazy|\w*Reader|Senna|Stanford|Hunpos|Megam|Tadm|Weka|CRFTagger|Corenlp|CoreNLP|Repp)_{0,2}[A-Z]\w*$/,
  },
  { library: "pyod", module: /^pyod\.models(?:\.\w+)*$/, names: CLASSES },
  {
    library: "scikit-optimize",
    module: /^skopt\.(?:space|learning|optimizer|searchcv|acquisition)(?:\.\w+)*$/,
    names: CLASSES,
  },
  {
    library: "optuna",
    module: /^optuna\.(?:distributions|pruners|samplers|search_space|study|trial|storages\._in_memory)(?:\.\w+)*$/,
    names: CLASSES,
  },
  {
    library: "optuna",
    module: /^optuna\.samplers\._tpe\.sampler$/,
    names: one("default_weights default_gamma hyperopt_default_gamma"),
    onlyNamed: true,
  },
  {
    library: "sktime",
    module:
      /^(?:sktime|aeon)\.(?:forecasting|transformations|classification|regression|clustering|datatypes|base)(?:\.(?!foundation_models)\w+)*$/,
    names: CLASSES,
  },
  { library: "shap", module: /^shap\.(?:_explanation|explainers|maskers|utils\._legacy)(?:\.\w+)*$/, names: CLASSES },
  { library: "networkx", module: /^networkx\.classes\.\w+$/, names: CLASSES },
  {
    library: "scikit-learn companions",
    module:
      /^(?:gplearn|tslearn|skmultilearn(?!\.ext)|fairlearn\.(?:postprocessing|reductions)|interpret\.glassbox|implicit\.(?:cpu|nearest_neighbours))(?:\.\w+)*$/,
    names: CLASSES,
  },
  // Expressions and lazy frames may hold functions.
  {
    library: "polars",
    module: /^polars\.(?:dataframe\.frame|series\.series|datatypes\.classes|schema)$/,
    names: CLASSES,
  },
  { library: "xarray", module: /^xarray\.core\.(?:dataarray|dataset|variable|indexes|coordinates)$/, names: CLASSES },
  // Data sets are read from a path that they are made with.
  { library: "scikit-surprise", module: /^surprise(?:\.\w+)*$/, names: /^(?!Dataset)_{0,2}[A-Z]\w*$/ },
  { library: "statsmodels", module: /^(?:statsmodels|patsy|formulaic)(?:\.\w+)*$/, names: CLASSES_AND_CYTHON },
  { library: "statsmodels", module: /^statsmodels\.distributions\.discrete$/, names: /^[a-z]\w*_gen$/ },
  {
    // Methods that zero-inflated models and exponential smoothing refer to.
    library: "statsmodels",
    module: /^statsmodels\.(?:discrete|distributions|tsa)(?:\.\w+)*$/,
    names: /^(?:[A-Z]\w*\.(?:_hessian_\w+|loglike)|_ets_smooth(?:_\w+)?|[a-z]\w*_gen\._\w+)$/,
    onlyNamed: true,
  },
  { library: "statsmodels", module: /^formulaic\.parser\.types\.\w+$/, names: /^(?:Factor|Token)\.[A-Z][A-Za-z]+$/ },
  { library: "statsmodels", module: /^statsmodels\.tsa\.statespace(?:\.\w+)*$/, names: /^[sdcz][A-Z]\w*$/ },
  { library: "statsmodels", module: /^statsmodels\.genmod\.families\.\w+$/, names: /^[a-z_]\w*$/ },
  // Wrappers of programs start them.
  { library: "gensim", module: /^gensim(?:\.(?!wrappers|scripts|downloader)\w+)*$/, names: CLASSES },
  { library: "gensim", module: /^gensim\.models\.tfidfmodel$/, names: /^(?:df2idf|smartirs_\w+)$/ },
  { library: "gensim", module: /^gensim\.models\.ldaseqmodel$/, names: one("sslm") },
  { library: "gensim", module: /^gensim\.utils$/, names: one("identity"), onlyNamed: true },
  { library: "gensim", module: /^gensim\.utils$/, names: one("call_on_class_only") },
  { library: "gensim", module: /^gensim\.models\.phrases$/, names: one("original_scorer npmi_scorer") },

  {
    library: "torch",
    module: /^torch\._utils$/,
    names:
      /^_rebuild_(?:tensor|tensor_v2|tensor_v3|parameter|parameter_with_state|qtensor|sparse_tensor|sparse_csr_tensor|nested_tensor|wrapper_subclass|device_tensor_from_numpy|device_tensor_from_cpu_tensor|xla_tensor|meta_tensor_no_storage)$/,
  },
  // The function that they are given is an import of its own.
  { library: "torch", module: /^torch\._?tensor$/, names: one("_rebuild_from_type _rebuild_from_type_v2") },
  { library: "torch", module: /^torch\.storage$/, names: one("TypedStorage UntypedStorage _TypedStorage") },
  {
    library: "torch",
    module: /^torch(?:\.cuda|\.storage)?$/,
    names:
      /^(?:\w*Storage|\w*Tensor|Size|ScriptObject|Generator|device|dtype|bfloat16|float(?:16|32|64)?|float8_\w+|float4_\w+|half|double|u?int(?:[1-8]|16|32|64)?|long|short|bool|bits\w+|complex(?:32|64|128)|q(?:u?int8|int32|uint4x2|uint2x4)|per_(?:tensor|channel)_\w+|sparse_(?:coo|csr|csc|bsr|bsc)|jagged|strided|preserve_format|contiguous_format|channels_last|channels_last_3d)$/,
  },
  // A GraphModule runs a text that is made of its graph.
  {
    library: "torch",
    module: /^torch\.(?:nn|ao|quantization|optim)(?:\.\w+)*$/,
    names: /^(?!\w*GraphModule$)_{0,2}[A-Z]\w*$/,
  },
  {
    // Activations and losses that a module was made with.
    library: "torch",
    module: /^torch\.(?:nn\.functional|_C\._nn)$/,
    names: one(
      "relu_? relu6 gelu silu elu selu leaky_relu celu mish hardtanh hardswish hardsigmoid softplus softsign softmax " +
        "log_softmax sigmoid tanh tanhshrink softmin threshold glu logsigmoid dropout normalize \\w+_loss cross_entropy " +
        "binary_cross_entropy binary_cross_entropy_with_logits kl_div cosine_similarity pairwise_distance",
    ),
  },
  { library: "torch", module: /^torch$/, names: one("relu sigmoid tanh softmax") },
  { library: "jax", module: /^ml_dtypes$/, names: /^(?:bfloat16|float\d_\w+|u?int[1-4])$/ },
  { library: "jax", module: /^flax\.core\.frozen_dict$/, names: one("FrozenDict") },
  { library: "jax", module: /^flax\.nnx\.(?:statelib|variablelib)$/, names: CLASSES },
  { library: "jax", module: /^optax(?:\.\w+)*$/, names: /^_?[A-Z]\w*State$/ },
  { library: "torch", module: /^torch\.nn\.init$/, names: /^[a-z]+(?:_[a-z]+)*_$/ },
  { library: "torch", module: /^torch\.distributions(?:\.\w+)*$/, names: CLASSES },
  { library: "torch", module: /^torch\.utils\.hooks$/, names: one("RemovableHandle BackwardHook") },
  {
    library: "torch",
    module: /^torch\.utils\.data(?:\.(?:dataset|dataloader|sampler))?$/,
    names: one(
      "TensorDataset Subset ConcatDataset DataLoader _DatasetKind SequentialSampler RandomSampler SubsetRandomSampler " +
        "WeightedRandomSampler BatchSampler _InfiniteConstantSampler",
    ),
  },
  {
    library: "torch",
    module: /^torch\.utils\.data\._utils\.collate$/,
    names: one("default_collate default_convert"),
  },
  { library: "torch", module: /^torch\._C$/, names: one("Generator") },
  // Named tuples of what functions give: `torch.max(x, 0)`.
  { library: "torch", module: /^torch\.return_types$/, names: /^[a-z]\w*$/ },
  // Quantised tensors, and how they were: torchao tells PyTorch itself to take them (add_safe_globals).
  {
    library: "torchao",
    module: /^torchao\.(?:quantization|dtypes|float8|prototype)(?:\.\w+)*$/,
    names: /^(?:[A-Z]\w*(?:Tensor|Impl|Layout|Kwargs|Config|Preference|Type|Domain)|Per[A-Z]\w*)$/,
  },
  {
    library: "torch",
    module: /^torch\.nested\._internal\.nested_tensor$/,
    names: one("NestedTensor _rebuild_njt"),
  },
  // Parameters that are spread over processes, and what a folder of them says of itself.
  {
    library: "torch",
    module: /^torch\.distributed\.(?:_?tensor(?:\.(?:api|_api|_dtensor_spec|placement_types))?)$/,
    names: one("DTensor DTensorSpec TensorMeta ShardOrderEntry Shard Replicate _?Partial _StridedShard"),
    instead: "ordinary",
  },
  {
    library: "torch",
    module: /^torch\.distributed\.checkpoint\.(?:metadata|filesystem)$/,
    names: one(
      "Metadata StorageMeta TensorStorageMetadata BytesStorageMetadata ChunkStorageMetadata TensorProperties " +
        "MetadataIndex _MEM_FORMAT_ENCODING _StorageInfo _StoragePrefix",
    ),
    instead: "ordinary",
  },
  {
    library: "torch",
    module: /^torch\.distributed\._shard\.(?:metadata|sharded_tensor(?:\.\w+)?|sharding_spec(?:\.\w+)*)$/,
    names: one(
      "ShardedTensor Shard ShardMetadata ShardedTensorMetadata TensorProperties MEM_FORMAT_ENCODING ChunkShardingSpec " +
        "EnumerableShardingSpec",
    ),
    instead: "ordinary",
  },
  {
    library: "torch",
    module: /^torch\.distributed\.algorithms\.join$/,
    names: one("_JoinConfig"),
    instead: "ordinary",
  },
  { library: "torch", module: /^torch\._dynamo\.decorators$/, names: one("_DimRange"), instead: "ordinary" },
  // Made anew it may look for the other processes over the network.
  {
    library: "torch",
    module: /^torch\.distributed\.(?:device_mesh|_tensor\.device_mesh|remote_device)$/,
    names: one("DeviceMesh _MeshLayout _remote_device"),
    instead: "unusual",
  },
  // `training_args.bin` of every trainer, and configurations: plain settings.
  {
    library: "transformers",
    module: /^(?:transformers|sentence_transformers|trl)(?:\.\w+)*\.(?:training_args(?:_seq2seq)?|\w+_config)$/,
    names: /^(?:[A-Z]\w*(?:TrainingArguments|Config)|TrainingArguments|OptimizerNames|(?:MultiDataset)?BatchSamplers)$/,
  },
  {
    library: "transformers",
    module: /^transformers\.(?:trainer_utils|trainer_pt_utils)$/,
    names: one(
      "IntervalStrategy SchedulerType HubStrategy EvaluationStrategy FSDPOption SaveStrategy ShardedDDPOption AcceleratorConfig",
    ),
  },
  {
    library: "transformers",
    module: /^transformers\.(?:generation\.configuration_utils|models(?:\.\w+)*\.configuration_\w+)$/,
    names: /^[A-Z]\w*Config$/,
  },
  {
    library: "accelerate",
    module: /^accelerate\.(?:state|utils\.dataclasses)$/,
    names: one("PartialState DistributedType"),
  },
  { library: "torch", module: /^torch\.amp\.grad_scaler$/, names: one("GradScaler OptState") },
  { library: "torch", module: /^torch\.torch_version$/, names: one("TorchVersion") },
  { library: "torch", module: /^torch\.serialization$/, names: one("_get_layout") },
  {
    library: "torch",
    module: /^torch\.jit\._pickle$/,
    names: one("restore_type_tag build_intlist build_doublelist build_boollist build_tensorlist"),
  },
  // The classes of a TorchScript archive are in the archive: no Python module has them.
  { library: "torch", module: /^__torch__(?:\.\w+)*$/, names: /^\w+$/ },
];
