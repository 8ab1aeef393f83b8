import type { Siblings } from "../bytes/siblings.ts";
import { xmlRoot } from "../bytes/xml/root.ts";
import { ArtifactError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import type { Lookalike } from "./lookalikes.ts";
import { textOf } from "./probe.ts";

/** What a `.bin` is when the file that names its values lies beside it; undefined where none does. */
export async function weightsAlone(name: string, siblings: Siblings | undefined): Promise<Lookalike | undefined> {
  if (siblings === undefined || !/\.bin$/i.test(siblings.own)) return undefined;
  const network = siblings.own.replace(/\.bin$/i, ".xml");
  const head = await headOf(network, siblings);
  if (head !== undefined && xmlRoot(head)?.name === "net")
    return {
      id: "openvino",
      sentence: say(
        "{name} holds the values of an OpenVINO network without their names: open {file}, which has them.",
        {
          name,
          file: network,
        },
      ),
    };
  for (const file of manifestsOf(siblings.own)) {
    const text = textOf((await headOf(file, siblings)) ?? new Uint8Array(0));
    // Weights are listed first where they are listed alone, and their file behind them: it may be past the head.
    if (/"weightsManifest"|"paths"|^\s*\[\s*\{\s*"weights"/.test(text))
      return {
        id: "tfjs",
        sentence: say(
          "{name} holds weights of TensorFlow.js without their names: open {file} beside it, which has them.",
          { name, file },
        ),
      };
  }
  return undefined;
}

/** Where TensorFlow.js keeps the names of the weights in a file: older manifests are named after it. */
function manifestsOf(own: string): readonly string[] {
  return [own.replace(/\.bin$/i, "-weights_manifest.json"), own.replace(/\.bin$/i, ".json"), "weights_manifest.json"];
}

async function headOf(file: string, siblings: Siblings): Promise<Uint8Array | undefined> {
  try {
    const beside = await siblings.open(file);
    return beside === undefined ? undefined : await beside.read(0, Math.min(beside.size, LIMITS.probeHeadBytes));
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}
