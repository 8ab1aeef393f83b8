import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import { type Artifact, type Fact, POINTER_FACT } from "../model/artifact.ts";
import { say, type Sentence } from "../model/sentence.ts";
import { nameForPeople } from "../model/dtype.ts";
import { denseByteLength, elementCount } from "../model/tensor.ts";
import { importNames } from "./import-names.ts";
import type { Outline } from "./outline.ts";
import { signatureOf, titleOf } from "./title.ts";
import type { SafetySummary, ViewerModel } from "./viewer-model.ts";

/** The header and the first rows of the tree. `ensembles`: those of the artifact, where they were looked for. */
export function viewerModel(
  artifact: Artifact,
  outline: Outline,
  ensembles: readonly TreeEnsemble[] = [],
): ViewerModel {
  const signature = signatureOf(artifact, ensembles);
  return {
    name: artifact.name,
    format: artifact.format,
    title: titleOf(artifact, ensembles),
    ...(signature === undefined ? {} : { signature }),
    facts: headerFacts(artifact),
    size: sizeOf(artifact),
    safety: safetyOf(artifact),
    findings: artifact.findings,
    complete: artifact.complete,
    outline: outline.first(),
  };
}

const FORMAT_NAMES: Readonly<Record<Artifact["format"], string>> = {
  pickle: "pickle",
  joblib: "joblib",
  npy: ".npy",
  npz: ".npz",
  safetensors: "safetensors",
  gguf: "GGUF",
  ncnn: "ncnn",
  darknet: "Darknet",
  torch7: "Torch 7",
  ggml: "GGML",
  tflite: "TensorFlow Lite",
  nnef: "NNEF",
  mojo: "H2O MOJO",
  mlnet: "ML.NET",
  mleap: "MLeap",
  dl4j: "Deeplearning4j",
  tfjs: "TensorFlow.js",
  bson: "BSON",
  burnpack: "Burn",
  mxnet: "MXNet",
  torch: "PyTorch",
  ort: "ONNX Runtime",
  hdf5: "HDF5",
  netcdf: "NetCDF",
  zarr: "Zarr",
  keras: "Keras",
  onnx: "ONNX",
  sentencepiece: "SentencePiece",
  word2vec: "Word vectors",
  fasttext: "fastText",
  crfsuite: "CRFsuite",
  arpa: "ARPA language model",
  kenlm: "KenLM",
  kaldi: "Kaldi",
  coreml: "Core ML",
  treelite: "Treelite",
  mat: "MATLAB",
  matrixmarket: "Matrix Market",
  tensorflow: "TensorFlow",
  caffe: "Caffe",
  caffe2: "Caffe2",
  paddle: "PaddlePaddle",
  mnn: "MNN",
  model: ".model",
  xgboost: "XGBoost",
  catboost: "CatBoost",
  lightgbm: "LightGBM",
  json: "JSON",
  libsvm: "LIBSVM",
  liblinear: "LIBLINEAR",
  skops: "skops",
  bundle: "archive of models",
  rds: "R data",
  java: "Java serialisation",
  weka: "Weka",
  tribuo: "Tribuo",
  opennlp: "OpenNLP",
  vowpalwabbit: "Vowpal Wabbit",
  pmml: "PMML",
  openvino: "OpenVINO",
  opencv: "OpenCV",
  sqlite: "SQLite",
  yaml: "YAML",
  toml: "TOML",
  mlflow: "MLflow model",
  msgpack: "MessagePack",
};

/** Facts of the bytes that belong into the one line; the others are in the outline. */
const IN_HEADER: ReadonlySet<string> = new Set([
  "pickle.protocol",
  "npy.version",
  "xgboost.objective",
  "lightgbm.objective",
  "catboost.loss",
  "gguf.architecture",
  "gguf.name",
  POINTER_FACT,
]);

