/*
 * The end of the process on Windows, which has ended the threads of libzmq by the time it tells the
 * addon. Elsewhere the addon needs no telling.
 */

import { addon } from "./native.js";
import { isMainThread } from "./threads.js";

if (process.platform === "win32" && isMainThread()) {
  const endAll = () => addon.endAll();
  process.on("exit", endAll);
  // Other listeners may send their last messages: this one stays behind them.
  process.on("newListener", (event, listener) => {
    if (event !== "exit" || listener === endAll) return;
    queueMicrotask(() => process.off("exit", endAll).on("exit", endAll));
  });
}
