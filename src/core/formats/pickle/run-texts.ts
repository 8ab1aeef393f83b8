import { type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { classify } from "./classify.ts";
import type { Evaluation } from "./evaluation.ts";
import { HeldBytes } from "./held-bytes.ts";

/**
 * Texts that libraries run as Python. `scipy.stats` distributions `exec` the template of their own argument parser when they
 * get their state (`rv_generic.__setstate__`), statsmodels evaluates a model's formula anew (`ModelData.__setstate__`), and
 * formulas and expressions of others are evaluated when the model is used. All of it is ordinary as long as the text is.
 */
const TEMPLATE = "_parse_arg_template";
const RESTORES = /^restore_(?:design_info|model_spec)$/;
const EXPRESSIONS = /^(?:formula|expr|code|_?expression)$/;

/** Classes whose own `__setstate__` runs a text of the state. */
const RUN_STATE: readonly (readonly [module: RegExp, name: RegExp])[] = [
  [/^scipy\.stats(?:\.|$)/, /^rv_|_gen$/],
  [/^statsmodels\.base\.data$/, /./],
];
/** Libraries with formulas that they evaluate later on. */
const FORMULAS = /^(?:statsmodels|patsy|formulaic|lifelines|sklearn2pmml)(?:\.|$)/;

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

function isTemplate(text: Value | undefined): boolean {
  if (typeof text !== "string" || text.length > MOST) return false;
  return text.split("\n").every((line) => TEMPLATE_LINE.test(line) && !CALL.test(line.replace(OWN, "")));
}
const OWN = /_parse_args\w*\(|_argcheck_rvs\(|^\s+return /g;
const CALL = /[\w)']\s*\(/;

/** More is no template and no formula that a library wrote. */
const MOST = 65_536;
/** A text of more is looked at once. */
const LONG = 1024;

/** Notes where a state has a text that is run when the object gets it, or whenever it is used. */
export function noteStateTexts(target: ObjectNode, state: Value, evaluation: Evaluation, offset: number): void {
  const of = classOf(target);
  if (of === undefined) return;
  const isRun = RUN_STATE.some(([module, name]) => module.test(of.module) && name.test(of.name));
  const isFormula = FORMULAS.test(of.module);
  if (!isNode(state)) return;
  if (isRun && !(state.kind === "dict" && state.keys.every((key) => typeof key === "string"))) {
    setsState(of, evaluation, offset);
    return;
  }
  if (state.kind !== "dict" || !(isRun || isFormula)) return;
  const { keys, values } = state;
  const isRestored = keys.some((key) => typeof key === "string" && RESTORES.test(key));
  for (const [i, key] of keys.entries()) {
    const value = values[i];
    if (typeof key !== "string") continue;
    if (key === TEMPLATE ? !isTemplate(value) : isRestored && key === "formula" && !isFormulaText(value))
      setsState(of, evaluation, offset);
    else if (isFormula && EXPRESSIONS.test(key) && typeof value === "string" && isHarmful(value, isHostile, evaluation))
      evaluation.imports.global(of.module, `${of.name}.eval`, offset);
  }
}

function isFormulaText(value: Value | undefined): boolean {
  return value === null || (typeof value === "string" && value.length <= MOST && !isHostile(value));
}

/** The call of `__setstate__`, by which the finding names what runs. */
function setsState({ module, name }: GlobalNode, { imports }: Evaluation, offset: number): void {
  imports.called(imports.global(module, `${name}.__setstate__`, offset));
}

/** The class of an object, also where `copyreg._reconstructor(class, ...)` made it. */
function classOf({ callable, args }: ObjectNode): GlobalNode | undefined {
  const isMaker = isNode(callable) && callable.kind === "global" && /^copy_?reg$/.test(callable.module);
  const made = isMaker ? args[0] : callable;
  return isNode(made) && made.kind === "global" ? made : undefined;
}

/** Code and commands, as they are given to whatever runs them. */
const CODE =
  /__import__|\bos\.(?:system|popen|exec\w+|spawn\w+)\b|\bsubprocess\.\w|\bimport\s+(?:os|sys|subprocess|socket|pty|ctypes|shutil)\b|__subclasses__|__globals__|__builtins__|\b(?:eval|exec)\(|\/bin\/(?:ba|z)?sh\b|\b(?:curl|wget)\s+(?:-\S+\s+){0,20}https?:|\bpowershell(?:\.exe)?\s+-/;

/** Classes that start the program that they are made with. */
const PROGRAMS = /^gensim\.models\.wrappers(?:\.|$)/;

/**
 * A function that is on no list and is called with code or a command: it is likely to run it. True of what an ordinary
 * library evaluates, too.
 */
export function isGivenCode({ module, name }: GlobalNode, { args, how }: ObjectNode, evaluation: Evaluation): boolean {
  if (how === "call" && args.length > 0 && PROGRAMS.test(module)) return true;
  const isUnusual = classify(module, name, "call") === "unusual";
  if (!isUnusual && !FORMULAS.test(module)) return false;
  return textsOf(args, 1).some((text) => isHarmful(text, isUnusual ? isCode : isHostile, evaluation));
}

type Judge = (text: string) => boolean;
const isCode: Judge = (text) => CODE.test(text.normalize("NFKC"));

/** One long text can be in any number of states, and given to any number of calls: it is looked at once. */
function isHarmful(text: string, judge: Judge, evaluation: Evaluation): boolean {
  const known = harmless[judge === isCode ? "code" : "hostile"];
  const texts = known.get(evaluation) ?? new Set();
  known.set(evaluation, texts);
  if (texts.has(text)) return false;
  if (judge(text)) return true;
  if (text.length > LONG) texts.add(text);
  return false;
}
const harmless = { code: new WeakMap<Evaluation, Set<string>>(), hostile: new WeakMap<Evaluation, Set<string>>() };

function textsOf(values: readonly Value[], depth: number): string[] {
  return values.slice(0, PARTS).flatMap((value) => {
    if (typeof value === "string") return [value];
    if (!isNode(value)) return [];
    // A pickle within is looked into by itself.
    if (value.kind === "bytes" && value.data instanceof HeldBytes && value.data.bytes[0] !== 0x80)
      return [String.fromCharCode(...value.data.bytes.subarray(0, PARTS * 8))];
    if (depth === 0) return [];
    if (value.kind === "list") return textsOf(value.items, depth - 1);
    return value.kind === "dict" ? textsOf(value.values, depth - 1) : [];
  });
}
const PARTS = 1_000;
