// The shared-decision sheet of a kept plan: one A4 page for the patient, and below it what the patient said.
import { useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { dateTime } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { language as shownLanguage, languages, t } from '../i18n.ts';
import type { PageProps } from '../pages.ts';
import { calledName } from '../names.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Link } from '../parts/Button.tsx';
import { CheckField, TextField } from '../parts/Field.tsx';
import { Page, Section } from '../parts/Page.tsx';
import { Segments } from '../parts/Select.tsx';
import { Loaded, Refusal } from '../parts/States.tsx';
import { toast } from '../parts/Toast.tsx';
import { Said } from '../said.tsx';
import { can, me } from '../session.ts';

interface Risk {
  text: string;
  frequency: string;
  counted: boolean;
  of_100?: number;
  without?: string;
}
interface SheetSection {
  id: string;
  title: string;
  texts: string[];
  icons?: { of: number; n: number; text: string; rest: string };
  risks?: Risk[];
  items?: string[];
}
interface Consent {
  decision: 'agreed' | 'declined';
  explained_by: string;
  at: string;
  sheet_version: string;
}
interface Sheet {
  digest: string;
  language: string;
  title: string;
  intro: string;
  sections: SheetSection[];
  sources: string[];
  frame: Record<'for' | 'sources' | 'signed_explained' | 'signed_patient' | 'signed_day' | 'signed_agree' | 'signed_decline' | 'version', string>;
  why_stale: string | null;
  consent: Consent | null;
}
interface Identity {
  family_name: string;
  given_name?: string;
  birth_date?: string;
}

const PER_ROW = 20;

/** A hundred people: those whom it helps are filled, the others drawn in outline, so that colour is not needed. */
function People({ n, of, text }: { n: number; of: number; text: string }) {
  return (
    <svg class="people" viewBox={`0 0 ${PER_ROW * 12} ${(of / PER_ROW) * 20}`} role="img" aria-label={text}>
      {Array.from({ length: of }, (_, i) => {
        const x = (i % PER_ROW) * 12 + 6, y = Math.floor(i / PER_ROW) * 20 + 5, helped = i < n;
        return (
          <g key={i} class={helped ? 'person helped' : 'person'}>
            <circle cx={x} cy={y - 1.2} r="2.3" />
            <path d={`M${x - 3.4} ${y + 7.6}v-3.2a2.6 2.6 0 0 1 2.6-2.6h1.6a2.6 2.6 0 0 1 2.6 2.6v3.2h-1.5v5h-3.8v-5z`} />
          </g>
        );
      })}
    </svg>
  );
}

/** Ten dots a row would be lost in print: a bar of a hundred thin strokes, filled as many as it happens to. */
function Share({ n }: { n: number }) {
  return (
    <svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="share-ground" width="100" height="6" />
      <rect class="share-part" width={n} height="6" />
    </svg>
  );
}

function Part({ section }: { section: SheetSection }) {
  return (
    <section class={`sheet-part ${section.id}`}>
      <h2>{section.title}</h2>
      {section.icons && (
        <>
          <p class="sheet-strong">{section.icons.text}</p>
          <People n={section.icons.n} of={section.icons.of} text={section.icons.text} />
          <p>{section.icons.rest}</p>
        </>
      )}
      {section.texts.map((text) => <p key={text}>{text}</p>)}
      {section.risks && (
        <ul class="sheet-risks">
          {section.risks.map((risk) => (
            <li key={risk.text}>
              <span>{risk.text}</span>
              <span class="sheet-frequency">{risk.of_100 !== undefined && <Share n={risk.of_100} />}{risk.counted ? <b>{risk.frequency}</b> : risk.frequency}{risk.without && <small>{risk.without}</small>}</span>
            </li>
          ))}
        </ul>
      )}
      {section.items && <ul class="sheet-items">{section.items.map((item) => <li key={item}>{item}</li>)}</ul>}
    </section>
  );
}

/** In the language of the sheet, which may be another than that of the page. */
function bornText(identity: Identity, language: string): string {
  if (!identity.birth_date) return '\u2013';
  return new Date(`${identity.birth_date}T00:00:00Z`).toLocaleDateString(language === 'de' ? 'de-DE' : 'en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}

function Paper({ sheet, identity }: { sheet: Sheet; identity: Identity }) {
  const name = calledName(identity);
  const part = (id: string) => sheet.sections.filter((section) => section.id === id).map((section) => <Part key={id} section={section} />);
  return (
    <article class="paper" lang={sheet.language} aria-label={sheet.title}>
      <header>
        <h2 class="sheet-title">{sheet.title}</h2>
        <p class="sheet-for">{sheet.frame.for.replace('{name}', name).replace('{born}', bornText(identity, sheet.language))}</p>
        <p>{sheet.intro}</p>
      </header>
      <div class="sheet-columns">
        <div>{part('plan')}{part('benefit')}{part('duration')}{part('feel')}{part('others')}</div>
        <div>{part('risks')}{part('evidence')}{part('watch')}{part('yours')}</div>
      </div>
      <footer>
        <dl class="sheet-sign">
          <div class="choice"><dt>{sheet.frame.signed_agree}</dt><dd class="box" /></div>
          <div class="choice"><dt>{sheet.frame.signed_decline}</dt><dd class="box" /></div>
          <div class="line"><dt>{sheet.frame.signed_patient}</dt><dd /></div>
          <div class="line"><dt>{sheet.frame.signed_explained}</dt><dd /></div>
          <div class="line"><dt>{sheet.frame.signed_day}</dt><dd /></div>
        </dl>
        <p class="sheet-sources"><b>{sheet.frame.sources}.</b> {sheet.sources.join('. ')}. {sheet.frame.version}: {sheet.digest.slice(0, 16)}</p>
      </footer>
    </article>
  );
}

function ConsentPart({ patient, plan, sheet, reload }: { patient: string; plan: string; sheet: Sheet; reload: () => void }) {
  const [offLabel, setOffLabel] = useState(false);
  const [by, setBy] = useState(me.get()?.name ?? '');
  const saying = useAction(async (action, decision: 'agreed' | 'declined') => {
    const body = { sheet_version: sheet.digest, language: sheet.language, decision, off_label: offLabel ? 'explained' : 'not_explained', ...(by.trim() === '' ? {} : { explained_by: by.trim() }) };
    await post(`/patients/${patient}/plans/${plan}/consent`, body, { action });
    toast(t('sheet.done'));
    reload();
  });
  const said = sheet.consent;
  return (
    <Section title={t('sheet.consent')}>
      {said ? (
        <p><strong>{t('sheet.recorded', { decision: t(`sheet.decision.${said.decision}`), at: dateTime(said.at), who: said.explained_by })}</strong> {t(said.sheet_version === sheet.digest ? 'sheet.same_version' : 'sheet.other_version')}</p>
      ) : <p class="secondary">{t('sheet.no_answer')}</p>}
      {can('consent') && sheet.why_stale === null && (
        <div class="consent-form">
          <TextField label={t('sheet.explained_by')} value={by} onValue={setBy} width="middle" maxlength={32} />
          <CheckField label={t('sheet.off_label')} checked={offLabel} onCheck={setOffLabel} help={t('sheet.off_label_needed')} />
          <div class="buttons">
            <Button kind="primary" busy={saying.busy} disabled={!offLabel} onClick={() => void saying.run('agreed')}>{t('sheet.agreed')}</Button>
            <Button busy={saying.busy} onClick={() => void saying.run('declined')}>{t('sheet.declined')}</Button>
          </div>
          <Refusal error={saying.error} />
        </div>
      )}
    </Section>
  );
}

export function SheetPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', plan = params['plan'] ?? '';
  const [language, setLanguage] = useState<string>(shownLanguage.get());
  const loaded = useLoad(async (signal) => {
    const [sheet, { identity }] = await Promise.all([
      get<Sheet>(`/patients/${patient}/plans/${plan}/sheet`, { language }, { signal }),
      get<{ identity: Identity }>(`/patients/${patient}`, {}, { signal }),
    ]);
    return { sheet, identity };
  }, [patient, plan, language]);
  return (
    <Page title={t('sheet.title', { n: plan })} actions={(
      <>
        <Link to={`/patients/${patient}/plan`} class="button quiet">{t('sheet.page_back')}</Link>
        <Segments hideLabel label={t('sheet.language')} value={language} choices={languages.map(({ code, name }) => ({ value: code, text: name }))} onValue={setLanguage} />
        <Button icon="print" kind="primary" disabled={loaded.data === null} onClick={() => print()}>{t('sheet.print')}</Button>
      </>
    )}>
      <Loaded of={loaded} lines={12}>{({ sheet, identity }) => (
        <div class="sheet-page">
          {sheet.why_stale && <Banner title={t('sheet.stale')}><Said text={sheet.why_stale} /></Banner>}
          <Paper sheet={sheet} identity={identity} />
          <div class="no-print"><ConsentPart key={sheet.digest} patient={patient} plan={plan} sheet={sheet} reload={loaded.reload} /></div>
        </div>
      )}</Loaded>
    </Page>
  );
}
