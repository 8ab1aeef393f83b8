import { isPathBelow, type Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import type { Message } from "../protobuf/message.ts";
import * as say from "./findings.ts";

/** Where a tensor's bytes lie in another file. */
export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
  /** Bytes from there on that are its own; undefined for the rest of the file. */
  readonly length: number | undefined;
}

/** The `external_data` of a TensorProto; undefined where it does not say where the data is. */
export function externalRange(tensor: Message): ExternalRange | undefined {
  const entries = new Map(
    tensor.messages("external_data").map((entry) => [entry.text("key") ?? "", entry.text("value") ?? ""]),
  );
  const location = entries.get("location");
  const offset = sizeOf(entries.get("offset") ?? "0");
  const length = entries.has("length") ? sizeOf(entries.get("length") ?? "") : undefined;
  const isBad = offset === undefined || (entries.has("length") && length === undefined);
  return location === undefined || isBad ? undefined : { location, offset, length };
}

function sizeOf(text: string): number | undefined {
  const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

interface Opened {
  readonly source?: ByteSource;
  readonly error?: ArtifactError;
  readonly isUnsafe: boolean;
  /** Tensors that wanted it. */
  count: number;
  readonly first: string;
}

/** The files that tensors lie in: in the folder of the model or below it, and nowhere else. */
export class ExternalFiles {
  private readonly siblings: Siblings | undefined;
  private readonly opened = new Map<string, Opened>();

  constructor(siblings: Siblings | undefined) {
    this.siblings = siblings;
  }

  /** The file, or undefined where it is not there or not to be opened: `findings` tell of it then. */
  async open(location: string, path: string): Promise<ByteSource | undefined> {
    const known = this.opened.get(location) ?? (await this.look(location, path));
    known.count += 1;
    this.opened.set(location, known);
    return known.source;
  }

  private async look(location: string, first: string): Promise<Opened> {
    const below = location.replace(/^\.\//, "");
    if (!isPathBelow(below)) return { isUnsafe: true, count: 0, first };
    try {
      const { siblings } = this;
      const source = await (below.includes("/") ? siblings?.openBelow?.(below) : siblings?.open(below));
      return { ...(source && { source }), isUnsafe: false, count: 0, first };
    } catch (error) {
      const reason = asArtifactError(error, `opening ${location}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      return { error: reason, isUnsafe: false, count: 0, first };
    }
  }

  /** One for each file that could not be opened. */
  findings(): readonly Finding[] {
    const found: Finding[] = [];
    for (const [location, { source, error, isUnsafe, count, first }] of this.opened) {
      if (source !== undefined) continue;
      if (isUnsafe) found.push(say.unsafeLocation(location, count, first));
      else if (error === undefined) found.push(say.missingFile(location, count, first));
      else found.push(say.unreadableFile(location, count, first, error.message));
    }
    return found;
  }
}
