/** What an archive says about a member's name, and what is wrong with it as a path. Names are never used as paths here. */

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Code page 437 from 0x80 on: what a name is in unless the archive says UTF-8. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

export function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  if (isUtf8) {
    try {
      return utf8.decode(bytes);
    } catch {
      // The flag lies; the code page gives every byte a character, so that names stay distinct.
    }
  }
  let name = "";
  for (const byte of bytes) name += byte < 0x80 ? String.fromCharCode(byte) : (CP437[byte - 0x80] ?? "?");
  return name;
}

/** Why unpacking this name would write outside of the folder, in a form that follows "its name"; undefined when it would not. */
export function climbs(name: string): string | undefined {
  if (/^[A-Za-z]:/.test(name)) return "begins with a drive";
  if (name.startsWith("/") || name.startsWith("\\")) return "is absolute";
  if (name.split(/[/\\]/).includes("..")) return 'climbs out of the folder by ".."';
  if (name.includes("\\")) return "holds backslashes, which some systems take for folders";
  if (name.includes("\0")) return "holds a zero byte, where some readers end it";
  return undefined;
}
