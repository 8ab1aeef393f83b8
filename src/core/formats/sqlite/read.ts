import { append } from "../../append.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { afterEnd } from "../../findings/bytes-after.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import { LIMITS } from "../../limits.ts";
import type { ImportUse, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import { isNode, type DictNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { probeOf } from "../probe.ts";
import { sniffPickle } from "../pickle/sniff.ts";
import { withLog } from "./log.ts";
import { Pages } from "./pages.ts";
import { arrayText, byName, holdsShapes, shapedBlobs } from "./parameters.ts";
import { COMPUTED } from "./column.ts";
import { columnsOf, MOST_COLUMNS } from "./schema.ts";

/**
 * Reads the tables of an SQLite database: a dict of tables, each a dict of columns in the order of the rows. Columns of
 * whole numbers and of floats are tensors; arrays and pickles in blobs are read as such. Throws when there is no schema.
 */
export async function readSqlite(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const reader = new Database(source, context);
  return reader.read();
}

class Database {
  private source: ByteSource;
  private readonly context: ReadContext;
  private readonly findings = new CappedFindings();
  private readonly imports: ImportUse[] = [];
  private isWhole = true;
  private inner = 0;
  private values = 0;
  /** Bytes of text that may still be looked into for arrays. */
  private textRoom: number = LIMITS.jsonBytes;

  constructor(source: ByteSource, context: ReadContext) {
    this.source = source;
    this.context = context;
  }

  async read(): Promise<RawArtifact> {
    const logged = await this.logged();
    const { source } = this;
    const header = await source.read(0, Math.min(HEADER_BYTES, source.size));
    const pages = new Pages(source, header, this.context.work);
    await this.checkSize(header, pages.size);
    const root: DictNode = { kind: "dict", keys: [], values: [] };
    const tables: { readonly name: string; readonly page: number; readonly sql: string }[] = [];
    let error: ArtifactError | undefined;
    try {
      for await (const { cells } of pages.rows(1)) {
        const [type, name, , page, sql] = cells;
        if (
          type === "table" &&
          typeof name === "string" &&
          typeof page === "bigint" &&
          typeof sql === "string" &&
          (page > 0n || isVirtual(sql))
        )
          tables.push({ name, page: Number(page), sql });
      }
    } catch (thrown) {
      error = this.damage("sqlite_schema", thrown);
      if (tables.length === 0) throw error;
    }
    for (const { name, page, sql } of tables) {
      root.keys.push(name);
      root.values.push(await this.table(pages, name, page, sql));
    }
    return {
      format: "sqlite",
      container: [],
      root,
      namedTensors: false,
      facts: [
        { id: "sqlite.pages", label: "Pages", value: `${Math.ceil(source.size / pages.size)} of ${pages.size} bytes` },
        { id: "sqlite.tables", label: "Tables", value: String(tables.length) },
        ...(logged === undefined ? [] : [{ id: "sqlite.log", label: "Newer pages", value: logged }]),
      ],
      imports: this.imports,
      findings: this.findings.all(),
      complete: this.isWhole,
    };
  }

  private async table(pages: Pages, name: string, page: number, sql: string): Promise<Value> {
    const { names, defaults, rowId, isReal, isWithoutRowId, stored } = columnsOf(sql);
    if (isVirtual(sql)) {
      this.isWhole = false;
      this.findings.add(
        finding(
          "integrity/not-read",
          "warning",
          say("The table {name} is virtual: what it holds is in the tables of the module that makes it.", { name }),
          {
            path: name,
          },
        ),
      );
      return { kind: "unread", why: "the table is virtual", offset: 0 };
    }
    if (names.length > MOST_COLUMNS) {
      this.damage(name, corrupt(`${name}: more than ${MOST_COLUMNS} columns`));
      return { kind: "unread", why: "it has more columns than a table can have", offset: (page - 1) * pages.size };
    }
    const columns: Value[][] = names.map(() => []);
    const places = names.map((_, i) => i);
    if (isWithoutRowId) for (const [place, column] of stored.entries()) places[column] = place;
    try {
      for await (const { id, cells } of isWithoutRowId ? pages.records(page) : pages.rows(page)) {
        // A row may leave out any number of columns at its end: they take no byte of the file.
        this.values += columns.length;
        if (this.values > LIMITS.sqliteValues)
          throw limitExceeded(`${name}: values`, this.values, LIMITS.sqliteValues, (page - 1) * pages.size);
        for (const [i, column] of columns.entries()) {
          const place = places[i] ?? -1;
          const own = place < cells.length ? cells[place] : defaults[i];
          if (own === undefined || own === COMPUTED)
            throw unsupported(`${name}: a row without ${names[i]}, whose default only SQLite can tell`);
          const cell = i === rowId && !isWithoutRowId && own === null ? id : own;
          column.push(isReal[i] === true && typeof cell === "bigint" ? Number(cell) : cell);
        }
      }
    } catch (error) {
      this.damage(name, error);
    }
    const looked: Value[][] = [];
    for (const [i, column] of shapedBlobs(names, columns).entries())
      looked.push(holdsShapes(names[i] ?? "") ? column : await this.cells(column, name));
    const named = byName(names, looked, isWithoutRowId ? undefined : rowId);
    if (named !== undefined) return named;
    const table: DictNode = { kind: "dict", keys: [...names], values: [] };
    for (const cells of looked) table.values.push(tensorOf(cells) ?? { kind: "list", type: "list", items: cells });
    return table;
  }

  /** Blobs and texts as the arrays that they are. */
  private async cells(cells: readonly Value[], table: string): Promise<Value[]> {
    const items: Value[] = [];
    for (const cell of cells) {
      if (isNode(cell) && cell.kind === "bytes") items.push(await this.blob(cell.data, table, cell));
      else if (typeof cell === "string" && cell.length <= this.textRoom) {
        this.textRoom -= cell.length;
        items.push(await arrayText(cell, this.context.work));
      } else items.push(cell);
    }
    return items;
  }

  /** What a blob is, where it has a signature: an array of numpy's, a pickle. */
  private async blob(data: ByteSource, table: string, cell: Value): Promise<Value> {
    const probe = await probeOf(data, "blob");
    const isArray = probe.head[0] === 0x93 && probe.head[1] === 0x4e;
    const pickle = sniffPickle(probe);
    if (!isArray && (pickle === undefined || pickle.certainty === "possible")) return cell;
    if (this.context.readInner === undefined || this.inner >= LIMITS.bundleModels) return cell;
    this.inner += 1;
    try {
      const raw = await this.context.readInner(data, `blob in ${table}`);
      if (!isArray && probe.head[0] !== PROTOCOL && isChance(raw)) return cell;
      append(this.imports, raw.imports ?? []);
      for (const { range: _, ...found } of raw.findings) this.findings.add({ ...found, path: found.path ?? table });
      this.isWhole &&= raw.complete;
      return raw.root ?? cell;
    } catch (error) {
      const reason = asArtifactError(error, `reading a blob of ${table}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      return cell;
    }
  }

  /** The header tells how many pages there are where the same change wrote both numbers of it (1.3.7, 1.3.8). */
  private async checkSize(header: Uint8Array, pageBytes: number): Promise<void> {
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    const told = view.getUint32(24) === view.getUint32(92) ? view.getUint32(28) * pageBytes : 0;
    const { size } = this.source;
    if (told <= size) {
      if (told > 0) for (const found of await afterEnd(this.source, told)) this.findings.add(found);
      return;
    }
    this.isWhole = false;
    this.findings.add(
      finding(
        "integrity/truncated",
        "error",
        say("The file is cut: its header tells {told} bytes in pages, it has {size}.", { told, size }),
        placeIn(this.source, size, 0),
      ),
    );
  }

  /** A log beside the file holds what was written last: it is read with it, as SQLite does. What was read of it. */
  private async logged(): Promise<string | undefined> {
    const { siblings, work } = this.context;
    const log = siblings === undefined ? undefined : await siblings.open(`${siblings.own}-wal`).catch(() => undefined);
    const found = log === undefined ? undefined : await withLog(this.source, log, work);
    if (found === undefined) return undefined;
    this.source = found.source;
    return `${found.pages} of ${log?.name ?? "the log"}`;
  }

  private damage(name: string, thrown: unknown): ArtifactError {
    const reason = asArtifactError(thrown, `reading ${name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    this.isWhole = false;
    const rule = ruleOf(reason);
    this.findings.add(
      finding(
        rule,
        rule === "integrity/not-read" ? "warning" : "error",
        say("The table {name} is read up to a fault: {reason}.", { name, reason: reason.message }),
        {
          path: name,
          ...placeIn(this.source, Math.min(reason.place.offset ?? 0, this.source.size), 0),
        },
      ),
    );
    return reason;
  }
}

/** What a pickle of protocol 2 and later begins with; one of before begins with anything. */
const PROTOCOL = 0x80;

/** True for what is read as a pickle because any few bytes may be one: it ends before the blob does, and imports nothing. */
function isChance({ imports = [], findings, complete }: RawArtifact): boolean {
  return imports.length === 0 && (!complete || findings.some(({ rule }) => rule === "integrity/trailing-bytes"));
}

/** Such a table has no page of its own. */
function isVirtual(sql: string): boolean {
  return /^\s*create\s+virtual/i.test(sql);
}

const HEADER_BYTES = 100;

/** A column of numbers only, all whole or all floats. */
function tensorOf(cells: readonly Value[]): Value | undefined {
  const isWhole = cells.length > 0 && cells.every((cell) => typeof cell === "bigint");
  if (cells.length === 0 || (!isWhole && !cells.every((cell) => typeof cell === "number"))) return undefined;
  const bytes = new Uint8Array(cells.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, cell] of cells.entries())
    if (typeof cell === "bigint") view.setBigInt64(i * 8, cell, true);
    else if (typeof cell === "number") view.setFloat64(i * 8, cell, true);
  const tensor = {
    dtype: scalarDType(isWhole ? "int64" : "float64"),
    shape: [cells.length],
    order: "C" as const,
    offset: 0,
    data: fromBytes(bytes, "column"),
  };
  return { kind: "tensor", tensor, className: "column", offset: 0 };
}
