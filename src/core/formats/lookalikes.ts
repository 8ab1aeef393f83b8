import { say, type Sentence } from "../model/sentence.ts";
import type { Probe } from "./format.ts";
import { bytesText, damagedStart } from "./damaged-start.ts";
import { foreign } from "./foreign.ts";
import { isLikelyText, littleUint, startsWith, startsWithText, textOf } from "./probe.ts";
import { serverAnswer, wrongText } from "./wrong-text.ts";
import { zipKind } from "./zip-kinds.ts";
import { isPnnx } from "./ncnn/param.ts";

/**
 * Files that are not read, named as what they are. A person who is told "this is a Git LFS pointer" knows what to do;
 * one who is told "unknown format" does not.
 */
export interface Lookalike {
  /** A format id of the command line contract where it has one (`hdf5`, `lfs-pointer`), else a plain word. */
  readonly id: string;
  readonly sentence: Sentence;
  /** A zip archive: there may be pickles in it. */
  readonly isZip?: true;
}

interface Row {
  readonly id: string;
  /** With {name} for the file's name. Each is a sentence of its own, so that it can be translated. */
  readonly sentence: Sentence;
  readonly matches: (probe: Probe) => boolean;
}

const bytes =
  (signature: readonly number[], at = 0) =>
  (probe: Probe): boolean =>
    startsWith(probe.head, signature, at);
const text =
  (signature: string, at = 0) =>
  (probe: Probe): boolean =>
    startsWithText(probe.head, signature, at);
/** Text files: the pattern over the decoded head. */
const pattern =
  (regex: RegExp) =>
  (probe: Probe): boolean =>
    isLikelyText(probe.head) && regex.test(textOf(probe.head));

const OCTAVE = say("{name} is in Octave's own form, which is not read: write it with save -v7 in Octave.");

/** Stand-ins for a file that is kept elsewhere: checked before any format, for they are small and unmistakable. */
const POINTERS: readonly Row[] = [
  {
    id: "lfs-pointer",
    sentence: say('{name} is a Git LFS pointer. The model itself is not here; run "git lfs pull" to fetch it.'),
    matches: pattern(/^version https:\/\/git-lfs\.github\.com\/spec\/(?![^]*\n<<<<<<< )/),
  },
  {
    id: "lfs-pointer",
    sentence: say('{name} is a Git LFS pointer. The model itself is not here; run "git lfs pull" to fetch it.'),
    matches: text("version https://hawser.github.com/spec/"),
  },
  {
    id: "dvc-pointer",
    sentence: say('{name} is a DVC pointer. The model itself is not here; run "dvc pull" to fetch it.'),
    matches: pattern(/^(?:md5: [0-9a-f]{32}\n)?(?:[a-z_]+: .*\n)*outs:\n(?:- |\s+)/),
  },
  {
    id: "annex-pointer",
    sentence: say('{name} is a git-annex pointer. The model itself is not here; run "git annex get" to fetch it.'),
    matches: pattern(/^(?:\.\.\/)*(?:\.git)?\/annex\/objects\//),
  },
  {
    id: "html",
    sentence: say("{name} is an HTML page. A download may have saved an error or sign-in page instead of the model."),
    matches: pattern(
      /^\s*(?:<!--[^]*?-->\s*)*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html[\s>]|<head>|<body[\s>]|<title>)/i,
    ),
  },
  {
    id: "conflict",
    sentence: say(
      "{name} is a pointer of Git LFS or DVC with the marks of a merge conflict in it: two versions of the pointer stand in it. Take one of them: git checkout --ours or --theirs.",
    ),
    matches: pattern(/^(?:<<<<<<< .*\r?\n)?(?:version https:\/\/git-lfs|outs:\r?\n)[^]*?(?:^|\n)(?:<<<<<<< |=======)/),
  },
  {
    id: "mat",
    sentence: say("{name} is a MATLAB file that is cut off within its header of 128 bytes."),
    matches: (p) => p.size < 128 && startsWithText(p.head, "MATLAB 5.0 MAT-file"),
  },
];

