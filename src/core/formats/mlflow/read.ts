import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, ImportUse, RawArtifact, Schema, Told } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { dictGet, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { classify } from "../pickle/classify.ts";
import { readYaml } from "../yaml/read.ts";
import { type Opened, openNamed } from "./artifacts.ts";
import { type Description, describeMlmodel, isDict, libraryOfFlavor, textAt } from "./description.ts";
import { environmentFacts } from "./environment.ts";
import { classOfLoader, LOADER } from "./loaders.ts";
import { signatureOf } from "./signature.ts";

/**
 * Reads an MLmodel and the model that lies beside it as one artifact: its parameters under the addresses that the file
 * with them gives, with what the MLmodel says of inputs, outputs and environment. Throws `corrupt` for one without flavors.
 */
export async function readMlflow(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const yaml = await readYaml(source, context);
  const description = describeMlmodel(yaml.root);
  if (description === undefined) throw corrupt(`${source.name}: an MLmodel without flavors`, 0);
  const findings = new CappedFindings();
  for (const found of yaml.findings) findings.add(found);
  const { opened, isWhole } = await openAll(description, source, context, findings);
  const only = opened.length === 1 ? opened[0]?.raw : undefined;
  // Byte ranges are those of another file: that one is said instead.
  for (const { path, raw } of opened)
    for (const { range: _, ...found } of raw.findings)
      findings.add({ ...found, evidence: { ...found.evidence, member: path } });
  noteCode(description, source, findings);
  const signature = signatureOf(description.root);
  const told = {
    ...(await toldOf(description, only, signature.schema, context)),
    ...(only === undefined ? { models: new Map(opened.map(({ path, raw }) => [path, raw])) } : { model: only }),
  };
  return {
    format: "mlflow",
    // What is read lies in other files of the folder.
    container: ["folder", ...(only?.container ?? [])],
    root: only === undefined ? rootOf(opened, description) : only.root,
    namedTensors: only?.namedTensors ?? false,
    facts: [...factsOf(description, opened), ...signature.facts, ...(only?.facts ?? [])],
    ...metadataOf(description, only),
    told,
    imports: [
      ...(yaml.imports ?? []),
      ...loaderImports(description),
      ...opened.flatMap(({ raw }) => raw.imports ?? []),
    ],
    findings: findings.all(),
    complete: yaml.complete && isWhole && opened.every(({ raw }) => raw.complete),
  };
}

async function openAll(
  { artifacts, unsafe }: Description,
  source: ByteSource,
  { siblings, readInner, work }: ReadContext,
  findings: CappedFindings,
): Promise<{ readonly opened: readonly Opened[]; readonly isWhole: boolean }> {
  const opened: Opened[] = [];
  let isWhole = true;
  const unread = (by: string, path: string, reason: string): void => {
    isWhole = false;
    findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say('The file "{path}", which {by} names, was not read: {reason}.', { path, by, reason }),
        { ...placeIn(source, 0, 0), evidence: { path, by } },
      ),
    );
  };
  for (const { by, path } of unsafe) unread(by, path, "it does not lie in the folder of the MLmodel");
  for (const { by, path } of artifacts) {
    await work.checkpoint();
    if (opened.length >= LIMITS.bundleModels) unread(by, path, `${LIMITS.bundleModels} files were read before it`);
    else if (siblings === undefined || readInner === undefined) unread(by, path, "there is no folder to look into");
    else {
      const result = await openNamed(path, siblings, readInner);
      if (result === undefined) unread(by, path, "it is not there");
      else if (result instanceof ArtifactError) unread(by, path, result.message.replace(/\.$/, ""));
      else opened.push(result);
    }
  }
  return { opened, isWhole };
}

/** Several files under their paths; without one, what the MLmodel says. */
function rootOf(opened: readonly Opened[], { root }: Description): Value {
  if (opened.length === 0) return root;
  return { kind: "dict", keys: opened.map(({ path }) => path), values: opened.map(({ raw }) => raw.root ?? null) };
}

