import { corrupt } from "../../errors.ts";
import type { GlobalNode } from "../../model/value.ts";

/** Flags of a class description. */
export const WRITES_ITSELF = 1;
export const IS_SERIALIZABLE = 2;
export const IS_EXTERNALIZABLE = 4;
export const HAS_BLOCKS = 8;

/** A field: its name and its type's letter: B C D F I J S Z, `[` for arrays, `L` for other objects. */
export interface Field {
  readonly name: string;
  readonly type: string;
}

/** A class as the stream describes it. */
export interface ClassDescription {
  /** `java.util.ArrayList`, `[D`; of a proxy the interfaces that it stands for. */
  readonly name: string;
  readonly serialVersion: bigint;
  readonly global: GlobalNode;
  flags: number;
  fields: readonly Field[];
  superClass: ClassDescription | undefined;
  isProxy: boolean;
  /** Made when the first object of it comes. */
  layout?: Layout;
}

/** What an object of a class is made of. */
export interface Layout {
  /** The classes of its hierarchy, the outermost super class first. */
  readonly classes: readonly ClassDescription[];
  /** Those of them that an object has something of, and names of their fields. */
  readonly parts: readonly { readonly description: ClassDescription; readonly names: readonly string[] }[];
}

/** Super classes of super classes: no hierarchy of real classes comes near. An object is read class by class. */
const HIERARCHY = 100;

/**
 * The layout of a class. A field whose name a super class has too is named with its class. Throws `corrupt` for a class that
 * is its own super class.
 */
export function layoutOf(description: ClassDescription): Layout {
  if (description.layout !== undefined) return description.layout;
  const chain: ClassDescription[] = [];
  for (let each: ClassDescription | undefined = description; each !== undefined; each = each.superClass) {
    chain.unshift(each);
    if (chain.length > HIERARCHY)
      throw corrupt(
        `the class ${description.name} has more than ${HIERARCHY} super classes`,
        description.global.offset,
      );
  }
  const taken = new Set<string>();
  // A class hides fields of its super classes.
  const parts = [...chain].reverse().map((each) => ({
    description: each,
    names: each.fields.map(({ name }) => {
      const own = taken.has(name) ? `${each.global.name}.${name}` : name;
      taken.add(own);
      return own;
    }),
  }));
  parts.reverse();
  const writes = WRITES_ITSELF | IS_EXTERNALIZABLE;
  const layout = {
    classes: chain,
    parts: parts.filter(({ description: { fields, flags } }) => fields.length > 0 || (flags & writes) !== 0),
  };
  description.layout = layout;
  return layout;
}

/** `java.util` and `Map$Entry` of `java.util.Map$Entry`; arrays are named as Java's source has them: `double[][]`. */
export function globalOf(name: string, offset: number): GlobalNode {
  const plain = sourceName(name);
  const dot = plain.lastIndexOf(".");
  return { kind: "global", module: dot < 0 ? "" : plain.slice(0, dot), name: plain.slice(dot + 1), offset };
}

const PRIMITIVES: Readonly<Record<string, string>> = {
  B: "byte",
  C: "char",
  D: "double",
  F: "float",
  I: "int",
  J: "long",
  S: "short",
  Z: "boolean",
};

/** `[[D` is `double[][]`, `[Ljava.lang.String;` is `java.lang.String[]`. */
function sourceName(name: string): string {
  const dimensions = /^\[*/.exec(name)?.[0].length ?? 0;
  if (dimensions === 0 || dimensions > 255) return name;
  const element = name.slice(dimensions);
  const plain = PRIMITIVES[element] ?? element.replace(/^L(.*);$/, "$1");
  return plain + "[]".repeat(dimensions);
}
