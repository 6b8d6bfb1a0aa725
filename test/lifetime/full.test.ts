/*
 * Sockets that nobody reads, whose peer has left: libzmq then does not look at the connection.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertEndedWell, freshAddress, runChild } from "../harness.js";

const pairs = { Push: "Pull", Pair: "Pair", Dealer: "Router" };

for (const transport of ["tcp", "ipc"] as const) {
  for (const [Sending, Receiving] of Object.entries(pairs)) {
    test(`E2: ${Receiving} that is full is gone after \`close()\`, though its peer has left (${transport})`, async () => {
      const ended = await runChild(
        `import * as zmq from "zmqx";
        const context = new zmq.Context();
        const small = { sendHighWaterMark: 5, sendBufferSize: 65_536 };
        const sending = new zmq.${Sending}({ context, ...small, linger: 0 });
        const receiving = new zmq.${Receiving}({
          context, receiveHighWaterMark: 5, receiveBufferSize: 65_536,
        });
        sending.connect(await receiving.bind(process.argv.at(-1)));
        // Goes through the thread that serves all connections of the context.
        const [a, b] = [new zmq.Pair({ context }), new zmq.Pair({ context })];
        a.connect(await b.bind("tcp://127.0.0.1:*"));
        const roundTrip = async () => {
          await a.send("round");
          await b.receive();
        };
        await sending.send(Buffer.alloc(1 << 18));
        for (let idle = 0; idle < 50; idle++) {
          while (sending.trySend(Buffer.alloc(1 << 18))) idle = 0;
          await roundTrip();
        }
        await sending.close();
        for (let count = 0; count < 50; count++) await roundTrip();
        await Promise.all([receiving.close(), a.close(), b.close()]);
        await context.terminate({ timeout: 20_000 });
        process.stdout.write("terminated");`,
        { args: [freshAddress(transport)] },
      );
      assertEndedWell(ended);
      assert.equal(ended.stdout, "terminated");
    });
  }
}
