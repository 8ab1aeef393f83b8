import type { Finding } from "../findings/finding.ts";
import type { TensorRef } from "./tensor.ts";
import type { ObjectNode, Value } from "./value.ts";

/** Format ids of the command line contract. */
export type FormatId =
  | "pickle"
  | "joblib"
  | "npy"
  | "npz"
  | "safetensors"
  | "gguf"
  | "ncnn"
  | "darknet"
  | "torch7"
  | "ggml"
  | "onnx"
  | "sentencepiece"
  | "word2vec"
  | "fasttext"
  | "crfsuite"
  | "arpa"
  | "kenlm"
  | "kaldi"
  | "coreml"
  | "tensorflow"
  | "caffe"
  | "caffe2"
  | "paddle"
  | "mnn"
  | "hdf5"
  | "netcdf"
  | "zarr"
  | "keras"
  | "treelite"
  | "mat"
  | "matrixmarket"
  | "model"
  | "json"
  | "torch"
  | "libsvm"
  | "liblinear"
  | "xgboost"
  | "tflite"
  | "lightgbm"
  | "ort"
  | "mxnet"
  | "burnpack"
  | "bson"
  | "tfjs"
  | "catboost"
  | "dl4j"
  | "mleap"
  | "mlnet"
  | "mojo"
  | "nnef"
  | "skops"
  | "bundle"
  | "rds"
  | "java"
  | "weka"
  | "vowpalwabbit"
  | "opennlp"
  | "tribuo"
  | "pmml"
  | "openvino"
  | "opencv"
  | "sqlite"
  | "yaml"
  | "mlflow"
  | "msgpack"
  | "toml";

/** A global that loading the file would import, and what would be done with it. */
export interface ImportUse {
  readonly module: string;
  readonly name: string;
  /** Byte offset in the (inflated) stream. */
  readonly offset: number;
  /** `call`: loading would call it; `import`: only import it. */
  readonly role: "call" | "import";
  readonly class: "ordinary" | "unusual" | "dangerous";
}

/** What a format's reader gives: bytes as described values, before anything is known of their meaning. */
export interface RawArtifact {
  readonly format: FormatId;
  /** Outermost first: ["zlib"], ["zip"]. Filled by the opener for outer compression. */
  readonly container: readonly string[];
  /** For named-tensor formats (safetensors, npz): a dict of name -> tensor. */
  readonly root: Value | undefined;
  /**
   * True where the top-level keys are parameter addresses already (safetensors, npz): `layer1.0.weight` is printed as
   * it is, not quoted.
   */
  readonly namedTensors: boolean;
  /** What the bytes themselves tell: pickle protocol, npy version, safetensors metadata. */
  readonly facts: readonly Fact[];
  readonly metadata?: Value;
  /** What the format itself says of its meaning, where no class name in the values does. */
  readonly told?: Told;
  readonly imports?: readonly ImportUse[];
  readonly findings: readonly Finding[];
  /** False when reading stopped early. */
  readonly complete: boolean;
}

/** Meaning that a format states outright: ONNX names its inputs, a LightGBM text its features. */
export interface Told {
  readonly framework?: Framework;
  readonly schema?: Schema;
  /** Versions of what made it: producer, converter. */
  readonly environment?: readonly Fact[];
  /** What runs along the dimensions of parameters, by their address: words over the rows of word vectors. */
  readonly axes?: ReadonlyMap<string, readonly (AxisLabels | undefined)[]>;
  /** What the model calls arrays that the file has under other addresses, by these: `layers/dense/vars/0` is `head.kernel`. */
  readonly called?: ReadonlyMap<string, string>;
  /** Addresses of values that say what is shown elsewhere: settings of layers, versions. Comparing them would tell it twice. */
  readonly restated?: readonly string[];
  /** Keys of the root dict whose entries are hyper-parameters: what was chosen, not learned. */
  readonly settings?: readonly string[];
  /** Keys of the root dict whose entries are files of an archive or a folder, as reading them alone gives them. */
  readonly models?: ReadonlyMap<string, RawArtifact>;
  /** The one file that all of the root is of, where another names it: the model that lies beside an MLmodel. */
  readonly model?: RawArtifact;
}

