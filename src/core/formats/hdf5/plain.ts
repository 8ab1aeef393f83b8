import { append } from "../../append.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import { type H5Group, type H5Node, type H5Tree, leavesOf } from "./tree.ts";

/** Datasets and empty groups by their paths, attributes as metadata. */
export async function plainArtifact(tree: H5Tree, root: H5Group): Promise<RawArtifact> {
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const node of leavesOf(root)) {
    keys.push(node.path);
    values.push(await nodeValue(tree, node));
  }
  return {
    format: "hdf5",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: factsOf(tree),
    metadata: await attributesOf(tree, root),
    findings: tree.findings.all(),
    complete: tree.isWhole,
  };
}

/** What stands at a path. */
export async function nodeValue(tree: H5Tree, node: H5Node): Promise<Value> {
  switch (node.kind) {
    case "dataset":
      return tree.valueOf(node);
    case "group":
      return { kind: "dict", keys: [], values: [] };
    case "type":
      return { kind: "dict", keys: ["datatype"], values: [node.name] };
    case "unread":
      return { kind: "unread", why: node.why, offset: tree.superblock.file.place(node.address) };
    case "link": {
      const { how, target, file } = node;
      const label = how === "soft" ? "soft link" : how === "external" ? "external link" : "same group as";
      return file === undefined
        ? { kind: "dict", keys: [label], values: [target] }
        : { kind: "dict", keys: [label, "file"], values: [target, file] };
    }
  }
}

/** All attributes: the root's by their names, others as `path@name`. */
export async function attributesOf(
  tree: H5Tree,
  root: H5Group,
  without: ReadonlySet<string> = new Set(),
): Promise<Value> {
  const keys: Value[] = [];
  const values: Value[] = [];
  const stack: H5Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.kind !== "group" && node.kind !== "dataset") continue;
    const { path } = node;
    for (const attribute of node.attributes) {
      if (without.has(attribute.name)) continue;
      keys.push(path === "" ? attribute.name : `${path}@${attribute.name}`);
      values.push(await tree.attributeValue(attribute, path));
    }
    if (node.kind === "dataset" && node.type.kind === "plain" && node.type.members !== undefined) {
      keys.push(`${path}@(enumeration)`);
      values.push(enumeration(node.type.members));
    }
    if (node.kind === "group") append(stack, [...node.children.values()].reverse());
  }
  return { kind: "dict", keys, values };
}

function enumeration(members: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Value {
  return {
    kind: "dict",
    keys: members.map(({ name }) => name),
    values: members.map(({ bytes }) => bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n)),
  };
}

export function factsOf(tree: H5Tree): Fact[] {
  const { version, userBlock } = tree.superblock;
  return [
    { id: "hdf5.superblock", label: "HDF5 superblock", value: `version ${version}` },
    ...(userBlock === 0 ? [] : [{ id: "hdf5.user-block", label: "User block", value: `${userBlock} bytes` }]),
  ];
}
