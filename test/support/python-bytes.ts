/** Bytes of a pickle written as text, one character a byte, behind the header of protocol 2. */
export function pickleOf(opcodes: string): Uint8Array {
  return Uint8Array.from(`\x80\x02${opcodes}`, (char) => char.charCodeAt(0));
}
