import { type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { classify } from "./classify.ts";
import type { Evaluation } from "./evaluation.ts";
import { HeldBytes } from "./held-bytes.ts";
import { keepsFile, opensGiven, reachesFile } from "./opens-files.ts";

/**
 * Texts that libraries run as Python. `scipy.stats` distributions `exec` the template of their own argument parser when they
 * get their state (`rv_generic.__setstate__`), statsmodels evaluates a model's formula anew (`ModelData.__setstate__`), and
 * formulas and expressions of others are evaluated when the model is used. All of it is ordinary as long as the text is.
 */
const TEMPLATE = "_parse_arg_template";
const RESTORES = /^restore_(?:design_info|model_spec)$/;
const EXPRESSIONS = /^(?:formula|expr|code|_?expression|fh_params)$/;

/** Classes whose own `__setstate__` runs a text of the state. */
const RUN_STATE: readonly (readonly [module: RegExp, name: RegExp])[] = [
  [/^scipy\.stats(?:\.|$)/, /^rv_|_gen$/],
  [/^statsmodels\.base\.data$/, /./],
];
/** Libraries with formulas that they evaluate later on. */
const FORMULAS = /^(?:statsmodels|patsy|formulaic|lifelines|sklearn2pmml|sktime)(?:\.|$)/;
/** sklearn2pmml evaluates predicates and functions as texts too, which lie in lists. */
const LISTED = /^(?:steps|rules|function_defs|class_exprs)$/;
const LISTED_DEPTH = 2;

/** What scipy makes: three functions of plain names and numbers, which call one method of their own. */
const TEMPLATE_LINE = /^(?:\s*|def _parse_args\w*\([\w\s,.=*'-]*\):|\s+return (?:self\._argcheck_rvs)?[\w\s,.=()'-]*)$/;

/** Functions of Python's own that a formula has no use for; those that no column is called, also where something else calls them. */
const RUNS =
  /\b(?:compile|open|vars|input)\s*\(|(?<![.\w])(?:eval|exec|execfile|getattr|setattr|globals|locals|breakpoint)\b/;
const DUNDER = /__[A-Za-z]\w*__/;
const PATHS = /(?<!\w)[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+/g;

/** A formula or expression that does more than to compute. */
function isHostile(given: string): boolean {
  // As Python reads names.
  const text = given.normalize("NFKC");
  if (DUNDER.test(text) || RUNS.test(text)) return true;
  return [...text.matchAll(PATHS)].some(
    ([path]) => classify("(value)", path.replace(/\s+/g, ""), "call") === "dangerous",
  );
}

function isTemplate(text: Value | undefined, evaluation: Evaluation): boolean {
  return typeof text === "string" && text.length <= MOST && !isHarmful(text, isNoTemplate, evaluation);
}

function isNoTemplate(text: string): boolean {
  return !text.split("\n").every((line) => TEMPLATE_LINE.test(line) && !CALL.test(line.replace(OWN, "")));
}
const OWN = /_parse_args\w*\(|_argcheck_rvs\(|^\s+return /g;
const CALL = /[\w)']\s*\(/;

/** More is no template and no formula that a library wrote. */
const MOST = 65_536;

/** Notes where a state has a text that is run when the object gets it, or whenever it is used. */
export function noteStateTexts(target: ObjectNode, state: Value, evaluation: Evaluation, offset: number): void {
  const named = classesOf(target);
  const [made] = named;
  if (made === undefined || !isNode(state)) return;
  if (named.every(isStill) && !(state.kind === "dict" && state.keys.includes(TEMPLATE))) return;
  const run = named.find(runsState);
  const isRun = run !== undefined;
  const of = run ?? named.find(({ module }) => FORMULAS.test(module)) ?? made;
  const isFormula = FORMULAS.test(of.module);
  if (reachesFile(of, state)) setsState(of, evaluation, offset);
  if (isRun && !(state.kind === "dict" && state.keys.every((key) => typeof key === "string"))) {
    setsState(of, evaluation, offset);
    return;
  }
  if (state.kind !== "dict") return;
  const { keys, values } = state;
  if (!(isRun || isFormula || keys.includes(TEMPLATE))) return;
  const isRestored = keys.some((key) => typeof key === "string" && RESTORES.test(key));
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (typeof key !== "string") continue;
    if (
      key === TEMPLATE
        ? !isTemplate(value, evaluation)
        : isRestored && key === "formula" && !isFormulaText(value, evaluation)
    )
      setsState(of, evaluation, offset);
    else if (isFormula && expressionsOf(key, value, evaluation).some((text) => isHarmful(text, isHostile, evaluation)))
      evaluation.imports.global(of.module, `${of.name}.eval`, offset);
  }
}

function runsState(global: GlobalNode): boolean {
  return RUN_STATE.some(([module, name]) => module.test(global.module) && name.test(global.name));
}

/** True of a class whose state has no text that is run by what the class is. Every object is asked; a file has few classes. */
function isStill(global: GlobalNode): boolean {
  const known = still.get(global);
  if (known !== undefined) return known;
  const answer = !runsState(global) && !FORMULAS.test(global.module) && !keepsFile(global);
  still.set(global, answer);
  return answer;
}
const still = new WeakMap<GlobalNode, boolean>();

function expressionsOf(key: string, value: Value | undefined, evaluation: Evaluation): readonly string[] {
  if (value === undefined) return [];
  if (EXPRESSIONS.test(key) && typeof value === "string") return [value];
  return LISTED.test(key) ? textsOf([value], LISTED_DEPTH, evaluation) : [];
}

function isFormulaText(value: Value | undefined, evaluation: Evaluation): boolean {
  return (
    value === null || (typeof value === "string" && value.length <= MOST && !isHarmful(value, isHostile, evaluation))
  );
}

/** The call of `__setstate__`, by which the finding names what runs. */
function setsState({ module, name }: GlobalNode, { imports }: Evaluation, offset: number): void {
  imports.called(imports.global(module, `${name}.__setstate__`, offset));
}

/**
 * The class of an object, also where `copyreg._reconstructor(class, ...)` or a maker of any library made it of the class. Where it
 * is not told which argument is the class, any of them may be.
 */
function classesOf({ callable, args }: ObjectNode): GlobalNode[] {
  if (!isNode(callable) || callable.kind !== "global") return [];
  const given = args.slice(0, MADE_OF).filter((value): value is GlobalNode => isNode(value) && value.kind === "global");
  return /^copy_?reg$/.test(callable.module) ? given : [callable, ...given];
}
/** Arguments of a maker that are looked at for a class. */
const MADE_OF = 4;

/** Code and commands, as they are given to whatever runs them. */
const CODE =
  /__import__|\bos\.(?:system|popen|exec\w+|spawn\w+)\b|\bsubprocess\.\w|\bimport\s+(?:os|sys|subprocess|socket|pty|ctypes|shutil)\b|__subclasses__|__globals__|__builtins__|\b(?:eval|exec)\(|\/bin\/(?:ba|z)?sh\b|\bpowershell(?:\.exe)?\s+-/;

/**
 * A function that is on no list and is called with code or a command: it is likely to run it. True of what an ordinary
 * library evaluates, too.
 */
export function isGivenCode(callable: GlobalNode, node: ObjectNode, evaluation: Evaluation): boolean {
  const { module, name } = callable;
  const { args } = node;
  if (opensGiven(callable, node)) return true;
  const isUnusual = classify(module, name, "call") === "unusual";
  if (!isUnusual && !FORMULAS.test(module)) return false;
  return textsOf(args, 1, evaluation).some((text) => isHarmful(text, isUnusual ? isCode : isHostile, evaluation));
}

/** What looking at one of many texts costs, in nodes. */
const LISTED_COST = 8;

type Judge = (text: string) => boolean;

function isCode(given: string): boolean {
  const text = given.normalize("NFKC");
  return CODE.test(text) || ((text.includes("http:") || text.includes("https:")) && fetches(text));
}

/** `curl -s -L https://...`: a program, options and an address. */
function fetches(text: string): boolean {
  let isCalled = false;
  for (const [word] of text.matchAll(/\S+/g)) {
    if (isCalled && /^https?:/.test(word)) return true;
    isCalled = (isCalled && word.startsWith("-")) || /(?:^|\W)(?:curl|wget)$/.test(word.slice(-5));
  }
  return false;
}

/**
 * Texts that are nothing to run: one can be given to any number of calls. A long text is known by its length, for telling it from
 * others of that length is as much work as reading it.
 */
class KnownTexts {
  private readonly texts = new Set<string>();
  private readonly long = new Map<number, string>();

  has(text: string): boolean {
    return text.length > HASHED ? this.long.get(text.length) === text : this.texts.has(text);
  }

  add(text: string): void {
    if (text.length > HASHED) this.long.set(text.length, text);
    else if (text.length > SHORT && this.texts.size < KNOWN) this.texts.add(text);
  }
}
/** Engines take a longer text's length for its hash. */
const HASHED = 16_000;
/** To look at a shorter text costs no more than to find it. */
const SHORT = 32;
const KNOWN = 10_000;

const harmless = new WeakMap<Evaluation, Map<Judge, KnownTexts>>();

/** One text can be in any number of states, and given to any number of calls: it is looked at once. */
function isHarmful(text: string, judge: Judge, evaluation: Evaluation): boolean {
  const all = harmless.get(evaluation) ?? new Map<Judge, KnownTexts>();
  harmless.set(evaluation, all);
  const known = all.get(judge) ?? new KnownTexts();
  all.set(judge, known);
  if (known.has(text)) return false;
  evaluation.spend(text.length * SCAN_COST);
  if (judge(text)) return true;
  known.add(text);
  return false;
}
/** What looking at a character costs, in nodes, where it is not known that it was looked at. */
const SCAN_COST = 1 / 16;

function textsOf(values: readonly Value[], depth: number, evaluation: Evaluation): string[] {
  if (values.length > 8) evaluation.spend(Math.min(values.length, PARTS) * LISTED_COST);
  return values.slice(0, PARTS).flatMap((value) => {
    if (typeof value === "string") return [value];
    if (!isNode(value)) return [];
    // A pickle within is looked into by itself.
    if (value.kind === "bytes" && value.data instanceof HeldBytes && value.data.bytes[0] !== 0x80) {
      const bytes = value.data.bytes.subarray(0, PARTS * 8);
      evaluation.spend(bytes.length / 4);
      return [String.fromCharCode(...bytes)];
    }
    if (depth === 0) return [];
    if (value.kind === "list") return textsOf(value.items, depth - 1, evaluation);
    return value.kind === "dict" ? textsOf(value.values, depth - 1, evaluation) : [];
  });
}
const PARTS = 1_000;
