// Who this page is about: what must be seen before anything is done to somebody. On every page of a patient.
import type { ComponentChildren } from 'preact';
import { age, date, number, quantity } from '../format.ts';
import { t } from '../i18n.ts';
import { calledName } from '../names.ts';
import type { Identity, Person } from '../patient/types.ts';
import { conditionText } from '../words.ts';
import { Link } from './Button.tsx';

function ageText(identity: Identity, person: Person, today: string): string {
  const years = identity.birth_date ? age(identity.birth_date, today) : person.age_y;
  return years === null ? t('patient.no_age') : t('patient.years', { n: years });
}

function weightText(person: Person): string {
  if (person.weight_kg === null) return t('patient.no_weight');
  return t('patient.weight_of', { weight: quantity(person.weight_kg, 'kg', 1), day: date(person.weight_date) });
}

function allergyText(allergies: string[] | null): string {
  if (allergies === null) return t('patient.allergies_not_asked');
  return allergies.length === 0 ? t('patient.allergies_none') : allergies.join(', ');
}

interface HeadProps {
  patient: string;
  identity: Identity;
  person: Person;
  today: string;
  /** The heading of the page says the name already. */
  named?: boolean;
  /** What the page itself says of the patient. */
  children?: ComponentChildren;
}

export function PatientHead({ patient, identity, person, today, named, children }: HeadProps) {
  const alarming = person.allergies !== null && person.allergies.length > 0;
  return (
    <section class="patient-head" aria-label={t('patient.head')}>
      {!named && <Link to={`/patients/${patient}`} class="patient-name">{calledName(identity)}</Link>}
      <dl>
        <div><dt>{t('patient.born')}</dt><dd>{date(identity.birth_date)} · {ageText(identity, person, today)}</dd></div>
        <div><dt>{t('patient.sex')}</dt><dd>{person.sex === null ? t('patient.unknown') : t(`patient.sex.${person.sex}`)}</dd></div>
        <div>
          <dt>{t('patient.weight')}</dt>
          <dd>{weightText(person)}{person.weight_old && <b class="stale"> {t('patient.weight_old')}</b>}</dd>
        </div>
        <div><dt>{t('patient.condition')}</dt><dd>{conditionText(person.condition)}</dd></div>
        <div><dt>{t('patient.pain')}</dt><dd>{person.baseline_nrs === null ? t('patient.unknown') : t('patient.of_ten', { pain: number(person.baseline_nrs, 1) })}</dd></div>
        <div class={alarming ? 'allergic' : undefined}><dt>{t('patient.allergies')}</dt><dd>{allergyText(person.allergies)}</dd></div>
        {identity.record_number && <div><dt>{t('patient.record_number')}</dt><dd>{identity.record_number}</dd></div>}
      </dl>
      {children}
    </section>
  );
}
