import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, truncated } from "../../errors.ts";
import { finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { dictOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { startsWithText } from "../probe.ts";
import { parametersOf } from "./parameters.ts";
import { ZipBundle } from "../zip-bundle.ts";

const HEADER = 256;

/**
 * Reads what an ML.NET archive says of its parts: kinds, versions, texts, and the parameters of a few kinds. Those of the
 * others are in forms of their own, which are shown as bytes: such an artifact is never complete.
 */
export async function readMlnet(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  // ML.NET parts folders with backslashes.
  const bundle = await ZipBundle.of(source, context, ({ message }) => message.includes("holds backslashes"));
  const entries: (readonly [string, Value])[] = [];
  let version: string | undefined;
  let models = 0;
  for (const member of bundle.members) {
    const name = member.name.replaceAll("\\", "/");
    let value: Value;
    if (name.endsWith(".txt")) value = await bundle.text(member);
    else if (name.endsWith("Model.key")) {
      value = await bundle.value(member, (content) => partOf(content, context.work));
      if (isNode(value) && value.kind === "dict" && dictGet(value, "model") !== undefined) models += 1;
    } else value = await bundle.unread(member, "it is in a form of ML.NET's own");
    if (name === "TrainingInfo/Version.txt" && typeof value === "string") version = value.split(/[\s@]/, 1)[0];
    entries.push([name, value]);
  }
  if (models > 0)
    bundle.findings.add(
      finding(
        "integrity/not-read",
        "warning",
        models === 1
          ? say("The parameters of one part are in a form of ML.NET's own, which is shown as bytes.")
          : say("The parameters of {count} parts are in forms of ML.NET's own, which are shown as bytes.", {
              count: models,
            }),
        {},
      ),
    );
  return {
    format: "mlnet",
    container: ["zip"],
    root: byFolder(entries),
    namedTensors: false,
    facts: [],
    told: { framework: { name: "ml.net", ...(version !== undefined && version !== "" && { version }) } },
    findings: bundle.findings.all(),
    complete: false,
  };
}

const MODEL = "Model.key";
/** Folders within folders that are told apart; ML.NET has four. */
const MOST_FOLDERS = 16;

/**
 * Folders as dicts, and what a `Model.key` holds in the one of its folder, beside the parts below it: `Predictor.weights`
 * and `Predictor.Calibrator.slope`. Where two things would have one name, it stays in a dict of its own.
 */
function byFolder(files: readonly (readonly [string, Value])[]): Value {
  interface Folder {
    readonly entries: Map<string, Value>;
    readonly folders: Map<string, Folder>;
  }
  const make = (): Folder => ({ entries: new Map(), folders: new Map() });
  const root = make();
  const doubled: (readonly [string, Value])[] = [];
  for (const [name, value] of files) {
    const parts = name.split("/");
    const file = parts.splice(Math.min(parts.length - 1, MOST_FOLDERS)).join("/");
    let folder = root;
    for (const part of parts) {
      const next = folder.folders.get(part) ?? make();
      folder.folders.set(part, next);
      folder = next;
    }
    if (folder.entries.has(file)) doubled.push([name, value]);
    else folder.entries.set(file, value);
  }
  const dictOfFolder = ({ entries, folders }: Folder): Value => {
    const all = new Map<string, Value>();
    const model = entries.get(MODEL);
    const own = isNode(model) && model.kind === "dict" ? model : undefined;
    const names = own?.keys.flatMap((key) => (typeof key === "string" ? [key] : [])) ?? [];
    const isOpened = own !== undefined && names.every((name) => !entries.has(name) && !folders.has(name));
    if (isOpened) names.forEach((name, i) => all.set(name, own.values[i] ?? null));
    for (const [name, value] of entries) if (name !== MODEL || !isOpened) all.set(name, value);
    for (const [name, folder] of folders) all.set(all.has(name) ? `${name}/` : name, dictOfFolder(folder));
    return dictOf([...all]);
  };
  const whole = dictOfFolder(root);
  if (isNode(whole) && whole.kind === "dict") {
    whole.keys.push(...doubled.map(([name]) => name));
    whole.values.push(...doubled.map(([, value]) => value));
  }
  return whole;
}

async function partOf(content: ByteSource, work: Work): Promise<Value> {
  const bytes = await content.read(0, Math.min(HEADER, content.size));
  if (!startsWithText(bytes, "ML\0MODEL")) throw corrupt(`${content.name}: no header of a model`, 0);
  if (bytes.length < HEADER) throw truncated(content.name, 0, HEADER, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = [Number(view.getBigInt64(16, true)), Number(view.getBigInt64(24, true))];
  if (start < HEADER || length < 0 || start + length > content.size)
    throw truncated(content.name, Math.max(0, start), Math.max(0, length), content.size - start);
  const kind = letters(bytes.subarray(64, 72));
  const model = slice(content, start, start + length);
  const parameters = await parametersOf(kind, model, work);
  return dictOf([
    ["kind", kind],
    ["version", `0x${view.getUint32(72, true).toString(16).padStart(8, "0")}`],
    ["loader", letters(bytes.subarray(80, 104))],
    ...(parameters ?? [["model", { kind: "bytes", type: "bytes", data: model }] as const]),
  ]);
}

function letters(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/\0.*$/s, "");
}
