import path from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../src/core/errors.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { openModelFile } from "../../src/platform/node/model-file.ts";
import { siblingsOf } from "../../src/platform/node/siblings.ts";
import { type CorpusFile, corpusFiles, corpusFolder } from "../support/corpus.ts";

/**
 * The corpus as a whole, opened as the command line opens it. The lists below are what is still open: they may only get
 * shorter. A file that is on none of them opens complete and without a safety error.
 */

const folder = corpusFolder() ?? "";
const all = corpusFiles();
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) it is not opened as a whole.");

/** By the manifest's format: what the file is. The first row that fits counts. */
const FORMATS: readonly (readonly [RegExp, RegExp])[] = [
  [/^joblib-npy\.z$/, /^(npy|npz|joblib)$/],
  [/^joblib/, /^joblib$/],
  [/^pickle/, /^(pickle|torch)$/],
  [/^npy$/, /^npy$/],
  [/^npz$/, /^npz$/],
  [/^safetensors$/, /^safetensors$/],
  [/^gguf$/, /^gguf$/],
  [/^caffe-prototxt$/, /^caffe$/],
  [/^ncnn-bin$/, /^ncnn$/],
  [/^ncnn-param$/, /^ncnn$/],
  [/^darknet-weights$/, /^darknet$/],
  [/^darknet-cfg$/, /^darknet$/],
  [/^torch7$/, /^torch7$/],
  [/^ggml-legacy$/, /^ggml$/],
  [/^(pytorch|torchscript|sb3-zip)/, /^torch$/],
  [/^ort/, /^(ort|onnx)$/],
  [/^onnx-json$/, /^onnx$/],
  [/^onnx/, /^onnx$/],
  [/^tflite$/, /^tflite$/],
  [/^(keras-h5|hdf5|mat-hdf5)/, /^(hdf5|keras|mat)$/],
  [/^keras-v3$/, /^keras$/],
  [/^xgboost-dump/, /^(xgboost|json)$/],
  [/^xgboost/, /^xgboost$/],
  [/^lightgbm/, /^lightgbm$/],
  [/^catboost-cbm$/, /^catboost$/],
  [/^libsvm$/, /^libsvm$/],
  [/^liblinear$/, /^liblinear$/],
  [/^skops$/, /^skops$/],
  [/^sentencepiece$/, /^sentencepiece$/],
  [/^word2vec/, /^word2vec$/],
  [/^fasttext/, /^fasttext$/],
  [/^pmml$/, /^pmml$/],
  [/^opencv-xml$/, /^opencv$/],
  [/^openvino-ir-xml$/, /^openvino$/],
  [/^coreml/, /^(coreml|json)$/],
  [/^mat-v/, /^mat$/],
  [/^r-rds$/, /^rds$/],
  [/^sqlite$/, /^sqlite$/],
  [/^weka-java$/, /^weka$/],
  [/^java-serialized/, /^java$/],
  [/^tribuo-protobuf$/, /^tribuo$/],
  [/^opennlp-bin$/, /^opennlp$/],
  [/^(vowpal-wabbit|vw-readable)$/, /^vowpalwabbit$/],
  [/^crfsuite$/, /^crfsuite$/],
  [/^kaldi-binary$/, /^kaldi$/],
  [/^paddle-program$/, /^paddle$/],
  [/^mnn$/, /^mnn$/],
  [/^arpa-lm$/, /^arpa$/],
  [/^mlflow-MLmodel$/, /^(mlflow|pickle|joblib|torch|onnx|keras|hdf5|xgboost|lightgbm|savedmodel)$/],
  [/^tf-pbtxt$/, /^tensorflow$/],
  [/^tf-savedmodel/, /^(savedmodel|tensorflow)$/],
  [/^tf-ckpt/, /^(tf-checkpoint|tensorflow)$/],
];

/** Formats of which no file, or not every file, is read. */
const UNREAD = new Set(
  [
    "catboost-cbshap",
    "joblib-npy.z not-ml openvino-ir-bin",
    "savedmodel-asset tf-fingerprint-pb tfjs-weights-bin",
    "mlflow-companion",
    // Its parameters are not in the corpus.
    "paddle-program",
    // In the table.
    "onnx-external-data tf-ckpt-data",
  ].flatMap((line) => line.split(" ")),
);

/** Well-formed files that are read and not complete: what is said of each. */
const PARTIAL: Readonly<Record<string, readonly string[]>> = {
  "BiSeNet/model.mlpackage/Data/com.apple.CoreML/model.mlmodel": ["integrity/not-read"],
  "machinelearning/LightGBM-Train-breast-cancer-model.zip": ["integrity/not-read"],
  "machinelearning/MurmurHashV1.zip": ["integrity/not-read"],
  "machinelearning/customTransform.zip": ["integrity/not-read"],
  "machinelearning/ep_model0.zip": ["integrity/not-read"],
  "machinelearning/ep_model2.zip": ["integrity/not-read"],
  "machinelearning/matrix-factorization-model.zip": ["integrity/not-read"],
  // It promises three rows and has one.
  "gensim/pretrained.vec": ["integrity/truncated"],
  "tract/conv2d/model.nnef.tgz": ["integrity/not-read"],
  // Its folder of weights is not in the corpus.
  "azureml-examples/HFMLmodel": ["integrity/not-read"],
  "sklearnflask/model-versions/7b1b635/model.pkl": ["integrity/not-read"],
};

/** Beyond the table: read as far as that is little work. */
const LONG_TAIL = /^(?:mlnet-zip|nnef)$/;

