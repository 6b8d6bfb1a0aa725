// PULLs what the workers answer, and enters it in the ledger.

import type { Pull } from "zmqx";
import type { Ledger } from "./ledger.js";
import type { Answer } from "./messages.js";

/** Returns when the socket is closed. */
export async function sink(results: Pull, ledger: Ledger): Promise<void> {
  for await (const frames of results) {
    ledger.received += 1;
    const [worker, kind, subject, value] = frames as Answer;
    switch (String(kind)) {
      case "here":
        ledger.here(String(worker), Number(subject));
        break;
      case "digest":
        ledger.settle(String(worker), String(subject), { digest: value.toString("hex") });
        break;
      default:
        ledger.settle(String(worker), String(subject), { failure: String(value) });
    }
  }
}
