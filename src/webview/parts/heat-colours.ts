import { type Signal, useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";

type Rgb = readonly [number, number, number];

/** The theme's colours as numbers, for a canvas. */
export interface HeatColours {
  readonly rise: Rgb;
  readonly fall: Rgb;
  readonly none: Rgb;
  /** What is not finite. */
  readonly broken: Rgb;
}

const NAMES = { rise: "--loupe-rise", fall: "--loupe-fall", none: "--loupe-surface", broken: "--loupe-error" } as const;
const GREY: HeatColours = { rise: [0, 99, 211], fall: [191, 136, 3], none: [255, 255, 255], broken: [229, 20, 0] };

/** Follows the theme: VS Code changes the page's class and variables when another one is chosen. */
export function useHeatColours(box: { readonly current: HTMLElement | null }): Signal<HeatColours> {
  const colours = useSignal<HeatColours>(GREY);
  useLayoutEffect(() => {
    const read = (): void => {
      if (box.current !== null) colours.value = readColours(box.current);
    };
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributes: true });
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    return () => observer.disconnect();
  }, [colours]);
  return colours;
}

function readColours(box: HTMLElement): HeatColours {
  const probe = box.appendChild(document.createElement("span"));
  probe.className = "probe";
  const colourOf = (name: string): Rgb => {
    probe.style.color = `var(${name})`;
    const [r = 0, g = 0, b = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b];
  };
  const found = {
    rise: colourOf(NAMES.rise),
    fall: colourOf(NAMES.fall),
    none: colourOf(NAMES.none),
    broken: colourOf(NAMES.broken),
  };
  probe.remove();
  return found;
}

/** Changes smaller than this part of the largest are one shade on the logarithmic scale. */
export const LOG_DECADES = 6;
/** What changed at all is never the colour of what did not. */
const FAINTEST = 0.12;

/** How strong a change is drawn, -1 to 1; 0 only for none. */
export function strength(delta: number, largest: number, isLog: boolean): number {
  if (delta === 0 || largest === 0) return 0;
  const part = Math.min(1, Math.abs(delta) / largest);
  const shown = isLog ? Math.max(0, 1 + Math.log10(part) / LOG_DECADES) : part;
  return Math.sign(delta) * (FAINTEST + (1 - FAINTEST) * shown);
}

/** The colour of a strength: nothing in the middle, two hues that everybody tells apart at the ends. */
export function mix({ rise, fall, none }: HeatColours, value: number): Rgb {
  const end = value < 0 ? fall : rise;
  const part = Math.abs(value);
  const at = (i: 0 | 1 | 2): number => Math.round(none[i] + (end[i] - none[i]) * part);
  return [at(0), at(1), at(2)];
}
