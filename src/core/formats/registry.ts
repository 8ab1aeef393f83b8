import type { FormatId } from "../model/artifact.ts";
import type { Certainty, Format, Match, Probe } from "./format.ts";
import { ggufFormat } from "./gguf/index.ts";
import { ncnnFormat } from "./ncnn/index.ts";
import { darknetFormat } from "./darknet/index.ts";
import { torch7Format } from "./torch7/index.ts";
import { ggmlFormat } from "./ggml/index.ts";
import { hdf5Format } from "./hdf5/index.ts";
import { netcdfFormat } from "./netcdf/index.ts";
import { zarrFormat } from "./zarr/index.ts";
import { kerasFormat } from "./keras/index.ts";
import { matFormat } from "./mat/index.ts";
import { matrixMarketFormat } from "./matrixmarket/index.ts";
import { joblibFormat } from "./joblib/index.ts";
import { jsonFormat } from "./json/index.ts";
import { liblinearFormat } from "./liblinear/index.ts";
import { libsvmFormat } from "./libsvm/index.ts";
import { modelFormat } from "./model/index.ts";
import { npyFormat } from "./npy/index.ts";
import { npzFormat } from "./npz/index.ts";
import { caffeFormat } from "./caffe/index.ts";
import { mnnFormat } from "./mnn/index.ts";
import { paddleFormat } from "./paddle/index.ts";
import { caffe2Format } from "./caffe2/index.ts";
import { tensorflowFormat } from "./tensorflow/index.ts";
import { coremlFormat } from "./coreml/index.ts";
import { sentencepieceFormat } from "./sentencepiece/index.ts";
import { arpaFormat } from "./arpa/index.ts";
import { kaldiFormat } from "./kaldi/index.ts";
import { kenlmFormat } from "./kenlm/index.ts";
import { crfsuiteFormat } from "./crfsuite/index.ts";
import { fastTextFormat } from "./fasttext/index.ts";
import { word2vecFormat } from "./word2vec/index.ts";
import { onnxFormat } from "./onnx/index.ts";
import { pickleFormat } from "./pickle/index.ts";
import { safetensorsFormat } from "./safetensors/index.ts";
import { lightgbmFormat } from "./lightgbm/index.ts";
import { catboostFormat } from "./catboost/index.ts";
import { xgboostFormat } from "./xgboost/index.ts";
import { ortFormat } from "./ort/index.ts";
import { mxnetFormat } from "./mxnet/index.ts";
import { burnpackFormat } from "./burnpack/index.ts";
import { bsonFormat } from "./bson/index.ts";
import { tfjsFormat } from "./tfjs/index.ts";
import { dl4jFormat } from "./dl4j/index.ts";
import { mleapFormat } from "./mleap/index.ts";
import { mlnetFormat } from "./mlnet/index.ts";
import { mojoFormat } from "./mojo/index.ts";
import { nnefFormat } from "./nnef/index.ts";
import { tfliteFormat } from "./tflite/index.ts";
import { torchFormat } from "./torch/index.ts";
import { skopsFormat } from "./skops/index.ts";
import { bundleFormat } from "./bundle/index.ts";
import { rdsFormat } from "./rds/index.ts";
import { treeliteFormat } from "./treelite/index.ts";
import { tribuoFormat } from "./tribuo/index.ts";
import { openNlpFormat } from "./opennlp/index.ts";
import { javaFormat } from "./java/index.ts";
import { wekaFormat } from "./weka/index.ts";
import { vowpalWabbitFormat } from "./vowpalwabbit/index.ts";
import { opencvFormat } from "./opencv/index.ts";
import { openvinoFormat } from "./openvino/index.ts";
import { pmmlFormat } from "./pmml/index.ts";
import { sqliteFormat } from "./sqlite/index.ts";
import { yamlFormat } from "./yaml/index.ts";
import { mlflowFormat } from "./mlflow/index.ts";
import { tomlFormat } from "./toml/index.ts";
import { msgpackFormat } from "./msgpack/index.ts";

