// For whom somebody wants to book, handed from the patient's page to the page that books: no name goes through an address.
import type { Picked } from './parts/PatientPicker.tsx';

let wanted: Picked | null = null;

export function wantBooking(patient: Picked): void {
  wanted = patient;
}

/** Given once. */
export function takeBooking(): Picked | null {
  const taken = wanted;
  wanted = null;
  return taken;
}
