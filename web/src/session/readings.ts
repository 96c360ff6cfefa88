// Vital signs over time: GET /patients/{patient}/orders/{order}/readings.

/** Unix s, value, fact, whether it is an artefact. */
export type ReadingPoint = [atS: number, value: number, reading: number, artefact: boolean];
/** First moment of a stretch, least, most, how many. */
export type ReadingRange = [atS: number, low: number, high: number, n: number];

export interface SignReadings {
  n: number;
  points: ReadingPoint[] | null;
  /** In place of points when there are more than were asked for; newer ones follow as points. */
  ranges: ReadingRange[] | null;
}

export interface Readings {
  signs: Record<string, SignReadings>;
  /** What was marked, and taken back, since. */
  marks: [reading: number, sign: string, artefact: boolean][];
  /** The fact up to which they were read. */
  read_to: number;
}

/** So many points of a sign are drawn beside its ranges; then all is read anew, and the server makes ranges of them. */
const MOST = 400;

/** What was known and what came since. null: that has to be read as a whole. */
export function withNewer(known: Readings, newer: Readings): Readings | null {
  const signs = { ...known.signs };
  for (const [id, { n, points, ranges }] of Object.entries(newer.signs)) {
    const before = signs[id] ?? { n: 0, points: [], ranges: null };
    if (points === null || ranges !== null) return null;
    signs[id] = { n: before.n + n, points: [...(before.points ?? []), ...points], ranges: before.ranges };
  }
  for (const [reading, id, artefact] of newer.marks) {
    const of = signs[id];
    if (!of?.points?.some((point) => point[2] === reading)) return null; // within a range
    signs[id] = { ...of, points: of.points.map((point): ReadingPoint => (point[2] === reading ? [point[0], point[1], reading, artefact] : point)) };
  }
  if (Object.values(signs).some(({ points }) => (points?.length ?? 0) > MOST)) return null;
  return { signs, marks: [], read_to: newer.read_to };
}
