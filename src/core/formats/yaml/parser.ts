import { LIMITS } from "../../limits.ts";
import type { ListNode, Value } from "../../model/value.ts";
import { ListBuilder, settled, type Written } from "../written/list.ts";
import type { NumbersIn } from "../written/numbers.ts";
import { utf8Of } from "../written/text.ts";
import { MapBuilder } from "./map.ts";
import { isReadOtherwise, resolvePlain, yamlSpelling } from "./resolve.ts";
import { blockScalar, plainScalar, quotedScalar, type Scalar } from "./scalars.ts";
import { isFlowIndicator, type YamlScanner } from "./scanner.ts";
import { TagReader, YAML_TAGS } from "./tags.ts";

/** How many values are made before whoever drives the parser is asked whether to go on. */
const STEPS = 2048;

/** Characters of a tag in angle brackets. */
const TAG_LENGTH = 4096;

/** Characters of a tag that take as much memory as a value. */
const TAG_COST = 16;

/** What stands before a node. */
interface Properties {
  readonly anchor?: string;
  readonly tag?: string;
  readonly start: number;
}

/** A node that `&name` named. A list that is not whole gets its node when something refers to it. */
interface Anchored {
  value: Value | undefined;
  list: ListNode | undefined;
  isList: boolean;
}

interface Place {
  /** Lines of the node are indented deeper than this column. */
  readonly parent: number;
  /** A list may begin at the column of the map that it is a value of. */
  readonly isListAtParent?: boolean;
  /** A map or list of lines may begin in this line: behind `- ` and `? `. */
  readonly isCompact?: boolean;
}

/** What came up while values were made. */
export interface YamlNotes {
  readonly duplicates: { readonly key: string; readonly at: number }[];
  duplicateCount: number;
  /** Scalars that YAML 1.1 reads in another way. */
  otherwise: number;
  firstOtherwise: { readonly text: string; readonly at: number } | undefined;
}

/**
 * Makes values of YAML text, one pass, no look-ahead beyond a line: what it takes grows with the text. Generators, so that
 * whoever drives them may stop between two of them. An error leaves what was made so far in `partial`.
 */
export class YamlParser {
  readonly tags = new TagReader();
  readonly notes: YamlNotes = { duplicates: [], duplicateCount: 0, otherwise: 0, firstOtherwise: undefined };
  partial: Value | undefined;
  private readonly scanner: YamlScanner;
  private readonly from: NumbersIn;
  private anchors = new Map<string, Anchored>();
  private handles = new Map<string, string>();
  private depth = 0;
  private values = 0;

  constructor(scanner: YamlScanner, name: string) {
    this.scanner = scanner;
    this.from = { text: scanner.text, spelling: yamlSpelling, name };
  }

  /** The next document; undefined after the last one. Throws ArtifactError where the text is no YAML. */
  *document(isFirst: boolean): Generator<undefined, Value | undefined> {
    const { scanner } = this;
    this.anchors = new Map();
    this.handles = new Map([
      ["!!", YAML_TAGS],
      ["!", "!"],
    ]);
    this.depth = 0;
    this.partial = undefined;
    scanner.skip();
    while (scanner.isMarker("...")) this.over(3);
    this.directives();
    const isMarked = scanner.isMarker("---");
    if (scanner.isEnd && !isMarked) return undefined;
    if (isMarked) this.over(3, false);
    else if (!isFirst) throw scanner.error("corrupt", "more text after the end of the value");
    const value = settled(yield* this.node({ parent: -1 }), this.from);
    this.partial = value;
    scanner.skip();
    if (!scanner.isEnd && !scanner.isMarker()) throw scanner.error("corrupt", "text that belongs to nothing before it");
    return value;
  }

  private over(length: number, isSkipping = true): void {
    this.scanner.at += length;
    this.scanner.isFresh = false;
    if (isSkipping) this.scanner.skip();
  }

  private directives(): void {
    const { scanner } = this;
    while (scanner.code() === 0x25 && scanner.column === 0) {
      const line = scanner.text.slice(scanner.at, scanner.lineEnd());
      const tag = /^%TAG[ \t]+(!(?:[\w-]*!)?)[ \t]+(\S+)/.exec(line);
      if ((tag?.[2]?.length ?? 0) > TAG_LENGTH)
        throw scanner.error("limit", `a tag of more than ${TAG_LENGTH} characters`);
      if (tag !== null) this.handles.set(tag[1] ?? "", tag[2] ?? "");
      scanner.at = scanner.lineEnd();
      scanner.skip();
      if (scanner.isEnd) throw scanner.error("truncated", "directives without a document");
    }
  }

