/**
 * A text without the characters of `unwanted` at its end. An expression for this (`/ +$/`) tries from each of them on, which
 * is quadratic where many of them stand before something else.
 */
export function withoutEnd(text: string, unwanted: string): string {
  let end = text.length;
  while (end > 0 && unwanted.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
