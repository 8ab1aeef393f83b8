import path from "node:path";
import { planConversion } from "../../core/convert/plan-conversion.ts";
import { type ConversionResult, type LossItem, TARGETS, type TargetId } from "../../core/convert/plan.ts";
import { type Json, jsonText } from "../../core/view/json-text.ts";
import { english } from "../../core/model/sentence.ts";
import { byteText, grouped } from "../../core/view/viewer.ts";
import { convertToFile } from "../../platform/node/convert-file.ts";
import { refuseDash, type Session, withArtifact } from "../session.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";
import { VERSION } from "../version.ts";

const EXTENSIONS: Readonly<Record<string, TargetId>> = {
  ".model": "model",
  ".safetensors": "safetensors",
  ".npz": "npz",
  ".json": "json",
};

export async function convert(session: Session): Promise<ExitCode> {
  const [file, target, ...more] = session.arguments.words;
  if (file === undefined || target === undefined || more.length > 0) throw new UsageError("convert takes IN and OUT");
  refuseDash(target);
  const to = targetOf(session.arguments.text("to"), target);
  return withArtifact(session, file, async (artifact, source) => {
    const { host, work, output } = session;
    const isJson = session.arguments.flag("json");
    if (!isJson) {
      // What would be lost is said before a byte is written, also when it is allowed.
      const plan = await planConversion(artifact, to, host, work);
      for (const note of plan.notes) output.note(`note: ${english(note)}\n`);
      for (const loss of plan.losses) output.note(`${loss.kind}: ${loss.message}\n`);
    }
    const result = await convertToFile(
      {
        artifact,
        source,
        target: to,
        outputPath: path.resolve(session.cwd, target),
        overwrite: session.arguments.flag("force"),
        allowLoss: session.arguments.flag("allow-loss"),
        tool: `model-loupe ${VERSION}`,
      },
      host,
      work,
    );
    output.out(isJson ? `${jsonText(resultJson(target, result))}\n` : `${resultText(target, result)}\n`);
    return EXIT.done;
  });
}

function targetOf(asked: string | undefined, file: string): TargetId {
  const named = TARGETS.find((each) => each === asked);
  if (named !== undefined) return named;
  if (asked !== undefined) throw new UsageError(`--to takes ${TARGETS.join(", ")}, not "${asked}"`);
  const told = EXTENSIONS[path.extname(file).toLowerCase()];
  if (told === undefined)
    throw new UsageError(`the extension of ${file} does not tell a format: say --to ${TARGETS.join(", --to ")}`);
  return told;
}

function resultText(target: string, result: ConversionResult): string {
  const lost = result.losses.length === 0 ? "nothing was lost" : `${result.losses.length} named losses`;
  return `${target}: ${grouped(result.parameters)} parameters, ${byteText(result.byteLength)}; read back and compared ${grouped(result.elementsCompared)} values bit for bit, ${lost}\nfingerprint ${result.fingerprint}`;
}

function resultJson(output: string, result: ConversionResult): Json {
  return {
    schemaVersion: 1,
    output,
    target: result.target,
    parameters: result.parameters,
    elementsCompared: result.elementsCompared,
    byteLength: result.byteLength,
    fingerprint: result.fingerprint,
    losses: result.losses.map((loss: LossItem) => ({ kind: loss.kind, path: loss.path, message: loss.message })),
  };
}
