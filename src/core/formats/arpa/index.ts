import type { Format, Match, Probe } from "../format.ts";
import { textOf } from "../probe.ts";
import { readArpa } from "./read.ts";

//   \data\                          how many n-grams there are of each order
//   ngram 1=5
//   ngram 2=7
//
//   \1-grams:                       log10 of the probability, the words, log10 of the back-off weight (zero where it is left out)
//   -0.46943438	a	-0.30103
//
//   \2-grams:
//   -0.37712017	<s> a
//
//   \end\
//
//   Blanks or tabs between; what stands before \data\ is a comment.
//   http://www.speech.sri.com/projects/srilm/manpages/ngram-format.5.html

export const arpaFormat: Format = {
  id: "arpa",
  label: "ARPA language model",
  extensions: [".arpa", ".lm"],
  sniff,
  read: readArpa,
};

function sniff({ head }: Probe): Match | undefined {
  const found = /^\\data\\\s*\nngram +1 *= *\d+/m.exec(textOf(head));
  if (found === null) return undefined;
  const certainty = textOf(head.subarray(0, 64)).trimStart().startsWith("\\data\\") ? "certain" : "likely";
  return { certainty, reason: 'text with the line "\\data\\" and counts of n-grams' };
}
