import type { XmlElement } from "../../bytes/xml/document.ts";

/** Words of an array; a word in quotes may have blanks. Undefined where its text is not one piece. */
export function arrayItems(element: XmlElement): readonly string[] | undefined {
  if (element.textRange === undefined) return element.hasText ? undefined : [];
  const { text } = element;
  const items: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text.charAt(at))) at += 1;
    else if (text[at] === '"') {
      let end = at + 1;
      while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
      items.push(text.slice(at + 1, end).replace(/\\([^])/g, "$1"));
      at = end + 1;
    } else {
      const from = at;
      while (at < text.length && !/[\s"]/.test(text.charAt(at))) at += 1;
      items.push(text.slice(from, at));
    }
  }
  return items;
}
