/** The five entities that need no declaration. */
const PREDEFINED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", apos: "'", quot: '"' };

/** What stands between `&` and `;`: its character; undefined for an entity of the document's own, or no character. */
export function referenced(name: string): string | undefined {
  if (Object.hasOwn(PREDEFINED, name)) return PREDEFINED[name];
  const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  const isCharacter =
    code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0x10_ffff && (code < 0xd800 || code > 0xdfff));
  return isCharacter ? String.fromCodePoint(code) : undefined;
}

/** The text with its references replaced; one to an entity of the document's own stays as it is written. */
export function replaceReferences(text: string): string {
  return text.replace(/&([^;&\s]{1,64});/g, (whole, name: string) => referenced(name) ?? whole);
}
