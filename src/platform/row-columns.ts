/** How the statements of a store name the columns of a row that is written whole, as JSON, and replaced whole. */
export interface RowColumns {
  /** `prefecture, id, …` */
  readonly list: string
  /** `prefecture text, id uuid, …`, for `json_to_recordset` */
  readonly record: string
  /** `version = excluded.version, …`: everything but the key */
  readonly updates: string
}

/** @param types PostgreSQL's type of each column; `prefecture` and `id` are the key */
export function rowColumns<Row extends object>(types: Readonly<Record<keyof Row & string, string>>): RowColumns {
  const columns = Object.entries<string>(types)
  return {
    list: columns.map(([name]) => name).join(', '),
    record: columns.map(([name, type]) => `${name} ${type}`).join(', '),
    updates: columns
      .filter(([name]) => name !== 'prefecture' && name !== 'id')
      .map(([name]) => `${name} = excluded.${name}`)
      .join(', '),
  }
}
