/** What the command line was asked wrongly: exit code 2, with the usage of the command. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit codes of the contract (docs/cli.md). */
export const EXIT = { done: 0, findings: 1, usage: 2, unreadable: 3, refused: 4 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const USAGE = `Model Loupe reads persisted machine-learning models without running any of them.

  model-loupe inspect  FILE                  what is in it
  model-loupe show     FILE PATH             values of one parameter; slices: PATH[0:3, :]
  model-loupe show     --as FORM FILE        its pickles: disassembly, or decompiled
  model-loupe diff     OLD NEW               what changed, with verdicts
  model-loupe check    FILE [--against OLD]  findings
  model-loupe convert  IN OUT [--to FORMAT] [--allow-loss] [--force]
  model-loupe text     FILE                  canonical text (for git: text --textconv)
  model-loupe fingerprint FILE...            one digest over all parameters, whatever the container

  --json             one JSON document on standard output, nothing else
  --sarif            diff and check: SARIF 2.1.0 on standard output
  --fail-on LEVEL    diff and check: error (default), warning, info or never
  --exit-code        diff: exit 1 when anything differs
  --tolerance T      diff: |new - old| <= T is "within-tolerance"
  --top N            diff: changes listed per parameter (10)
  --config FILE      diff and check: severities of rules (.model-loupe.json is found by itself)
  --all              show: every value or opcode, however many
  --as FORM          show: disassembly (the opcodes) or decompiled (what loading would import, call and build)
  --textconv         text: a file that cannot be read is a text that says why, so that git goes on
  --to FORMAT        convert: model, safetensors, npz or json; told from OUT's extension otherwise
  --allow-loss       convert: write even though the plan names losses
  --force            convert: overwrite OUT
  --help, --version

Exit codes: 0 done; 1 findings at or above --fail-on, or differences with --exit-code; 2 wrong usage; 3 the file cannot
be read or is not a model; 4 a conversion was refused because it would lose something, or its verification failed.
`;