  private *node(place: Place): Generator<undefined, Written> {
    const { scanner } = this;
    this.count();
    if (this.values % STEPS === 0) yield;
    scanner.skip();
    if (this.isOutside(place)) return null;
    let isBlockAllowed = scanner.isFresh || place.isCompact === true;
    let column = scanner.column;
    let outer = this.properties();
    let inner: Properties | undefined;
    if (outer !== undefined) {
      scanner.skip();
      if (scanner.isFresh) {
        if (this.isOutside(place)) return this.empty(outer);
        isBlockAllowed = true;
        column = scanner.column;
        inner = this.properties();
        if (inner !== undefined) scanner.skip();
      } else {
        // Of the key that may follow, or of what stands alone.
        inner = outer;
        outer = undefined;
      }
    }
    const start = scanner.at;
    const code = scanner.code();
    const isGap = scanner.isGap(scanner.at + 1);
    if (isBlockAllowed && isGap && (code === 0x2d || code === 0x3f || code === 0x3a)) {
      const both = merged(outer, inner);
      if (code === 0x2d) return yield* this.blockList(column, both);
      return yield* this.blockMap(column, undefined, both, start);
    }
    if (code === 0x7c || code === 0x3e) return this.scalar(blockScalar(scanner, place.parent), merged(outer, inner));
    const first = isBracket(code)
      ? yield* this.bracketed(start, this.open(merged(outer, inner), code === 0x5b), merged(outer, inner)?.tag)
      : this.simple(place.parent, start);
    if (!this.isKey(first.isOneLine)) return this.made(first, merged(outer, inner));
    if (!isBlockAllowed) throw scanner.error("corrupt", "a map may not begin in this line");
    const key = settled(this.made(first, inner), this.from);
    return yield* this.blockMap(column, key, outer, start);
  }

  /** Nothing stands here for the place: the text goes on with what is outside of it. */
  private isOutside({ parent, isListAtParent }: Place): boolean {
    const { scanner } = this;
    if (scanner.isEnd) return true;
    if (!scanner.isFresh) return false;
    if (scanner.isMarker()) return true;
    if (scanner.column > parent) return false;
    return !(isListAtParent === true && scanner.column === parent && this.isDash());
  }

  private isDash(): boolean {
    return this.scanner.code() === 0x2d && this.scanner.isGap(this.scanner.at + 1);
  }

  /** What may be a key in its line: a collection in brackets, or a scalar or alias, for which no generator is made. */
  private *bracketed(start: number, anchored: Anchored | undefined, tag?: string): Generator<undefined, Simple> {
    const { scanner } = this;
    const { lineStart } = scanner;
    const built = yield* this.flow(anchored, tag);
    return { built, start, isOneLine: scanner.lineStart === lineStart, ...(anchored && { anchored }) };
  }

  private simple(parent: number, start: number): Simple {
    const { scanner } = this;
    const { text } = scanner;
    switch (text[start] ?? "") {
      case "*": {
        scanner.at += 1;
        scanner.isFresh = false;
        return { alias: this.alias(utf8Of(scanner.word()), start), start, isOneLine: true };
      }
      case '"':
      case "'": {
        const scalar = quotedScalar(scanner);
        return { scalar, start, isOneLine: scalar.isOneLine };
      }
      case "%":
      case "@":
      case "`":
      case "]":
      case "}":
      case ",":
        throw scanner.error("corrupt", `${text[start]} begins no value`);
      default: {
        if (/^[-?:]$/.test(text[start] ?? "") && scanner.isGap(start + 1))
          throw scanner.error("corrupt", "a list or map of lines may not begin in this line");
        const scalar = plainScalar(scanner, parent);
        return { scalar, start, isOneLine: scalar.isOneLine };
      }
    }
  }

  private made({ scalar, built, anchored, alias, start }: Simple, properties: Properties | undefined): Written {
    if (scalar !== undefined) return this.scalar(scalar, properties);
    if (alias !== undefined) {
      if (properties !== undefined)
        throw this.scanner.error("corrupt", "an alias with a name or tag of its own", start);
      return alias;
    }
    return this.finished(built ?? null, properties, start, anchored);
  }

  /** True where the line goes on with the colon of a key. */
  private isKey(isOneLine: boolean): boolean {
    const { scanner } = this;
    if (!isOneLine) return false;
    const { at } = scanner;
    scanner.skipBlanks();
    if (scanner.code() === 0x3a && scanner.isGap(scanner.at + 1)) return true;
    scanner.at = at;
    return false;
  }

