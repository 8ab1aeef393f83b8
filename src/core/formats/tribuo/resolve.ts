import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import type { Work } from "../../work.ts";
import type { Message, Range } from "../protobuf/message.ts";
import { type ParsedMessage, parseMessage } from "../protobuf/parse.ts";
import { messageOf } from "./messages.ts";

/** Models in ensembles of chains of models: nothing real goes near this. */
const DEPTH = 32;
/** What predictions may take beside twice the file's size: the rows of nodes that split are empty. */
const PREDICTION_BYTES = 16 * 1024 * 1024;

/** What stands behind a message that names a class. */
export interface Resolved {
  readonly className: string;
  /** The message of the class; undefined where it has none, or one that is not known. */
  readonly data: Message | undefined;
  /** Where its bytes lie, and the name of a type that is not known. */
  readonly range: Range | undefined;
  readonly unknownType?: string;
}

/** Follows messages that name their class and hold another message as bytes. */
export class Resolver {
  readonly source: ByteSource;
  readonly work: Work;
  /** What parsing had to say, in order. */
  readonly parsed: ParsedMessage[] = [];
  /** Where what trees predict could not be put into their columns. */
  readonly leftOut: number[] = [];
  private predictionBytes: number;
  private readonly known = new Map<Message, Resolved>();
  private depth = 0;

  constructor(source: ByteSource, work: Work) {
    this.source = source;
    this.work = work;
    this.predictionBytes = PREDICTION_BYTES + 2 * source.size;
  }

  /** Counts the bytes of a tree's predictions; a name and a number of each stand in the file. Throws `limit`. */
  takePredictions(bytes: number, at: number): void {
    if (bytes > this.predictionBytes)
      throw limitExceeded(`${this.source.name}: bytes of predictions`, bytes, this.predictionBytes, at);
    this.predictionBytes -= bytes;
  }

  /** True for a message of a class's name and data. */
  static isRedirect(message: Message): boolean {
    return message.spec.fields[2]?.name === "class_name" && message.spec.fields[3]?.name === "serialized_data";
  }

  async resolve(message: Message): Promise<Resolved> {
    const before = this.known.get(message);
    if (before !== undefined) return before;
    const className = message.text("class_name") ?? "";
    const any = message.message("serialized_data");
    const typeUrl = any?.text("type_url") ?? "";
    const range = any?.range("value");
    const spec = messageOf(typeUrl);
    let found: Resolved = {
      className,
      data: undefined,
      range,
      ...(spec === undefined && typeUrl !== "" && { unknownType: typeUrl }),
    };
    if (spec !== undefined) {
      // A message without fields has no bytes.
      const parsed = await parseMessage(
        this.source,
        spec,
        this.work,
        range ?? { start: message.start, end: message.start },
      );
      this.parsed.push(parsed);
      found = { className, data: parsed.message, range };
    }
    this.known.set(message, found);
    return found;
  }

  /** Runs with one level more. Throws `limit`. */
  async within<T>(run: () => Promise<T>): Promise<T> {
    if (this.depth >= DEPTH) throw limitExceeded(`${this.source.name}: models in each other`, this.depth + 1, DEPTH);
    this.depth += 1;
    try {
      return await run();
    } finally {
      this.depth -= 1;
    }
  }

  /** The bytes of a field. */
  bytesOf(message: Message, name: string): ByteSource {
    const range = message.range(name);
    if (range === undefined)
      throw corrupt(`${this.source.name}: no ${name} in the message at byte ${message.start}`, message.start);
    return slice(this.source, range.start, range.end);
  }
}
