import { counterpartOf } from "../../core/diff/trees/counterpart.ts";
import { comparedTrees } from "../../core/diff/trees/ensembles.ts";
import { treeRows } from "../../core/diff/trees/nodes.ts";
import { pairEnsembles } from "../../core/diff/trees/pair.ts";
import { ArtifactError } from "../../core/errors.ts";
import { applySettings } from "../../core/findings/settings.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Parameter } from "../../core/model/artifact.ts";
import { laidBeside, placesBeside, requestBeside } from "../../core/view/beside.ts";
import { nodeDetails } from "../../core/view/details.ts";
import type { SidesOutline } from "../../core/view/sides-outline.ts";
import { labelOn, otherSide, type SideName, type SidesItem } from "../../core/view/sides-item.ts";
import type { ComparedDetails, NodeDetails } from "../../core/view/viewer-model.ts";
import type { Work } from "../../core/work.ts";
import type { Handler } from "../context.ts";
import type { OpenSides } from "../sides.ts";
import type { OpenModel } from "../store.ts";
import { windowOf } from "./tensor.ts";

export const open: Handler<"sides/open"> = async ({ sides }, { oldUri, newUri }, work) => ({
  sides: await sides.open(oldUri, newUri, work),
});

export const compare: Handler<"sides/compare"> = async ({ sides: store, notify }, { sides }, work) => {
  const { report, changes } = await store.compare(sides, work, (told) => notify("sides/told", { sides, ...told }));
  return { changes, judgement: report.judgement, complete: report.complete };
};

export const close: Handler<"sides/close"> = ({ sides: store }, { sides }) => {
  store.release(sides);
  return Promise.resolve(null);
};

export const first: Handler<"sides/first"> = ({ sides: store }, { sides, side }, work) =>
  store.use(sides, work, ({ rows }) => marked(rows, work, () => ({ rows: rows.first(side) })));

export const children: Handler<"sides/children"> = ({ sides: store }, { sides, side, id, start, count }, work) =>
  store.use(sides, work, ({ rows }) =>
    marked(rows, work, () => rows.children(side, id, start, Math.min(count, LIMITS.viewRows))),
  );

export const find: Handler<"sides/find"> = ({ sides: store }, { sides, side, text }, work) =>
  store.use(sides, work, ({ rows }) => rows.find(side, text, work));

export const locate: Handler<"sides/locate"> = ({ sides: store }, { sides, side, ...wanted }, work) =>
  store.use(sides, work, ({ rows }) => marked(rows, work, () => rows.locate(side, wanted) ?? null));

/** Rows with what became of those of raw structure among them. */
async function marked<T>(rows: SidesOutline, work: Work, make: () => T): Promise<T> {
  const made = make();
  return (await rows.judge(work)) ? make() : made;
}

export const step: Handler<"sides/step"> = ({ sides: store }, { sides, side, from, by }, work) =>
  store.use(sides, work, ({ rows }) => Promise.resolve(rows.step(side, from, by) ?? null));

export const details: Handler<"sides/details"> = ({ sides: store, options }, { sides, side, id }, work) =>
  store.use(sides, work, async (opened) => {
    const item = itemOf(opened, id);
    const { artifact, uri } = modelOn(opened, side);
    const face = item[side];
    const compared = comparedOf(opened, item, side);
    if (face === undefined)
      return {
        id: item.id,
        title: item[otherSide(side)]?.path ?? labelOn(item, side),
        facts: [],
        findings: [],
        compared,
      };
    const shown = await nodeDetails(artifact, face, work);
    const { rulesOf } = options();
    return {
      ...shown,
      id: item.id,
      findings: applySettings(shown.findings, rulesOf(uri)),
      compared,
      ...(shown.table && { table: { ...shown.table, rows: shown.table.rows.map((row) => linked(row, opened, side)) } }),
    };
  });

export const windows: Handler<"sides/windows"> = ({ sides: store }, { sides, side, id, window }, work) =>
  store.use(sides, work, async (opened) => {
    const item = itemOf(opened, id);
    const [parameter, counterpart] = [parameterOf(item, side), parameterOf(item, otherSide(side))];
    if (parameter === undefined) throw new ArtifactError("not-found", `${id} is no parameter on the ${side} side`);
    const own = await windowOf(parameter, window, work);
    if (counterpart === undefined) return { own };
    const places = placesBeside(parameter, counterpart);
    // What is there, not what was asked for.
    const { row, rows, column, columns } = own;
    const wanted = places && requestBeside({ leading: window.leading, row, rows, column, columns }, places);
    // A few names may be far apart there: more than a view is not read for them.
    if (places === undefined || wanted === undefined || wanted.rows * wanted.columns > LIMITS.viewElements)
      return { own };
    return { own, other: laidBeside(own, await windowOf(counterpart, wanted, work), places) };
  });

