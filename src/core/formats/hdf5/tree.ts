import type { Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, limitExceeded, unsupported } from "../../errors.ts";
import { afterEnd } from "../../findings/bytes-after.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import { isScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { type RawAttribute, readAttributes } from "./attribute.ts";
import { ChunkCache } from "./chunked-source.ts";
import { type DatasetContext, type H5Dataset, readDataset } from "./dataset.ts";
import { datasetValue } from "./dataset-value.ts";
import { type H5Type, readDatatype } from "./datatype.ts";
import { ElementReader } from "./elements.ts";
import * as told from "./findings.ts";
import { GlobalHeaps } from "./global-heap.ts";
import { isGroup, type Link, readLinks } from "./links.ts";
import { bodyOf, MESSAGE, messagesOf, type ObjectHeader, readObjectHeader } from "./object-header.ts";
import { OutsideFiles } from "./outside.ts";
import { SharedMessages } from "./shared.ts";
import { readSuperblock, type Superblock } from "./superblock.ts";

/** What a file holds, below its root group. Paths have no leading slash; the root's own is "". */
export type H5Node = H5Group | H5Dataset | H5Link | H5NamedType | H5Unread;

export interface H5Group {
  readonly kind: "group";
  readonly path: string;
  readonly attributes: readonly RawAttribute[];
  readonly children: ReadonlyMap<string, H5Node>;
}

/** An entry that leads to another place: of this file, or of another, which is never opened. */
export interface H5Link {
  readonly kind: "link";
  readonly path: string;
  readonly how: "soft" | "external" | "group";
  readonly target: string;
  readonly file?: string;
}

/** A datatype that has a name. */
export interface H5NamedType {
  readonly kind: "type";
  readonly path: string;
  readonly name: string;
}

export interface H5Unread {
  readonly kind: "unread";
  readonly path: string;
  readonly why: string;
  readonly address: number;
}

/** A file that was walked: its objects, no values. What went wrong is in `findings`. */
export class H5Tree {
  readonly superblock: Superblock;
  readonly findings = new CappedFindings();
  isWhole = true;
  private readonly source: ByteSource;
  private readonly shared: SharedMessages;
  private readonly elements: ElementReader;
  private readonly context: DatasetContext;
  private readonly others = new Map<string, Promise<H5Group | undefined>>();
  private root: H5Group | undefined;
  private readonly byAddress = new Map<number, H5Node>();
  private readonly values = new Map<H5Dataset, Promise<Value>>();
  private count = 0;
  private chunksToCheck: number = LIMITS.hdf5CheckedChunks;

  private constructor(source: ByteSource, superblock: Superblock, siblings: Siblings | undefined) {
    this.source = source;
    this.superblock = superblock;
    const files = new OutsideFiles(siblings);
    const find = (name: string, path: string): Promise<H5Dataset | undefined> => this.find(files, name, path);
    this.context = { cache: new ChunkCache(), files, heaps: new GlobalHeaps(superblock.file), find };
    this.shared = new SharedMessages(superblock.file, superblock.extension);
    this.elements = new ElementReader(superblock.file, (address) => {
      const node = this.byAddress.get(address);
      return node === undefined ? undefined : `/${node.path}`;
    });
  }

  /**
   * Throws when there is no superblock or no root group. `siblings`: where datasets may lie that are in other files, or
   * are made of those of other files.
   */
  static async open(
    source: ByteSource,
    host: Host,
    work: Work,
    siblings?: Siblings,
  ): Promise<{ readonly tree: H5Tree; readonly root: H5Group }> {
    const superblock = await readSuperblock(source, host, work);
    const tree = new H5Tree(source, superblock, siblings);
    const { file, root: address, end } = superblock;
    if (end > source.size) {
      tree.isWhole = false;
      tree.findings.add(told.cut(source, end));
    }
    for (const found of await afterEnd(source, end)) tree.findings.add(found);
    const root = await tree.readGroup("", await readObjectHeader(file, address), 0);
    tree.root = root;
    return { tree, root };
  }

  /** A dataset of this file or of one beside it. */
  private async find(files: OutsideFiles, name: string, path: string): Promise<H5Dataset | undefined> {
    const root = name === "." ? this.root : await this.other(files, name);
    const node = root === undefined ? undefined : nodeAt(root, path);
    return node?.kind === "dataset" ? node : undefined;
  }

  /** The root of another file. What is wrong in it is told where something is needed of it. */
  private other(files: OutsideFiles, name: string): Promise<H5Group | undefined> {
    let root = this.others.get(name);
    if (root === undefined) {
      const { host, work } = this.superblock.file;
      root = files
        .open(name)
        .then(async (source) => (source === undefined ? undefined : (await H5Tree.open(source, host, work)).root));
      this.others.set(name, root);
      root.catch(() => this.others.delete(name));
    }
    return root;
  }

  /** The object that a reference of the file leads to. */
  at(address: number): H5Node | undefined {
    return this.byAddress.get(address);
  }

  /** The values of a dataset, found where they lie; a reason where they cannot be read. */
  valueOf(dataset: H5Dataset): Promise<Value> {
    let value = this.values.get(dataset);
    if (value === undefined) {
      value = this.readValue(dataset);
      this.values.set(dataset, value);
    }
    return value;
  }

  async attributeValue(attribute: RawAttribute, path: string): Promise<Value> {
    try {
      return await this.elements.attribute(attribute);
    } catch (error) {
      return this.unread(`${path}@${attribute.name}`, error, attribute.address);
    }
  }