function metadataOf({ root }: Description, only: RawArtifact | undefined): Pick<RawArtifact, "metadata"> {
  const own = dictGet(root, "metadata");
  const inner = only?.metadata;
  if (!isDict(own)) return inner === undefined ? {} : { metadata: inner };
  if (!isDict(inner)) return { metadata: own };
  return {
    metadata: { kind: "dict", keys: [...inner.keys, ...own.keys], values: [...inner.values, ...own.values] },
  };
}

async function toldOf(
  { flavors, pythonVersion }: Description,
  only: RawArtifact | undefined,
  signature: Schema,
  { siblings, work }: ReadContext,
): Promise<Told> {
  const inner = only?.told;
  const first = flavors[0];
  const asked = siblings === undefined ? [] : await environmentFacts(siblings, work);
  // Which Python wrote it, before which one is to load it.
  const files = asked.filter(({ id }) => id !== "python" || pythonVersion === undefined);
  const python = pythonVersion === undefined ? [] : [{ id: "python", label: "Python", value: pythonVersion }];
  const flavored =
    first === undefined
      ? undefined
      : {
          name: libraryOfFlavor(first),
          ...(first.version !== undefined && { version: first.version }),
          ...(first.className !== undefined && { className: first.className }),
        };
  // An estimator in a pickle says it better itself.
  const framework = inner?.framework ?? (only === undefined ? flavored : undefined);
  return {
    ...inner,
    ...(framework && { framework }),
    environment: [...python, ...files, ...(inner?.environment ?? [])],
    schema: schemaOf(inner?.schema ?? {}, signature),
  };
}

/** The file's own names count, unless they are what its library makes up for columns without names. */
function schemaOf(inner: Schema, signature: Schema): Schema {
  const names = inner.features;
  const isMadeUp = names?.every((name) => /^(?:Column_|f|x|feature_)\d+$/.test(name)) === true;
  const isOther = inner.featureCount !== undefined && inner.featureCount !== signature.featureCount;
  if (names === undefined ? isOther : !isMadeUp || names.length !== signature.features?.length)
    return { ...signature, ...inner };
  return { ...inner, ...signature };
}

/** What loading as a Python function would import. */
function loaderImports({ loader }: Description): ImportUse[] {
  if (loader === undefined) return [];
  const kind = classOfLoader(loader, LOADER) ?? classify(loader, LOADER, "call");
  return [{ module: loader, name: LOADER, offset: 0, role: "call", class: kind }];
}

function noteCode({ code, scripts, loader }: Description, source: ByteSource, findings: CappedFindings): void {
  for (const script of scripts)
    findings.add(
      finding(
        "safety/unusual-global",
        "warning",
        say('Loading this model runs the Python file "{file}": it was not looked at.', { file: script }),
        { ...placeIn(source, 0, 0), evidence: { code: script } },
      ),
    );
  for (const folder of code)
    findings.add(
      finding(
        "safety/unusual-global",
        "warning",
        say(
          'Loading this model as a Python function lets Python import from the folder "{folder}", and imports {module}: the code in the folder was not looked at.',
          { folder, module: loader ?? "what the pickle names" },
        ),
        { ...placeIn(source, 0, 0), evidence: { code: folder } },
      ),
    );
}

function factsOf({ root, flavors, loader }: Description, opened: readonly Opened[]): Fact[] {
  const facts: Fact[] = [];
  const add = (id: string, label: string, value: string | undefined): void => {
    if (value !== undefined) facts.push({ id: `mlflow.${id}`, label, value });
  };
  add("version", "MLflow", textAt(root, "mlflow_version"));
  for (const { name, version } of flavors)
    add(`flavor.${name}`, "Flavor", version === undefined ? name : `${name} ${version}`);
  add("loader", "Loaded as a Python function by", loader);
  for (const [i, { path, raw }] of opened.entries())
    add(`file.${i}`, "Read", `${path}: ${[raw.format, ...raw.container].join(", ")}`);
  add("run", "Run", textAt(root, "run_id"));
  add("uuid", "Model", textAt(root, "model_uuid") ?? textAt(root, "model_id"));
  add("created", "Created", textAt(root, "utc_time_created"));
  const example = dictGet(root, "saved_input_example_info");
  if (isDict(example)) add("example", "Example of inputs", textAt(example, "artifact_path"));
  return facts;
}
