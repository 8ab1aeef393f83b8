import type { ByteSource } from "../../bytes/source.ts";
import type { ZipDirectory } from "../../bytes/zip.ts";
import { corrupt } from "../../errors.ts";
import type { Fact, RawArtifact, Told } from "../../model/artifact.ts";
import { type DictNode, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { TorchArchive } from "./archive.ts";
import { scriptFindings } from "./script-code.ts";
import { stateOf, versionsIn } from "./state.ts";

const PICKLE = "data.pkl";
const CONSTANTS = "constants.pkl";

/** Reads the zip form of `torch.save` and `torch.jit.save`: the object in data.pkl, its storages left where they are. */
export async function readCheckpoint(
  source: ByteSource,
  zip: ZipDirectory,
  context: ReadContext,
): Promise<RawArtifact> {
  const archive = new TorchArchive(source, zip, context);
  const folder = folderOf(zip);
  if (folder === undefined) throw corrupt(`${source.name}: a PyTorch archive without ${PICKLE}`);
  const byteOrder = await archive.text(`${folder}byteorder`);
  const isBig = byteOrder === "big";
  const folders = ["data/", "constants/", ".data/", "tensors/", ""].map((each) => folder + each);
  const root = await archive.pickle(folder + PICKLE, folders, isBig);
  const isScript = zip.members.some(({ name }) => name.startsWith(`${folder}code/`));
  if (isScript) {
    const constants = await archive.pickle(folder + CONSTANTS, [`${folder}constants/`, ...folders], isBig);
    if (root !== undefined && constants !== undefined) addConstants(root, constants);
  }
  const opensFiles = await scriptFindings(source, archive, folder);
  await archive.lookAtOthers();
  const version = (await archive.text(`${folder}version`)) ?? (await archive.text(`${folder}.data/version`));
  const state = stateOf(root);
  return {
    format: "torch",
    container: ["zip"],
    root: state.root,
    namedTensors: state.namedTensors,
    facts: factsOf(isScript, version, byteOrder),
    ...(state.metadata === undefined ? {} : { metadata: state.metadata }),
    told: toldOf(root),
    imports: archive.imports,
    findings: [...zip.findings, ...opensFiles, ...archive.findings.all()],
    complete: archive.complete && root !== undefined,
  };
}

/** The folder of the object's pickle: the one of the first member, as PyTorch has it, else any that has one. */
function folderOf({ members }: ZipDirectory): string | undefined {
  const first = members[0]?.name ?? "";
  const own = first.slice(0, first.indexOf("/") + 1);
  const folders = members
    .map(({ name }) => name)
    .filter((name) => name === PICKLE || name.endsWith(`/${PICKLE}`))
    .map((name) => name.slice(0, -PICKLE.length));
  return folders.includes(own) ? own : folders[0];
}

/** The code of a TorchScript archive names its constants `CONSTANTS.c0` and on. */
function addConstants(root: Value, constants: Value): void {
  if (!isNode(root) || root.kind !== "object" || !isNode(constants) || constants.kind !== "list") return;
  if (constants.items.length === 0) return;
  const named: DictNode = { kind: "dict", keys: constants.items.map((_, k) => `c${k}`), values: constants.items };
  const entries = (root.entries ??= { kind: "dict", keys: [], values: [] });
  entries.keys.push("CONSTANTS");
  entries.values.push(named);
}

function factsOf(isScript: boolean, version: string | undefined, byteOrder: string | undefined): Fact[] {
  return [
    { id: "torch.form", label: "Form", value: isScript ? "TorchScript archive" : "checkpoint (zip)" },
    ...(version === undefined || version === ""
      ? []
      : [{ id: "torch.version", label: "Format version", value: version }]),
    ...(byteOrder === undefined ? [] : [{ id: "torch.byte-order", label: "Byte order", value: byteOrder }]),
  ];
}

/** The library is what reads such files; its version is not in them. */
export function toldOf(root: Value | undefined): Told {
  const className =
    isNode(root) && root.kind === "object" && isNode(root.callable) && root.callable.kind === "global"
      ? root.callable.name
      : undefined;
  const isDict = className === "OrderedDict" || className === undefined;
  return {
    framework: { name: "torch", ...(isDict ? {} : { className }) },
    environment: versionsIn(root),
  };
}
