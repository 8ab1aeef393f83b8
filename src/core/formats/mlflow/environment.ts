import type { Siblings } from "../../bytes/siblings.ts";
import { fromBrokenUtf8 } from "../../bytes/json-text.ts";
import { fromBytes } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import type { Fact } from "../../model/artifact.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { readYaml } from "../yaml/read.ts";
import { isDict, textAt } from "./description.ts";

/** The environment's files are some hundred bytes; of a longer one the rest is no list of packages. */
const FILE_BYTES = 256 * 1024;
/** Packages that are listed. */
const PACKAGES = 500;

/**
 * What the files beside an MLmodel say that it needs: the version of Python, and packages with what is asked of their
 * versions. Files that are not there or cannot be read say nothing: the model is all there without them.
 */
export async function environmentFacts(siblings: Siblings, work: Work): Promise<Fact[]> {
  const asked = new Map<string, string>();
  let python: string | undefined;
  const requirements = await textOf(siblings, "requirements.txt");
  for (const line of requirements?.split(/\r?\n/) ?? []) addRequirement(line, asked);
  const env = await yamlOf(siblings, "python_env.yaml", work);
  if (isDict(env)) {
    python = textAt(env, "python");
    for (const line of textsAt(dictGet(env, "dependencies"))) addRequirement(line, asked);
  }
  const conda = await yamlOf(siblings, "conda.yaml", work);
  if (isDict(conda)) {
    const dependencies = dictGet(conda, "dependencies");
    for (const line of textsAt(dependencies)) {
      const pinned = /^(?:[\w.-]+::)?([\w.-]+)\s*([=<>!~][^\s]*)?/.exec(line);
      if (pinned?.[1] === "python") python ??= pinned[2]?.replace(/^=+/, "");
      else if (pinned !== null && !asked.has(pinned[1] ?? "")) asked.set(pinned[1] ?? "", pinned[2] ?? "");
    }
    for (const item of itemsOf(dependencies))
      if (isDict(item)) for (const line of textsAt(dictGet(item, "pip"))) addRequirement(line, asked);
  }
  const facts: Fact[] = python === undefined ? [] : [{ id: "python", label: "Python", value: python }];
  for (const [name, version] of [...asked].slice(0, PACKAGES))
    facts.push({ id: `requires.${name}`, label: `Requires ${name}`, value: version === "" ? "any version" : version });
  return facts;
}

/** `scikit-learn[extra]==1.5.2 ; python_version > "3"`: the name, and what is asked of its version. */
function addRequirement(line: string, asked: Map<string, string>): void {
  const match = /^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*([=<>!~][^;#]*)?(?:[;#@].*)?$/.exec(line);
  if (match?.[1] !== undefined && !asked.has(match[1])) asked.set(match[1], (match[2] ?? "").trim());
}

async function textOf(siblings: Siblings, name: string): Promise<string | undefined> {
  try {
    const source = await siblings.open(name);
    if (source === undefined) return undefined;
    return fromBrokenUtf8(await source.read(0, Math.min(source.size, FILE_BYTES)));
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled") return undefined;
    throw error;
  }
}

async function yamlOf(siblings: Siblings, name: string, work: Work): Promise<Value | undefined> {
  const text = await textOf(siblings, name);
  if (text === undefined) return undefined;
  try {
    return (await readYaml(fromBytes(new TextEncoder().encode(text), name), { work })).root;
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled") return undefined;
    throw error;
  }
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return isNode(value) && value.kind === "list" ? value.items : [];
}

function textsAt(value: Value | undefined): string[] {
  return itemsOf(value).filter((item) => typeof item === "string");
}