/** One row per format. The order only breaks ties between matches that are equal in everything else. */
export const FORMATS = {
  npy: npyFormat,
  npz: npzFormat,
  safetensors: safetensorsFormat,
  gguf: ggufFormat,
  ncnn: ncnnFormat,
  darknet: darknetFormat,
  torch7: torch7Format,
  ggml: ggmlFormat,
  tflite: tfliteFormat,
  nnef: nnefFormat,
  mojo: mojoFormat,
  mlnet: mlnetFormat,
  mleap: mleapFormat,
  dl4j: dl4jFormat,
  tfjs: tfjsFormat,
  bson: bsonFormat,
  burnpack: burnpackFormat,
  mxnet: mxnetFormat,
  ort: ortFormat,
  hdf5: hdf5Format,
  netcdf: netcdfFormat,
  zarr: zarrFormat,
  keras: kerasFormat,
  onnx: onnxFormat,
  sentencepiece: sentencepieceFormat,
  word2vec: word2vecFormat,
  fasttext: fastTextFormat,
  crfsuite: crfsuiteFormat,
  arpa: arpaFormat,
  kenlm: kenlmFormat,
  kaldi: kaldiFormat,
  coreml: coremlFormat,
  treelite: treeliteFormat,
  mat: matFormat,
  matrixmarket: matrixMarketFormat,
  tensorflow: tensorflowFormat,
  caffe: caffeFormat,
  caffe2: caffe2Format,
  paddle: paddleFormat,
  mnn: mnnFormat,
  model: modelFormat,
  torch: torchFormat,
  pickle: pickleFormat,
  joblib: joblibFormat,
  xgboost: xgboostFormat,
  catboost: catboostFormat,
  lightgbm: lightgbmFormat,
  json: jsonFormat,
  libsvm: libsvmFormat,
  liblinear: liblinearFormat,
  skops: skopsFormat,
  bundle: bundleFormat,
  rds: rdsFormat,
  weka: wekaFormat,
  java: javaFormat,
  opennlp: openNlpFormat,
  tribuo: tribuoFormat,
  vowpalwabbit: vowpalWabbitFormat,
  pmml: pmmlFormat,
  openvino: openvinoFormat,
  opencv: opencvFormat,
  sqlite: sqliteFormat,
  toml: tomlFormat,
  yaml: yamlFormat,
  mlflow: mlflowFormat,
  msgpack: msgpackFormat,
} as const satisfies Record<FormatId, Format>;

export interface Detected {
  readonly format: Format;
  readonly match: Match;
}

const RANK: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

/** Every format that fits what was probed, the best first: by certainty, then by extension, then by table order. */
export function detect(probe: Probe): readonly Detected[] {
  const found: Detected[] = [];
  for (const format of FORMAT_LIST) {
    const match = format.sniff(probe);
    if (match !== undefined) found.push({ format, match });
  }
  const name = fileNameOf(probe.name);
  const named = (format: Format): number => (hasExtension(format, name) ? 0 : 1);
  return found.sort((a, b) => RANK[a.match.certainty] - RANK[b.match.certainty] || named(a.format) - named(b.format));
}

/** The first of `detect` where that can be told without asking all: it is certain, and the file has its extension. */
export function detectNamed(probe: Probe): Detected | undefined {
  const name = fileNameOf(probe.name);
  for (const format of FORMAT_LIST) {
    if (!hasExtension(format, name)) continue;
    const match = format.sniff(probe);
    if (match?.certainty === "certain") return { format, match };
  }
  return undefined;
}

const FORMAT_LIST: readonly Format[] = Object.values(FORMATS);

function hasExtension({ extensions }: Format, name: string): boolean {
  return extensions.some((extension) => name.endsWith(extension));
}

/** Without what is put behind a name: the revision that a view shows, and the extension of a DVC pointer. */
function fileNameOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/ \([^()]*\)$/, "")
    .replace(/\.dvc$/, "");
}
