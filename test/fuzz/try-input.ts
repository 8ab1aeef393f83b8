import type { Siblings } from "../../src/core/bytes/siblings.ts";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { ArtifactError } from "../../src/core/errors.ts";
import { denseByteLength, elementCount } from "../../src/core/model/tensor.ts";
import { readElements } from "../../src/core/model/window.ts";
import { openArtifact } from "../../src/core/open.ts";
import { canonicalText } from "../../src/core/view/canonical-text.ts";
import { inspectJson } from "../../src/core/view/inspect-json.ts";
import { createOutline } from "../../src/core/view/outline.ts";
import { pickleListingText } from "../../src/core/view/pickle-listing.ts";
import { viewerModel } from "../../src/core/view/viewer.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

const ELEMENTS = 500;
const PARAMETERS = 50;
/** The text of a file has every value of it: only where that is no long work. */
const TEXT_BYTES = 2 ** 20;

/**
 * Does with a file what opening it in the editor and the command line do, and lists its pickles. ArtifactErrors are answers; anything else
 * that is thrown is a fault of ours.
 */
export async function tryInput(bytes: Uint8Array, name: string, siblings?: Siblings): Promise<"opened" | "refused"> {
  const host = nodeHost();
  const opened = await unlessRefused(async () => {
    const artifact = await openArtifact(fromBytes(bytes, name, 0), host, quietWork(), siblings && { siblings });
    viewerModel(artifact, createOutline(artifact));
    for (const { tensor } of artifact.parameters.slice(0, PARAMETERS))
      await unlessRefused(() => readElements(tensor, 0, Math.min(ELEMENTS, elementCount(tensor.shape)), quietWork()));
    await inspectJson(artifact, quietWork());
    const total = artifact.parameters.reduce((sum, { tensor }) => sum + denseByteLength(tensor), 0);
    if (total <= TEXT_BYTES) await unlessRefused(() => canonicalText(artifact, host, quietWork()));
  });
  const options = { form: "decompiled", opcodes: 2000 } as const;
  await unlessRefused(() => pickleListingText(fromBytes(bytes, name, 0), name, options, host, quietWork()));
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
