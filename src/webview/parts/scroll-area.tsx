import { type Signal, useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren, HTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** How far a long thing is scrolled, in its own pixels: not the browser's, which end at 33 million. */
export interface ScrollPosition {
  readonly top: number;
  readonly left: number;
}

export interface ViewportSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Chromium caps an element at 33,554,432 px of layout, which page zoom divides. Beyond this the scrollbar is scaled: it
 * points at a place, while wheel and keys move by true pixels, so every row can be reached.
 */
const EXTENT_CAP = 5_000_000;

export interface ScrollAreaProps {
  readonly class: string;
  /** Size of everything, in its own pixels. */
  readonly extent: { readonly width: number; readonly height: number };
  /** Owned by the caller, so that two areas can share one. */
  readonly position: Signal<ScrollPosition>;
  /** Told when the visible part changes its size. */
  readonly viewport: Signal<ViewportSize>;
  readonly children: ComponentChildren;
  readonly attributes: HTMLAttributes<HTMLDivElement>;
  readonly areaRef?: { current: HTMLDivElement | null };
}

/**
 * A scrolling area whose content is drawn by the caller for the position it is at. The content stands in a sticky layer
 * as large as the visible part, so what is seen is always one whole drawing: headers and rows cannot drift apart.
 */
export function ScrollArea(props: ScrollAreaProps) {
  const { extent, position, viewport } = props;
  const own = useRef<HTMLDivElement | null>(null);
  const element = props.areaRef ?? own;
  const height = useScaled(extent.height, useComputed(() => viewport.value.height).value);
  const width = useScaled(extent.width, useComputed(() => viewport.value.width).value);
  const scales = useRef({ height, width });
  scales.current = { height, width };

  useLayoutEffect(() => watchSize(element.current, viewport), [element, viewport]);
  // Where the browser scrolled to by itself. Setting the same again would make it lay out everything once more.
  const followed = useRef<ScrollPosition | undefined>(undefined);
  useLayoutEffect(() => {
    const area = element.current;
    if (area === null || position.value === followed.current) return;
    area.scrollTop = height.toNative(position.value.top);
    area.scrollLeft = width.toNative(position.value.left);
  }, [position.value, height.native, width.native, element]);
  useEffect(() => {
    const area = element.current;
    if (area === null) return undefined;
    const onWheel = (event: WheelEvent): void => wheel(event, area, scales.current, position);
    area.addEventListener("wheel", onWheel, { passive: false });
    return () => area.removeEventListener("wheel", onWheel);
  }, [element, position]);

  const onScroll = (): void => {
    const area = element.current;
    if (area === null) return;
    const { top, left } = position.peek();
    const next = { top: height.follow(area.scrollTop, top), left: width.follow(area.scrollLeft, left) };
    if (next.top === top && next.left === left) return;
    followed.current = next;
    position.value = next;
  };
  return (
    <div {...props.attributes} class={`scroll ${props.class}`} ref={element} onScroll={onScroll}>
      <div class="scroll-extent" style={{ width: `${width.native}px`, height: `${height.native}px` }}>
        <div class="scroll-view" style={{ width: `${viewport.value.width}px`, height: `${viewport.value.height}px` }}>
          {props.children}
        </div>
      </div>
    </div>
  );
}

/** The viewport signal of a new area. */
export function useViewport(): Signal<ViewportSize> {
  return useSignal<ViewportSize>({ width: 0, height: 0 });
}

/** The position moved as little as needed to show [start, start + size) in a window of `length`. */
export function revealed(now: number, start: number, size: number, length: number): number {
  // What is longer than the window is shown from its start.
  if (size > length) return Math.max(0, start);
  if (start < now) return Math.max(0, start);
  if (start + size > now + length) return Math.max(0, start + size - length);
  return now;
}

interface Scaled {
  readonly native: number;
  readonly isScaled: boolean;
  readonly furthest: number;
  toNative(own: number): number;
  /** The own position that a native one means; `now` when the native one is only its rounding. */
  follow(native: number, now: number): number;
}

function useScaled(extent: number, visible: number): Scaled {
  const native = Math.min(extent, EXTENT_CAP);
  const isScaled = extent > EXTENT_CAP;
  const furthest = Math.max(0, extent - visible);
  const ratio = isScaled ? furthest / Math.max(1, native - visible) : 1;
  const toNative = (own: number): number => own / ratio;
  return {
    native,
    isScaled,
    furthest,
    toNative,
    follow: (at, now) => (Math.abs(at - toNative(now)) < 1 ? now : Math.min(furthest, at * ratio)),
  };
}

function wheel(
  event: WheelEvent,
  area: HTMLDivElement,
  scales: { readonly height: Scaled; readonly width: Scaled },
  position: Signal<ScrollPosition>,
): void {
  if (!scales.height.isScaled || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const step =
    event.deltaMode === WheelEvent.DOM_DELTA_LINE
      ? 22
      : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
        ? area.clientHeight
        : 1;
  const { top, left } = position.peek();
  position.value = {
    top: Math.max(0, Math.min(scales.height.furthest, top + event.deltaY * step)),
    left: Math.max(0, Math.min(scales.width.furthest, left + event.deltaX * step)),
  };
}

function watchSize(area: HTMLDivElement | null, viewport: Signal<ViewportSize>): (() => void) | undefined {
  if (area === null) return undefined;
  const measure = (): void => {
    const { clientWidth: width, clientHeight: height } = area;
    const now = viewport.peek();
    if (now.width !== width || now.height !== height) viewport.value = { width, height };
  };
  const observer = new ResizeObserver(measure);
  observer.observe(area);
  measure();
  return () => observer.disconnect();
}
