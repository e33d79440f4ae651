/**
 * Plain data that crosses the boundary between services and pages or the command line, a file for each area. No class
 * instances, dates or functions. Times are milliseconds since 1970, scores as `core/glossary.md` defines them; null stands
 * for "none", and for numbers that could not be computed.
 */
export type * from './export-payloads.ts';
export type * from './insight-payloads.ts';
export type * from './job-payloads.ts';
export type * from './machine-payloads.ts';
export type * from './project-payloads.ts';
export type * from './review-payloads.ts';
export type * from './run-payloads.ts';
export type * from './sample-payloads.ts';
export type * from './trust-payloads.ts';
export type { WireError } from './wire-error.ts';
