// Vital signs over time: GET /patients/{patient}/orders/{order}/readings.

/** Unix s, value, fact, whether it is an artefact. */
export type ReadingPoint = [atS: number, value: number, reading: number, artefact: boolean];
/** First moment of a stretch, least, most, how many. */
export type ReadingRange = [atS: number, low: number, high: number, n: number];

export interface SignReadings {
  n: number;
  points: ReadingPoint[] | null;
  /** In place of points when there are more than were asked for. */
  ranges: ReadingRange[] | null;
}

export interface Readings {
  signs: Record<string, SignReadings>;
}