  /** Remembers why something was not read. */
  note(path: string, error: unknown): string {
    const reason = asArtifactError(error, `reading ${this.source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    this.isWhole = false;
    this.findings.add(told.notRead(this.source, path === "" ? "/" : path, reason));
    return reason.message;
  }

  private unread(path: string, error: unknown, address: number): Extract<Value, { kind: "unread" }> {
    return { kind: "unread", why: this.note(path, error), offset: this.superblock.file.place(address) };
  }

  private async readValue(dataset: H5Dataset): Promise<Value> {
    const { path, data, address } = dataset;
    try {
      if (typeof data === "string") {
        this.isWhole = false;
        this.findings.add(told.elsewhere(path, data));
        return { kind: "unread", why: data, offset: this.superblock.file.place(address) };
      }
      if (dataset.chunks !== undefined && dataset.chunks <= this.chunksToCheck) {
        this.chunksToCheck -= dataset.chunks;
        await dataset.check?.();
      }
      for (const missing of (await dataset.missing?.()) ?? []) {
        this.isWhole = false;
        this.findings.add(told.missingPart(this.source, path, missing));
      }
      return await datasetValue(dataset, data, this.elements, this.superblock.file);
    } catch (error) {
      return this.unread(path, error, address);
    }
  }

  private async readGroup(path: string, header: ObjectHeader, depth: number): Promise<H5Group> {
    const { file } = this.superblock;
    const children = new Map<string, H5Node>();
    if (header.error !== undefined) this.note(path, header.error);
    const attributes = await this.attributesOf(path, header);
    const group: H5Group = { kind: "group", path, attributes, children };
    this.byAddress.set(header.address, group);
    if (depth > LIMITS.valueDepth) {
      this.note(path, limitExceeded(`${file.name}: groups in each other`, depth, LIMITS.valueDepth));
      return group;
    }
    const links = await readLinks(file, header, (error) => this.note(path, error));
    for (const link of links) {
      if (file.work.isDue()) await file.work.checkpoint();
      const below = path === "" ? link.name : `${path}/${link.name}`;
      if (children.has(link.name)) this.findings.add(told.duplicate(this.source, below));
      else children.set(link.name, await this.readLink(below, link, depth));
    }
    return group;
  }

  private async readLink(path: string, link: Link, depth: number): Promise<H5Node> {
    if (link.kind === "soft") return { kind: "link", path, how: "soft", target: link.target };
    if (link.kind === "external") {
      this.isWhole = false;
      this.findings.add(told.externalLink(path, link.file, link.target));
      return { kind: "link", path, how: "external", target: link.target, file: link.file };
    }
    const { file } = this.superblock;
    const address = link.kind === "hard" ? link.address : 0;
    try {
      if (link.kind === "other") throw unsupported(`${file.name}: a link of the user-defined type ${link.type}`);
      this.count += 1;
      if (this.count > LIMITS.hdf5Objects) throw limitExceeded(`${file.name}: objects`, this.count, LIMITS.hdf5Objects);
      const known = this.byAddress.get(address);
      // A group is shown where it is met first: a link to one that it lies in would have no end.
      if (known?.kind === "group") return { kind: "link", path, how: "group", target: `/${known.path}` };
      if (known?.kind === "dataset") return { ...known, path };
      const header = await readObjectHeader(file, address);
      const node = await this.readObject(path, header, depth);
      this.byAddress.set(address, node);
      return node;
    } catch (error) {
      return { kind: "unread", path, why: this.note(path, error), address };
    }
  }

  private async readObject(path: string, header: ObjectHeader, depth: number): Promise<H5Node> {
    const { file } = this.superblock;
    if (messagesOf(header, MESSAGE.layout).length > 0) {
      if (header.error !== undefined) this.note(path, header.error);
      const attributes = await this.attributesOf(path, header);
      const dataset = await readDataset(file, this.shared, header, path, attributes, this.context);
      return { ...dataset, type: await this.saidType(dataset) };
    }
    const [datatype] = messagesOf(header, MESSAGE.datatype);
    if (datatype !== undefined && !isGroup(header)) {
      const type = readDatatype(bodyOf(file, datatype, "datatype"));
      return { kind: "type", path, name: "dtype" in type ? type.dtype.name : type.kind };
    }
    return this.readGroup(path, header, depth + 1);
  }

  /**
   * Numbers that HDF5 has no type for are opaque; Keras writes what they are beside them, as the attribute `dtype`: "bfloat16".
   * https://github.com/keras-team/keras/blob/master/keras/src/saving/saving_lib.py (H5Entry)
   */
  private async saidType({ path, type, attributes }: H5Dataset): Promise<H5Type> {
    const said = attributes.find(({ name }) => name === "dtype");
    if (said === undefined || type.kind !== "plain" || type.dtype.name !== `|V${type.size}`) return type;
    const name = await this.attributeValue(said, path);
    if (typeof name !== "string" || !isScalarName(name)) return type;
    const dtype = scalarDType(name);
    return dtype.itemSize === type.size ? { ...type, dtype } : type;
  }

  private attributesOf(path: string, header: ObjectHeader): Promise<readonly RawAttribute[]> {
    return readAttributes(this.superblock.file, this.shared, header, (error) => this.note(path, error));
  }
}

/** All datasets and other leaves below a group, in order, and groups that hold nothing. */
export function* leavesOf(group: H5Group): Generator<Exclude<H5Node, H5Group> | H5Group> {
  const stack: Iterator<H5Node>[] = [group.children.values()];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { done, value } = top.next();
    if (done === true) stack.pop();
    else if (value.kind === "group" && value.children.size > 0) stack.push(value.children.values());
    else yield value;
  }
}

/** A node by its path below a group; undefined when there is none. */
export function nodeAt(group: H5Group, path: string): H5Node | undefined {
  let node: H5Node | undefined = group;
  for (const part of path.split("/")) {
    if (part === "") continue;
    node = node?.kind === "group" ? node.children.get(part) : undefined;
  }
  return node;
}