/** Everything else with a signature or an unmistakable first line. First match wins. */
const KINDS: readonly Row[] = [
  {
    id: "joblib",
    sentence: say(
      "{name} holds the elements of one array without its shape: open the joblib file beside it, which has the rest.",
    ),
    // What joblib before 0.10 wrote beside a compressed pickle; the extension .z is taken off with the compression.
    matches: (p) => /_\d+\.npy(?:\.z)?$/i.test(p.name) && !startsWithText(p.head, "\u0093NUMPY"),
  },
  {
    id: "onnx",
    sentence: say(
      "{name} holds tensors of an ONNX model without their names: open the model beside it, which has them.",
    ),
    matches: (p) => /\.onnx[._]data$/i.test(p.name),
  },
  {
    id: "ncnn",
    sentence: say(
      "{name} is a graph of PNNX, which is not read: open the network for ncnn that PNNX writes with it (.ncnn.param), or the TorchScript file that it was made of.",
    ),
    matches: (p) => isPnnx(p.head),
  },
  {
    id: "tensorflow",
    sentence: say("{name} is the fingerprint of a TensorFlow SavedModel: open saved_model.pb beside it."),
    matches: (p) => /(?:^|\/)fingerprint\.pb$/i.test(p.name) && p.size < 4096 && !isLikelyText(p.head),
  },
  {
    id: "tensorflow",
    sentence: say("{name} tells of the Keras layers of a TensorFlow SavedModel: open saved_model.pb beside it."),
    matches: (p) => /(?:^|\/)keras_metadata\.pb$/i.test(p.name) && p.head[0] === 0x0a,
  },
  {
    id: "tensorflow",
    sentence: say(
      "{name} holds values of a TensorFlow checkpoint without their names: open the .index file beside it, which has them.",
    ),
    matches: isCheckpointData,
  },
  {
    id: "coreml",
    sentence: say(
      "{name} holds weights of a Core ML package without their names: open the model.mlmodel of the package, which has them.",
    ),
    // A count, version 2, and in front of the first weights their mark.
    matches: (p) => littleUint(p.head, 4, 4) === 2 && littleUint(p.head, 64, 4) === 0xdeadbeef,
  },
  {
    id: "torch",
    sentence: say("{name} is a PyTorch module for mobile in the form of a flatbuffer, which is not read."),
    matches: text("PTMF", 4),
  },
  {
    id: "faiss",
    sentence: say(
      "{name} is an index of FAISS, which is not read: it finds vectors that are alike, and predicts nothing.",
    ),
    // Four letters of the kind of index, then how long its vectors are.
    matches: (p) =>
      /^(?:Ix|Iw|IH|IN|IB|Il)[A-Za-z0-9][A-Za-z0-9]/.test(textOf(p.head.subarray(0, 4))) &&
      (littleUint(p.head, 4, 4) ?? 2 ** 20) < 2 ** 20 &&
      !isLikelyText(p.head),
  },
  {
    id: "sphinx",
    sentence: say("{name} is part of a model of CMU Sphinx, which is not read."),
    matches: (p) => startsWithText(p.head, "Trie Language Model") || startsWithText(p.head, "s3\nversion "),
  },
  { id: "dlib", sentence: say("{name} is a dlib model, which is not read."), matches: isDlib },
  {
    id: "tfjs",
    sentence: say(
      "{name} holds weights of TensorFlow.js without their names: open the JSON file beside it, which has them.",
    ),
    matches: (p) => /(?:^|[-_/])shard\d+(?:of\d+)?(?:\.bin)?$/i.test(p.name) && !isLikelyText(p.head),
  },
  {
    id: "onnx",
    sentence: say("{name} is an ONNX model in ONNX's own text syntax, which is not read: save it as .onnx or .pbtxt."),
    matches: pattern(/^\s*<\s*ir_version\s*:\s*\d+/),
  },
  // What `save` writes where it is not told a form. https://docs.octave.org/latest/Simple-File-I_002fO.html
  { id: "octave", sentence: OCTAVE, matches: text("# Created by Octave ") },
  { id: "octave", sentence: OCTAVE, matches: text("Octave-1-") },
  { id: "ubjson", sentence: say("{name} is UBJSON that is no XGBoost model, which is not read."), matches: isUbjson },
  {
    id: "rds",
    sentence: say("{name} is an R workspace of before R 1.4, which is not read."),
    matches: (p) => /^RD[XBA]1\n/.test(textOf(p.head.subarray(0, 5))),
  },
  {
    id: "executorch",
    sentence: say(
      "{name} is an ExecuTorch program (.pte), which is not read: its weights lie in it as one block, in the layout of the device that it is for.",
    ),
    matches: (p) => /^ET\d\d$/.test(textOf(p.head.subarray(4, 8))),
  },
  {
    id: "tensorrt",
    sentence: say(
      "{name} is a TensorRT engine, which is not read: compiled for one GPU and one version of TensorRT, its weights are inside of its code. Open the model that it was made of.",
    ),
    matches: text("ftrt"),
  },
  {
    id: "rknn",
    sentence: say(
      "{name} is an RKNN model, which is not read: compiled for one chip of Rockchip. Open the model that it was made of.",
    ),
    matches: (p) => text("RKNN")(p) || text("CYPTRKNN")(p),
  },
  {
    id: "ascend",
    sentence: say(
      "{name} is an offline model for Ascend processors (.om), which is not read: it is compiled. Open the model that it was made of.",
    ),
    matches: text("IMOD"),
  },
  {
    id: "hailo",
    sentence: say(
      "{name} is a Hailo executable (.hef), which is not read: it is compiled. Open the model that it was made of.",
    ),
    matches: text("\u0001HEF"),
  },
  {
    id: "vivante",
    sentence: say(
      "{name} is a network compiled for a Vivante processor (.nb), which is not read. Open the model that it was made of.",
    ),
    matches: text("VPMN"),
  },
  {
    id: "tnn",
    sentence: say(
      "{name} is the text of a TNN network, which is not read; its weights are in the .tnnmodel beside it.",
    ),
    matches: pattern(/^"\d+ \d+ \d+ 420662477[02] ?,"/),
  },
  {
    id: "tnn",
    sentence: say("{name} holds the weights of a TNN network, which are not read."),
    matches: (p) => [0xfabc0002, 0xfabc0004].includes(littleUint(p.head, 0, 4) ?? 0),
  },
  {
    // A version and where the root is: nothing but the name tells the schema.
    id: "tengine",
    sentence: say("{name} is a Tengine model, which is not read."),
    matches: (p) => /\.tm(?:file)?$/i.test(p.name) && littleUint(p.head, 0, 2) === 2 && p.size > 64,
  },
  {
    id: "barracuda",
    sentence: say(
      "{name} is a model of Unity Barracuda, which is not read: open the .onnx file that it was imported from.",
    ),
    matches: (p) =>
      /\.nn$/i.test(p.name) && (littleUint(p.head, 0, 6) ?? 0) >= 7 && (littleUint(p.head, 0, 6) ?? 99) < 64,
  },
  {
    id: "mindspore",
    sentence: say("{name} is a MindSpore Lite model, which is not read."),
    matches: (p) => /^MSL\d$/.test(textOf(p.head.subarray(4, 8))),
  },
  {
    id: "armnn",
    sentence: say("{name} is a serialised Arm NN network, which is not read."),
    matches: text("ARMN", 4),
  },
  {
    id: "cntk",
    sentence: say("{name} is a CNTK model of the first version, which is not read."),
    matches: text("B\0C\0N\0"),
  },
  {
    id: "coreml",
    sentence: say(
      "{name} is the program of a compiled Core ML model as text, which is not read: open the .mlpackage that it was made of.",
    ),
    matches: pattern(/^program\(\d+(?:\.\d+)*\)\s*(?:\[|\{)/),
  },
  {
    id: "llamafile",
    sentence: say(
      "{name} is a llamafile: a program with a model in it, which is not run. Take the .gguf file out of it with unzip and open that.",
    ),
    matches: (p) => text("MZqFpD")(p),
  },
  {
    id: "feather",
    sentence: say("{name} is a Feather file of the first version: data, not a model."),
    matches: text("FEA1"),
  },
  { id: "parquet", sentence: say("{name} is a Parquet file: data, not a model."), matches: text("PAR1") },
  { id: "arrow", sentence: say("{name} is an Arrow file: data, not a model."), matches: text("ARROW1") },
  {
    id: "xml",
    sentence: say("{name} is an XML file that is no PMML, OpenVINO or OpenCV model, and is not read."),
    matches: (p) => pattern(/^\s*<\?xml\s/)(p) && wrongText(p) === undefined,
  },
  {
    id: "elf",
    sentence: say("{name} is a program or shared library (ELF), not a model."),
    matches: bytes([0x7f, 0x45, 0x4c, 0x46]),
  },
  {
    id: "mach-o",
    sentence: say("{name} is a program (Mach-O), not a model."),
    matches: (p) => [0xfeedface, 0xfeedfacf].includes(littleUint(p.head, 0, 4) ?? 0),
  },
  {
    id: "windows-program",
    sentence: say("{name} is a Windows program or library, not a model."),
    matches: isWindowsProgram,
  },
  {
    id: "pyc",
    sentence: say("{name} is compiled Python code (.pyc), not a model."),
    matches: (p) => startsWith(p.head, [0x0d, 0x0a], 2) && p.size > 16,
  },
  { id: "script", sentence: say("{name} is a script, not a model."), matches: pattern(/^#!/) },
  { id: "pdf", sentence: say("{name} is a PDF document, not a model."), matches: text("%PDF-") },
  {
    id: "png",
    sentence: say("{name} is a PNG image, not a model."),
    matches: bytes([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  },
  { id: "jpeg", sentence: say("{name} is a JPEG image, not a model."), matches: bytes([0xff, 0xd8, 0xff]) },
  { id: "gif", sentence: say("{name} is a GIF image, not a model."), matches: text("GIF8") },
  {
    id: "7z",
    sentence: say("{name} is a 7z archive. Nothing in it was looked at; unpack it and open the model in it."),
    matches: bytes([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
  },
  {
    id: "rar",
    sentence: say("{name} is a RAR archive. Nothing in it was looked at; unpack it and open the model in it."),
    matches: text("Rar!\u001a\u0007"),
  },
  { id: "catboost", sentence: say("{name} is a CatBoost file of SHAP values, not a model."), matches: text("CBSHAP") },
];

/** A version, and the name of a loss in front of a network's layers; predictors of shapes tell only by their name. */
function isDlib({ head, name }: Probe): boolean {
  if (head[0] !== 1 || head[1] !== 1) return false;
  return (head[2] === 1 && startsWithText(head, "loss_", 4)) || /shape_predictor[^/]*\.dat$/i.test(name);
}

/** Bare bytes: the name is all that tells. */
function isCheckpointData({ name }: Probe): boolean {
  return /\.data-\d{5}-of-\d{5}$/.test(name);
}

/** Pointers and the empty file: what is checked before any format is asked. */
export function pointer(probe: Probe): Lookalike | undefined {
  if (probe.size === 0)
    return { id: "empty", sentence: say("{name} is empty: it has no bytes.", { name: probe.name }) };
  return firstOf(POINTERS, probe) ?? told("answer", serverAnswer(probe));
}

/** What a file is that no format claims. Always answers: at worst with its first bytes. */
export function lookalike(probe: Probe): Lookalike {
  return knownLookalike(probe) ?? unknown(probe);
}

/** As `lookalike`, but only what is sure; undefined when nothing is. */
export function knownLookalike(probe: Probe): Lookalike | undefined {
  return firstOf(KINDS, probe) ?? told("foreign", foreign(probe)) ?? zipLookalike(probe);
}

function told(id: string, sentence: Sentence | undefined): Lookalike | undefined {
  return sentence === undefined ? undefined : { id, sentence };
}

function firstOf(rows: readonly Row[], probe: Probe): Lookalike | undefined {
  const row = rows.find((candidate) => candidate.matches(probe));
  if (row === undefined) return undefined;
  return { id: row.id, sentence: { ...row.sentence, args: { name: probe.name } } };
}

function zipLookalike(probe: Probe): Lookalike | undefined {
  const kind = zipKind(probe);
  if (kind === undefined) return undefined;
  const sentence =
    kind.members.length === 0
      ? say("{name} is a zip archive, empty or damaged: no file can be found in it.", { name: probe.name })
      : say("{name} is {what}, which is not read yet.", { name: probe.name, what: kind.what });
  return { id: kind.id, sentence, isZip: true };
}

function unknown(probe: Probe): Lookalike {
  const { head, name } = probe;
  if (head.every((byte) => byte === 0))
    return {
      id: "zeros",
      sentence: say(
        "{name} begins with zero bytes only: it may be an interrupted download, or weights without a header.",
        { name },
      ),
    };
  const sure = wrongText(probe) ?? damagedStart(probe);
  if (sure !== undefined) return { id: "damaged", sentence: sure };
  if (isLikelyText(head)) {
    const line = textOf(head).trimStart().split(/\r?\n/, 1)[0]?.slice(0, 60) ?? "";
    return {
      id: "text",
      sentence: say('{name} is not a model that can be read. It is text that begins with "{line}".', { name, line }),
    };
  }
  return {
    id: "unknown",
    sentence: say(
      "{name} is not a model that can be read. Its first bytes are {first}, which no known format begins with.",
      {
        name,
        first: bytesText(head.subarray(0, 8)),
      },
    ),
  };
}

/** "MZ" alone is two letters: the offset at 60 must lead to "PE". */
function isWindowsProgram({ head }: Probe): boolean {
  const at = littleUint(head, 60, 4);
  return startsWithText(head, "MZ") && at !== undefined && startsWithText(head, "PE\0\0", at);
}

/** `{` then a length-typed key: `{L` + 8 bytes big-endian, or `{i`/`{U` + 1 byte. */
function isUbjson({ head }: Probe): boolean {
  return (
    startsWithText(head, "{L\0\0\0\0\0\0\0") ||
    (startsWithText(head, "{i") && (head[2] ?? 0) < 64 && (head[3] ?? 0) > 32)
  );
}
