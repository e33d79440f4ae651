/** Entry of the thread: takes one request, answers, and holds no logic of its own. */
import { parentPort } from 'node:worker_threads';
import type { AnalysisReply, AnalysisRequest } from './analysis-messages.ts';
import { runAnalysis } from './run-analysis.ts';

function post(reply: AnalysisReply): void {
  parentPort?.postMessage(reply);
}

parentPort?.once('message', (request: AnalysisRequest) => {
  const result = runAnalysis(request, (stage, share) => post({ kind: 'progress', stage, share }));
  post({ kind: 'done', result });
});
