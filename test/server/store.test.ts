import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { createWork, quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import type { OpenSource } from "../../src/server/sources.ts";
import { Store } from "../../src/server/store.ts";

const sample = (name: string) => new URL(`../workspace/credit-risk/${name}`, import.meta.url);
const bytes = new Uint8Array(await readFile(sample("lr_params_v1.2.2.joblib")));

interface Shelf {
  readonly opened: string[];
  readonly closed: string[];
  identity: string;
  /** Called for each opening before it answers. */
  before: () => Promise<void>;
}

function setUp(budget?: number): { readonly shelf: Shelf; readonly store: Store } {
  const shelf: Shelf = { opened: [], closed: [], identity: "1", before: () => Promise.resolve() };
  const openSource = async (uri: string): Promise<OpenSource> => {
    shelf.opened.push(uri);
    await shelf.before();
    return {
      source: { ...fromBytes(bytes, uri, 0), identity: shelf.identity },
      held: bytes.length,
      siblings: { own: uri, open: () => Promise.resolve(undefined) },
      close: () => {
        shelf.closed.push(uri);
        return Promise.resolve();
      },
    };
  };
  const host = nodeHost();
  return { shelf, store: new Store({ host, openSource, ...(budget !== undefined && { budget }) }) };
}

const count = (store: Store, handle: string): Promise<number> =>
  store.use(handle, quietWork(), ({ artifact }) => Promise.resolve(artifact.parameters.length));

describe("Store", () => {
  it("lets go of the longest unused over its budget, and reads it again when somebody asks", async () => {
    const { shelf, store } = setUp(bytes.length * 2.5);
    const handles: string[] = [];
    for (const uri of ["a", "b", "c"]) handles.push(await store.acquire(uri, quietWork()));
    expect(shelf.closed).toEqual(["a"]);
    expect(store.size).toEqual({ open: 3, held: bytes.length * 2 });
    expect(await count(store, handles[0] ?? "")).toBeGreaterThan(0);
    expect(shelf.opened).toEqual(["a", "b", "c", "a"]);
    expect(shelf.closed).toEqual(["a", "b"]);
    expect(store.size.held).toBe(bytes.length * 2);
    for (const handle of handles) store.release(handle);
    expect(store.size).toEqual({ open: 0, held: 0 });
  });

  it("does not mix versions: what changed while it was let go is said to have changed", async () => {
    const { shelf, store } = setUp(bytes.length);
    const first = await store.acquire("a", quietWork());
    await store.acquire("b", quietWork());
    shelf.identity = "2";
    await expect(count(store, first)).rejects.toMatchObject({ code: "changed" });
    expect(shelf.closed.filter((uri) => uri === "a")).toHaveLength(2);
  });

  it("does not let go of what is being used", async () => {
    const { shelf, store } = setUp(bytes.length);
    const first = await store.acquire("a", quietWork());
    await store.use(first, quietWork(), async ({ artifact }) => {
      await store.acquire("b", quietWork());
      store.release(first);
      expect(shelf.closed).toEqual([]);
      expect(artifact.parameters.length).toBeGreaterThan(0);
    });
    expect(shelf.closed).toEqual(["a"]);
    await expect(count(store, first)).rejects.toMatchObject({ code: "not-found" });
  });

  it("goes on for the second who asked when the first one cancels", async () => {
    const { store } = setUp();
    const abort = new AbortController();
    const first = store.acquire("a", createWork({ signal: abort.signal }));
    const second = store.acquire("a", quietWork());
    abort.abort();
    await expect(first).rejects.toMatchObject({ code: "cancelled" });
    expect(await count(store, await second)).toBeGreaterThan(0);
    expect(store.size.open).toBe(1);
  });

  it("forgets what could not be read, and closes it", async () => {
    const { shelf, store } = setUp();
    shelf.before = () => Promise.reject(new Error("gone"));
    await expect(store.acquire("a", quietWork())).rejects.toThrow("gone");
    shelf.before = () => Promise.resolve();
    const abort = new AbortController();
    abort.abort();
    await expect(store.acquire("a", createWork({ signal: abort.signal }))).rejects.toMatchObject({ code: "cancelled" });
    expect(shelf.closed).toEqual(["a"]);
    expect(store.size.open).toBe(0);
  });
});
