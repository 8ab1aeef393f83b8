/**
 * A sentence for a person: an English template with {named} places and what goes there. The template is the key of
 * the translation bundle, so core says things once and every surface can say them in the user's language.
 */
export interface Sentence {
  readonly template: string;
  readonly args: Readonly<Record<string, string | number>>;
}

export function say(template: string, args: Readonly<Record<string, string | number>> = {}): Sentence {
  return { template, args };
}

/** Fills a template; a place without an argument stays as it is. */
export function fill(template: string, args: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(args, name) ? String(args[name]) : whole,
  );
}

export function english(sentence: Sentence): string {
  return fill(sentence.template, sentence.args);
}
