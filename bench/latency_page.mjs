// What a browser shows of one session's systolic pressure, and when: one JSON line {"at_ms", "systolic"} a change, at_ms since 1970 after the frame was
// painted. Ends when its input does. Used by bench/latency.py:
//   node bench/latency_page.mjs http://127.0.0.1:8080 NAME=COOKIE /patients/P/orders/O/session
import { createRequire } from 'node:module';
import { CHROMIUM } from '../test/web/chromium.mjs';

const { chromium } = createRequire(new URL('../web/package.json', import.meta.url))('playwright-core');

const [url, cookie, path] = process.argv.slice(2);
const [name, value] = cookie.split(/=(.*)/);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, reducedMotion: 'reduce' });
await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
const page = await context.newPage();
await page.exposeFunction('say', (line) => process.stdout.write(`${line}\n`));
await page.goto(url + path);
await page.locator('.vital-figure').first().waitFor();
await page.evaluate(() => {
  let shown = '';
  new MutationObserver(() => {
    const systolic = /(\d+)\/\d+/.exec(document.querySelector('main').innerText)?.[1] ?? '';
    if (systolic === shown) return;
    shown = systolic;
    requestAnimationFrame(() => setTimeout(() => window.say(JSON.stringify({ at_ms: performance.timeOrigin + performance.now(), systolic: Number(systolic) })), 0));
  }).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
});
process.stdin.resume();
await new Promise((resolve) => process.stdin.once('end', resolve));
await browser.close();