/** Python functions as bytecode are in them, which loading builds: the safety error is right. */
const CARRY_CODE = new Set(["MLServer/inference-pipeline/model.pickle", "jpmml-sklearn/H2OLinearRegressionAuto.pkl"]);

/** Broken files of which everything is there and is read: a number is one that no model has. */
const WRONG_AND_WHOLE = new Set(["broken/whisper.cpp/for-tests-ggml-parakeet-tdt-bad-nfft0.bin"]);

interface Outcome {
  readonly file: CorpusFile;
  /** Of an opened file. */
  readonly format?: string;
  readonly complete?: boolean;
  /** Rules of errors and warnings, each once. */
  readonly rules: readonly string[];
  readonly safetyErrors: number;
  /** Of a refused one. */
  readonly code?: string;
  readonly message: string;
}

async function outcomeOf(file: CorpusFile): Promise<Outcome> {
  const full = path.join(folder, file.path);
  const nothing = { file, rules: [], safetyErrors: 0, message: "" };
  const siblings = siblingsOf(full);
  try {
    const source = await openModelFile(full, quietWork());
    try {
      const options = { name: path.basename(full), siblings };
      const { format, complete, findings } = await openArtifact(source, nodeHost(), quietWork(), options);
      const integrity = findings.filter(({ rule, severity }) => rule.startsWith("integrity/") && severity !== "info");
      const safety = findings.filter(({ rule, severity }) => rule.startsWith("safety/") && severity === "error");
      const rules = [...new Set(integrity.map(({ rule }) => rule))].filter((rule) => rule !== "integrity/non-finite");
      const message = integrity.map((each) => each.message).join(" ");
      return { file, format, complete, rules, safetyErrors: safety.length, message };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return { ...nothing, code: error.code, message: error.message };
  } finally {
    await siblings.close();
  }
}

const outcomes: Promise<readonly Outcome[]> = (async () => {
  const found: Outcome[] = [];
  for (const file of all) found.push(await outcomeOf(file));
  return found;
})();

const isHostile = ({ file }: Outcome): boolean => file.path.startsWith("malicious/");
/** Only the name of some is wrong, and a name says nothing here. */
const isBroken = ({ file }: Outcome): boolean => /^broken\/(?!derived\/wrong-extension)/.test(file.path);
const isWellFormed = (each: Outcome): boolean => !isHostile(each) && !isBroken(each);
const named = ({ file, format, code, message, rules }: Outcome): string =>
  `${file.path} (${file.format}): ${format ?? code} ${rules.join(" ")} ${message}`.slice(0, 300);

describe.skipIf(all.length === 0)("the corpus as a whole", () => {
  it("is identified: every file that is read is read as what the manifest says it is", async () => {
    const wrong = (await outcomes).filter(({ file, format }) => {
      const wanted = FORMATS.find(([manifest]) =>
        manifest.test(file.format.replace(/^(?:broken|malicious): /, "")),
      )?.[1];
      return format !== undefined && wanted !== undefined && !wanted.test(format);
    });
    expect(wrong.map(named)).toEqual([]);
  });

  it("is refused only in formats that are known not to be read, each in a sentence", async () => {
    const refused = (await outcomes).filter((each) => isWellFormed(each) && each.format === undefined);
    // `java-serialized (Tribuo)`, `pickle (dill/cloudpickle)`: a remark in brackets is none of the format.
    const isListed = ({ file }: Outcome): boolean => UNREAD.has(file.format.replace(/ \(.*\)$/, ""));
    expect(refused.filter((each) => !isListed(each)).map(named)).toEqual([]);
    expect(
      refused.filter(({ message, code }) => !/\S{2,} .*\S/.test(message) || code === "corrupt").map(named),
    ).toEqual([]);
  });

  it("opens complete where it is read, at least 99 of 100 files, the others with their reasons", async () => {
    const opened = (await outcomes).filter((each) => isWellFormed(each) && each.format !== undefined);
    const partial = opened.filter(({ complete }) => complete === false);
    const unexpected = partial.filter(({ file, rules }) => String(PARTIAL[file.path]) !== String(rules));
    expect(unexpected.filter(({ file }) => !UNREAD.has(file.format)).map(named)).toEqual([]);
    const counted = opened.filter(({ file }) => !UNREAD.has(file.format) && !LONG_TAIL.test(file.format));
    expect(counted.filter(({ complete }) => complete === true).length / counted.length).toBeGreaterThanOrEqual(0.99);
    expect(counted.length).toBeGreaterThanOrEqual(380);
  });

  it("has no safety error where nothing is wrong", async () => {
    const flagged = (await outcomes).filter((each) => isWellFormed(each) && each.safetyErrors > 0);
    expect(flagged.map(({ file }) => file.path).filter((name) => !CARRY_CODE.has(name))).toEqual([]);
  });

  it("has every hostile file flagged", async () => {
    const hostile = (await outcomes).filter(isHostile);
    expect(hostile.length).toBeGreaterThanOrEqual(47);
    const quiet = hostile.filter(
      ({ safetyErrors, message }) => safetyErrors === 0 && !message.includes("Do not load it"),
    );
    expect(quiet.map(named)).toEqual([]);
  });

  it("gives a reason for every broken file", async () => {
    const broken = (await outcomes).filter(isBroken);
    expect(broken.length).toBeGreaterThanOrEqual(20);
    const whole = broken.filter(({ file, complete, rules, message, code }) => {
      const isPartial = complete === false || WRONG_AND_WHOLE.has(file.path);
      const isExplained = code === undefined ? isPartial && rules.length > 0 : message.length > 20;
      return !isExplained;
    });
    expect(whole.map(named)).toEqual([]);
  });
});
