import { type ArtifactError, asArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { fromBrokenUtf8, fromUtf8, lineAndColumn } from "../json-text.ts";
import type { ByteSource } from "../source.ts";
import { CDATA, TEXT, XmlDocument, type XmlRange } from "./document.ts";
import { isUtf8, xmlAsUtf8 } from "./encoding.ts";
import { referenced } from "./references.ts";

/** A text as it was read, up to where it ended or was wrong. */
export interface ParsedXml {
  readonly document: XmlDocument;
  readonly encoding: string;
  /** True where positions in the document's bytes are those of the file. */
  readonly isSame: boolean;
  /** Why reading stopped before the end of the root element. */
  readonly error?: ArtifactError;
  /** Entities that a document type declares. They are not expanded: that could read other files, or grow without end. */
  readonly declaredEntities: number;
  /** References to such entities, which stay as they are written, and where the first is. */
  readonly entityReferences: number;
  readonly firstReference: number;
  /** False where some of its text is not UTF-8 and is shown with U+FFFD for that. */
  readonly isText: boolean;
}

/**
 * Reads an XML text whole. No document type is processed and nothing outside of the text is looked at. Never throws for
 * what is wrong within the root element: `error` says it. Throws `limit` for a text that is too long, `unsupported` for
 * an encoding that is not read.
 * https://www.w3.org/TR/xml/
 */
export async function parseXml(source: ByteSource, work: Work): Promise<ParsedXml> {
  if (source.size > LIMITS.xmlBytes) throw limitExceeded(`${source.name}: XML text`, source.size, LIMITS.xmlBytes);
  const text = xmlAsUtf8(Uint8Array.from(await source.read(0, source.size)));
  const parser = new Parser(text.bytes, source.name);
  let error: ArtifactError | undefined;
  try {
    while (parser.step()) if (work.isDue()) await work.checkpoint();
  } catch (reason) {
    error = asArtifactError(reason, source.name);
    if (error.code === "cancelled") throw error;
  }
  const { document, declaredEntities, entityReferences, firstReference } = parser;
  return {
    document,
    encoding: text.encoding,
    isSame: text.isSame,
    ...(error === undefined ? {} : { error }),
    declaredEntities,
    entityReferences,
    firstReference,
    isText: isUtf8(text.bytes),
  };
}

const [LT, GT, SLASH, BANG, QUESTION, AMP, EQUALS] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f, 0x26, 0x3d];
/** More are no vocabulary. */
const KNOWN_NAMES = 4096;
/** Steps between two looks at the clock. */
const STEPS = 2048;

