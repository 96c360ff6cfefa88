import type { ComponentChildren } from 'preact';

export interface Column<R> {
  head: string;
  cell: (row: R) => ComponentChildren;
  /** Figures stand right, under each other. */
  figures?: boolean;
  /** The cell that names the row. */
  names?: boolean;
  /** Left out where there is little room. */
  minor?: boolean;
}

interface TableProps<R> {
  /** What the table shows; read aloud. */
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  id: (row: R) => string | number;
}

export function Table<R>({ caption, columns, rows, id }: TableProps<R>) {
  const look = (column: Column<R>) => [column.figures && 'figures', column.minor && 'minor'].filter(Boolean).join(' ') || undefined;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <th key={column.head} scope="col" class={look(column)}>{column.head}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)}>
              {columns.map((column) => column.names
                ? <th key={column.head} scope="row" class={look(column)}>{column.cell(row)}</th>
                : <td key={column.head} class={look(column)}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
