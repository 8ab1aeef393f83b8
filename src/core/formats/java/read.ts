import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, limitExceeded, truncated } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Framework, ImportUse, RawArtifact, Told } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { classNameOf, type DictNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import type { ClassDescription } from "./class-description.ts";
import { classOfImport } from "./gadgets.ts";
import { JavaStream } from "./stream.ts";
import { toldByTribuo } from "./tribuo.ts";

/** What a stream holds, and how far it was read. */
export interface JavaObjects {
  readonly contents: readonly Value[];
  readonly classes: DictNode;
  readonly imports: readonly ImportUse[];
  readonly findings: readonly Finding[];
  readonly isWhole: boolean;
}

/** Reads Java's serialisation: an object, or what else was written. Throws when not even the first object began. */
export async function readJava(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { contents, classes, imports, findings, isWhole } = await readObjects(source, context);
  const [only] = contents;
  const framework = frameworkOf(classNameOf(only));
  const told: Told | undefined =
    framework?.name === "tribuo" ? toldByTribuo(only, framework.className ?? "") : framework && { framework };
  return {
    format: "java",
    container: [],
    root: contents.length === 1 ? only : listOf(contents),
    namedTensors: false,
    facts: [JAVA_FACT],
    ...(classes.keys.length > 0 && { metadata: dictOf([["classes", classes]]) }),
    ...(told !== undefined && { told }),
    imports,
    findings,
    complete: isWhole,
  };
}

export const JAVA_FACT = { id: "java.version", label: "Java serialisation", value: "version 5" };

/** The objects of a stream. Throws when not even the first began. */
export async function readObjects(source: ByteSource, { work }: ReadContext): Promise<JavaObjects> {
  if (source.size > LIMITS.javaBytes) throw limitExceeded(`${source.name}: bytes`, source.size, LIMITS.javaBytes);
  const bytes = await source.read(0, source.size);
  const cursor = new Cursor(bytes, source.name, 0, "big");
  cursor.skip(4);
  const stream = new JavaStream(source, bytes, cursor, work);
  const findings: Finding[] = [];
  try {
    await stream.read();
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    const isOurs = reason.code === "cancelled" || reason.code === "changed";
    if (isOurs || (stream.contents.length === 0 && stream.classes.length === 0)) throw reason;
    findings.push(stoppedAt(source, reason));
  }
  if (stream.contents.length === 0 && findings.length === 0)
    throw truncated(`${source.name}: the first object of the stream`, cursor.offset, 1, cursor.remaining);
  return {
    contents: stream.contents,
    classes: versionsOf(stream.classes),
    imports: importsOf(stream.classes),
    findings,
    isWhole: findings.length === 0,
  };
}

/** serialVersionUID by class, without those of Java: another one, and Java refuses to read the file. */
function versionsOf(classes: readonly ClassDescription[]): DictNode {
  const versions = new Map<string, bigint>();
  for (const { name, serialVersion } of classes) if (!/^(?:\[|java\.)/.test(name)) versions.set(name, serialVersion);
  return { kind: "dict", keys: [...versions.keys()], values: [...versions.values()] };
}

/** Every class that deserialising would load and make objects of. */
function importsOf(classes: readonly ClassDescription[]): ImportUse[] {
  return classes.flatMap(({ name, global: { module, name: className, offset } }): ImportUse[] => {
    const element = name.replace(/^\[+(?:L(.*);)?/, "$1");
    if (element.length < 2) return [];
    const kind = classOfImport(element);
    const use = { module, name: className.replace(/(?:\[\])+$/, ""), offset, class: kind };
    return [{ ...use, role: kind === "dangerous" ? "call" : "import" }];
  });
}

/** Libraries by the package of the first object's class. */
const LIBRARIES: readonly (readonly [string, string])[] = [
  ["weka.", "weka"],
  ["org.tribuo.", "tribuo"],
  ["libsvm.", "libsvm"],
  ["de.bwaldvogel.liblinear.", "liblinear-java"],
  ["opennlp.", "opennlp"],
  ["edu.stanford.nlp.", "corenlp"],
  ["cc.mallet.", "mallet"],
  ["smile.", "smile"],
  ["moa.", "moa"],
  ["org.apache.spark.", "spark"],
  ["org.deeplearning4j.", "deeplearning4j"],
  ["hex.", "h2o"],
  ["ml.dmlc.xgboost4j.", "xgboost4j"],
];

function frameworkOf(className: string | undefined): Framework | undefined {
  const name = LIBRARIES.find(([start]) => className?.startsWith(start) === true)?.[1];
  if (name === undefined || className === undefined) return undefined;
  return { name, className: className.slice(className.lastIndexOf(".") + 1) };
}
