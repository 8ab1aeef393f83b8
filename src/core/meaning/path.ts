/**
 * Addresses: the text a person would type to reach a value. An attribute is `.name`, a key that is an identifier
 * `.key`, any other string key `["a.b"]`, a position `[3]`. The root's own name is the empty path.
 */

/** Most are; the one for all alphabets is not made ready until it is asked. */
const ASCII_IDENTIFIER = /^[A-Za-z_]\w*$/;
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u;
const DOTTED =
  /^(?:[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*|\d+)(?:\.(?:[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*|\d+))+$/u;

export function isIdentifier(text: string): boolean {
  return ASCII_IDENTIFIER.test(text) || IDENTIFIER.test(text);
}

/** True for `layer1.0.weight`: at least two identifiers or integers joined by dots. */
export function isDottedPath(text: string): boolean {
  return DOTTED.test(text);
}

/** `base.name`, or `base["na me"]` for a name that no attribute access could spell. */
export function attributePath(base: string, name: string): string {
  if (!isIdentifier(name)) return quotedPath(base, name);
  return base === "" ? name : `${base}.${name}`;
}

/** A string key of a dict that is not the root. */
export function keyPath(base: string, key: string): string {
  return attributePath(base, key);
}

/** A string key of the root dict: names that are addresses already are kept as they are. */
export function rootKeyPath(key: string, namedTensors: boolean): string {
  if (namedTensors && key !== "") return key;
  return isIdentifier(key) || isDottedPath(key) ? key : quotedPath("", key);
}

/** The form that is used where the plain one is taken by something else. */
export function quotedPath(base: string, key: string): string {
  return `${base}[${JSON.stringify(key)}]`;
}

/** A position in a list or object array (one number per dimension), or an integer key. */
export function indexPath(base: string, ...index: readonly (number | bigint)[]): string {
  return `${base}[${index.join(", ")}]`;
}

/** True when no segment of the address below `base` starts with an underscore. */
export function isPublicName(name: string): boolean {
  return !name.startsWith("_");
}
