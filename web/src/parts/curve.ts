// Curves of a chart on other x than those at which they were computed.

/** Values at `wanted`, ascending, by straight lines; null beyond what was computed. */
export function valuesAt(times: readonly number[], values: readonly (number | null)[], wanted: readonly number[]): (number | null)[] {
  const first = times[0] ?? 0, last = times[times.length - 1] ?? 0;
  let i = 0;
  return wanted.map((x) => {
    if (times.length === 0 || x < first || x > last) return null;
    while (i < times.length - 2 && (times[i + 1] ?? 0) < x) i++;
    const x0 = times[i] ?? 0, x1 = times[i + 1] ?? x0, y0 = values[i] ?? null, y1 = values[i + 1] ?? y0;
    if (y0 === null || y1 === null) return null;
    return x1 > x0 ? y0 + ((y1 - y0) * (x - x0)) / (x1 - x0) : y0;
  });
}