/** One line of header facts. `id` is stable (`pickle.protocol`), `label` English. */
export interface Fact {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Fact of a file that was read through a Git LFS or DVC pointer: how the bytes were come by, not what they are. */
export const POINTER_FACT = "source.pointer";

export interface Framework {
  /** Distribution name: `scikit-learn`, `xgboost`. */
  readonly name: string;
  /** As recorded in the file; absent when it is not there. */
  readonly version?: string;
  /** The estimator's class, without module: `LogisticRegression`. */
  readonly className?: string;
}

export interface Schema {
  readonly features?: readonly string[];
  /** n_features_in_, or the number the shapes imply. */
  readonly featureCount?: number;
  /** Class labels in order, as printed. */
  readonly classes?: readonly string[];
  readonly outputs?: readonly string[];
  /** Pipeline steps in order: name and class. */
  readonly steps?: readonly { readonly name: string; readonly className: string }[];
  /** Encoder categories by the feature they belong to. */
  readonly categories?: readonly {
    readonly path: string;
    readonly feature: string;
    readonly values: readonly string[];
  }[];
  readonly vocabularySize?: number;
}

/** Labels along one axis of a parameter: feature names over columns, classes over rows. */
export interface AxisLabels {
  readonly kind: "feature" | "class" | "output" | "component" | "node" | "category" | "word";
  readonly labels: readonly string[];
}

/** A numeric tensor with its one stable address. */
export interface Parameter {
  readonly path: string;
  readonly tensor: TensorRef;
  /** One per dimension; undefined where nothing is known. */
  readonly axes: readonly (AxisLabels | undefined)[];
  /** `scalar`: a Python or numpy scalar seen as a 0-d tensor. */
  readonly origin: "tensor" | "scalar" | "list";
}

/** A value that is not a numeric tensor: hyper-parameters, and fitted state such as text arrays or vocabularies. */
export interface NamedValue {
  readonly path: string;
  readonly role: "hyperparameter" | "fitted" | "value" | "metadata";
  readonly value: Value;
  /** Hyper-parameters only: false when the default is known and this is not it. */
  readonly isDefault?: boolean;
}

/** An estimator, transformer, tree ... found in the graph, in the order of the file. */
export interface Estimator {
  /** "" for the root. */
  readonly path: string;
  readonly className: string;
  readonly module: string;
  readonly library?: string;
  readonly version?: string;
  readonly schema: Schema;
  readonly hyperparameters: readonly NamedValue[];
  /** Public fitted attributes in file order: paths of parameters, values, and nested estimators. */
  readonly fitted: readonly string[];
  readonly node: ObjectNode;
}

/** A persisted model, read without running any of it. */
export interface Artifact {
  readonly name: string;
  readonly size: number;
  /** Of the source when it was opened. */
  readonly identity: string;
  readonly format: FormatId;
  readonly container: readonly string[];
  readonly framework?: Framework;
  readonly environment: readonly Fact[];
  readonly facts: readonly Fact[];
  readonly schema: Schema;
  readonly root: Value | undefined;
  readonly namedTensors: boolean;
  readonly metadata?: Value;
  /** What the format stated of its meaning; `framework`, `environment` and `schema` have it already. */
  readonly told?: Told;
  readonly estimators: readonly Estimator[];
  /** Numeric tensors in file order, paths unique. */
  readonly parameters: readonly Parameter[];
  /** Everything else that has an address, in file order, paths unique. */
  readonly values: readonly NamedValue[];
  readonly imports: readonly ImportUse[];
  readonly findings: readonly Finding[];
  readonly complete: boolean;
}
