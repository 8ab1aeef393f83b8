import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import type { ZipMember } from "../../bytes/zip.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact, Schema } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type ListNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readJson } from "../json/read.ts";
import { ZipBundle } from "../zip-bundle.ts";
import { expectLines, type Ini, parseIni } from "./ini.ts";
import { treeOf } from "./trees.ts";

/** Trees of MOJOs before this one have another layout. */
const FIRST_READ_TREES = 1.2;
const PREDICTS_CLASSES = new Set(["Binomial", "Multinomial", "Ordinal"]);

/** What a model predicts with comes first: coefficients, centres, layers; then where columns begin, means, settings. */
const LEARNT = /^(?:beta|coefficients?|center_\d|weight_layer|bias_layer|eigenvector)/;

/** H2O writes what a model's base class knows twice into its details. */
function isOfDetails({ rule }: Finding): boolean {
  return rule === "integrity/duplicate-name";
}

/** Reads an H2O MOJO: what model.ini says, levels of the columns, and the other files as what they are. */
export async function readMojo(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const bundle = await ZipBundle.of(source, context);
  const byName = new Map(bundle.members.map((member) => [member.name, member]));
  const main = byName.get("model.ini");
  const text = main === undefined ? undefined : await bundle.text(main);
  if (typeof text !== "string") throw corrupt(`${source.name}: model.ini cannot be read`);
  const ini = parseIni(text);
  const domains = await domainsOf(ini, byName, bundle);
  const metadata: (readonly [string, Value])[] = [["domains", domains.value]];
  const root: (readonly [string, Value])[] = [];
  let trees = 0;
  const isBigEndian = ini.info.get("endianness") === "BIG_ENDIAN";
  const isRecent = Number(ini.info.get("mojo_version")) >= FIRST_READ_TREES;
  for (const [key, value] of ini.info)
    root.push([key, key.endsWith("_version") || key === "uuid" ? value : await infoValue(value, context)]);
  for (const member of bundle.members) {
    const { name } = member;
    if (name === "model.ini" || name.endsWith("README.md") || name.startsWith("domains/")) continue;
    if (name.endsWith(".json")) metadata.push([name, await bundle.json(member, isOfDetails)]);
    else if (name.endsWith(".txt")) root.push([name, await bundle.text(member)]);
    else if (/^trees\/\w+(?<!_aux)\.bin$/.test(name) && isRecent)
      root.push([
        name.slice(0, -".bin".length),
        await bundle.value(member, async (content) => {
          if (content.size > LIMITS.embeddedGraphBytes)
            throw limitExceeded(name, content.size, LIMITS.embeddedGraphBytes);
          return treeOf(await content.read(0, content.size), name, isBigEndian);
        }),
      ]);
    else if (name.startsWith("trees/")) {
      const isAuxiliary = name.endsWith("_aux.bin");
      trees += isAuxiliary ? 0 : 1;
      // What training saw in each node: no part of the model.
      if (isAuxiliary)
        metadata.push([
          name,
          await bundle.value(member, (data) => Promise.resolve({ kind: "bytes", type: "bytes", data })),
        ]);
      else root.push([name, await bundle.unread(member)]);
    } else root.push([name, await bundle.unread(member, "it is in a form of H2O's own")]);
  }
  if (trees > 0)
    bundle.findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say("{count} trees are in H2O's compressed form, which is shown as bytes.", { count: trees }),
        {},
      ),
    );
  const version = ini.info.get("h2o_version");
  const algorithm = ini.info.get("algorithm");
  return {
    format: "mojo",
    container: ["zip"],
    root: dictOf([...root.filter(([key]) => LEARNT.test(key)), ...root.filter(([key]) => !LEARNT.test(key))]),
    namedTensors: false,
    facts: factsOf(ini),
    metadata: dictOf(metadata),
    told: {
      framework: {
        name: "h2o",
        ...(version !== undefined && { version }),
        ...(algorithm !== undefined && { className: algorithm }),
      },
      schema: schemaOf(ini, domains.byColumn),
    },
    findings: bundle.findings.all(),
    complete: bundle.isWhole,
  };
}

async function domainsOf(
  ini: Ini,
  byName: ReadonlyMap<string, ZipMember>,
  bundle: ZipBundle,
): Promise<{ readonly value: Value; readonly byColumn: ReadonlyMap<number, readonly string[]> }> {
  const byColumn = new Map<number, readonly string[]>();
  const entries: (readonly [string, Value])[] = [];
  // Columns of the same levels have one file.
  const lists = new Map<string, ListNode | undefined>();
  let count = 0;
  for (const [column, file] of ini.domains) {
    if (!lists.has(file)) {
      const member = byName.get(`domains/${file}`);
      const value =
        member &&
        (await bundle.text(member, (text) => {
          count += expectLines(text, member.name);
          if (count > LIMITS.textMemberLines)
            throw limitExceeded("levels of all columns", count, LIMITS.textMemberLines);
          return listOf(text.replace(/\r?\n$/, "").split(/\r?\n/));
        }));
      lists.set(file, isNode(value) && value.kind === "list" ? value : undefined);
    }
    const levels = lists.get(file);
    if (levels === undefined) continue;
    byColumn.set(column, levels.items as readonly string[]);
    entries.push([ini.columns[column] ?? String(column), levels]);
  }
  return { value: dictOf(entries), byColumn };
}

/** Lists and numbers are read as such, with the digits that they have. */
async function infoValue(text: string, context: ReadContext): Promise<Value> {
  if (!/^(?:\[[-+\d.,\s\w]*\]|[-+]?\d[\d.]*(?:[eE][-+]?\d+)?|true|false|null)$/.test(text)) return text;
  try {
    const { root, complete } = await readJson(fromBytes(new TextEncoder().encode(text), "model.ini"), context);
    return complete && root !== undefined ? root : text;
  } catch {
    return text;
  }
}

function factsOf({ info }: Ini): Fact[] {
  const rows = [
    ["mojo_version", "MOJO"],
    ["category", "Category"],
    ["uuid", "UUID"],
    ["timestamp", "Written"],
  ] as const;
  return rows.flatMap(([key, label]) => {
    const value = info.get(key);
    return value === undefined ? [] : [{ id: `mojo.${key}`, label, value }];
  });
}

function schemaOf({ info, columns }: Ini, domains: ReadonlyMap<number, readonly string[]>): Schema {
  const isSupervised = info.get("supervised") === "true";
  const features = isSupervised ? columns.slice(0, -1) : columns;
  const response = columns.at(-1);
  const classes = domains.get(columns.length - 1);
  return {
    features,
    featureCount: features.length,
    ...(isSupervised && response !== undefined ? { outputs: [response] } : {}),
    ...(classes !== undefined && PREDICTS_CLASSES.has(info.get("category") ?? "") ? { classes } : {}),
  };
}
