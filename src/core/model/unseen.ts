/**
 * Characters of a file's text that are not seen, or that reorder and hide what stands around them: controls (those that
 * terminals obey, too), marks of direction, zero-width ones, variation selectors, halves of surrogate pairs. Joiners (200C,
 * 200D) are part of how some scripts are written, and those that make a pictograph a text or a picture (FE0E, FE0F) of how
 * pictographs are.
 */
export const UNSEEN =
  /[\p{Cc}\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]|[\u{fe00}-\u{fe0d}]|(?<!\p{Extended_Pictographic})[\u{fe0e}\u{fe0f}]|\p{Cs}/gu;

/** "U+202E", as the Unicode standard writes a code point. */
export function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A name of a file as one line in which every character is seen: `report<U+202E>gnp.exe`. */
export function visibleName(text: string): string {
  return text.replace(UNSEEN, (character) => `<${codeOf(character)}>`);
}

/** The same for lines of text: line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === "\n" || character === "\t" ? character : `<${codeOf(character)}>`,
  );
}
