import { Damage, damaged } from "../damage.ts";
import { branchFilter } from "./branches.ts";

/** Undoes a filter that was applied before LZMA2. */
export interface Filter {
  /** Gives what is ready; the rest is kept until more comes. May write into the piece. */
  next(piece: Uint8Array): Uint8Array;
  /** What was kept. */
  end(): Uint8Array;
}

export const LZMA2_ID = 0x21;
const DELTA_ID = 0x03;
const NOTHING = new Uint8Array(0);

/** The filter of a block header (the .xz file format, 5.3). */
export function filterOf(id: number, properties: Uint8Array): Filter {
  if (id === DELTA_ID) return delta(properties);
  const found = branchFilter(id, properties);
  if (found !== undefined) return found;
  throw new Damage("unsupported", `uses filter ${id}, which is not known`);
}

/** Each byte is the difference from the one `distance` before it. */
function delta(properties: Uint8Array): Filter {
  const [less] = properties;
  if (properties.length !== 1 || less === undefined) throw damaged("a delta filter has no distance");
  const distance = less + 1;
  let last = new Uint8Array(distance);
  return {
    next(piece) {
      for (let i = 0; i < piece.length; i++) {
        const before = i < distance ? (last[i] as number) : (piece[i - distance] as number);
        piece[i] = (piece[i] as number) + before;
      }
      if (piece.length >= distance) last = piece.slice(piece.length - distance);
      else {
        last.copyWithin(0, piece.length);
        last.set(piece, distance - piece.length);
      }
      return piece;
    },
    end: () => NOTHING,
  };
}
