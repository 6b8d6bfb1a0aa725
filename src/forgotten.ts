/*
 * The warning about sockets that a program forgot to close.
 */

let warned = false;
/** Register the handle of an open socket with what to call it; unregister it on close. */
export const forgotten = new FinalizationRegistry((label: string) => {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `A ${label} was garbage collected without close(). It is closed now, but when that happens is up to the collector: close() sockets, or declare them with "using".`,
    { code: "ZMQX_UNCLOSED" },
  );
});
