/*
 * The warning about sockets that a program forgot to close.
 */

import { SocketType } from "./constants.js";
import { addon } from "./native.js";

let warned = false;

// Called for each socket that is collected while it is open.
addon.onforgotten ??= (type) => {
  if (warned) return;
  warned = true;
  process.emitWarning(
    `A ${SocketType[type]} was garbage collected without close(). It is closed now, but when that happens is up to the collector: close() sockets, or declare them with "using".`,
    { code: "ZMQX_UNCLOSED" },
  );
};
