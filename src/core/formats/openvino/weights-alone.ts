import type { Siblings } from "../../bytes/siblings.ts";
import { xmlRoot } from "../../bytes/xml/root.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { say } from "../../model/sentence.ts";
import type { Lookalike } from "../lookalikes.ts";

/** What a `.bin` is when the network that its bytes belong to lies beside it; undefined where none does. */
export async function weightsAlone(name: string, siblings: Siblings | undefined): Promise<Lookalike | undefined> {
  if (siblings === undefined || !/\.bin$/i.test(siblings.own)) return undefined;
  const file = siblings.own.replace(/\.bin$/i, ".xml");
  try {
    const network = await siblings.open(file);
    if (network === undefined) return undefined;
    const root = xmlRoot(await network.read(0, Math.min(network.size, LIMITS.probeHeadBytes)));
    if (root?.name !== "net") return undefined;
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
  return {
    id: "openvino",
    sentence: say("{name} holds the values of an OpenVINO network without their names: open {file}, which has them.", {
      name,
      file,
    }),
  };
}
