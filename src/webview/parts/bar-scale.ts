/** Where values stand on a track that holds zero. */
export interface Scale {
  /** Where zero is along the track, 0 to 1. */
  readonly zero: number;
  /** Length of a value along the track, 0 to 1. */
  part(value: number): number;
}

/** A track from the least to the greatest of the finite values, zero included. */
export function scaleOf(values: Iterable<number>): Scale {
  let low = 0;
  let high = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  // Halves, because the range of the largest doubles is not a double.
  const range = high / 2 - low / 2;
  return {
    zero: range === 0 ? 0 : -low / 2 / range,
    part: (value) => (range === 0 || !Number.isFinite(value) ? 0 : Math.abs(value) / 2 / range),
  };
}

/** A bar's place on its track, in CSS. */
export function barStyle(scale: Scale, value: number): { readonly left: string; readonly width: string } {
  const part = scale.part(value);
  return { left: `${(value < 0 ? scale.zero - part : scale.zero) * 100}%`, width: `${part * 100}%` };
}
