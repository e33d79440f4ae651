/** Every step of the schema's history, in order. The project file's `user_version` is the number of steps it has had. */
import type Database from 'better-sqlite3';
import { createProject } from './0001-create-project.ts';
import { createSamples } from './0002-create-samples.ts';
import { createVerdicts } from './0003-create-verdicts.ts';
import { createRuns } from './0004-create-runs.ts';
import { createScores } from './0005-create-scores.ts';
import { followChanges } from './0006-follow-changes.ts';
import { packScoreLists } from './0007-pack-score-lists.ts';
import { keepNoiseEstimates } from './0008-keep-noise-estimates.ts';
import { createAudits } from './0009-create-audits.ts';
import { keepReferenceScores } from './0010-keep-reference-scores.ts';
import { keepFindings } from './0011-keep-findings.ts';
import { keepMap } from './0012-keep-map.ts';
import { allowBothAndNeither } from './0013-allow-both-and-neither.ts';
import { keepSelfTests } from './0014-keep-self-tests.ts';
import { countUniformErrors } from './0015-count-uniform-errors.ts';

/** Runs inside the transaction of `migrate`; must not begin or commit one. */
export type Migration = (database: Database.Database) => void;

export const migrations: readonly Migration[] = [
  createProject,
  createSamples,
  createVerdicts,
  createRuns,
  createScores,
  followChanges,
  packScoreLists,
  keepNoiseEstimates,
  createAudits,
  keepReferenceScores,
  keepFindings,
  keepMap,
  allowBothAndNeither,
  keepSelfTests,
  countUniformErrors,
];

/** The schema version that this app writes. */
export const latestVersion: number = migrations.length;
