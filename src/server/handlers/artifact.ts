import { treeRows } from "../../core/diff/trees/nodes.ts";
import { ArtifactError } from "../../core/errors.ts";
import { applySettings } from "../../core/findings/settings.ts";
import { LIMITS } from "../../core/limits.ts";
import { canonicalText } from "../../core/view/canonical-text.ts";
import { nodeDetails } from "../../core/view/details.ts";
import { pickleListingText } from "../../core/view/pickle-listing.ts";
import { viewerModel } from "../../core/view/viewer.ts";
import type { Work } from "../../core/work.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Handler, ServerContext } from "../context.ts";
import { withBytes } from "../wire-error.ts";

/** Opens for a panel, and makes its findings Problems while the panel is there. */
export const open: Handler<"artifact/open"> = async (context, { uri }, work) => {
  const { store, problems, options } = context;
  const artifact = await store.acquire(uri, work).catch(async (error: unknown) => {
    throw await diagnosed(error, uri, context, work);
  });
  try {
    const model = await store.use(artifact, work, async (opened) => {
      await opened.outline.prepare(work);
      const { findings } = opened.artifact;
      problems.set(
        uri,
        artifact,
        findings.map((finding) => ({ finding })),
      );
      return {
        ...viewerModel(opened.artifact, opened.outline, opened.ensembles),
        findings: applySettings(findings, options().rulesOf(uri)),
      };
    });
    return { artifact, model };
  } catch (error) {
    store.release(artifact);
    throw error;
  }
};

export const close: Handler<"artifact/close"> = ({ store, problems }, { artifact }) => {
  const uri = store.uriOf(artifact);
  if (uri !== undefined) problems.clear(uri, artifact);
  store.release(artifact);
  return Promise.resolve(null);
};

export const children: Handler<"artifact/children"> = ({ store }, { artifact, id, start, count }, work) =>
  store.use(artifact, work, async ({ outline }) => {
    await outline.prepare(work);
    return outline.children(id, start, Math.min(count, LIMITS.viewRows));
  });

export const find: Handler<"artifact/find"> = ({ store }, { artifact, text }, work) =>
  store.use(artifact, work, async ({ outline }) => {
    await outline.prepare(work);
    return outline.find(text, work);
  });

export const locate: Handler<"artifact/locate"> = ({ store }, { artifact, path }, work) =>
  store.use(artifact, work, async ({ outline }) => {
    await outline.prepare(work);
    return outline.locate(path) ?? null;
  });

export const details: Handler<"artifact/details"> = ({ store, options }, { artifact, id }, work) =>
  store.use(artifact, work, async (opened) => {
    const item = opened.outline.item(id);
    if (item === undefined) throw new ArtifactError("not-found", `${opened.artifact.name} has no row ${id}`);
    const shown = await nodeDetails(opened.artifact, item, work);
    return { ...shown, findings: applySettings(shown.findings, options().rulesOf(opened.uri)) };
  });

export const tree: Handler<"artifact/tree"> = ({ store }, { artifact, path, index }, work) =>
  store.use(artifact, work, async ({ ensembles, artifact: opened }) => {
    const ensemble = ensembles.find((each) => each.path === path);
    if (ensemble === undefined || index >= ensemble.treeCount)
      throw new ArtifactError("not-found", `${opened.name} has no tree ${index} at ${path}`);
    const nodes = await treeRows(ensemble, await ensemble.tree(index, work), LIMITS.viewRows, work);
    return { path: ensemble.pathOf(index), ...nodes };
  });

export const text: Handler<"artifact/text"> = ({ store, host }, { uri }, work) =>
  store.visit(uri, work, async ({ artifact }) => ({ text: await canonicalText(artifact, host, work) }));

/** Read anew, not from what is open: a file that is refused as a model may hold pickles all the same. */
export const listing: Handler<"artifact/listing"> = async ({ openSource, host }, { uri, form }, work) => {
  const { source, close: closeSource } = await openSource(uri, work);
  try {
    return { text: await pickleListingText(source, uriName(uri), { form }, host, work) };
  } finally {
    await closeSource();
  }
};

/** The failure with the file's first and last bytes, where it can be read at all. */
async function diagnosed(error: unknown, uri: string, { openSource }: ServerContext, work: Work): Promise<unknown> {
  if (error instanceof ArtifactError && ["cancelled", "not-found", "refused"].includes(error.code)) return error;
  try {
    const { source, close: closeSource } = await openSource(uri, work);
    try {
      return await withBytes(error, source);
    } finally {
      await closeSource();
    }
  } catch {
    return error;
  }
}
