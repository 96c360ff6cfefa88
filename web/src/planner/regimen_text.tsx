// A regimen in a line, in the language of the page; of many doses the first one and how many follow.
import { Said, saidText } from '../said.tsx';
import { regimenShort } from '../words.ts';

export function RegimenText({ text }: { text: string }) {
  const short = regimenShort(text, saidText);
  return short === saidText(text) ? <Said text={text} /> : <>{short}</>;
}