  private *blockList(column: number, properties: Properties | undefined): Generator<undefined, Written> {
    const { scanner } = this;
    const start = scanner.at;
    const list = new ListBuilder(this.from, start);
    const anchored = this.open(properties, true);
    this.enter();
    try {
      for (;;) {
        this.over(1, false);
        list.add(yield* this.node({ parent: column, isCompact: true }));
        this.partial = undefined;
        if (!this.goesOn(column) || !this.isDash()) break;
      }
    } catch (error) {
      if (this.partial !== undefined) list.add(this.partial);
      this.partial = settled(list.finish(), this.from);
      throw error;
    }
    this.depth -= 1;
    return this.finished(list.finish(anchored?.list ?? this.tags.listOf(properties?.tag)), properties, start, anchored);
  }

  /** The scanner stands on the colon of `firstKey`; without one, on the key. */
  private *blockMap(
    column: number,
    firstKey: Value | undefined,
    properties: Properties | undefined,
    start: number,
  ): Generator<undefined, Written> {
    const { scanner } = this;
    const map = new MapBuilder(this);
    const anchored = this.open(properties, false);
    if (anchored !== undefined && properties?.tag === undefined) anchored.value = map.node;
    this.enter();
    let key = firstKey;
    try {
      for (;;) {
        const at = key === undefined ? scanner.at : start;
        let isExplicit = false;
        if (key === undefined) {
          isExplicit = scanner.code() === 0x3f && scanner.isGap(scanner.at + 1);
          key = yield* this.blockKey(column);
        }
        map.key(key, at, this.isMerge(key, at));
        let value: Written = null;
        if (!isExplicit || this.isValueAt(column)) {
          this.over(1, false);
          value = yield* this.node({ parent: column, isListAtParent: true, isCompact: isExplicit });
        }
        map.value(settled(value, this.from));
        this.partial = undefined;
        key = undefined;
        if (!this.goesOn(column)) break;
      }
    } catch (error) {
      map.cut(this.partial);
      this.partial = map.node;
      throw error;
    }
    this.depth -= 1;
    map.finish();
    return this.finished(map.node, properties, start, anchored);
  }

  /** A key at the start of a line, up to its colon; behind `? ` anything may be one. */
  private *blockKey(column: number): Generator<undefined, Value> {
    const { scanner } = this;
    if (scanner.code() === 0x3f && scanner.isGap(scanner.at + 1)) {
      this.over(1, false);
      return settled(yield* this.node({ parent: column, isCompact: true }), this.from);
    }
    if (scanner.code() === 0x3a && scanner.isGap(scanner.at + 1)) return null;
    const properties = this.properties();
    scanner.skipBlanks();
    const start = scanner.at;
    if (this.isDash()) throw scanner.error("corrupt", "an item of a list where a key is expected");
    const first = isBracket(scanner.code())
      ? yield* this.bracketed(start, undefined)
      : this.simple(Number.MAX_SAFE_INTEGER, start);
    if (!this.isKey(first.isOneLine))
      throw scanner.error(scanner.isEnd ? "truncated" : "corrupt", "a key without a colon behind it", start);
    return settled(this.made(first, properties), this.from);
  }

