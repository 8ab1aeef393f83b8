import { type DigitRun, splitDigits } from "../../core/view/digits.ts";

export type Side = "old" | "new";

/** A number beside its counterpart: the leading digits both share plain, the rest marked. */
export function MarkedNumber({
  text,
  other,
  side,
}: {
  readonly text: string;
  readonly other: string;
  readonly side: Side;
}) {
  const split = side === "old" ? splitDigits(text, other).old : splitDigits(other, text).new;
  return <Runs runs={split} side={side} />;
}

function Runs({ runs, side }: { readonly runs: readonly DigitRun[]; readonly side: Side }) {
  return (
    <>
      {runs.map((run, i) =>
        run.isSame ? (
          run.text
        ) : (
          <mark key={i} class={`digits is-${side}`}>
            {run.text}
          </mark>
        ),
      )}
    </>
  );
}
