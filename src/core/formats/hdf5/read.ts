import type { ByteSource } from "../../bytes/source.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { kerasArtifact, kerasKind } from "../keras/from-h5.ts";
import { mat73Artifact } from "../mat/v73.ts";
import { startsWithText } from "../probe.ts";
import { plainArtifact } from "./plain.ts";
import { H5Tree } from "./tree.ts";

/** What MATLAB writes into the user block. */
const MATLAB_TEXT = 116;

/** Reads an HDF5 file: its objects by their paths, and, where it is one of Keras or MATLAB, as what it means there. */
export async function readHdf5(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { tree, root } = await H5Tree.open(source, context.host, context.work, context.siblings);
  if (tree.superblock.userBlock > MATLAB_TEXT) {
    const head = await source.read(0, MATLAB_TEXT);
    if (startsWithText(head, "MATLAB ")) return mat73Artifact(tree, root, asciiOf(head));
  }
  const kind = kerasKind(root);
  return kind === undefined ? plainArtifact(tree, root) : kerasArtifact(tree, root, kind);
}

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes).replace(/[\0 ]+$/, "");
}
