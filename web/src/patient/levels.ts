// Words of measured levels.
import { quantity } from '../format.ts';
import { known, t } from '../i18n.ts';
import type { Level } from './types.ts';

const UNIT = '_ng_per_ml';

/** "esketamine_ng_per_ml" as people say it: the unit stands beside the value. */
export function substanceText(substance: string): string {
  const word = substance.endsWith(UNIT) ? substance.slice(0, -UNIT.length) : substance;
  return known(`levels.substance.${word}`) ? t(`levels.substance.${word}`) : word;
}

export function levelText(level: Level): string {
  return `${substanceText(level.substance)} ${level.below ? '< ' : ''}${quantity(level.value, 'ng/mL')}`;
}
