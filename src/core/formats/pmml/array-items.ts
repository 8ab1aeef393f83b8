import type { XmlElement, XmlRange } from "../../bytes/xml/document.ts";
import { isNumberText, numbersIn } from "../xml/number-spans.ts";

interface Item {
  readonly text: string;
  readonly range: XmlRange;
}

/** Words of an array; a word in quotes may have blanks. Undefined where its text is not one piece. */
export function arrayItems(element: XmlElement): readonly Item[] | undefined {
  const range = element.textRange;
  if (range === undefined) return element.hasText ? undefined : [];
  const { bytes } = element.document;
  const numbers = numbersIn(bytes, range);
  const { text } = element;
  if (numbers !== undefined) {
    const words = text.split(/[\t\n\r ]+/).filter((word) => word !== "");
    if (words.length === numbers.length && words.every(isNumberText))
      return words.map((word, i) => ({ text: word, range: numbers[i] ?? range }));
  }
  const items = text.match(/"(?:[^"\\]|\\[^])*"|[^\s"]+/g) ?? [];
  return items.map((item) => ({
    text: item.startsWith('"') ? item.slice(1, -1).replace(/\\([^])/g, "$1") : item,
    range: { start: range.start, end: range.start },
  }));
}