  /** The key that stands for the entries of other maps; in quotes it is a key like any other. */
  private isMerge(key: Value, at: number): boolean {
    return key === "<<" && !/["']/.test(this.scanner.text[at] ?? "");
  }

  /** After `? key`: true when a line with `: ` gives its value. */
  private isValueAt(column: number): boolean {
    const { scanner } = this;
    scanner.skip();
    return scanner.isFresh && scanner.column === column && scanner.code() === 0x3a && scanner.isGap(scanner.at + 1);
  }

  /** To the next line with something in it: true when that is the next entry of a collection at this column. */
  private goesOn(column: number): boolean {
    const { scanner } = this;
    scanner.skip();
    if (scanner.isEnd) return false;
    if (!scanner.isFresh) throw scanner.error("corrupt", "text behind a value that has ended");
    if (scanner.isMarker() || scanner.column < column) return false;
    if (scanner.column > column)
      throw scanner.error("corrupt", "a line that is indented deeper than what it belongs to");
    return true;
  }

  /** A collection in brackets, which the scanner stands on. */
  private *flow(anchored: Anchored | undefined, tag?: string): Generator<undefined, Written> {
    const { scanner } = this;
    const start = scanner.at;
    const isList = scanner.code() === 0x5b;
    const close = isList ? 0x5d : 0x7d;
    const list = new ListBuilder(this.from, start);
    const map = new MapBuilder(this);
    this.enter();
    scanner.flowDepth += 1;
    this.over(1);
    try {
      while (scanner.code() !== close) {
        if (scanner.isEnd) throw scanner.error("truncated", "the bracket is not closed", start);
        if (isList) list.add(yield* this.flowItem());
        else {
          const at = scanner.at;
          const key = yield* this.flowKey();
          map.key(key, at, this.isMerge(key, at));
          map.value(settled(yield* this.flowValue(), this.from));
        }
        this.partial = undefined;
        scanner.skip();
        if (scanner.code() === 0x2c) this.over(1);
        else if (scanner.code() !== close && !scanner.isEnd)
          throw scanner.error("corrupt", `expected a comma or ${isList ? "]" : "}"}`);
      }
    } catch (error) {
      if (isList && this.partial !== undefined) list.add(this.partial);
      map.cut(this.partial);
      this.partial = isList ? settled(list.finish(), this.from) : map.node;
      throw error;
    }
    scanner.flowDepth -= 1;
    scanner.at += 1;
    scanner.isFresh = false;
    this.depth -= 1;
    map.finish();
    return isList ? list.finish(anchored?.list ?? this.tags.listOf(tag)) : map.node;
  }

  /** One item of a list in brackets; `key: value` there is a map of one. */
  private *flowItem(): Generator<undefined, Written> {
    const { scanner } = this;
    const isExplicit = this.overQuestionMark();
    const at = scanner.at;
    const item = scanner.code() === 0x3a && this.isFlowColon(false) ? null : yield* this.flowNode();
    const isJsonKey = /["'\]}]/.test(scanner.text[scanner.at - 1] ?? "");
    scanner.skip();
    if (!isExplicit && !this.isFlowColon(isJsonKey)) return item;
    const map = new MapBuilder(this);
    map.key(settled(item, this.from), at, false);
    map.value(settled(yield* this.flowValue(), this.from));
    map.finish();
    return map.node;
  }

  private *flowKey(): Generator<undefined, Value> {
    const { scanner } = this;
    this.overQuestionMark();
    return scanner.code() === 0x3a && this.isFlowColon(false) ? null : settled(yield* this.flowNode(), this.from);
  }

  private overQuestionMark(): boolean {
    const { scanner } = this;
    const isThere = scanner.code() === 0x3f && scanner.isGap(scanner.at + 1);
    if (isThere) this.over(1);
    return isThere;
  }

  /** What a colon gives to the key before it; without one, nothing. */
  private *flowValue(): Generator<undefined, Written> {
    const { scanner } = this;
    const isJsonKey = /["'\]}]/.test(scanner.text[scanner.at - 1] ?? "");
    scanner.skip();
    if (!this.isFlowColon(isJsonKey)) return null;
    this.over(1);
    const code = scanner.code();
    return code === 0x2c || code === 0x5d || code === 0x7d ? null : yield* this.flowNode();
  }

  /** Behind a key in quotes or brackets a colon needs no blank after it. */
  private isFlowColon(isJsonKey: boolean): boolean {
    const { scanner } = this;
    if (scanner.code() !== 0x3a) return false;
    return isJsonKey || scanner.isGap(scanner.at + 1) || isFlowIndicator(scanner.code(1));
  }

  private *flowNode(): Generator<undefined, Written> {
    const { scanner } = this;
    this.count();
    if (this.values % STEPS === 0) yield;
    if (scanner.isMarker()) throw scanner.error("corrupt", "a document's mark inside of brackets");
    const properties = this.properties();
    scanner.skip();
    const code = scanner.code();
    if (scanner.isEnd) throw scanner.error("truncated", "the bracket is not closed");
    if (properties !== undefined && (code === 0x2c || code === 0x5d || code === 0x7d || this.isFlowColon(false)))
      return this.empty(properties);
    const start = scanner.at;
    if (!isBracket(code)) return this.made(this.simple(-1, start), properties);
    const anchored = this.open(properties, code === 0x5b);
    return this.finished(yield* this.flow(anchored, properties?.tag), properties, start, anchored);
  }

  /** `&name` and `!tag` in either order; undefined where there are none. */
  private properties(): Properties | undefined {
    const { scanner } = this;
    const start = scanner.at;
    let anchor: string | undefined;
    let tag: string | undefined;
    for (;;) {
      const code = scanner.code();
      if (code === 0x26 && anchor === undefined) {
        scanner.at += 1;
        anchor = utf8Of(scanner.word());
      } else if (code === 0x21 && tag === undefined) tag = this.tag();
      else break;
      scanner.isFresh = false;
      scanner.skipBlanks();
    }
    if (anchor === undefined && tag === undefined) return undefined;
    return { start, ...(anchor !== undefined && { anchor }), ...(tag !== undefined && { tag }) };
  }

  private tag(): string {
    const { scanner } = this;
    // A line may hold a whole document: only as much of it is looked at as a tag may be long.
    const verbatim = /^!<([^>\r\n]*)>/.exec(scanner.text.slice(scanner.at, scanner.at + TAG_LENGTH));
    if (verbatim !== null) {
      scanner.at += verbatim[0].length;
      return utf8Of(verbatim[1] ?? "");
    }
    const start = scanner.at;
    const word = utf8Of(scanner.word());
    if (word.length > TAG_LENGTH) throw scanner.error("limit", `a tag of more than ${TAG_LENGTH} characters`, start);
    const handle = /^!(?:[\w-]*!)?/.exec(word)?.[0] ?? "!";
    const prefix = this.handles.get(handle) ?? handle;
    // A short handle may stand for a long text, any number of times.
    this.count(prefix.length / TAG_COST);
    return prefix + decodeTag(word.slice(handle.length));
  }

  private scalar(scalar: Scalar, properties: Properties | undefined): Written {
    const tag = properties?.tag;
    let value: Written = scalar.text;
    if (tag !== undefined) value = this.tags.scalar(tag, scalar.text, scalar.start, scalar.end);
    else if (scalar.style === "plain") {
      value = resolvePlain(scalar.text, scalar.start, scalar.end);
      if (isReadOtherwise(scalar.text)) {
        this.notes.otherwise += 1;
        this.notes.firstOtherwise ??= { text: scalar.text, at: scalar.start };
      }
    }
    if (properties?.anchor === undefined) return value;
    const anchored = settled(value, this.from);
    this.anchors.set(properties.anchor, { value: anchored, list: undefined, isList: false });
    return value;
  }

  private empty(properties: Properties): Written {
    const { start } = properties;
    return this.scalar({ text: "", style: "plain", start, end: start, isOneLine: true }, properties);
  }

  /** Names a collection before it is read, so that what is in it may refer to it. */
  private open(properties: Properties | undefined, isList: boolean): Anchored | undefined {
    if (properties?.anchor === undefined) return undefined;
    const anchored: Anchored = { value: undefined, list: undefined, isList: isList && properties.tag === undefined };
    this.anchors.set(properties.anchor, anchored);
    return anchored;
  }

  private finished(built: Written, properties: Properties | undefined, start: number, anchored?: Anchored): Written {
    if (properties === undefined) return built;
    const plain = settled(built, this.from);
    const value = properties.tag === undefined ? plain : this.tags.collection(properties.tag, plain, start);
    if (anchored !== undefined) anchored.value = value;
    else if (properties.anchor !== undefined)
      this.anchors.set(properties.anchor, { value, list: undefined, isList: false });
    return value;
  }

  private alias(name: string, start: number): Value {
    const anchored = this.anchors.get(name);
    if (anchored === undefined) throw this.scanner.error("corrupt", `*${name} refers to nothing before it`, start);
    if (anchored.value !== undefined) return anchored.value;
    if (anchored.isList) return (anchored.list ??= { kind: "list", type: "list", items: [] });
    return { kind: "unread", why: "it refers to what it is in", offset: start };
  }

  private enter(): void {
    this.depth += 1;
    if (this.depth > LIMITS.writtenDepth)
      throw this.scanner.error("limit", `more than ${LIMITS.writtenDepth} collections in each other`);
  }

  /** Counts values that are kept. Throws `limit` for too many. */
  count(cost = 1): void {
    this.values += cost;
    if (this.values > LIMITS.jsonValues) throw this.scanner.error("limit", `more than ${LIMITS.jsonValues} values`);
  }

  duplicate(key: string, at: number): void {
    this.notes.duplicateCount += 1;
    if (this.notes.duplicates.length < LIMITS.findingsPerRule) this.notes.duplicates.push({ key, at });
  }
}

/** What may be a key: exactly one of the three is there. */
interface Simple {
  readonly scalar?: Scalar;
  readonly built?: Written;
  readonly anchored?: Anchored;
  readonly alias?: Value;
  readonly start: number;
  readonly isOneLine: boolean;
}

/** One that opens a collection. */
function isBracket(code: number): boolean {
  return code === 0x5b || code === 0x7b;
}

/** Of two rows of properties before one node. */
function merged(outer: Properties | undefined, inner: Properties | undefined): Properties | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner;
  return { ...outer, ...inner, start: outer.start };
}

function decodeTag(suffix: string): string {
  if (!suffix.includes("%")) return suffix;
  const bytes = suffix.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /[\u0100-\uffff]/.test(bytes) ? suffix : utf8Of(bytes);
}
