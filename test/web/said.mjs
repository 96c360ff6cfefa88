// What the server says, in the words of a German page: sentences as they come, with what fills them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundle } from '../../web/build.mjs';

const SAID = [
  ['order 12 is cancelled, not written', 'Anordnung 12 ist storniert, nicht geschrieben'],
  ['order 4 stands for 2026-12-01: cancel it before another is written', 'Für den 1. Dez. 2026 steht Anordnung 4: erst stornieren, dann eine andere schreiben'],
  ['you state 22.5 mg, and the plan, vial and pump come to 225 mg', 'Sie geben 22.5 mg an, Plan, Ampulle und Pumpe ergeben 225 mg'],
  ['the vial in the hand says esketamine, the order says ketamine (the racemate): put it back, these are different drugs',
    'Auf der Ampulle in der Hand steht esketamine, in der Anordnung Ketamin (das Racemat): zurücklegen, das sind verschiedene Mittel'],
  ["the vial in the hand says ketanest s, the order says ketamine (the racemate): put it back ('ketanest s' is a brand of the S-enantiomer; write esketamine if that is meant)",
    'Auf der Ampulle in der Hand steht ketanest s, in der Anordnung Ketamin (das Racemat): zurücklegen („ketanest s“ ist ein Handelsname des S-Enantiomers; schreiben Sie esketamine, wenn das gemeint ist)'],
  ['the vial in the hand has 50 mg/mL, the order 10 mg/mL: 3.5 mL of it hold 175 mg in place of 35 mg, 5 times as much',
    'Die Ampulle in der Hand hat 50 mg/mL, die Anordnung 10 mg/mL: 3.5 mL davon enthalten 175 mg statt 35 mg, 5-mal so viel'],
  ['350 mg are in the hand, the order is for 35 mg, 10 times as much: stop and draw up anew', '350 mg sind in der Hand, die Anordnung ist über 35 mg, 10-mal so viel: Halt, neu aufziehen'],
  ['35 mg are in the hand, the order is for 36 mg: stop and draw up anew', '35 mg sind in der Hand, die Anordnung ist über 36 mg: Halt, neu aufziehen'],
  ['step 2: 5.75 mL/h are set, the order says 57.5 mL/h, 10 times too little', 'Schritt 2: 5.75 mL/h sind eingestellt, die Anordnung sagt 57.5 mL/h, 10-mal zu wenig'],
  ["then event 7 does not fit: with the 10 mg of 'given' more than the 35 mg of the order would have been given", 'Dann passt Ereignis 7 nicht mehr: Mit den 10 mg von „Einzelgabe“ wären mehr als die 35 mg der Anordnung gegeben'],
  ["'paused' is not possible in a session that is checked: only a pump that runs is paused", '„Pause“ ist jetzt nicht möglich (Zustand der Sitzung: geprüft): Nur eine laufende Pumpe wird angehalten'],
  ['not ready to start: pressure (162/95 mmHg is above the signed limit of 160/100 mmHg; or a physician overrides it by name); escort (name the adult who takes the person home; or give a reason)',
    'Noch nicht bereit zum Beginn: Blutdruck (162/95 mmHg liegt über der unterschriebenen Grenze von 160/100 mmHg; oder eine Ärztin oder ein Arzt übergeht es namentlich); '
    + 'eine erwachsene Person begleitet nach Hause (Nennen Sie die erwachsene Person, die nach Hause begleitet; oder geben Sie einen Grund an)'],
  ['not ready to go home: vitals (measure the pulse (or its baseline is missing)); gait (not yet: ask again). Meet it, or give a reason for each',
    'Noch nicht bereit zum Heimgehen: Blutdruck und Puls nahe am Ausgangswert (Puls messen (oder sein Ausgangswert fehlt)); geht sicher (Noch nicht: später wieder fragen). Erfüllen Sie es, oder geben Sie jeweils einen Grund an'],
  ['midazolam is not ordered as rescue beside this dose: nothing is', 'midazolam ist neben dieser Dosis als Bedarf nicht angeordnet: Es ist nichts angeordnet'],
  ['midazolam is not ordered beside this dose: clonidine', 'midazolam ist neben dieser Dosis nicht angeordnet: clonidine'],
  ["200 mg ketamine iv over 15 min is 2.86 mg/kg, far above the usual 0.1 to 0.35 mg/kg of ketamine iv: a ten-fold slip? Check drug, strength and decimal point; if it is meant, type the dose again as '200 mg ketamine iv over 15 min'",
    '200 mg Ketamin i.v. über 15 min sind 2.86 mg/kg, weit über den üblichen 0.1 bis 0.35 mg/kg Ketamin in die Vene: um das Zehnfache vertan? Mittel, Stärke und Dezimalpunkt prüfen; ist es so gemeint, tippen Sie die Dosis noch einmal: „200 mg ketamine iv over 15 min“'],
  ["unknown word 'ober'; did you mean 'over'?", 'Unbekanntes Wort „ober“; meinten Sie „over“?'],
  ['Systolic pressure must lie between 40 and 300 mmHg, not 400.', 'Systolischer Druck: 40 bis 300 mmHg, nicht 400.'],
  ['2026-12-24 lies in the future (today is 2026-11-30); facts are dated today or earlier.', 'Der 24. Dez. 2026 liegt in der Zukunft (heute ist der 30. Nov. 2026); Angaben tragen das Datum von heute oder ein früheres.'],
  ['22.2 mg/h esketamine iv for 100 h', '22.2 mg/h Esketamin i.v. für 100 h'],
  ['0.5 mg/kg ketamine iv over 40 min every 2 d x6; then 10 mg esketamine nasal', '0.5 mg/kg Ketamin i.v. über 40 min, alle 2 d, 6-mal; dann 10 mg Esketamin nasal'],
  ['35 mg ketamine (racemate) iv: 3.5 mL of 10 mg/mL made up to 35 mL with sodium chloride 0.9 %; run at 52.5 mL/h = 52.5 mg/h = 0.75 mg/kg/h for 0.667 h.',
    '35 mg Ketamin (Racemat) i.v.: 3.5 mL zu 10 mg/mL, mit Natriumchlorid 0.9 % auf 35 mL aufgefüllt; Rate 52.5 mL/h = 52.5 mg/h = 0.75 mg/kg/h für 0.667 h.'],
  ['systolic pressure 165 mmHg; diastolic pressure 95 mmHg: measure again before dosing.', 'systolischer Druck 165 mmHg; diastolischer Druck 95 mmHg: vor der Dosis neu messen.'],
  ['With relief of 30 % or more, the population forecast for this regimen was 31 days; by the diary (40 entries, 2 missing days) the last series gave 18; now 21 days are expected (14 to more than 90). The chance that this patient can respond is now over 99 in 100 (of all people: 56 in 100). Not validated in patients.',
    'Für eine Linderung um 30 % oder mehr war die Vorhersage der Population für dieses Schema 31 Tage; nach dem Tagebuch (40 Einträge, 2 fehlende Tage) brachte die letzte Serie 18; nun werden 21 Tage erwartet (14 bis mehr als 90). Die Wahrscheinlichkeit, dass diese Person ansprechen kann, ist nun über 99 von 100 (unter allen: 56 von 100). Nicht an Patienten geprüft.'],
  ['infusion of 240 h, while dahan_2011_crps_relief was fitted on 72 to 168 h; dahan_2011_crps_relief was fitted in healthy people or treatment resistant depression',
    'Infusion über 240 h, dahan_2011_crps_relief wurde aber an 72 bis 168 h angepasst; dahan_2011_crps_relief wurde an anderen Menschen angepasst: Gesunde oder therapieresistente Depression'],
  ['Lasting relief is not predicted: fibromyalgia, while the model was fitted in complex regional pain syndrome.',
    'Anhaltende Linderung wird nicht vorhergesagt: Fibromyalgie, das Modell aber wurde am komplexen regionalen Schmerzsyndrom angepasst.'],
  ['Long infusion not long ago (esketamine, 100 h, ended 15 days ago; esketamine, 100 h, ended 9 days ago): three of six people had liver injury when two 100-hour infusions lay 16 days apart.',
    'Lange Infusion vor nicht langer Zeit (Esketamin, 100 h, seit 15 Tagen beendet; Esketamin, 100 h, seit 9 Tagen beendet): Drei von sechs Personen hatten einen Leberschaden, als zwei 100-stündige Infusionen 16 Tage auseinanderlagen.'],
  ['order 9: strength_mg_per_ml differs', 'Anordnung 9: Stärke weicht ab'],
  ['visit 2 on 2026-12-01 09:00: chair 3 is taken from 2026-12-01 08:30 for 90 min; take another chair or time',
    'Termin 2 am 1. Dez. 2026, 09:00: Stuhl 3 ist ab 1. Dez. 2026, 08:30 für 90 min belegt; anderen Stuhl oder andere Zeit wählen'],
  ['a sentence that nobody translated', 'a sentence that nobody translated'],
];

const out = mkdtempSync(join(tmpdir(), 'respite-said-'));
let failed = 0;
try {
  Object.assign(globalThis, { localStorage: { getItem: () => 'de', setItem: () => {} }, document: { documentElement: {} } });
  const made = await bundle(fileURLToPath(new URL('../../web/src/said.tsx', import.meta.url)), out);
  const { saidText } = await import(pathToFileURL(join(out, made.find((name) => name.endsWith('.js')))));
  console.log(`1..${SAID.length}`);
  for (const [i, [english, german]] of SAID.entries()) {
    const said = saidText(english).replaceAll('\u00a0', ' ');
    if (said !== german) failed++;
    console.log(`${said === german ? '' : 'not '}ok ${i + 1} - ${english}`);
    if (said !== german) console.log(`# ${said}\n# ${german}`);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
