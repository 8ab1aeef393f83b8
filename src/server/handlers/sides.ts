import { ArtifactError } from "../../core/errors.ts";
import { applySettings } from "../../core/findings/settings.ts";
import { LIMITS } from "../../core/limits.ts";
import { nodeDetails } from "../../core/view/details.ts";
import { labelOn, otherSide, type SideName, type SidesItem } from "../../core/view/sides-item.ts";
import type { ComparedDetails, NodeDetails } from "../../core/view/viewer-model.ts";
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
  store.use(sides, work, ({ rows }) => Promise.resolve({ rows: rows.first(side) }));

export const children: Handler<"sides/children"> = ({ sides: store }, { sides, side, id, start, count }, work) =>
  store.use(sides, work, ({ rows }) =>
    Promise.resolve(rows.children(side, id, start, Math.min(count, LIMITS.viewRows))),
  );

export const find: Handler<"sides/find"> = ({ sides: store }, { sides, side, text }, work) =>
  store.use(sides, work, ({ rows }) => Promise.resolve(rows.find(side, text)));

export const locate: Handler<"sides/locate"> = ({ sides: store }, { sides, side, ...wanted }, work) =>
  store.use(sides, work, ({ rows }) => Promise.resolve(rows.locate(side, wanted) ?? null));

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

export const windows: Handler<"sides/windows"> = ({ sides: store }, { sides, id, window }, work) =>
  store.use(sides, work, async (opened) => {
    const item = itemOf(opened, id);
    const read = (side: SideName) => {
      const about = item[side]?.about;
      return about?.type === "parameter" ? windowOf(about.parameter, window, work) : undefined;
    };
    const [old, next] = [await read("old"), await read("new")];
    return { ...(old && { old }), ...(next && { new: next }) };
  });

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
  const [a, b] = [item.old?.about, item.new?.about];
  const isBoth = a?.type === "parameter" && b?.type === "parameter";
  const [from, to] = isBoth ? [a.parameter.tensor.shape, b.parameter.tensor.shape] : [[], []];
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
    ...(other && { other: { ...(other.path !== undefined && { path: other.path }), detail: other.detail } }),
    isSameShape: isBoth && from.length === to.length && from.every((size, i) => size === to[i]),
  };
}

type TableRow = NonNullable<NodeDetails["table"]>["rows"][number];

/** Rows of a table lead to rows of the outline of both. */
function linked({ id, ...row }: TableRow, { rows }: OpenSides, side: SideName): TableRow {
  const here = id === undefined ? undefined : rows.idOf(side, id);
  return here === undefined ? row : { ...row, id: here };
}
