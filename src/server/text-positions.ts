import type { Position, Range } from "vscode-languageserver";
import type { ByteRange } from "../core/findings/finding.ts";

/**
 * Ranges of a text's UTF-8 bytes as LSP ranges (lines, UTF-16 units). One walk over the text for all of them; what lies
 * outside of the text ends with it.
 */
export function textRanges(text: string, ranges: readonly ByteRange[]): Range[] {
  const offsets = ranges.flatMap(({ offset, length }) => [offset, offset + length]);
  const positions = positionsOf(text, offsets);
  return ranges.map((_, at) => ({ start: positions[at * 2] ?? START, end: positions[at * 2 + 1] ?? START }));
}

const START: Position = { line: 0, character: 0 };

function positionsOf(text: string, offsets: readonly number[]): Position[] {
  const order = offsets.map((offset, at) => ({ offset, at }));
  order.sort((a, b) => a.offset - b.offset);
  const positions: Position[] = offsets.map(() => START);
  let next = 0;
  let byte = 0;
  let line = 0;
  let character = 0;
  let index = 0;
  const take = (): void => {
    for (let each = order[next]; each !== undefined && each.offset <= byte; each = order[++next])
      positions[each.at] = { line, character };
  };
  take();
  while (index < text.length && next < order.length) {
    const code = text.codePointAt(index) ?? 0;
    const units = code > 0xffff ? 2 : 1;
    byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code <= 0xffff ? 3 : 4;
    index += units;
    const isNewLine = code === 0x0a || (code === 0x0d && text.charCodeAt(index) !== 0x0a);
    line = isNewLine ? line + 1 : line;
    character = isNewLine ? 0 : character + units;
    take();
  }
  for (let each = order[next]; each !== undefined; each = order[++next]) positions[each.at] = { line, character };
  return positions;
}
