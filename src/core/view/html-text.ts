import { codeOf, UNSEEN } from "../model/unseen.ts";

/**
 * Text of a file as HTML: nothing in it is markup, and nothing in it reorders or hides what stands around it. Characters
 * that are not seen (controls, marks of direction, zero-width ones, halves of surrogate pairs) are shown by their code.
 */

const MARKUP: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Markup characters escaped, for text between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => MARKUP[character] ?? character);
}

/** Text of a file, isolated from the direction of what stands around it. */
export function foreignText(text: string): string {
  return `<bdi>${visible(text)}</bdi>`;
}

/** The same inside a sentence of ours, which is isolated as a whole. */
export function visible(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const match of text.matchAll(UNSEEN)) {
    parts.push(escapeHtml(text.slice(end, match.index)), `<span class="unseen">${codeOf(match[0])}</span>`);
    end = match.index + match[0].length;
  }
  parts.push(escapeHtml(text.slice(end)));
  return parts.join("");
}
