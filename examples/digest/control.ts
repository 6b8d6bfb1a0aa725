// The control socket: REP answers "status", and REQ asks it.

import { type Reply, Request } from "zmqx";

export async function answer(control: Reply, status: () => object): Promise<void> {
  for await (const [question] of control) {
    const known = String(question) === "status";
    await control.send(known ? JSON.stringify(status()) : `Cannot answer "${question}"`);
  }
}

export async function ask(endpoint: string, signal: AbortSignal): Promise<string> {
  const request = new Request({ linger: 0 });
  try {
    request.connect(endpoint);
    await request.send("status", { signal });
    const [reply] = await request.receive({ signal });
    return String(reply);
  } finally {
    await request.close();
  }
}
