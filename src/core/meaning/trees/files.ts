import type { Artifact, RawArtifact } from "../../model/artifact.ts";
import { dictGet, isNode } from "../../model/value.ts";
import { quietWork } from "../../work.ts";
import { describeOrKeep } from "../describe-or-keep.ts";
import { keyPath, rootKeyPath } from "../path.ts";
import type { TreeEnsemble } from "./ensemble.ts";

/** A file of an archive or a folder as an artifact of its own, and what its ensembles are called in the whole. */
interface File {
  readonly artifact: Artifact;
  place(ensemble: TreeEnsemble): TreeEnsemble;
}

/**
 * The files that an artifact is made of, each with the meaning that it has alone; none for one that is a model itself. Reads
 * what describing them reads.
 */
export async function* filesOf(artifact: Artifact): AsyncGenerator<File> {
  const { told, root, name, size, identity } = artifact;
  if (told?.model !== undefined) {
    yield { artifact: asFormat(artifact, told.model), place: (ensemble) => ensemble };
    return;
  }
  if (told?.models === undefined || !isNode(root) || root.kind !== "dict") return;
  for (const [key, raw] of told.models) {
    // What an MLmodel names is a file of the same archive.
    if (raw.format === "mlflow" && artifact.format === "bundle") continue;
    const base = rootKeyPath(key, artifact.namedTensors);
    // A file that was replaced by what is known of it, a converted one, is as the whole has it.
    const inner = { ...raw, root: dictGet(root, key) };
    const described = await describeOrKeep(inner, { name: `${name}/${key}`, size, identity }, quietWork());
    yield { artifact: described, place: (ensemble) => placedAt(ensemble, inner, base) };
  }
}

function asFormat(artifact: Artifact, { format, told, metadata }: RawArtifact): Artifact {
  const { model: _model, models: _models, ...others } = artifact.told ?? {};
  const { model, models } = told ?? {};
  return {
    ...artifact,
    format,
    told: { ...others, ...(model && { model }), ...(models && { models }) },
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function placedAt(ensemble: TreeEnsemble, { root, namedTensors }: RawArtifact, base: string): TreeEnsemble {
  const keys = isNode(root) && root.kind === "dict" ? root.keys.filter((key) => typeof key === "string") : [];
  const below = new Map(keys.map((key) => [rootKeyPath(key, namedTensors), keyPath(base, key)]));
  const at = (path: string): string => {
    if (path === "") return base;
    // A name of a file may have dots and brackets itself: the longest that is one counts.
    for (
      let end = path.length;
      end > 0;
      end = Math.max(path.lastIndexOf(".", end - 1), path.lastIndexOf("[", end - 1))
    ) {
      const known = below.get(path.slice(0, end));
      if (known !== undefined) return known + path.slice(end);
    }
    return path.startsWith("[") ? base + path : `${base}.${path}`;
  };
  return {
    ...ensemble,
    path: at(ensemble.path),
    holds: ensemble.holds.map(at),
    pathOf: (index) => at(ensemble.pathOf(index)),
  };
}
