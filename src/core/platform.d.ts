// The few globals that Node, browsers and workers share and core may use. Anything else is injected (see host.ts).

interface AbortSignal {
  readonly aborted: boolean;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array): string;
}

declare class TextEncoder {
  encode(input?: string): Uint8Array;
}

declare const performance: { now(): number };
declare function setTimeout(callback: () => void, milliseconds: number): unknown;
/** Node's alone: what runs as soon as the events that wait are handled. A timeout waits for a millisecond at least. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined;
declare function atob(base64: string): string;

/** Numeric kernels only: no code of a model file is ever compiled. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared: true });
    readonly buffer: SharedArrayBuffer;
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
