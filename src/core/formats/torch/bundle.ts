import { append } from "../../append.ts";
import { fromBase64 } from "../../bytes/base64.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import type { ZipDirectory } from "../../bytes/zip.ts";
import { unsupported } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readEmbeddedPickle } from "../pickle/read.ts";
import { TorchArchive } from "./archive.ts";
import { payloadsOf, payloadTensor } from "./payloads.ts";

/** Zip archives that hold checkpoints of PyTorch as members: what they keep beside them. */

const VERSION = "_stable_baselines3_version";
const SETTINGS = "data";
const SYSTEM = "system_info.txt";

export function isStableBaselines({ members }: ZipDirectory): boolean {
  return members.some(({ name }) => name === VERSION);
}

/** Libraries that AOTInductor compiled a program to. */
const NATIVE = /(?:^|\/)data\/aotinductor\/.*\.(?:so|dylib|dll|pyd|o)$/;

/** A program of `torch.export`: its graph as JSON, its weights as checkpoints. */
export function isExportedProgram({ members }: ZipDirectory): boolean {
  return members.some(({ name }) => /(?:^|\/)(?:archive_format|serialized_exported_program\.json)$/.test(name));
}

/**
 * Stable-Baselines3 (stable_baselines3/common/save_util.py): `data` is JSON, some of its values pickles in base64 that
 * loading would run; each `.pth` is a checkpoint: the policy's, its optimizer's.
 */
export async function readStableBaselines(
  source: ByteSource,
  zip: ZipDirectory,
  context: ReadContext,
): Promise<RawArtifact> {
  const archive = new TorchArchive(source, zip, context);
  const inner = new Inner(archive, context);
  const root = dict();
  const metadata = dict();
  for (const { name } of zip.members.filter((each) => each.name.endsWith(".pth"))) {
    const value = await inner.read(name);
    const key = name.slice(0, -".pth".length);
    if (value !== undefined) put(root, key, value);
    if (inner.metadata !== undefined) put(metadata, key, inner.metadata);
  }
  const data = await inner.read(SETTINGS, `${SETTINGS}.json`);
  if (isNode(data) && data.kind === "dict") await inner.settings(data, metadata);
  await archive.lookAtOthers();
  const version = await archive.text(VERSION);
  return {
    format: "torch",
    container: ["zip"],
    root,
    namedTensors: false,
    facts: [{ id: "torch.form", label: "Form", value: "Stable-Baselines3 archive" }],
    ...(metadata.keys.length === 0 ? {} : { metadata }),
    told: {
      framework: { name: "stable-baselines3", ...(version === undefined ? {} : { version }) },
      environment: environmentIn((await archive.text(SYSTEM)) ?? ""),
    },
    imports: archive.imports,
    findings: [...zip.findings, ...archive.findings.all()],
    complete: archive.complete,
  };
}

/** By role, where the weights, constants and sample inputs of a program are: in torch 2.8, and before; 2.1 calls its pickles JSON. */
const PROGRAM: readonly { readonly key: string | undefined; readonly member: RegExp }[] = [
  { key: undefined, member: /(?:^|\/)(?:data\/weights\/[^/]+\.pt|serialized_state_dict\.(?:pt|json))$/ },
  { key: "CONSTANTS", member: /(?:^|\/)(?:data\/constants\/[^/]+\.pt|serialized_constants\.(?:pt|json))$/ },
  {
    key: "sample_inputs",
    member: /(?:^|\/)(?:data\/sample_inputs\/[^/]+\.pt|serialized_example_inputs\.(?:pt|json))$/,
  },
];

/** Lists of tensors that are members of their own: from torch 2.9 on. */
const LISTS = /(?:^|\/)data\/(?:weights|constants)\/[^/]*_config\.json$/;

/** A program of `torch.export`: weights under their addresses, constants and sample inputs apart. Its graph is not read. */
export async function readExportedProgram(
  source: ByteSource,
  zip: ZipDirectory,
  context: ReadContext,
): Promise<RawArtifact> {
  const archive = new TorchArchive(source, zip, context);
  const inner = new Inner(archive, context);
  const root = dict();
  let metadata: Value | undefined;
  const names = zip.members.map(({ name }) => name);
  for (const { key, member } of PROGRAM)
    for (const name of names.filter((each) => member.test(each))) {
      const value = await inner.read(name);
      if (value === undefined) continue;
      if (key === undefined && isNode(value) && value.kind === "dict") {
        for (const [k, each] of value.keys.entries())
          if (typeof each === "string") put(root, each, value.values[k] ?? null);
        metadata ??= inner.metadata;
      } else put(root, key ?? "weights", value);
    }
  // Later versions keep each tensor as a member of its own, described by JSON.
  for (const name of names.filter((each) => LISTS.test(each))) {
    const tensors = await inner.payloads(name);
    if (name.endsWith("model_constants_config.json")) put(root, "CONSTANTS", tensors);
    else for (const [k, key] of tensors.keys.entries()) put(root, key as string, tensors.values[k] ?? null);
  }
  await archive.lookAtOthers();
  const native = names.filter((name) => NATIVE.test(name));
  if (native.length > 0) archive.findings.add(nativeCode(source, native));
  return {
    format: "torch",
    container: ["zip"],
    root,
    namedTensors: true,
    facts: [{ id: "torch.form", label: "Form", value: "exported program (torch.export)" }],
    ...(metadata === undefined ? {} : { metadata }),
    told: { framework: { name: "torch" } },
    imports: archive.imports,
    findings: [...zip.findings, ...archive.findings.all()],
    complete: archive.complete && native.length === 0,
  };
}

