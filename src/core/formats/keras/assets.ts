import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { utf8Text } from "../../model/utf8.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { type KerasConfig, readJsonText } from "./config.ts";
import { placeOf } from "./variables.ts";

// Files that layers keep beside the arrays of a `.keras` archive, by the group of the layer:
//
//   assets/layers/string_lookup/vocabulary.txt      one word a line, of StringLookup and TextVectorization
//   assets/tokenizer/merges.txt                     of other packages' layers
//
//   https://github.com/keras-team/keras/blob/master/keras/src/layers/preprocessing/index_lookup.py (save_assets)

const FOLDER = "assets/";
const VOCABULARY = "vocabulary.txt";

export function isAsset(member: string): boolean {
  return member.startsWith(FOLDER) && !member.endsWith("/");
}

/** Where a file of a layer is shown: below the layer, by its name. */
export function assetPlace(member: string, config: KerasConfig | undefined): readonly string[] {
  const path = member.slice(FOLDER.length);
  const cut = path.lastIndexOf("/");
  const file = path.slice(cut + 1);
  const name = file === VOCABULARY ? "vocabulary" : file;
  return [...(cut < 0 ? [] : placeOf(path.slice(0, cut), config)), name];
}

/** What may still be made into values of all files of an archive: a few bytes of it unpack to any number of lines. */
export interface AssetRoom {
  bytes: number;
  lines: number;
}

export const assetRoom = (): AssetRoom => ({ bytes: LIMITS.textMembersBytes, lines: LIMITS.textMemberLines });

/** Lines of text, JSON as its value, others as bytes, as is what there is no more room for. */
export async function assetValue(member: string, content: ByteSource, room: AssetRoom, work: Work): Promise<Value> {
  const bytes: Value = { kind: "bytes", type: "bytes", data: content };
  if (!/\.(?:txt|json)$/.test(member)) return bytes;
  if (content.size > room.bytes) return bytes;
  room.bytes -= content.size;
  const read = await content.read(0, content.size);
  if (member.endsWith(".json")) return (await readJsonText(read, member, work)) ?? bytes;
  const text = utf8Text(read, 0);
  const lines = text === "" ? [] : text.split("\n", room.lines + 1);
  if (lines.length > room.lines) return bytes;
  room.lines -= lines.length;
  return { kind: "list", type: "list", items: lines };
}
