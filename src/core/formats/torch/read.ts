import type { ByteSource } from "../../bytes/source.ts";
import { openZip } from "../../bytes/zip.ts";
import { ArtifactError } from "../../errors.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictGet, isNode } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { probeOf, startsWith } from "../probe.ts";
import { isExportedProgram, isStableBaselines, readExportedProgram, readStableBaselines } from "./bundle.ts";
import { readCheckpoint, toldOf } from "./checkpoint.ts";
import { isLegacyTar } from "./magic.ts";
import { isPackage, readPackage } from "./package.ts";
import { readStacked, type TorchPickles } from "./stacked.ts";
import { stateOf } from "./state.ts";
import { readTarCheckpoint } from "./tar.ts";

/** Reads whichever of PyTorch's forms the file has. Throws only when there is neither a value nor an import. */
export async function readTorch(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { head } = await probeOf(source);
  if (startsWith(head, [0x50, 0x4b])) {
    const zip = await openZip(source, context.host, context.work);
    if (isStableBaselines(zip)) return readStableBaselines(source, zip, context);
    if (isPackage(zip)) return readPackage(source, zip, context);
    if (isExportedProgram(zip)) return readExportedProgram(source, zip, context);
    return readCheckpoint(source, zip, context);
  }
  if (isLegacyTar(head)) return legacy(await readTarCheckpoint(source, context), "checkpoint (tar)", ["tar"], source);
  return legacy(await readStacked(source, context), "checkpoint (before 1.6)", [], source);
}

function legacy(read: TorchPickles, form: string, container: readonly string[], source: ByteSource): RawArtifact {
  const { root, imports, findings, complete } = read;
  if (root === undefined && imports.isEmpty)
    throw new ArtifactError(
      findings.some(({ rule }) => rule === "integrity/truncated") ? "truncated" : "corrupt",
      `${source.name}: ${findings[0]?.message ?? "a PyTorch checkpoint without an object"}`,
    );
  const state = stateOf(root);
  return {
    format: "torch",
    container,
    root: state.root,
    namedTensors: state.namedTensors,
    facts: factsOf(read, form),
    ...(state.metadata === undefined ? {} : { metadata: state.metadata }),
    told: toldOf(root),
    imports: imports.list(),
    findings,
    complete,
  };
}

function factsOf({ system }: TorchPickles, form: string): Fact[] {
  const facts: Fact[] = [{ id: "torch.form", label: "Form", value: form }];
  if (!isNode(system) || system.kind !== "dict") return facts;
  const version = dictGet(system, "protocol_version");
  if (typeof version === "bigint") facts.push({ id: "torch.version", label: "Format version", value: String(version) });
  const isLittle = dictGet(system, "little_endian");
  if (typeof isLittle === "boolean")
    facts.push({
      id: "torch.byte-order",
      label: "Written on a system of byte order",
      value: isLittle ? "little" : "big",
    });
  return facts;
}
