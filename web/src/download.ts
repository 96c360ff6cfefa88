// A text handed to the browser as a file. It leaves no copy in the address of anything.
const HELD_MS = 1000; // until the browser has taken it

/** A table for a spreadsheet; the mark at its beginning says that it is UTF-8. */
export function downloadTable(name: string, csv: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), HELD_MS);
}
