// Words of the server that several pages say: conditions, drugs, routes. A word that is new to this page stands as the server gave it.
import { known, t, tn } from './i18n.ts';

export function conditionText(word: string | null, given?: string): string {
  if (word === null) return t('patient.no_condition');
  return known(`condition.${word}`) ? t(`condition.${word}`) : given ?? word;
}

/** "ketamine" */
export const drugName = (drug: string): string => (known(`drug.${drug}`) ? t(`drug.${drug}`) : drug);

/** "ketamine (racemate)": where one must not be taken for the other. */
export const drugText = (drug: string): string => (known(`drug.form.${drug}`) ? t('drug.with_form', { drug: drugName(drug), form: t(`drug.form.${drug}`) }) : drug);

/** "into a vein" */
export const routeText = (route: string): string => (known(`route.${route}`) ? t(`route.${route}`) : route);

/** "iv" */
export const routeShort = (route: string): string => (known(`route.short.${route}`) ? t(`route.short.${route}`) : route);

const MOST_DOSES = 2;

/** A regimen of many doses by its first one: the whole stands in the plan. @param say  says a dose in the language of the page */
export function regimenShort(regimen: string, say: (text: string) => string): string {
  const doses = regimen.split('; then ');
  return doses.length > MOST_DOSES ? tn('planner.more_doses', doses.length - 1, { first: say(doses[0] ?? '') }) : say(regimen);
}
