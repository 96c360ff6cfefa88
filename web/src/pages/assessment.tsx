// Assessment: what is asked on the left, what the rules say of it on the right as it is typed.
import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { Budapest } from '../assessment/budapest.tsx';
import { useDraft, type Conflict, type Draft } from '../assessment/draft.ts';
import { OneField, valueText } from '../assessment/fields.tsx';
import { Findings, Status } from '../assessment/findings.tsx';
import { missingFacts, missingIn, pathOf, type FormField, type FormSection, type RecordForm } from '../assessment/form.ts';
import { AllergiesField, HistoryField, InfusionsField, MedicationsField } from '../assessment/lists.tsx';
import { dateTime, localDay } from '../format.ts';
import { useAction, useLoad } from '../hooks.ts';
import { language, t, tn } from '../i18n.ts';
import { calledName } from '../names.ts';
import { Banner } from '../parts/Banner.tsx';
import { Button, Buttons } from '../parts/Button.tsx';
import { Page } from '../parts/Page.tsx';
import { PatientHead } from '../parts/PatientHead.tsx';
import { Failed, Loaded, Refusal } from '../parts/States.tsx';
import { Skeleton } from '../parts/Skeleton.tsx';
import { toast } from '../parts/Toast.tsx';
import { MmeLine } from '../patient/drugs.tsx';
import { OpenFindings } from '../patient/open_findings.tsx';
import type { PageProps } from '../pages.ts';
import { go, useLeaveGuard } from '../route.ts';
import { useStore } from '../store.ts';

function Fields({ section, form, draft, patient, missing }: { section: FormSection; form: RecordForm; draft: Draft; patient: string; missing: ReadonlySet<string> }) {
  const single = section.fields.filter((field) => ['number', 'word', 'date', 'diplotype'].includes(field.type));
  const wanted = missingIn(section, missing);
  return (
    <>
      {section.id === 'history' && <HistoryField draft={draft} form={form} />}
      {section.id === 'allergies' && <AllergiesField draft={draft} />}
      {section.id === 'medications' && <MedicationsField draft={draft} />}
      {section.id === 'treatment' && <InfusionsField draft={draft} />}
      {single.length > 0 && <div class="field-grid">{single.map((field) => <OneField key={field.key} field={field} draft={draft} wanted={wanted.includes(field)} parts={form.parts} />)}</div>}
      {section.id === 'medications' && draft.judged && (
        <>
          <MmeLine mme={draft.judged.mme} />
          {draft.judged.modifiers.map((one) => <p key={one.text} class="small">{t('assessment.modifier', { what: one.text, source: one.source ?? t('assessment.no_source') })}{one.several && ` ${t('assessment.several')}`}</p>)}
        </>
      )}
      {section.id === 'pain' && draft.value('condition') === 'crps' && <Budapest patient={patient} />}
    </>
  );
}

function labelOf(form: RecordForm, path: string): string {
  const all = form.sections.flatMap((section) => section.fields);
  return all.find((field: FormField) => pathOf(field) === path)?.label ?? path;
}

/** Somebody else changed the same: both values, and who decides is whoever sits here. */
function Conflicts({ draft, form }: { draft: Draft; form: RecordForm }) {
  if (draft.changedBy === null) return null;
  return (
    <Banner strong={draft.conflicts.length > 0} title={t('assessment.changed_by', { who: draft.changedBy.who, at: dateTime(draft.changedBy.at) })}>
      {draft.conflicts.length === 0 ? t('assessment.merged') : t('assessment.conflict')}
      {draft.conflicts.map((one: Conflict) => (
        <div key={one.path} class="conflict">
          <span><b>{labelOf(form, one.path)}</b>: {t('assessment.theirs', { value: valueText(one.theirs) })}; {t('assessment.mine', { value: valueText(one.mine) })}</span>
          <Buttons>
            <Button onClick={() => draft.settle(one.path, true)}>{t('assessment.keep_mine')}</Button>
            <Button onClick={() => draft.settle(one.path, false)}>{t('assessment.take_theirs')}</Button>
          </Buttons>
        </div>
      ))}
    </Banner>
  );
}

