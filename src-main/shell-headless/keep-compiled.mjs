/**
 * Imported first of all: lets Node keep what it makes of the sources (types stripped, compiled) for the next start, and for the threads and
 * processes that this one starts; a start then takes half the time. Where nothing can be written, it is as without. Plain JavaScript, as
 * touchstone.mjs.
 */
import envPaths from 'env-paths';
import module from 'node:module';
import path from 'node:path';
import process from 'node:process';

const { TOUCHSTONE_HOME: home } = process.env;
process.env.NODE_COMPILE_CACHE ??= path.join(
  home ? path.resolve(home) : envPaths('Touchstone', { suffix: '' }).cache,
  'compiled',
);
module.enableCompileCache?.();