function headerFacts(artifact: Artifact): Fact[] {
  const { framework } = artifact;
  const format = FORMAT_NAMES[artifact.format];
  // A library's own format is called as the library: "PyTorch 2.1", not "torch 2.1 · PyTorch".
  const isOwn = framework !== undefined && [format, artifact.format].some((name) => isSameName(name, framework.name));
  const facts: Fact[] = [];
  if (framework !== undefined)
    facts.push({
      id: "framework",
      label: "Library",
      value: [isOwn ? format : framework.name, framework.version].filter(Boolean).join(" "),
    });
  const python = artifact.environment.find((each) => each.id === "python");
  if (python !== undefined) facts.push(python);
  // A zip is what these two formats are; naming it tells nothing.
  const container = artifact.container.filter((each) => each !== "zip");
  const form = [...(isOwn ? [] : [format]), ...container].join(", ");
  if (form !== "") facts.push({ id: "format", label: "Format", value: form });
  facts.push(...artifact.facts.filter((fact) => IN_HEADER.has(fact.id)));
  return facts;
}

/** `tensorflow-lite` and "TensorFlow Lite". */
function isSameName(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.toLowerCase().replace(/[^a-z\d]/g, ""));
  return a === b;
}

/** What the file and its libraries say of themselves, each once. */
export function environmentFacts(artifact: Artifact): Fact[] {
  const said = new Set(artifact.environment.map((fact) => fact.value));
  return [
    ...artifact.environment,
    ...artifact.facts.filter((fact) => fact.id !== "numpy.generation" || !said.has(fact.value)),
  ];
}

/** Elements of all parameters. */
export function parameterCount(artifact: Artifact): number {
  return artifact.parameters.reduce((sum, { tensor }) => sum + elementCount(tensor.shape), 0);
}

function sizeOf(artifact: Artifact): Sentence {
  const count = parameterCount(artifact);
  const bytes = artifact.parameters.reduce((sum, { tensor }) => sum + denseByteLength(tensor), 0);
  const dtypes = [...new Set(artifact.parameters.map(({ tensor }) => nameForPeople(tensor.dtype)))];
  if (count === 0) return say("no parameters");
  const shown = dtypes.length > 3 ? `${dtypes.slice(0, 3).join(", ")}, …` : dtypes.join(", ");
  const facts = { size: byteText(bytes), dtypes: shown };
  return count === 1
    ? say("1 parameter, {size}, {dtypes}", facts)
    : say("{count} parameters, {size}, {dtypes}", { count: grouped(count), ...facts });
}

/** 1234567 -> "1,234,567". */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "104 B", "1.2 MiB". */
export function byteText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${size >= 100 ? size.toFixed(0) : size.toFixed(1)} ${units[unit] ?? ""}`;
}

const IMPORTING = new Set<Artifact["format"]>(["pickle", "joblib", "yaml", "mlflow", "msgpack"]);

/** What the header says of safety. Never "safe": only what was seen, and whether everything was. */
export function safetyOf(artifact: Artifact): SafetySummary {
  const { imports, complete } = artifact;
  const names = importNames(imports);
  const count = names.length;
  const unusual = names.filter((each) => each.first.class === "unusual").length;
  const first = names[0]?.first.class === "dangerous" ? names[0].first : undefined;
  if (first !== undefined)
    return {
      state: "dangerous",
      imports: count,
      sentence: say("Loading this file would run {name}", { name: `${first.module}.${first.name}` }),
    };
  if (imports.length === 0 && !IMPORTING.has(artifact.format))
    return { state: "none", imports: 0, sentence: say("This format imports nothing") };
  if (!complete)
    return {
      state: "unread",
      imports: count,
      sentence: say("Not everything was read: what loading would import is not known"),
    };
  if (unusual > 0)
    return {
      state: "unusual",
      imports: count,
      sentence:
        count === 1
          ? say("1 import, not ordinary here")
          : say("{count} imports, {unusual} of them not ordinary here", { count, unusual }),
    };
  if (count === 0) return { state: "ordinary", imports: 0, sentence: say("Imports nothing") };
  if (count === 1) return { state: "ordinary", imports: 1, sentence: say("1 import, ordinary here") };
  return { state: "ordinary", imports: count, sentence: say("{count} imports, ordinary here", { count }) };
}
