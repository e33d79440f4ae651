/** The result of a job that is done, by its kind. Null while it runs, after a failure, and for another kind. */
import type {
  ExportResult,
  ImportPreview,
  ImportReport,
  JobState,
  ProjectStatus,
  RepairReport,
  RunDetail,
  SelfTestReport,
} from '../../../src-main/contract/payloads.ts';

function resultOf(job: JobState | null): NonNullable<JobState['result']> | null {
  return job?.status === 'done' ? job.result : null;
}

export function previewOf(job: JobState | null): ImportPreview | null {
  const result = resultOf(job);
  return result && 'recognisedAs' in result ? result : null;
}

export function importReportOf(job: JobState | null): ImportReport | null {
  const result = resultOf(job);
  return result && 'problemCounts' in result ? result : null;
}

export function exampleOf(job: JobState | null): ProjectStatus | null {
  const result = resultOf(job);
  return result && 'cacheBytes' in result ? result : null;
}

export function trainedRunOf(job: JobState | null): RunDetail | null {
  const result = resultOf(job);
  return result && 'epochsDone' in result ? result : null;
}

export function selfTestOf(job: JobState | null): SelfTestReport | null {
  const result = resultOf(job);
  return result && 'precisionOfNext' in result ? result : null;
}

export function repairReportOf(job: JobState | null): RepairReport | null {
  const result = resultOf(job);
  return result && 'lostCheckpoints' in result ? result : null;
}

export function exportResultOf(job: JobState | null): ExportResult | null {
  const result = resultOf(job);
  return result && 'manifestFile' in result ? result : null;
}
