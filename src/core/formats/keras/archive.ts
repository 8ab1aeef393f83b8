import { fromBytes } from "../../bytes/source.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { openZip, type ZipDirectory } from "../../bytes/zip.ts";
import { asArtifactError, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { attributesOf, factsOf, plainArtifact } from "../hdf5/plain.ts";
import { H5Tree } from "../hdf5/tree.ts";
import { assetPlace, assetRoom, assetValue, isAsset } from "./assets.ts";
import { configOf, isDict, readJsonText, textAt } from "./config.ts";
import { codeFindings, missingWeights, unreadMember } from "./findings.ts";
import { layerObject, modelFacts, putWeight, toldOf, type Weights } from "./model.ts";
import { namedVariables } from "./variables.ts";

const WEIGHTS = "model.weights.h5";

/** The version, which is told, and the time. */
const ABOUT = ["__metadata__.metadata"];

/** Reads a `.keras` archive: configuration, and the weights where they lie in it. */
export async function readKerasArchive(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { host, work } = context;
  const zip = await openZip(source, host, work);
  const findings = new CappedFindings();
  let isWhole = zip.complete;
  const attempt = async <T>(member: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      const reason = asArtifactError(error, `reading ${member}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      isWhole = false;
      findings.add(unreadMember(member, reason.message));
      return undefined;
    }
  };
  const json = async (member: string): Promise<Value | undefined> => {
    const content = await attempt(member, () => open(zip, member, findings));
    if (content === undefined) return undefined;
    return attempt(member, async () => {
      if (content.size > LIMITS.jsonBytes) throw unsupported(`${member} has ${content.size} bytes`);
      const value = await readJsonText(await content.read(0, content.size), member, work);
      if (value === undefined) throw unsupported(`${member} is no JSON`);
      return value;
    });
  };
  const description = await json("config.json");
  const about = await json("metadata.json");
  const config = configOf(description);
  let weights: Weights = new Map();
  let plain: RawArtifact | undefined;
  let tree: H5Tree | undefined;
  let attributes: Value | undefined;
  const content = await attempt(WEIGHTS, () => open(zip, WEIGHTS, findings));
  if (content === undefined) {
    if (!zip.members.some(({ name }) => name === WEIGHTS)) findings.add(missingWeights(source.name));
    isWhole = false;
  } else {
    await attempt(WEIGHTS, async () => {
      const opened = await H5Tree.open(await randomAccess(content, context), host, work);
      tree = opened.tree;
      attributes = await attributesOf(tree, opened.root, new Set(["name"]));
      if (config === undefined) plain = await plainArtifact(tree, opened.root);
      else weights = await namedVariables(tree, opened.root, config);
    });
  }
  const room = assetRoom();
  for (const { name } of zip.members.filter((each) => isAsset(each.name))) {
    if (work.isDue()) await work.checkpoint();
    await attempt(name, async () => {
      const asset = await open(zip, name, findings);
      if (asset === undefined) return;
      const value = await assetValue(name, asset, room, work);
      if (plain === undefined) putWeight(weights, assetPlace(name, config), value);
      else if (isDict(plain.root)) {
        plain.root.keys.push(name);
        plain.root.values.push(value);
      }
    });
  }
  const version = textAt(about, "keras_version");
  const named: readonly (readonly [string, Value | undefined])[] = [
    ["config", description],
    ["metadata", about],
    ["weights", attributes],
  ];
  const shown = named.filter((entry): entry is readonly [string, Value] => entry[1] !== undefined);
  return {
    format: "keras",
    container: ["zip"],
    root: config === undefined ? plain?.root : layerObject(config, weights),
    namedTensors: config === undefined,
    facts: [...(tree === undefined ? [] : factsOf(tree)), ...modelFacts(config)],
    metadata: { kind: "dict", keys: shown.map(([key]) => key), values: shown.map(([, value]) => value) },
    told: {
      ...toldOf(config, version, []),
      restated: config === undefined ? ABOUT : ["__metadata__.config", ...ABOUT],
    },
    findings: [...zip.findings, ...findings.all(), ...(tree?.findings.all() ?? []), ...codeFindings(config)],
    complete: isWhole && tree?.isWhole === true,
  };
}

async function open(zip: ZipDirectory, name: string, findings: CappedFindings): Promise<ByteSource | undefined> {
  const member = zip.members.filter((each) => each.name === name).at(-1);
  if (member === undefined) return undefined;
  const content = await zip.open(member);
  for (const found of content.findings) findings.add({ ...found, path: name });
  return content;
}

/** HDF5 jumps back and forth: a large member that is compressed is inflated whole, once. Keras stores them. */
async function randomAccess(content: ByteSource, { work }: ReadContext): Promise<ByteSource> {
  if (content.origin !== undefined || content.size <= LIMITS.inflatedMemberBytes) return content;
  if (content.size > LIMITS.inflatedBytes)
    throw unsupported(
      `${content.name} is compressed and has ${content.size} bytes: more than ${LIMITS.inflatedBytes} are not unpacked`,
    );
  const whole = new Uint8Array(content.size);
  for (let at = 0; at < whole.length; at += LIMITS.gatherReadBytes) {
    await work.checkpoint();
    const end = Math.min(whole.length, at + LIMITS.gatherReadBytes);
    whole.set(await content.read(at, end), at);
  }
  return fromBytes(whole, content.name);
}
