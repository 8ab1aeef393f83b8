import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { say } from "../../model/sentence.ts";
import type { TorchArchive } from "./archive.ts";

/**
 * Operators of PyTorch that open a file by a name of the program's own: `aten::save` writes one, `aten::from_file` maps one.
 * As code has them (`torch.save(x, "f")`, `ops.aten.save`), and as bytecode names them.
 * https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/serialization/python_print.cpp
 */
const OPENS_FILES = /\b(?:torch|aten)[\s\\]*(?:\.|::)[\s\\]*(save|from_file)\b/g;

/** A warning for each of these operators that the program of a TorchScript archive names. Nothing of it is run. */
export async function scriptFindings(source: ByteSource, archive: TorchArchive, folder: string): Promise<Finding[]> {
  const first = new Map<string, string>();
  await archive.eachText(
    // The Python that a line was made of is kept for the texts of errors (`.debug_pkl`), and not run.
    (name) => (name.startsWith(`${folder}code/`) && !name.endsWith(".debug_pkl")) || name === `${folder}bytecode.pkl`,
    (name, text) => {
      for (const [, operator = ""] of text.matchAll(OPENS_FILES)) if (!first.has(operator)) first.set(operator, name);
    },
  );
  return [...first].map(([operator, name]) =>
    finding(
      "safety/unusual-global",
      "warning",
      say(
        'The program of this archive ("{name}") uses {operator}, which opens files when the model is run. Nothing of it is run here.',
        { name, operator: `aten::${operator}` },
      ),
      { ...placeIn(source, 0, 0), evidence: { member: name, operator: `aten::${operator}` } },
    ),
  );
}
