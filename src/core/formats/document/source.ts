import { type Finding, finding, type RuleId, SEVERITIES } from "../../findings/finding.ts";
import type { Artifact, Fact, Framework, ImportUse, Schema, Told } from "../../model/artifact.ts";
import type { Sentence } from "../../model/sentence.ts";
import { axesDoc, axesOf } from "./axes.ts";
import { countAt, type Doc, type DocMap, docMap, flagAt, isDocList, isDocMap, listAt, mapAt, textAt } from "./doc.ts";

/** Where an artifact came from: for people, and the same for the same source. */
export interface Provenance {
  readonly sourceName: string;
  readonly sourceFormat: string;
  /** Of the source file's bytes, in hexadecimal. */
  readonly sourceSha256?: string;
  /** Name and version of the program that wrote: "model-loupe 0.1.0". */
  readonly tool?: string;
  /** ISO 8601. Left out where the same source is to give the same bytes. */
  readonly time?: string;
  /** Git commit of the source file. */
  readonly commit?: string;
}

/** What a reader of the source told, and what a reader of the copy therefore has to tell again. */
export interface SourceRecord {
  readonly format: string;
  readonly namedTensors: boolean;
  readonly complete: boolean;
  readonly facts: readonly Fact[];
  readonly imports: readonly ImportUse[];
  readonly findings: readonly Finding[];
  /** What the source's format stated outright: no value of the graph tells it. */
  readonly told?: Told;
}

/** Facts about our own containers; each reader makes them anew. */
const OWN_FACTS = /^(model|source)\./;

/** Findings that a copy inherits: what was not read of the source is not in the copy either. */
const INHERITED: readonly RuleId[] = [
  "integrity/truncated",
  "integrity/corrupt",
  "integrity/not-read",
  "integrity/limit",
];

/** A limit without a place is one of describing: whoever describes the copy meets it again. */
function isInherited({ rule, range }: Finding): boolean {
  return INHERITED.includes(rule) && (rule !== "integrity/limit" || range !== undefined);
}

export function sourceDoc(artifact: Artifact): DocMap {
  const inherited = artifact.complete ? [] : artifact.findings.filter(isInherited);
  return docMap({
    format: artifact.format,
    container: artifact.container,
    namedTensors: artifact.namedTensors,
    complete: artifact.complete,
    facts: artifact.facts.filter(({ id }) => !OWN_FACTS.test(id)).map(({ id, label, value }) => [id, label, value]),
    imports: artifact.imports.map((use) => [use.module, use.name, use.role, use.class]),
    findings: inherited.map(findingDoc),
    told: artifact.told === undefined ? undefined : toldDoc(artifact.told),
  });
}

export function readSource(doc: DocMap): SourceRecord {
  const told = mapAt(doc, "told");
  return {
    format: textAt(doc, "format") ?? "model",
    namedTensors: flagAt(doc, "namedTensors") ?? false,
    complete: flagAt(doc, "complete") ?? true,
    facts: listAt(doc, "facts").flatMap(factOf),
    imports: listAt(doc, "imports").flatMap(importOf),
    findings: listAt(doc, "findings").flatMap(findingOf),
    ...(told === undefined ? {} : { told: toldOf(told) }),
  };
}

function toldDoc({ framework, schema, environment, settings, axes }: Told): DocMap {
  return docMap({
    framework: framework === undefined ? undefined : frameworkDoc(framework),
    schema: schema === undefined ? undefined : schemaDoc(schema),
    environment: environment === undefined ? undefined : environmentDoc(environment),
    settings,
    axes: axes === undefined ? undefined : axesDoc(axes),
  });
}

function toldOf(doc: DocMap): Told {
  const framework = mapAt(doc, "framework");
  const schema = mapAt(doc, "schema");
  const axes = mapAt(doc, "axes");
  const name = framework && textAt(framework, "name");
  const version = framework && textAt(framework, "version");
  const className = framework && textAt(framework, "className");
  return {
    ...(name === undefined
      ? {}
      : {
          framework: { name, ...(version !== undefined && { version }), ...(className !== undefined && { className }) },
        }),
    ...(schema === undefined ? {} : { schema: schemaOf(schema) }),
    ...(doc.has("environment") && { environment: listAt(doc, "environment").flatMap(factOf) }),
    ...(axes === undefined ? {} : { axes: axesOf(axes) }),
    ...(doc.has("settings") && { settings: listAt(doc, "settings").map(textOf) }),
  };
}

