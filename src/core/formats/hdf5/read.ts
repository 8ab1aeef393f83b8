import type { ByteSource } from "../../bytes/source.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { kerasArtifact, kerasKind } from "../keras/from-h5.ts";
import { plainArtifact } from "./plain.ts";
import { H5Tree } from "./tree.ts";

/** Reads an HDF5 file: its objects by their paths, and, where it is one of Keras, as what it means there. */
export async function readHdf5(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { tree, root } = await H5Tree.open(source, context.host, context.work);
  const kind = kerasKind(root);
  return kind === undefined ? plainArtifact(tree, root) : kerasArtifact(tree, root, kind);
}
