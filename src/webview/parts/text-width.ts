let canvas: CanvasRenderingContext2D | null | undefined;

/** Width of a text in CSS pixels in a font (as `getComputedStyle` prints it). */
export function textWidth(text: string, font: string): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (canvas === null) return text.length * 8;
  canvas.font = font;
  return canvas.measureText(text).width;
}

export interface Fonts {
  /** Of words. */
  readonly text: string;
  /** Width of one digit where numbers are printed. */
  readonly digit: number;
}

/** The fonts in use inside an element. */
export function fontsAt(element: Element): Fonts {
  const probe = element.appendChild(document.createElement("span"));
  probe.className = "number probe";
  probe.textContent = "0000000000";
  const digit = probe.getBoundingClientRect().width / 10;
  probe.remove();
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(element);
  return { text: `${fontWeight} ${fontSize} ${fontFamily}`, digit: digit > 0 ? digit : 8 };
}
