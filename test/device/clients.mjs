// HL7 clients of other people deliver to the listener: usage: clients.mjs SINK PYTHON
// What each client makes of the acknowledgement is checked against the id that it sent, because two of them do not look at it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const [sink, python] = process.argv.slice(2);
const here = new URL('.', import.meta.url);
const fetched = spawnSync(python, [new URL('../../tools/npm_fetch.py', here).pathname, here.pathname], { stdio: ['ignore', 'ignore', 'inherit'] });
if (fetched.status !== 0) process.exit(1);
const require = createRequire(import.meta.url);

const N = 200;
const rows = ['PID|||4711||Muster', 'OBR|1||||||20261129174500+0100', 'OBX|1|NM|8867-4^Heart rate^LN||72|/min|||||F'];
const oru = (id) => ['MSH|^~\\&|GATE|WARD|RESPITE|CLINIC|20261129174500+0100||ORU^R01^ORU_R01|' + id + '|P|2.5', ...rows].join('\r');

/** The listener in a folder of its own; what it kept, as texts, when the work is done. */
const listening = async (work) => {
  const folder = mkdtempSync(join(tmpdir(), 'respite-device-'));
  const child = spawn(sink, [folder, '127.0.0.1:0'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const address = (await lines.next()).value;
    await work(Number(address.split(':').at(-1)));
    child.stdin.end();
    const counts = (await lines.next()).value;
    const kept = readFileSync(join(folder, 'kept'), 'utf8').split('\x1c\r').filter(Boolean).map((frame) => frame.replace(/^\x0b/, ''));
    return { counts, kept };
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Each id once, in order, and in whole. */
const keptAll = ({ kept, counts }, prefix) => {
  assert.deepEqual(kept.map((text) => text.split('|')[9]), Array.from({ length: N }, (_, i) => prefix + i), counts);
  for (const text of kept) for (const row of rows) assert.ok(text.includes(row), text);
};

const medplum = async () => {
  const { Hl7Client } = require('@medplum/hl7');
  const { Hl7Message } = require('@medplum/core');
  const result = await listening(async (port) => {
    const client = new Hl7Client({ host: '127.0.0.1', port, keepAlive: true });
    for (let i = 0; i < N; i++) {
      const msa = (await client.sendAndWait(Hl7Message.parse(oru(`M${i}`)))).getSegment('MSA');
      assert.deepEqual([msa.getField(1).toString(), msa.getField(2).toString()], ['AA', `M${i}`]);
    }
    const refused = await client.sendAndWait(Hl7Message.parse(oru('BAD').replace('ORU^R01^ORU_R01', 'ADT^A01')));
    assert.deepEqual([1, 2].map((i) => refused.getSegment('MSA').getField(i).toString()), ['AR', 'BAD']);
    await client.close();
  });
  keptAll(result, 'M');
};

// Each of them waits for its answer: that client reads two acknowledgements that arrive together as one.
const medplumOnEightLines = async () => {
  const { Hl7Client } = require('@medplum/hl7');
  const { Hl7Message } = require('@medplum/core');
  const { kept } = await listening(async (port) => {
    await Promise.all(Array.from({ length: 8 }, async (_, line) => {
      const client = new Hl7Client({ host: '127.0.0.1', port, keepAlive: true });
      for (let i = line; i < N; i += 8) {
        const ack = await client.sendAndWait(Hl7Message.parse(oru(`P${i}`)));
        assert.equal(ack.getSegment('MSA').getField(2).toString(), `P${i}`);
      }
      await client.close();
    }));
  });
  assert.deepEqual(kept.map((text) => text.split('|')[9]).sort(), Array.from({ length: N }, (_, i) => `P${i}`).sort());
};

const simple = async () => {
  const hl7 = require('simple-hl7');
  const parser = new hl7.Parser({ segmentSeperator: '\r' });
  const result = await listening(async (port) => {
    const client = hl7.Server.createTcpClient({ host: '127.0.0.1', port, keepalive: true });
    for (let i = 0; i < N; i++) {
      const ack = await new Promise((resolve, reject) => {
        client.send(parser.parse(oru(`S${i}`)), (error, answer) => (error ? reject(error) : resolve(answer)));
      });
      const msa = ack.getSegment('MSA');
      assert.deepEqual([msa.getField(1), msa.getField(2)], ['AA', `S${i}`]);
    }
    client.close();
  });
  keptAll(result, 'S');
};

const nodeHl7Client = async () => {
  const { Client, Message } = require('node-hl7-client');
  const answered = [];
  let more = () => {};
  const result = await listening(async (port) => {
    const client = new Client({ host: '127.0.0.1' });
    const line = client.createConnection({ port }, async (response) => {
      const ack = response.getMessage();
      answered.push([ack.get('MSA.1').toString(), ack.get('MSA.2').toString()]);
      more();
    });
    for (let i = 0; i < N; i++) {
      const next = new Promise((resolve) => { more = resolve; });
      await line.sendMessage(new Message({ text: oru(`C${i}`) }));
      await next;
    }
    await line.close();
    client.closeAll();
  });
  assert.deepEqual(answered, Array.from({ length: N }, (_, i) => ['AA', `C${i}`]));
  keptAll(result, 'C');
};

const major = Number(process.versions.node.split('.')[0]);
const tests = [
  ['@medplum/hl7 delivers one after another and hears of a refusal', medplum],
  ['@medplum/hl7 delivers on eight connections', medplumOnEightLines],
  ['simple-hl7 delivers', simple],
  ['node-hl7-client delivers', nodeHl7Client, major < 20 && 'it needs node 20'],
];
console.log(`1..${tests.length}`);
let failed = 0;
for (const [i, [name, test, skip]] of tests.entries()) {
  if (skip) {
    console.log(`ok ${i + 1} - ${name} # SKIP ${skip}`);
    continue;
  }
  try {
    await test();
    console.log(`ok ${i + 1} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`# ${String(error.stack).replaceAll('\n', '\n# ')}\nnot ok ${i + 1} - ${name}`);
  }
}
process.exit(failed ? 1 : 0);
