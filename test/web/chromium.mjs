// Which browser the tests and the benchmarks use: the shell without windows of Debian's Chromium, which begins a page in a quarter of the time; else the whole one.
import { existsSync } from 'node:fs';

const SHELL = '/usr/bin/chromium-headless-shell';
export const CHROMIUM = process.env.CHROMIUM ?? (existsSync(SHELL) ? SHELL : '/usr/bin/chromium');
