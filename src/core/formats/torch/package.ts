import type { ByteSource } from "../../bytes/source.ts";
import type { ZipDirectory } from "../../bytes/zip.ts";
import { finding } from "../../findings/finding.ts";
import { placeIn } from "../../bytes/place.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { DictNode } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { TorchArchive } from "./archive.ts";

//   name/.data/extern_modules      modules that are not in the archive
//   name/.data/0.storage           the elements of storage 0
//   name/model/model.pkl           any number of pickles, their storages named as in a checkpoint
//   name/my_module.py              Python source, which loading a pickle runs
//   https://github.com/pytorch/pytorch/blob/main/torch/package/package_exporter.py

const MARK = ".data/extern_modules";
/** Modules in one line. */
const NAMED = 5;

/** What `torch.package.PackageExporter` wrote. With a checkpoint's own pickle it is that, whatever lies beside it. */
export function isPackage({ members }: ZipDirectory): boolean {
  if (members.some(({ name }) => /^(?:[^/]+\/)?data\.pkl$/.test(name))) return false;
  return members.some(({ name }) => name === MARK || name.endsWith(`/${MARK}`));
}

/** The objects of a package by their path in it. Source is listed, not read. */
export async function readPackage(source: ByteSource, zip: ZipDirectory, context: ReadContext): Promise<RawArtifact> {
  const archive = new TorchArchive(source, zip, context);
  const mark = zip.members.find(({ name }) => name === MARK || name.endsWith(`/${MARK}`))?.name ?? MARK;
  const folder = mark.slice(0, -MARK.length);
  const root: DictNode = { kind: "dict", keys: [], values: [] };
  const isBig = (await archive.text(`${folder}byteorder`)) === "big";
  for (const { name } of zip.members) {
    if (!name.startsWith(folder) || !name.endsWith(".pkl")) continue;
    const value = await archive.pickle(name, [`${folder}.data/`], isBig);
    if (value === undefined) continue;
    root.keys.push(name.slice(folder.length));
    root.values.push(value);
  }
  await archive.lookAtOthers();
  const modules = zip.members.map(({ name }) => name).filter((name) => name.endsWith(".py"));
  const version = await archive.text(`${folder}.data/python_version`);
  return {
    format: "torch",
    container: ["zip"],
    root,
    namedTensors: false,
    facts: [
      { id: "torch.form", label: "Form", value: "torch.package" },
      ...(version === undefined ? [] : [{ id: "python.version", label: "Python", value: version }]),
    ],
    told: { framework: { name: "torch" } },
    imports: archive.imports,
    findings: [...zip.findings, ...archive.findings.all(), ...(modules.length === 0 ? [] : [runs(source, modules)])],
    complete: archive.complete && root.keys.length > 0,
  };
}

function runs(source: ByteSource, modules: readonly string[]): RawArtifact["findings"][number] {
  const list = modules.slice(0, NAMED).join(", ") + (modules.length > NAMED ? " …" : "");
  const sentence = say(
    "Loading an object of this package runs Python code that it brings ({list}). Nothing of it was run or looked into here.",
    { list },
  );
  return finding("safety/unusual-global", "warning", sentence, placeIn(source, 0, 0));
}
