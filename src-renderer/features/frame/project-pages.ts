/** The states of the pages of one open project. They live as long as it is open, so that each page's place is kept. */
import type { ProjectId } from '../../../src-main/contract/payloads.ts';
import { AuditWork } from '../audit/audit-state.svelte.ts';
import { ExportState } from '../export/export-state.svelte.ts';
import type { PathChooser } from '../folders/path-chooser.svelte.ts';
import { ImportState } from '../import/import-state.svelte.ts';
import { ReviewState } from '../review/review-state.svelte.ts';
import { TrainState } from '../train/train-state.svelte.ts';
import { TrustedState } from '../trusted/trusted-state.svelte.ts';
import type { AppState } from './app-state.svelte.ts';

export class ProjectPages {
  readonly imports: ImportState;
  readonly trusted: TrustedState;
  readonly train: TrainState;
  readonly review: ReviewState;
  readonly audit: AuditWork;
  readonly exports: ExportState;

  constructor(app: AppState, projectId: ProjectId, chooser: PathChooser) {
    this.imports = new ImportState(app, projectId, chooser);
    this.trusted = new TrustedState(app, projectId);
    this.train = new TrainState(app, projectId);
    this.review = new ReviewState(app, projectId);
    this.audit = new AuditWork(app, projectId);
    this.exports = new ExportState(app, projectId, chooser);
  }

  /** Lets every page follow the host. Returns the function that ends it. */
  start(): () => void {
    const { imports, trusted, train, review, audit, exports } = this;
    const endings = [imports.start(), trusted.start(), train.start(), review.start(), audit.start(), exports.start()];
    return () => {
      for (const end of endings) end();
    };
  }
}
