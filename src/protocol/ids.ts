/** Every id that package.json and the code share; `test/layers` checks the manifest against this. */
export const EXTENSION_ID = "model-loupe.model-loupe";

export const VIEW_TYPES = {
  viewer: "modelLoupe.viewer",
  /** The same editor for files that VS Code opens otherwise: JSON, compressed pickles. */
  optional: "modelLoupe.viewerOptional",
  diff: "modelLoupe.diff",
} as const;

export const COMMANDS = {
  compare: "modelLoupe.compare",
  selectForCompare: "modelLoupe.selectForCompare",
  compareWithSelected: "modelLoupe.compareWithSelected",
  compareWithPrevious: "modelLoupe.compareWithPrevious",
  compareWithRevision: "modelLoupe.compareWithRevision",
  showTextDiff: "modelLoupe.showTextDiff",
  exportReport: "modelLoupe.exportReport",
  convert: "modelLoupe.convert",
  nextChange: "modelLoupe.nextChange",
  previousChange: "modelLoupe.previousChange",
  filter: "modelLoupe.filter",
  showText: "modelLoupe.showText",
  showDisassembly: "modelLoupe.showDisassembly",
  showDecompiled: "modelLoupe.showDecompiled",
  checkWorkspace: "modelLoupe.checkWorkspace",
  restartServer: "modelLoupe.restartServer",
} as const;

export const CONTEXT_KEYS = {
  /** A model was selected for compare. */
  hasSelected: "modelLoupe.hasSelected",
  /** The active tab is VS Code's own diff of two models. */
  showsSides: "modelLoupe.showsSides",
} as const;

export const SETTINGS = {
  section: "modelLoupe",
  rules: "modelLoupe.rules",
  checkWorkspace: "modelLoupe.checkWorkspace",
} as const;

/** Extensions of files that open in the viewer, and that the workspace check looks at. */
export const MODEL_EXTENSIONS = [
  "model",
  "pkl",
  "pickle",
  "joblib",
  "npy",
  "npz",
  "safetensors",
  "gguf",
  "pt",
  "pth",
  "ckpt",
  "ptl",
  "pt2",
  "onnx",
  "ort",
  "tflite",
  "h5",
  "hdf5",
  "keras",
  "mlmodel",
  "skops",
  "ubj",
  "xgb",
  "cbm",
  "rds",
  "pmml",
  "msgpack",
  "t7",
  "ftz",
  "vec",
  "arpa",
  "crfsuite",
  "vw",
  "mpk",
  "w2v",
  "glove",
  "klm",
  "tribuo",
  "ggml",
  "rda",
  "rdata",
  "pdmodel",
  "pdiparams",
  "mnn",
  "distcp",
  "nemo",
  "llamafile",
] as const;

/** The checked-in settings of a folder: `SETTINGS_FILE` of core, which the client does not import. */
export const SETTINGS_FILE_NAME = ".model-loupe.json";

/** Scheme of virtual text documents: canonical text of an artifact, listings of its pickles. */
export const TEXT_SCHEME = "model-loupe";
