/** The training process with a fault in its native code: it aborts shortly after the second epoch has begun. */
let acknowledged = false;
process.on('message', (message: { readonly request?: { readonly kind: string } }) => {
  if (message.request?.kind !== 'acknowledge' || acknowledged) return;
  acknowledged = true;
  // The listener of the training itself has run by then, and its epoch is under way.
  setTimeout(() => process.abort(), 1);
});
await import('../../src-main/training/training-process-entry.ts');