export const tree: Handler<"sides/tree"> = ({ sides: store }, { sides, side, path, of, index }, work) =>
  store.use(sides, work, async (opened) => {
    const { old, next, ensembles } = opened;
    const pairs = await pairEnsembles(old.artifact, next.artifact);
    const pair = pairs.find((each) => (side === "old" ? each.old : each.next).path === path);
    if (pair === undefined) {
      const lone = modelOn(opened, side).ensembles.find((each) => each.path === path);
      if (lone === undefined) throw new ArtifactError("not-found", `there are no trees at ${path}`);
      const at = Math.min(index, lone.treeCount - 1);
      const nodes = await treeRows(lone, await lone.tree(at, work), LIMITS.viewRows, work);
      const place = side === "old" ? { oldIndex: at, oldPath: path } : { newIndex: at, newPath: path };
      return { path: lone.pathOf(at), ...nodes, ...place, isCompared: false };
    }
    const { old: before, next: after } = pair;
    const [own, other] = of === "old" ? [before, after] : [after, before];
    if (index >= own.treeCount) throw new ArtifactError("not-found", `there is no tree ${index} of ${own.treeCount}`);
    const change = ensembles.find((each) => each.new.path === after.path);
    const there = counterpartOf(change, of, index, other.treeCount);
    const [oldIndex, newIndex] = of === "old" ? [index, there] : [there, index];
    const compared = await comparedTrees(pair, oldIndex, newIndex, LIMITS.viewRows, work);
    const [shown, at] = side === "old" ? [before, oldIndex] : [after, newIndex];
    return {
      ...compared,
      path: at === undefined ? "" : shown.pathOf(at),
      isCompared: true,
      oldPath: before.path,
      newPath: after.path,
      ...(oldIndex === undefined ? {} : { oldIndex }),
      ...(newIndex === undefined ? {} : { newIndex }),
    };
  });

function parameterOf(item: SidesItem, side: SideName): Parameter | undefined {
  const about = item[side]?.about;
  return about?.type === "parameter" ? about.parameter : undefined;
}

function itemOf({ rows }: OpenSides, id: string): SidesItem {
  const item = rows.item(id);
  if (item === undefined) throw new ArtifactError("not-found", `the two sides have no row ${id}`);
  return item;
}

function modelOn({ old, next }: OpenSides, side: SideName): OpenModel {
  return side === "old" ? old : next;
}

function comparedOf({ entries }: OpenSides, item: SidesItem, side: SideName): ComparedDetails {
  const entry = entries.get(item.id);
  const other = item[otherSide(side)];
  const [own, counterpart] = [parameterOf(item, side), parameterOf(item, otherSide(side))];
  return {
    isGap: item[side] === undefined,
    ...(item.verdict && { verdict: item.verdict }),
    ...(entry && {
      entry: {
        because: entry.because,
        ...(entry.stats && { stats: entry.stats }),
        ...(entry.paired && { paired: entry.paired }),
      },
    }),
    ...(other && { other: { ...(other.path !== undefined && { path: other.path }), ...otherDetail(item, side) } }),
    isBeside: own !== undefined && counterpart !== undefined && placesBeside(own, counterpart) !== undefined,
  };
}

/** What the other side says of a row, where it is something else. */
function otherDetail(item: SidesItem, side: SideName): { readonly detail: string } {
  const detail = item[otherSide(side)]?.detail ?? "";
  return { detail: detail === item[side]?.detail ? "" : detail };
}

type TableRow = NonNullable<NodeDetails["table"]>["rows"][number];

/** Rows of a table lead to rows of the outline of both, and have their verdicts. */
function linked({ id, ...row }: TableRow, { rows }: OpenSides, side: SideName): TableRow {
  const here = id === undefined ? undefined : rows.idOf(side, id);
  if (here === undefined) return row;
  const verdict = rows.item(here)?.verdict;
  return { ...row, id: here, ...(verdict === undefined ? {} : { verdict }) };
}
