/**
 * The tree that addresses make: `layer1.0.weight` is `layer1` > `0` > `weight`, `dense/kernel` (TensorFlow, Keras, Flax) is
 * `dense` > `kernel`. Chains of single children are one row (`layer1.0`), so that nobody opens three levels to find one
 * parameter.
 */
export interface PrefixNode<T> {
  /** The whole address up to here; "" for the root. */
  readonly prefix: string;
  /** What the row shows: the part below its parent, without the dot or slash between them. */
  readonly label: string;
  /** The thing with exactly this address. */
  readonly item?: T;
  readonly children: readonly PrefixNode<T>[];
  /** Items at or below this node. */
  readonly count: number;
}

/** Work that is done in steps, which are small; what it comes to. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Items of one step. */
export const STEP = 256;

/** All steps at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

interface Growing<T> {
  readonly prefix: string;
  readonly parent: Growing<T> | undefined;
  item?: T;
  /** Most nodes are leaves: those have none. */
  children?: Map<string, Growing<T>>;
  made?: Made<T>;
}

interface Made<T> extends PrefixNode<T> {
  label: string;
}

const isSeparator = (character: string | undefined): boolean => character === "." || character === "/";

/** Whether a segment begins at `at`: what is below `dense` goes on with a dot, a slash or a bracket there. */
export function beginsSegment(path: string, at: number): boolean {
  return path[at] === "[" || isSeparator(path[at]);
}

/**
 * Ends of the segments of an address: `steps.clf["a b"][3]` -> after `steps`, `clf`, `["a b"]`, `[3]`. Separators belong to
 * the segment behind them; those at the end (`a/`) to the one before. A quoted key that is itself an address
 * (`state_dict["conv1.weight"]`) has its segments: after `state_dict`, `["conv1`, `.weight"]`.
 */
export function segmentEnds(path: string): number[] {
  const ends: number[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === "[") {
      const end = bracketEnd(path, at);
      ends.push(...endsInKey(path, at, end));
      at = end;
    } else {
      while (isSeparator(path[at])) at += 1;
      while (at < path.length && !beginsSegment(path, at)) at += 1;
      if (isSeparator(path[at]) && isTail(path, at)) at = path.length;
    }
    ends.push(at);
  }
  return ends;
}

/** Two words or more, and not a number such as "1.5" or "2.5e-3". */
const ADDRESS = /^[\w:@+-]+(?:[./][\w:@+-]+)+$/;

/** Ends inside of a quoted key. */
function endsInKey(path: string, start: number, end: number): number[] {
  const key = path.slice(start + 2, end - 2);
  if (path[start + 1] !== '"' || !ADDRESS.test(key) || !Number.isNaN(Number(key))) return [];
  return [...key.matchAll(/[./]/g)].map(({ index }) => start + 2 + index);
}

/** Whether nothing but separators is left. */
function isTail(path: string, start: number): boolean {
  let at = start;
  while (isSeparator(path[at])) at += 1;
  return at === path.length;
}

function bracketEnd(path: string, start: number): number {
  let at = start + 1;
  const quote = path[at] === '"' || path[at] === "'" ? path[at] : undefined;
  if (quote !== undefined) {
    at += 1;
    while (at < path.length && path[at] !== quote) at += path[at] === "\\" ? 2 : 1;
  }
  const close = path.indexOf("]", at);
  return close < 0 ? path.length : close + 1;
}

/** Whether a prefix ends between the quotes of a key: it groups addresses, but is none. */
export function endsInQuotes(prefix: string): boolean {
  return /\["[^"\]]*$/.test(prefix);
}

/** Builds the tree in the order of the items. `keep` names prefixes that stay rows of their own (estimators). */
export function prefixTree<T extends { readonly path: string }>(
  items: readonly T[],
  keep: ReadonlySet<string>,
): PrefixNode<T> {
  return finished(prefixTreeInSteps(items, keep));
}

/** The same, a few hundred items at a time: between two steps others may have their turn. */
export function* prefixTreeInSteps<T extends { readonly path: string }>(
  items: readonly T[],
  keep: ReadonlySet<string>,
): Steps<PrefixNode<T>> {
  const root: Growing<T> = { prefix: "", parent: undefined };
  for (const [at, item] of items.entries()) {
    if (at % STEP === 0) yield;
    let node = root;
    for (const end of endsFor(item.path)) {
      const prefix = item.path.slice(0, end);
      const children: Map<string, Growing<T>> = (node.children ??= new Map());
      let next = children.get(prefix);
      if (next === undefined) {
        next = { prefix, parent: node };
        children.set(prefix, next);
      }
      node = next;
    }
    node.item = item;
  }
  return yield* finish(root, keep);
}

/** Levels of the tree: each is a text as long as all that stands before it, and an address has as many as a file likes. */
const LEVELS = 100;

function endsFor(path: string): readonly number[] {
  const ends = segmentEnds(path);
  return ends.length <= LEVELS ? ends : [...ends.slice(0, LEVELS - 1), path.length];
}

/** Bottom-up without recursion: an address has as many segments as a file likes. */
function* finish<T>(root: Growing<T>, keep: ReadonlySet<string>): Steps<PrefixNode<T>> {
  const order: Growing<T>[] = [root];
  for (let at = 0; at < order.length; at += 1) {
    if (at % STEP === 0) yield;
    for (const child of order[at]?.children?.values() ?? []) order.push(child);
  }
  for (let node = order.pop(); node !== undefined; node = order.pop()) {
    if (order.length % STEP === 0) yield;
    node.made = made(node, keep);
  }
  return root.made ?? { prefix: "", label: "", children: [], count: 0 };
}

const NO_CHILDREN: readonly never[] = [];

/** A node whose children are made. */
function made<T>(node: Growing<T>, keep: ReadonlySet<string>): Made<T> {
  const { prefix, item, parent } = node;
  const children = node.children === undefined ? NO_CHILDREN : childrenMade(node.children);
  const only = children.length === 1 ? children[0] : undefined;
  if (item === undefined && only !== undefined && parent !== undefined && !keep.has(prefix)) return only;
  let count = item === undefined ? 0 : 1;
  for (const child of children) {
    child.label = below(child.prefix, prefix);
    count += child.count;
  }
  // Its own label is said by whichever row it comes to lie below.
  return item === undefined ? { prefix, label: "", children, count } : { prefix, label: "", item, children, count };
}

function childrenMade<T>(children: ReadonlyMap<string, Growing<T>>): readonly Made<T>[] {
  const found: Made<T>[] = [];
  for (const { made: child } of children.values()) if (child !== undefined) found.push(child);
  return found;
}

/** A whole quoted key; one that only opens; one that only closes. */
const QUOTED = /\["((?:[^"\\]|\\.)*)"\]|\["([^"]*)$|"\]/g;

/** What a row shows: `["conv1` below `state_dict` is `conv1`, `.weight"]` below that `weight`, `["a b"]` alone `a b`. */
function below(prefix: string, parent: string): string {
  const whole = prefix.slice(parent.length);
  const rest = !whole.includes('"')
    ? whole
    : whole.replace(QUOTED, (match: string, key?: string, opening?: string) => {
        if (opening !== undefined) return `.${opening}`;
        if (key === undefined) return "";
        return (match === whole && /^[^"\\]+$/.test(key)) || /^[\w:@+./-]+$/.test(key) ? `.${key}` : match;
      });
  // At the top a slash is part of the name: `/conv1/Conv` of ONNX.
  return rest.startsWith(".") || (parent !== "" && rest.startsWith("/")) ? rest.slice(1) : rest;
}
