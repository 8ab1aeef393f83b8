import { fromBytes } from "../../src/core/bytes/source.ts";
import { ArtifactError } from "../../src/core/errors.ts";
import { elementCount } from "../../src/core/model/tensor.ts";
import { readElements } from "../../src/core/model/window.ts";
import { openArtifact } from "../../src/core/open.ts";
import { createOutline } from "../../src/core/view/outline.ts";
import { pickleListingText } from "../../src/core/view/pickle-listing.ts";
import { viewerModel } from "../../src/core/view/viewer.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

const ELEMENTS = 500;
const PARAMETERS = 50;

/**
 * Does with a file what opening it in the editor does, and lists its pickles. ArtifactErrors are answers; anything else
 * that is thrown is a fault of ours.
 */
export async function tryInput(bytes: Uint8Array, name: string): Promise<"opened" | "refused"> {
  const opened = await unlessRefused(async () => {
    const artifact = await openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
    viewerModel(artifact, createOutline(artifact));
    for (const { tensor } of artifact.parameters.slice(0, PARAMETERS))
      await unlessRefused(() => readElements(tensor, 0, Math.min(ELEMENTS, elementCount(tensor.shape)), quietWork()));
  });
  const options = { form: "decompiled", opcodes: 2000 } as const;
  await unlessRefused(() => pickleListingText(fromBytes(bytes, name, 0), name, options, nodeHost(), quietWork()));
  return opened ? "opened" : "refused";
}

async function unlessRefused(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    if (error instanceof ArtifactError && !isDisguised(error)) return false;
    throw error;
  }
}

/** A foreign error that was made an ArtifactError: a TypeError in a reader is a fault whatever it is called. */
function isDisguised({ cause }: ArtifactError): boolean {
  return cause instanceof TypeError || cause instanceof RangeError || cause instanceof ReferenceError;
}
