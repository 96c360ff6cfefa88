// What is wrong with what a device says, under its name.
import { Said } from '../said.tsx';
import { doubtsOf, type Device } from './devices.ts';

export function Doubts({ device }: { device: Device }) {
  return <>{doubtsOf(device).map(({ text, why }) => <p key={text} class="small">{text}{why !== null && <>: <Said text={why} /></>}</p>)}</>;
}
