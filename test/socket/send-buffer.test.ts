/*
 * The room that a connection over ipc has, beside its high-water marks.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Pull, Push, type SocketOptions, TimeoutError } from "zmqx";
import { link } from "../harness.js";

const linux = { skip: process.platform !== "linux" && "elsewhere it is as the system has it" };
const message = Buffer.alloc(32 * 1024);

// Of Linux's own 208 KiB, five are the most that find room, with those in the sockets and on their way.
const many = 6;

function pair(side: string, options: SocketOptions<Push> = {}) {
  const push = new Push({ sendHighWaterMark: 1, linger: 0, ...options });
  const pull = new Pull({ receiveHighWaterMark: 1 });
  const linked = side === "connects" ? link(pull, push, "ipc") : link(push, pull, "ipc");
  return linked.then(() => ({ push, pull }));
}

for (const side of ["connects", "binds"]) {
  test(
    `ipc has room for long messages that nobody receives yet (who sends ${side})`,
    linux,
    async () => {
      const { push, pull } = await pair(side);
      for (let sent = 0; sent < many; sent++) await push.send(message);
      for (let received = 0; received < many; received++) {
        const [part] = await pull.receive();
        assert.equal(part?.length, message.length);
      }
      push.close();
      pull.close();
    },
  );

  test(
    `\`sendBufferSize\` limits what an ipc connection takes (who sends ${side})`,
    linux,
    async () => {
      const { push, pull } = await pair(side, { sendBufferSize: 1024 });
      await push.send(message);
      const sendAll = async () => {
        for (let sent = 1; sent < many; sent++) await push.send(message, { timeout: 100 });
      };
      await assert.rejects(sendAll(), TimeoutError);
      push.close();
      pull.close();
    },
  );
}