function nativeCode(source: ByteSource, files: readonly string[]): Finding {
  const sentence = say(
    "The program is compiled to native code ({file}), which loading it runs. Neither that nor the weights in it are read.",
    { file: files[0] ?? "" },
  );
  return finding("integrity/not-read", "warning", sentence, {
    ...placeIn(source, 0, 0),
    evidence: { files: String(files.length) },
  });
}

/** Members that are files of their own. What is found in them is found in the archive. */
class Inner {
  /** Of the file that was read last. */
  metadata: Value | undefined;
  private readonly archive: TorchArchive;
  private readonly context: ReadContext;

  constructor(archive: TorchArchive, context: ReadContext) {
    this.archive = archive;
    this.context = context;
  }

  /** The value of a file; undefined, with a finding, where it cannot be read. `as` names what it is read as. */
  async read(name: string, as = name): Promise<Value | undefined> {
    const { archive, context } = this;
    this.metadata = undefined;
    const content = await archive.open(name);
    if (content === undefined) return undefined;
    try {
      if (context.readInner === undefined) throw unsupported("files within files are not read here");
      const raw = await context.readInner(content, as);
      for (const found of raw.findings)
        archive.findings.add({ ...found, evidence: { ...found.evidence, member: name } });
      append(archive.imports, raw.imports ?? []);
      archive.complete &&= raw.complete;
      this.metadata = raw.metadata;
      return raw.root;
    } catch (error) {
      archive.unreadable(name, error);
      return undefined;
    }
  }

  /** Tensors that are members beside their list, by name. */
  async payloads(list: string): Promise<DictNode> {
    const { archive } = this;
    const folder = list.slice(0, list.lastIndexOf("/") + 1);
    const top = folder.slice(0, folder.search(/data\/(?:weights|constants)\/$/));
    const isBigEndian = (await archive.text(`${top}byteorder`)) === "big";
    const tensors = dict();
    for (const payload of payloadsOf(await this.read(list))) {
      if (this.context.work.isDue()) await this.context.work.checkpoint();
      const member = folder + payload.member;
      const found = payload.isPickle
        ? { value: (await this.read(member)) ?? null }
        : await payloadTensor(archive, member, payload, isBigEndian);
      if ("value" in found) put(tensors, payload.name, found.value);
      else if ("problem" in found) {
        archive.unreadable(payload.name, new Error(found.problem));
        put(tensors, payload.name, { kind: "unread", why: found.problem, offset: 0 });
      }
    }
    return tensors;
  }

  /** Settings, those that are pickles as what they hold. */
  async settings(data: DictNode, into: DictNode): Promise<void> {
    for (const [k, key] of data.keys.entries()) {
      const value = data.values[k] ?? null;
      const packed = isNode(value) && value.kind === "dict" ? dictGet(value, ":serialized:") : undefined;
      const name = typeof key === "string" ? key : `#${k}`;
      const read = typeof packed === "string" ? await this.unpacked(name, packed) : undefined;
      put(into, name, read ?? value);
    }
  }

  private async unpacked(name: string, text: string): Promise<Value | undefined> {
    const { archive, context } = this;
    const member = `${SETTINGS}: ${name}`;
    try {
      const source = fromBytes(fromBase64(text), member);
      const { root, imports, findings, complete } = await readEmbeddedPickle(source, 0, {
        ...context,
        container: [...context.container, "base64"],
      });
      append(archive.imports, imports);
      for (const found of findings) archive.findings.add({ ...found, evidence: { ...found.evidence, member } });
      archive.complete &&= complete;
      return root;
    } catch (error) {
      archive.unreadable(member, error);
      return undefined;
    }
  }
}

function dict(): DictNode {
  return { kind: "dict", keys: [], values: [] };
}

function put({ keys, values }: DictNode, key: string, value: Value): void {
  keys.push(key);
  values.push(value);
}

/** Lines of "- PyTorch: 2.7.1". */
function environmentIn(text: string): Fact[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, label, value] = /^- ([^:]{1,40}): (.{1,200})$/.exec(line) ?? [];
    if (label === undefined || value === undefined) return [];
    return [{ id: label.toLowerCase().replaceAll(" ", "-"), label, value: value.trim() }];
  });
}
