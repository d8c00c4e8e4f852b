/** Tables: sorted by links, with sums, as CSV, and live; and pages by cursor. */
import type { Language } from '#kernel/language.ts'
import { type Content, read, Say, useReading, useSay, type Words, withQuery } from '#web/shared/reading.tsx'
import { Scroll } from '#web/shared/text.tsx'
import { words } from '#web/shared/words.ts'

export interface Column<Row> {
  /** Also the value of `?sort=` (descending: with a minus before it). */
  readonly key: string
  readonly title: Words
  cell(row: Row): Content
  /** Numbers and amounts stand at the end, in tabular digits. */
  readonly numeric?: boolean
  /** The rows can be sorted by it (the query does it). */
  readonly sorts?: boolean
  /** The last line of the table. */
  sum?(rows: readonly Row[]): Content
  /** The value in the CSV file; without it the column isn't in it. */
  csv?(row: Row, language: Language): string | number
}

export interface TableProps<Row> {
  readonly caption: Words
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  /** Tells rows apart, also when the list refreshes. */
  keyOf(row: Row): string
  /** `title` or `-title`, as in `?sort=`. */
  readonly sort?: string
  /** A link to this page's CSV. */
  readonly csv?: boolean
  readonly empty?: Content
  /** Refreshed while it is looked at. */
  readonly live?: { readonly id: string; readonly seconds: number; readonly events?: string }
  readonly hideCaption?: boolean
  /** A row that wants attention. */
  marked?(row: Row): boolean
}

export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, live } = props
  const { url, islands } = useReading()
  const say = useSay()
  if (live !== undefined) islands.add('live-list')
  const caption = say(props.caption)
  const hasSums = columns.some((column) => column.sum !== undefined) && rows.length > 0
  return (
    <div
      class="table-frame"
      {...(live === undefined
        ? {}
        : {
            id: live.id,
            'data-live': live.seconds,
            'data-events': live.events ?? '',
            'data-updated': say(words.liveUpdated),
            'data-waiting': say(words.liveWaiting),
            'data-lost': say(words.liveLost),
          })}
    >
      <Scroll label={caption}>
        <table class="table">
          <caption class={props.hideCaption === true ? 'unseen' : ''}>{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <ColumnHead key={column.key} column={column} sort={props.sort} url={url} />
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={props.keyOf(row)} data-row={props.keyOf(row)} class={props.marked?.(row) === true ? 'marked' : ''}>
                {columns.map((column, index) => {
                  const inside = <Say>{column.cell(row)}</Say>
                  const look = column.numeric === true ? 'number' : ''
                  return index === 0 ? (
                    <th key={column.key} scope="row" class={look}>
                      {inside}
                    </th>
                  ) : (
                    <td key={column.key} class={look}>
                      {inside}
                    </td>
                  )
                })}
              </tr>
            ))}
            {rows.length === 0 && (
              <tr data-row="">
                <td class="table-empty" colSpan={columns.length}>
                  <Say>{props.empty ?? words.tableEmpty}</Say>
                </td>
              </tr>
            )}
          </tbody>
          {hasSums && (
            <tfoot>
              <tr>
                {columns.map((column, index) =>
                  index === 0 ? (
                    <th key={column.key} scope="row">
                      <Say>{column.sum?.(rows) ?? words.tableSum}</Say>
                    </th>
                  ) : (
                    <td key={column.key} class={column.numeric === true ? 'number' : ''}>
                      {column.sum !== undefined && <Say>{column.sum(rows)}</Say>}
                    </td>
                  ),
                )}
              </tr>
            </tfoot>
          )}
        </table>
      </Scroll>
      {(live !== undefined || props.csv === true) && (
        <div class="table-foot">
          {live !== undefined && <output class="live-state" aria-live="polite" />}
          {props.csv === true && (
            <p class="table-csv">
              <a href={withQuery(url, { format: 'csv' })}>
                <Say>{words.tableCsv}</Say>
              </a>
            </p>
          )}
        </div>
      )}
    </div>
  )
}

function ColumnHead<Row>({ column, sort, url }: { readonly column: Column<Row>; readonly sort: string | undefined; readonly url: string }) {
  const look = column.numeric === true ? 'number' : ''
  if (column.sorts !== true)
    return (
      <th scope="col" class={look}>
        <Say>{column.title}</Say>
      </th>
    )
  const ascending = sort === column.key
  const descending = sort === `-${column.key}`
  const next = ascending ? `-${column.key}` : column.key
  return (
    <th scope="col" class={look} {...(ascending ? { 'aria-sort': 'ascending' as const } : descending ? { 'aria-sort': 'descending' as const } : {})}>
      <a href={withQuery(url, { sort: next, after: undefined, before: undefined })}>
        <Say>{column.title}</Say>
        <span class="sort-mark" aria-hidden="true">
          {ascending ? '▲' : descending ? '▼' : '↕'}
        </span>
      </a>
    </th>
  )
}

/** RFC 4180 with a byte order mark (spreadsheets in Chinese need it); cells that would be formulas are quoted as text. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], language: Language): string {
  const kept = columns.filter((column) => column.csv !== undefined)
  const line = (cells: readonly (string | number)[]): string => cells.map(csvCell).join(',')
  const lines = [line(kept.map((column) => read(column.title, language))), ...rows.map((row) => line(kept.map((column) => column.csv?.(row, language) ?? '')))]
  return `\uFEFF${lines.join('\r\n')}\r\n`
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Links to the previous and next page of a list that is paged by cursor (`?before=`, `?after=`). */
export function Pages({ previous, next, about }: { readonly previous?: string; readonly next?: string; readonly about?: Content }) {
  const { url } = useReading()
  const say = useSay()
  if (previous === undefined && next === undefined) return null
  return (
    <nav class="pages" aria-label={say(words.pages)}>
      {previous !== undefined && (
        <a class="button button-quiet" rel="prev" href={withQuery(url, { before: previous, after: undefined })}>
          <span aria-hidden="true">←</span> <span>{say(words.previousPage)}</span>
        </a>
      )}
      {about !== undefined && (
        <span class="hint">
          <Say>{about}</Say>
        </span>
      )}
      {next !== undefined && (
        <a class="button button-quiet" rel="next" href={withQuery(url, { after: next, before: undefined })}>
          <span>{say(words.nextPage)}</span> <span aria-hidden="true">→</span>
        </a>
      )}
    </nav>
  )
}