class Parser {
  readonly document: XmlDocument;
  declaredEntities = 0;
  entityReferences = 0;
  firstReference = -1;
  readonly #bytes: Uint8Array;
  readonly #name: string;
  #at = 0;
  /** The first place of names, by a hash of their bytes. */
  readonly #known = new Map<number, XmlRange & { readonly id: number }>();
  /** Elements that are open, and the last node of each. */
  readonly #open: number[] = [];
  readonly #last: number[] = [];

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes;
    this.#name = name;
    this.document = new XmlDocument(bytes);
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.#at = 3;
  }

  /** Some pieces of markup; false at the end. Throws `corrupt` or `truncated` where the text is not well-formed. */
  step(): boolean {
    for (let steps = 0; steps < STEPS; steps++) if (!this.#piece()) return false;
    return true;
  }

  #piece(): boolean {
    const bytes = this.#bytes;
    const isDone = this.#open.length === 0 && this.document.nodeCount > 0;
    if (this.#at >= bytes.length) {
      if (isDone) return false;
      throw this.#cut(this.document.nodeCount === 0 ? "no element" : `${this.#open.length} elements that do not end`);
    }
    if (bytes[this.#at] !== LT) {
      this.#text();
      return true;
    }
    const next = bytes[this.#at + 1];
    if (next === QUESTION) this.#at = this.#after("?>", this.#at + 2);
    else if (next === BANG) this.#declaration();
    else if (next === SLASH) this.#close();
    else if (isDone) throw this.#wrong("a second element behind the root element");
    else this.#element();
    return true;
  }

  #text(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    const found = bytes.indexOf(LT, start);
    const end = found < 0 ? bytes.length : found;
    const isBlank = this.#skipSpace(start) >= end;
    if (!isBlank) {
      if (this.#open.length === 0) throw this.#wrong("text outside of the root element", this.#skipSpace(start));
      this.#checkReferences(start, end);
      this.#addNode(TEXT, start, end);
    }
    this.#at = end;
  }

  #declaration(): void {
    if (this.#isAt("<!--")) this.#at = this.#after("-->", this.#at + 4);
    else if (this.#isAt("<![CDATA[")) {
      if (this.#open.length === 0) throw this.#wrong("CDATA outside of the root element");
      const start = this.#at + 9;
      const end = this.#after("]]>", start) - 3;
      if (end > start) this.#addNode(CDATA, start, end);
      this.#at = end + 3;
    } else if (this.#isAt("<!DOCTYPE") && this.document.nodeCount === 0) this.#documentType();
    else throw this.#wrong("a declaration that is none");
  }

  /** Stepped over: quoted texts, comments and the declarations in its brackets, entities counted. */
  #documentType(): void {
    const bytes = this.#bytes;
    let at = this.#at + 9;
    let isInside = false;
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x22 || byte === 0x27) at = this.#quoted(at, byte) + 1;
      else if (startsAt(bytes, "<!--", at)) at = this.#after("-->", at + 4);
      else if (startsAt(bytes, "<?", at)) at = this.#after("?>", at + 2);
      else {
        if (startsAt(bytes, "<!ENTITY", at)) this.declaredEntities += 1;
        if (byte === 0x5b) isInside = true;
        else if (byte === 0x5d) isInside = false;
        else if (byte === GT && !isInside) {
          this.#at = at + 1;
          return;
        }
        at += 1;
      }
    }
    throw this.#cut("a document type that does not end");
  }

  #close(): void {
    const start = this.#at;
    const end = this.#nameEnd(start + 2);
    const at = this.#skipSpace(end);
    if (at >= this.#bytes.length) throw this.#cut("a tag that does not end");
    if (this.#bytes[at] !== GT) throw this.#wrong("an end tag that does not end", at);
    const index = this.#open.pop();
    this.#last.pop();
    if (index === undefined || !this.#isNameOf(index, start + 2, end)) throw this.#strayEnd(index, start, end);
    this.document.end.set(index, at + 1);
    this.#at = at + 1;
  }

  #isNameOf(index: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    const open = this.document.start.at(index) + 1;
    for (let k = 0; k < end - start; k++) if (bytes[open + k] !== bytes[start + k]) return false;
    return !isNameByte(bytes[open + end - start] ?? 0);
  }

  #strayEnd(index: number | undefined, start: number, end: number): ArtifactError {
    const name = shown(fromBrokenUtf8(this.#bytes.subarray(start + 2, end)));
    const open = index === undefined ? undefined : this.document.names[this.document.kind.at(index)];
    return this.#wrong(
      open === undefined ? `the end of <${name}>, which is not open` : `</${name}> for <${shown(open)}>`,
      start,
    );
  }

  #element(): void {
    const bytes = this.#bytes;
    const start = this.#at;
    const nameEnd = this.#nameEnd(start + 1);
    if (nameEnd === start + 1) {
      if (nameEnd >= bytes.length) throw this.#cut("a tag that does not end");
      throw this.#wrong("a tag without a name");
    }
    const name = this.#nameAt(start + 1, nameEnd);
    if (this.#open.length >= LIMITS.xmlDepth)
      throw limitExceeded(`${this.#name}: elements in each other`, this.#open.length + 1, LIMITS.xmlDepth, start);
    const index = this.#addNode(name, start, bytes.length);
    let at = nameEnd;
    for (let count = 0; ; count++) {
      const next = this.#skipSpace(at);
      const byte = bytes[next];
      if (byte === undefined) throw this.#cut("a tag that does not end");
      if (byte === GT || (byte === SLASH && bytes[next + 1] === GT)) {
        this.#checkAttributes(index, start);
        this.#at = next + (byte === GT ? 1 : 2);
        if (byte === GT) {
          this.#open.push(index);
          this.#last.push(-1);
        } else this.document.end.set(index, this.#at);
        return;
      }
      if (count >= LIMITS.xmlAttributes)
        throw limitExceeded(`${this.#name}: attributes of an element`, count + 1, LIMITS.xmlAttributes, start);
      if (next === at) throw this.#wrong("attributes that are not apart", next);
      at = this.#attribute(next);
    }
  }

  #attribute(start: number): number {
    const { document } = this;
    const bytes = this.#bytes;
    const nameEnd = this.#nameEnd(start);
    const equals = this.#skipSpace(nameEnd);
    const open = this.#skipSpace(equals + 1);
    if (open >= bytes.length) throw this.#cut("an attribute that does not end");
    const quote = bytes[open] ?? 0;
    if (nameEnd === start || bytes[equals] !== EQUALS || (quote !== 0x22 && quote !== 0x27))
      throw this.#wrong('an attribute that is not name="value"', start);
    const end = this.#quoted(open, quote);
    const at = bytes.subarray(open + 1, end).indexOf(LT);
    if (at >= 0) throw this.#wrong("a < in an attribute", open + 1 + at);
    this.#checkReferences(open + 1, end);
    this.#countNodes();
    document.attributeName.push(this.#nameAt(start, nameEnd));
    document.attributeStart.push(open + 1);
    document.attributeEnd.push(end);
    return end + 1;
  }

  /** No two of one name; those that declare a namespace hold for the element and what is in it. */
  #checkAttributes(index: number, start: number): void {
    const { document } = this;
    const first = document.firstAttribute.at(index);
    if (first === document.attributeCount) return;
    const seen = document.attributeCount - first > 1 ? new Set<number>() : undefined;
    for (let at = first; at < document.attributeCount; at++) {
      const name = document.attributeName.at(at);
      if (seen?.has(name) === true)
        throw this.#wrong(`the attribute ${shown(document.names[name] ?? "")} twice`, start);
      seen?.add(name);
      if (document.isNamespace(name) && document.declare(index, at) > LIMITS.xmlNamespaces)
        throw limitExceeded(
          `${this.#name}: namespaces declared in each other`,
          LIMITS.xmlNamespaces + 1,
          LIMITS.xmlNamespaces,
          start,
        );
    }
  }

  #addNode(kind: number, start: number, end: number): number {
    const { document } = this;
    this.#countNodes();
    const index = document.nodeCount;
    const depth = this.#open.length - 1;
    const parent = this.#open[depth] ?? -1;
    document.kind.push(kind);
    document.parent.push(parent);
    document.start.push(start);
    document.end.push(end);
    document.scope.push(parent < 0 ? -1 : document.scope.at(parent));
    document.firstChild.push(-1);
    document.next.push(-1);
    document.firstAttribute.push(document.attributeCount);
    if (parent >= 0) {
      const last = this.#last[depth] ?? -1;
      if (last < 0) document.firstChild.set(parent, index);
      else document.next.set(last, index);
      this.#last[depth] = index;
    }
    return index;
  }

  #countNodes(): void {
    const count = this.document.nodeCount + this.document.attributeCount;
    if (count >= LIMITS.xmlNodes)
      throw limitExceeded(`${this.#name}: elements, attributes and texts`, count + 1, LIMITS.xmlNodes, this.#at);
  }

  /** Every `&` begins a reference; those to entities that need a declaration are counted. */
  #checkReferences(start: number, end: number): void {
    const bytes = this.#bytes;
    // Never looks further than the range: a text without any & would be gone through for each of its parts.
    const part = bytes.subarray(start, end);
    for (let found = part.indexOf(AMP); found >= 0; found = part.indexOf(AMP, found + 1)) {
      const at = start + found;
      let close = at + 1;
      while (close < end && close - at < 66 && bytes[close] !== 0x3b) close += 1;
      const name = fromBrokenUtf8(bytes.subarray(at + 1, close));
      if (bytes[close] !== 0x3b || close >= end || !/^[^\s&<>"']+$/.test(name))
        throw this.#wrong("an & that begins no reference", at);
      if (referenced(name) !== undefined) continue;
      if (name.startsWith("#")) throw this.#wrong(`&${shown(name)};, which is no character`, at);
      if (this.entityReferences === 0) this.firstReference = at;
      this.entityReferences += 1;
    }
  }

  /** Names come again and again: most are told by their bytes, without making a text of them. */
  #nameAt(start: number, end: number): number {
    const bytes = this.#bytes;
    let hash = end - start;
    for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const known = this.#known.get(hash);
    if (known !== undefined && isSameRange(bytes, known, start, end)) return known.id;
    const name = fromUtf8(bytes.subarray(start, end));
    if (name === undefined) throw this.#wrong("a name that is not UTF-8", start);
    const id = this.document.idOf(name);
    if (id >= LIMITS.xmlNames) throw limitExceeded(`${this.#name}: different names`, id + 1, LIMITS.xmlNames, start);
    if (known === undefined && this.#known.size < KNOWN_NAMES) this.#known.set(hash, { id, start, end });
    return id;
  }

  #nameEnd(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < bytes.length && isNameByte(bytes[at] ?? 0)) at += 1;
    return at;
  }

  #skipSpace(from: number): number {
    let at = from;
    while (isSpace(this.#bytes[at])) at += 1;
    return at;
  }

  /** The closing quote of a text that begins at `open`. */
  #quoted(open: number, quote: number): number {
    const end = this.#bytes.indexOf(quote, open + 1);
    if (end < 0) throw this.#cut("a quoted text that does not end");
    return end;
  }

  #isAt(text: string): boolean {
    return startsAt(this.#bytes, text, this.#at);
  }

  /** The position behind the next such text. */
  #after(text: string, from: number): number {
    const bytes = this.#bytes;
    for (let at = bytes.indexOf(text.charCodeAt(0), from); at >= 0; at = bytes.indexOf(text.charCodeAt(0), at + 1))
      if (startsAt(bytes, text, at)) return at + text.length;
    throw this.#cut(`no ${text}`);
  }

  #wrong(what: string, at: number = this.#at): ArtifactError {
    const { line, column } = lineAndColumn(this.#bytes, at);
    return corrupt(`${this.#name}: line ${line}, column ${column} (byte ${at}): ${what}`, at);
  }

  #cut(what: string): ArtifactError {
    const { line } = lineAndColumn(this.#bytes, this.#bytes.length);
    return truncated(`${this.#name}: the text ends in line ${line} with ${what}`, this.#bytes.length, 1, 0);
  }
}

function isSameRange(bytes: Uint8Array, known: XmlRange, start: number, end: number): boolean {
  if (known.end - known.start !== end - start) return false;
  for (let k = 0; k < end - start; k++) if (bytes[known.start + k] !== bytes[start + k]) return false;
  return true;
}

/** Long enough to be told from others. */
function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}...` : name;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Of a name every byte but those that end one or that no name has; beyond ASCII all. */
function isNameByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x3a) ||
    byte === 0x5f ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte >= 0x80
  );
}

function startsAt(bytes: Uint8Array, text: string, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
