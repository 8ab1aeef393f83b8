import path from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../src/core/errors.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { type CorpusFile, corpusFiles, corpusFolder } from "../support/corpus.ts";

const folder = corpusFolder() ?? "";
const all = corpusFiles();
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its other formats are not told apart.");

/** By the manifest's format: a word of the sentence that refuses the file. */
const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^(broken: )?ggml-legacy$/, "GGML"],
  [/^catboost-cbshap$/, "CatBoost"],
  [/^crfsuite$/, "CRFsuite"],
  [/^broken: lfs-pointer$/, "Git LFS pointer"],
];

const isOurs =
  /^(word2vec|caffemodel|tf-(savedmodel-pb|ckpt-index|graphdef|pbtxt)|coreml(\+gzip)?$|sentencepiece|pickle|dl4j-zip|h2o-mojo|mlnet-zip|mleap-bundle-zip|burnpack|mxnet-params|tfjs-model-json|tfjs-weights-manifest|bson|pytorch|torchscript|ort|ort-lora-adapter|pytorch|torchscript|tflite|joblib|npy|npz|mlflow-MLmodel|safetensors|gguf|onnx$|onnx-tensor-pb|libsvm|liblinear|skops|zip-with-pickle|r-rds|weka-java|tribuo-protobuf|java-serialized|opennlp-bin|vowpal-wabbit|vw-readable|sqlite|pmml$|malicious|xgboost-json|xgboost-ubj|xgboost-binary|lightgbm-text|lightgbm-json|catboost-cbm|openvino-ir-xml|opencv-xml|broken: (vowpal-wabbit|pmml|sqlite|r-rds|libsvm|joblib|npy|safetensors|gguf|lightgbm-text|xgboost-json|catboost-cbm))/;
const isHdf5OrMatlab = /^(broken: )?(keras|hdf5|mat-)/;
const isOfWords = /^(mnn|paddle-program|kaldi-binary|word2vec|fasttext-bin|crfsuite|arpa-lm)/;
const isOfNetworks = /^(broken: )?(ggml-legacy|torch7|darknet-cfg|darknet-weights|ncnn-param|ncnn-bin|caffe-prototxt)$/;
const others = all.filter(
  ({ format }) =>
    !isOurs.test(format) && !isHdf5OrMatlab.test(format) && !isOfNetworks.test(format) && !isOfWords.test(format),
);

async function outcome({ path: name }: CorpusFile): Promise<{ code: string; message: string }> {
  const source = await openFile(path.join(folder, name));
  try {
    const artifact = await openArtifact(source, nodeHost(), quietWork());
    return { code: "opened", message: artifact.format };
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return { code: error.code, message: error.message };
  } finally {
    await source.close();
  }
}

describe.skipIf(all.length === 0)("files of the corpus in other formats", () => {
  const named = others.flatMap((file) => {
    const word = NAMED.find(([format]) => format.test(file.format))?.[1];
    return word === undefined ? [] : [{ ...file, word }];
  });
  const rest = others.filter(({ format }) => !NAMED.some(([known]) => known.test(format)));

  it.each(named)("$path ($format) is named: $word", async (file) => {
    const { code, message } = await outcome(file);
    expect(code).toBe("not-recognised");
    expect(message).toContain(file.word);
  });

  it.each(rest)("$path ($format) opens as JSON or pickle, or is refused in words", async (file) => {
    const { code, message } = await outcome(file);
    expect(["opened", "not-recognised", "unsupported"]).toContain(code);
    expect(message).toMatch(
      code === "opened" ? /^(json|onnx|yaml|bson|pickle|npz|npy|xgboost|torch|nnef|netcdf)$/ : /\.$/,
    );
  });
});
