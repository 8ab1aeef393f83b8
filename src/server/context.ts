import type { Host } from "../core/host.ts";
import type { Work } from "../core/work.ts";
import type { Method, Params, Result, ServerNotifications } from "../protocol/methods.ts";
import type { DiffStore } from "./diffs.ts";
import type { ProblemOptions, Problems } from "./problems.ts";
import type { SidesStore } from "./sides.ts";
import type { OpenSource } from "./sources.ts";
import type { Store } from "./store.ts";

/** What handlers work with. */
export interface ServerContext {
  readonly host: Host;
  readonly store: Store;
  readonly diffs: DiffStore;
  readonly sides: SidesStore;
  readonly problems: Problems;
  /** URIs of files that were checked: they are checked again when they change, or come back. */
  readonly checked: Set<string>;
  /** As the settings are now. */
  readonly options: () => ProblemOptions;
  readonly notify: <N extends keyof ServerNotifications>(name: N, params: ServerNotifications[N]) => void;
  readonly openSource: (uri: string, work: Work) => Promise<OpenSource>;
}

/** A handler knows nothing of LSP: parameters in, result out, ArtifactError when it cannot. */
export type Handler<M extends Method> = (context: ServerContext, params: Params<M>, work: Work) => Promise<Result<M>>;
