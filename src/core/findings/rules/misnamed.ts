import { innerName } from "../../formats/containers.ts";
import type { FormatId } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Rule } from "../rule.ts";

/**
 * Content decides what a file is, so another name alone is nothing to tell. It is where loading the content runs code and the name
 * is one of files that bring none: whoever goes by the name takes it for harmless.
 */
const RUN: ReadonlyMap<FormatId, string> = new Map([
  ["pickle", "a pickle"],
  ["joblib", "a pickle of joblib"],
  ["torch", "pickles of PyTorch"],
  ["java", "a stream of Java objects"],
]);
/** Extensions of one kind of file each: `.model`, `.bin`, `.dat`, `.h5` and the like are used for anything. */
const HARMLESS =
  /\.(?:safetensors|onnx|ort|gguf|npy|npz|tflite|mlmodel|cbm|ubj|pmml|rds|sqlite3?|json|ya?ml|toml|csv|tsv|parquet|txt|md|png|jpe?g)$/i;

export const misnamed: Rule = {
  id: "safety/misnamed",
  severity: "warning",
  why: "What runs code when it is loaded has the name of what runs none: nobody who goes by the name looks into it.",
  checkFile: ({ artifact: { name, format } }) => {
    const holds = RUN.get(format);
    // Without the revision that a view shows behind it.
    const extension = HARMLESS.exec(innerName(name.replace(/ \([^()]*\)$/, "")))?.[0];
    if (holds === undefined || extension === undefined) return [];
    return [
      {
        sentence: say(
          "{name} holds {what}, which can run code when it is loaded, and files that end in {extension} bring none: whoever goes by the name does not look into it. Load it only when you know who named it so.",
          { name, what: holds, extension: extension.toLowerCase() },
        ),
        evidence: { format, extension: extension.toLowerCase() },
      },
    ];
  },
};
