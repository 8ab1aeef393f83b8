import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, isNode, type Value } from "../../model/value.ts";
import { classify } from "../pickle/classify.ts";
import { dictAt, isDict, type KerasConfig, textAt } from "./config.ts";

/**
 * Keras imports what a configuration names by `module` and `class_name` (of a function, `config`) and calls it with the rest:
 * what a pickle must not import is dangerous here, too (CVE-2025-1550, -8747, -9905, -12060).
 */
const OWN = /^(?:tf_)?keras(?:\.|$)|^tensorflow(?:\.|$)/;
/** Functions of Keras's own that load, fetch or unpack files, or switch the protection off. */
const REACHING =
  /^(?:get_file|load_\w+|save_\w+|extract_archive|_extract_archive|extract_open_archive|enable_unsafe_deserialization|deserialize_keras_object|set_custom_objects|custom_object_scope|image_dataset_from_directory|run_\w+)$/;

/** What a configuration names that is dangerous to call, with the innermost layer that names it. */
export function namedFindings(model: KerasConfig): Finding[] {
  const found = new Map<string, string>();
  const reading = new Map<string, string>();
  note(model.module, model.className, model.name ?? model.className, found);
  // Keras 1 has the layers for the configuration.
  const stack: [value: Value, layer: string, depth: number][] = [model, ...model.layers].map((each) => [
    each.whole,
    each.name ?? each.className,
    0,
  ]);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [value, layer, depth] = next;
    if (!isNode(value) || depth > LIMITS.dtypeDepth) continue;
    const named = (isDict(value) ? textAt(dictAt(value, "config"), "name") : undefined) ?? layer;
    if (isDict(value)) {
      const name = textAt(value, "class_name");
      const file = fileOf(name, dictAt(value, "config"));
      if (file !== undefined && reading.size < LIMITS.findingsPerRule) reading.set(named, file);
      note(textAt(value, "module"), name === "function" ? textAt(value, "config") : name, named, found);
    }
    const inner = value.kind === "list" ? value.items : value.kind === "dict" ? value.values : [];
    for (const each of inner) stack.push([each, named, depth + 1]);
  }
  return [...reading]
    .map(([layer, file]) => readsFile(layer, file))
    .concat(
      [...found].map(([global, layer]) =>
        finding(
          "safety/dangerous-global",
          "error",
          say(
            "The configuration of {layer} names {global}, which Keras would import and call. Do not load it; nothing of it was run here.",
            { layer, global },
          ),
          { path: layer, evidence: { global } },
        ),
      ),
    );
}

/** The file or address that a layer reads when it is made: a SavedModel, or words of a vocabulary (CVE-2026-1462, CVE-2025-12058). */
function fileOf(className: string | undefined, config: DictNode | undefined): string | undefined {
  if (className === "TFSMLayer") return textAt(config, "filepath");
  return className !== undefined && LOOKS_UP.test(className) ? textAt(config, "vocabulary") : undefined;
}
const LOOKS_UP = /^(?:(?:String|Integer|Index)Lookup|TextVectorization)$/;

function readsFile(layer: string, file: string): Finding {
  return finding(
    "safety/unusual-global",
    "warning",
    say(
      "The layer {layer} reads {file} when the model is loaded: a file or an address outside of the model. Nothing of it is read here; ask whoever made the file what it is.",
      { layer, file: file.slice(0, SHOWN) },
    ),
    { path: layer, evidence: { file: file.slice(0, SHOWN) } },
  );
}
/** Characters of a name in a sentence. */
const SHOWN = 200;

function note(module: string | undefined, name: string | undefined, layer: string, found: Map<string, string>): void {
  if (module === undefined || name === undefined) return;
  // Its module is a pickle that PyTorch loads (CVE-2025-49655).
  const isPickle = name === "TorchModuleWrapper";
  const isDangerous =
    isPickle || classify(module, name, "call") === "dangerous" || (OWN.test(module) && REACHING.test(name));
  if (isDangerous && found.size < LIMITS.findingsPerRule) found.set(`${module}.${name}`, layer);
}