function Sections({ form, missing }: { form: RecordForm; missing: ReadonlySet<string> }) {
  return (
    <nav class="form-nav" aria-label={t('assessment.sections')}>
      {form.sections.map((section) => {
        const n = missingIn(section, missing).length;
        return (
          <a key={section.id} href={`#${section.id}`} onClick={(event) => {
            event.preventDefault();
            document.getElementById(section.id)?.scrollIntoView();
            document.getElementById(`${section.id}-title`)?.focus({ preventScroll: true });
          }}>
            <span>{section.title}</span>
            <span class={n > 0 ? 'n-missing' : 'secondary'}>{n > 0 ? tn('assessment.missing', n) : t('assessment.complete')}</span>
          </a>
        );
      })}
    </nav>
  );
}

/** Bring the field of a fact into view and into focus. */
function goToFact(fact: string): void {
  const name = fact.startsWith('history.') ? 'history' : fact;
  const place = [...document.querySelectorAll<HTMLElement>('[data-facts]')].find((one) => (one.dataset['facts'] ?? '').split(' ').includes(name));
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector<HTMLElement>('input, select, button')?.focus({ preventScroll: true });
}

function Keeping({ patient, draft }: { patient: string; draft: Draft }) {
  const keeping = useAction(async (action) => {
    if (!(await draft.flush())) return;
    const kept = await post<{ status: string }>(`/patients/${patient}/assessments`, {}, { action });
    toast(t('assessment.kept', { status: t(`patient.status.${kept.status}`) }));
    go(`/patients/${patient}`, { anyway: true });
  });
  return (
    <div class="keeping">
      <p class="small secondary" role="status">{t(`assessment.state.${draft.state}`)}</p>
      {draft.refused && <Refusal error={draft.refused} />}
      <Refusal error={keeping.error} />
      <Button kind="primary" busy={keeping.busy} disabled={draft.conflicts.length > 0} onClick={() => void keeping.run()}>{t('assessment.keep')}</Button>
    </div>
  );
}

function Content({ patient, form, draft }: { patient: string; form: RecordForm; draft: Draft }) {
  const missing = missingFacts(draft.judged?.findings ?? []);
  useLeaveGuard(draft.state === 'refused' || draft.conflicts.length > 0);
  if (draft.identity === null) return null;
  return (
    <>
      {draft.judged ? <PatientHead named patient={patient} identity={{ ...draft.identity, birth_date: draft.value('identity.birth_date') as string }} person={draft.judged.person} today={localDay()} /> : <Skeleton lines={1} />}
      <OpenFindings patient={patient} findings={draft.judged?.open_findings ?? []} onAnswered={draft.reload} />
      <Conflicts draft={draft} form={form} />
      <div class="assessment">
        <Sections form={form} missing={missing} />
        <div class="form-body">
          {form.sections.map((section) => (
            <section key={section.id} id={section.id} class="section" aria-labelledby={`${section.id}-title`}>
              <header class="section-head"><h2 id={`${section.id}-title`} tabIndex={-1}>{section.title}</h2></header>
              <Fields section={section} form={form} draft={draft} patient={patient} missing={missing} />
            </section>
          ))}
        </div>
        <aside class="form-side" aria-label={t('assessment.findings')}>
          {draft.judged ? <Status judged={draft.judged} /> : <Skeleton lines={2} />}
          <Keeping patient={patient} draft={draft} />
          <div class="side-findings" tabIndex={0} role="region" aria-label={t('assessment.findings')}>
            <Findings judged={draft.judged} onGo={goToFact} />
            {draft.judged && <p class="small secondary">{t('patient.rules', { version: draft.judged.rules_version })} {language.get() !== 'en' && t('patient.rules_language')}</p>}
          </div>
        </aside>
      </div>
    </>
  );
}

export function AssessmentPage({ params }: PageProps) {
  const patient = params['patient'] ?? '', spoken = useStore(language);
  const form = useLoad((signal) => get<RecordForm>('/record-form', { language: spoken }, { signal }), [spoken]);
  const draft = useDraft(patient);
  const [title, setTitle] = useState(t('assessment.title'));
  useEffect(() => {
    if (draft.identity) setTitle(t('assessment.of', { who: calledName(draft.identity) }));
  }, [draft.identity?.family_name, spoken]);
  return (
    <Page title={title} wide>
      {draft.failed ? <Failed error={draft.failed} retry={draft.reload} /> : (
        <Loaded of={form} lines={8}>{(data) => (draft.loading ? <Skeleton lines={8} /> : <Content patient={patient} form={data} draft={draft} />)}</Loaded>
      )}
    </Page>
  );
}
