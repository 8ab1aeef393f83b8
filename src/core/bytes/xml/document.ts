import { fromBrokenUtf8 } from "../json-text.ts";
import { replaceReferences } from "./references.ts";

/** Of a table that grows: eight columns of numbers cost what objects for each row would cost several times over. */
class Column {
  #values = new Int32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Int32Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  at(index: number): number {
    return this.#values[index] ?? -1;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }
}

/** Kinds of pieces of text: what stands in CDATA has no references. */
export const TEXT = -1;
export const CDATA = -2;

/**
 * What a parser has found, as ranges of the text: elements and pieces of text in document order, attributes in theirs.
 * Nothing is decoded until it is asked for.
 */
export class XmlDocument {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  /** Qualified names by number. */
  readonly names: string[] = [];
  readonly #ids = new Map<string, number>();
  /** Of nodes: the name's number, or TEXT or CDATA. */
  readonly kind = new Column();
  readonly parent = new Column();
  readonly start = new Column();
  readonly end = new Column();
  readonly firstChild = new Column();
  readonly next = new Column();
  /** The innermost declaration of a namespace that holds for a node: a row of the three columns below; -1 for none. */
  readonly scope = new Column();
  readonly #declared = new Column();
  readonly #outer = new Column();
  readonly #depth = new Column();
  /** The first attribute; those of an element lie together, up to the first of the node behind it. */
  readonly firstAttribute = new Column();
  readonly attributeName = new Column();
  readonly attributeStart = new Column();
  readonly attributeEnd = new Column();

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.names.length);
    this.names.push(name);
    return this.names.length - 1;
  }

  /** Whether attributes of a name declare namespaces. */
  isNamespace(name: number): boolean {
    const text = this.names[name] ?? "";
    return text.startsWith("xmlns") && (text.length === 5 || text[5] === ":");
  }

  /** Takes down that the element declares a namespace with an attribute. Returns how many now hold for it. */
  declare(node: number, attribute: number): number {
    const outer = this.scope.at(node);
    const depth = 1 + (outer < 0 ? 0 : this.#depth.at(outer));
    this.scope.set(node, this.#declared.length);
    this.#declared.push(attribute);
    this.#outer.push(outer);
    this.#depth.push(depth);
    return depth;
  }

  /** The attribute that declares what the name `xmlns:...` stands for in a node; -1 where none does. */
  declarationOf(node: number, name: string): number {
    const wanted = this.#ids.get(name);
    for (let at = wanted === undefined ? -1 : this.scope.at(node); at >= 0; at = this.#outer.at(at)) {
      const attribute = this.#declared.at(at);
      if (this.attributeName.at(attribute) === wanted) return attribute;
    }
    return -1;
  }

  get root(): XmlElement | undefined {
    return this.kind.length === 0 ? undefined : new XmlElement(this, 0);
  }

  /** Elements and pieces of text. */
  get nodeCount(): number {
    return this.kind.length;
  }

  get attributeCount(): number {
    return this.attributeName.length;
  }
}

/** A range of the document's bytes. */
export interface XmlRange {
  readonly start: number;
  readonly end: number;
}

export interface XmlAttribute extends XmlRange {
  /** With its prefix. */
  readonly name: string;
}

/** One element: a place in the document's tables, made when it is looked at. */
export class XmlElement {
  readonly document: XmlDocument;
  readonly index: number;

  constructor(document: XmlDocument, index: number) {
    this.document = document;
    this.index = index;
  }

  /** With its prefix, as it is written. */
  get qualifiedName(): string {
    return this.document.names[this.document.kind.at(this.index)] ?? "";
  }

  /** Without its prefix. */
  get name(): string {
    const { qualifiedName } = this;
    return qualifiedName.slice(qualifiedName.indexOf(":") + 1);
  }

  /** The address that the prefix, or none, stands for here; undefined where nothing declares it. */
  get namespace(): string | undefined {
    const { qualifiedName } = this;
    const colon = qualifiedName.indexOf(":");
    const { document } = this;
    const at = document.declarationOf(this.index, colon < 0 ? "xmlns" : `xmlns:${qualifiedName.slice(0, colon)}`);
    if (at < 0) return undefined;
    const found = this.attributeText({ start: document.attributeStart.at(at), end: document.attributeEnd.at(at) });
    return found === "" ? undefined : found;
  }

  get parent(): XmlElement | undefined {
    const parent = this.document.parent.at(this.index);
    return parent < 0 ? undefined : new XmlElement(this.document, parent);
  }

  /** Of its `<`. */
  get offset(): number {
    return this.document.start.at(this.index);
  }

  get attributes(): XmlAttribute[] {
    const { document } = this;
    const found: XmlAttribute[] = [];
    const last = this.#lastAttribute();
    for (let at = document.firstAttribute.at(this.index); at < last; at++)
      found.push({
        name: document.names[document.attributeName.at(at)] ?? "",
        start: document.attributeStart.at(at),
        end: document.attributeEnd.at(at),
      });
    return found;
  }

  #lastAttribute(): number {
    const { document, index } = this;
    return index + 1 < document.nodeCount ? document.firstAttribute.at(index + 1) : document.attributeCount;
  }

  /** Where the attribute of that qualified name stands, without its quotes. */
  attributeRange(name: string): XmlRange | undefined {
    const { document } = this;
    const last = this.#lastAttribute();
    for (let at = document.firstAttribute.at(this.index); at < last; at++)
      if (document.names[document.attributeName.at(at)] === name)
        return { start: document.attributeStart.at(at), end: document.attributeEnd.at(at) };
    return undefined;
  }

  attribute(name: string): string | undefined {
    const range = this.attributeRange(name);
    return range === undefined ? undefined : this.attributeText(range);
  }

  /** White space of a value counts as blanks. */
  attributeText({ start, end }: XmlRange): string {
    const raw = fromBrokenUtf8(this.document.bytes.subarray(start, end)).replace(/\r\n|[\t\r\n]/g, " ");
    return raw.includes("&") ? replaceReferences(raw) : raw;
  }

  /** Elements in it, in their order. */
  get children(): XmlElement[] {
    return this.childrenWhere(() => true);
  }

  child(name: string): XmlElement | undefined {
    return this.childWhere((each) => each.name === name);
  }

  childrenNamed(name: string): XmlElement[] {
    return this.childrenWhere((each) => each.name === name);
  }

  childrenWhere(holds: (element: XmlElement) => boolean): XmlElement[] {
    const found: XmlElement[] = [];
    this.childWhere((each) => {
      if (holds(each)) found.push(each);
      return false;
    });
    return found;
  }

  /** The first for which it holds. */
  childWhere(holds: (element: XmlElement) => boolean): XmlElement | undefined {
    const { document, index } = this;
    for (let at = document.firstChild.at(index); at >= 0; at = document.next.at(at)) {
      if (document.kind.at(at) < 0) continue;
      const element = new XmlElement(document, at);
      if (holds(element)) return element;
    }
    return undefined;
  }

  get hasText(): boolean {
    const { document, index } = this;
    for (let at = document.firstChild.at(index); at >= 0; at = document.next.at(at))
      if (document.kind.at(at) < 0) return true;
    return false;
  }

  /** Its own text, without that of elements in it; pieces of nothing but white space are not kept. */
  get text(): string {
    const { document } = this;
    return this.#texts()
      .map((at) => {
        const raw = fromBrokenUtf8(document.bytes.subarray(document.start.at(at), document.end.at(at))).replace(
          /\r\n?/g,
          "\n",
        );
        return document.kind.at(at) === CDATA || !raw.includes("&") ? raw : replaceReferences(raw);
      })
      .join("");
  }

  /** Where its text stands, when that is one piece. */
  get textRange(): XmlRange | undefined {
    const [only, more] = this.#texts();
    if (only === undefined || more !== undefined) return undefined;
    return { start: this.document.start.at(only), end: this.document.end.at(only) };
  }

  #texts(): number[] {
    const { document, index } = this;
    const found: number[] = [];
    for (let at = document.firstChild.at(index); at >= 0; at = document.next.at(at))
      if (document.kind.at(at) < 0) found.push(at);
    return found;
  }
}