function schemaOf(doc: DocMap): Schema {
  const count = (key: string): Record<string, number> => {
    const value = countAt(doc, key);
    return value === undefined ? {} : { [key]: value };
  };
  const texts = (key: string): Record<string, string[]> =>
    doc.has(key) ? { [key]: listAt(doc, key).map(textOf) } : {};
  const maps = (key: string): DocMap[] => listAt(doc, key).filter(isDocMap);
  return {
    ...texts("features"),
    ...count("featureCount"),
    ...texts("classes"),
    ...texts("outputs"),
    ...(doc.has("steps") && {
      steps: maps("steps").map((step) => ({
        name: textOf(step.get("name")),
        className: textOf(step.get("className")),
      })),
    }),
    ...(doc.has("categories") && {
      categories: maps("categories").map((each) => ({
        path: textOf(each.get("path")),
        feature: textOf(each.get("feature")),
        values: listAt(each, "values").map(textOf),
      })),
    }),
    ...count("vocabularySize"),
  };
}

function textOf(doc: Doc | undefined): string {
  return typeof doc === "string" ? doc : "";
}

export function provenanceDoc(provenance: Provenance): DocMap {
  const { sourceName, sourceFormat, sourceSha256, tool, time, commit } = provenance;
  return docMap({ sourceName, sourceFormat, sourceSha256, tool, time, commit });
}

const PROVENANCE_FACTS = [
  ["sourceName", "source.name", "Converted from"],
  ["sourceFormat", "source.format", "Format of the source"],
  ["sourceSha256", "source.sha256", "SHA-256 of the source"],
  ["commit", "source.commit", "Git commit of the source"],
  ["tool", "source.tool", "Written by"],
  ["time", "source.time", "Written at"],
] as const;

export function provenanceFacts(doc: DocMap | undefined): Fact[] {
  if (doc === undefined) return [];
  return PROVENANCE_FACTS.flatMap(([key, id, label]) => {
    const value = doc.get(key);
    return typeof value === "string" ? [{ id, label, value }] : [];
  });
}

/** For people and other programs: our own reader works it out anew from the graph, and from what the format told. */
export function frameworkDoc(framework: Framework | undefined): Doc {
  if (framework === undefined) return null;
  const { name, version, className } = framework;
  return docMap({ name, version, className });
}

export function environmentDoc(facts: readonly Fact[]): Doc {
  return facts.map(({ id, label, value }) => [id, label, value]);
}

export function schemaDoc(schema: Schema): DocMap {
  const { features, featureCount, classes, outputs, steps, categories, vocabularySize } = schema;
  const count = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));
  return docMap({
    features,
    featureCount: count(featureCount),
    classes,
    outputs,
    steps: steps?.map(({ name, className }) => docMap({ name, className })),
    categories: categories?.map(({ path, feature, values }) => docMap({ path, feature, values })),
    vocabularySize: count(vocabularySize),
  });
}

function factOf(doc: Doc): Fact[] {
  if (!isDocList(doc)) return [];
  const [id, label, value] = doc;
  return typeof id === "string" && typeof label === "string" && typeof value === "string" && !OWN_FACTS.test(id)
    ? [{ id, label, value }]
    : [];
}

/** Judged anew by `importsOf`. */
function importOf(doc: Doc): ImportUse[] {
  if (!isDocList(doc)) return [];
  const [module, name, role, kind] = doc;
  if (typeof module !== "string" || typeof name !== "string") return [];
  const isKnown = kind === "ordinary" || kind === "unusual" || kind === "dangerous";
  return [{ module, name, offset: 0, role: role === "import" ? role : "call", class: isKnown ? kind : "unusual" }];
}

function findingDoc({ rule, severity, sentence, path }: Finding): DocMap {
  const args = Object.entries(sentence.args).map(([name, value]): Doc => [name, String(value)]);
  return docMap({ rule, severity, template: sentence.template, args, path });
}

function findingOf(doc: Doc): Finding[] {
  if (!isDocMap(doc)) return [];
  const rule = INHERITED.find((id) => id === doc.get("rule"));
  const template = doc.get("template");
  if (rule === undefined || typeof template !== "string") return [];
  const args = listAt(doc, "args").flatMap((pair) =>
    isDocList(pair) && typeof pair[0] === "string" && typeof pair[1] === "string" ? [[pair[0], pair[1]]] : [],
  );
  const sentence: Sentence = { template, args: Object.fromEntries(args) as Record<string, string> };
  const path = doc.get("path");
  const severity = SEVERITIES.find((one) => one === doc.get("severity")) ?? "error";
  return [finding(rule, severity, sentence, typeof path === "string" ? { path } : {})];
}
