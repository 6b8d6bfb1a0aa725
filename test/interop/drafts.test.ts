/*
 * The draft socket types with another implementation at the other end, where it has them.
 */

import assert from "node:assert/strict";
import type { Socket } from "zmqx";
import { capability } from "zmqx";
import { Client, Dish, Gather, Radio, Scatter, Server } from "zmqx/draft";
import { until } from "../harness.js";
import { address, assertSame, each, type RemoteSocket } from "./peer.js";

const skip = !capability.draft && "libzmq was built without drafts";
const linger = 0;
/** Messages of these types have one part. */
const bodies = [0, 1, 255, 256, 70_000].map((size) => Buffer.alloc(size, size));

function pair<S extends Socket>(
  ours: string,
  theirs: string,
  open: () => S,
  exchange: (ours: S, theirs: RemoteSocket) => Promise<void>,
): void {
  for (const transport of ["tcp", "ipc"] as const) {
    const needs = [theirs, transport];
    each(
      needs,
      (title) => `${ours} binds, ${theirs} of ${title} connects (${transport})`,
      async (peer) => {
        using socket = open();
        const remote = await peer.socket(theirs);
        await remote.connect(await socket.bind(address(transport)));
        await exchange(socket, remote);
      },
      skip,
    );
    each(
      needs,
      (title) => `${theirs} of ${title} binds, ${ours} connects (${transport})`,
      async (peer) => {
        using socket = open();
        const remote = await peer.socket(theirs);
        socket.connect(await remote.bind(address(transport)));
        await exchange(socket, remote);
      },
      skip,
    );
  }
}

pair(
  "CLIENT",
  "SERVER",
  () => new Client({ linger }),
  async (client, server) => {
    for (const body of bodies) {
      await client.send(body);
      const [id, ...rest] = (await server.receive()) as [Buffer, Buffer];
      assertSame(rest, [body]);
      await server.send([id, body]);
      assertSame(await client.receive(), [body]);
    }
  },
);

pair(
  "SERVER",
  "CLIENT",
  () => new Server({ linger }),
  async (server, client) => {
    for (const body of bodies) {
      await client.send([body]);
      const [question, { routingId }] = await server.receive();
      assertSame([question], [body]);
      await server.send(body, { routingId });
      assertSame(await client.receive(), [body]);
    }
  },
);

pair(
  "SCATTER",
  "GATHER",
  () => new Scatter({ linger }),
  async (scatter, gather) => {
    for (const body of bodies) await scatter.send(body);
    for (const body of bodies) assertSame(await gather.receive(), [body]);
  },
);

pair(
  "GATHER",
  "SCATTER",
  () => new Gather(),
  async (gather, scatter) => {
    for (const body of bodies) await scatter.send([body]);
    for (const body of bodies) assertSame(await gather.receive(), [body]);
  },
);

pair(
  "RADIO",
  "DISH",
  () => new Radio({ linger }),
  async (radio, dish) => {
    const join = (group: string) => dish.peer.command("join", dish.name, Buffer.from(group));
    await join("wanted");
    await join("last");
    // Groups are joined in order: one who gets "last" has joined them all.
    let hasCome = false;
    const first = dish.receive().then((parts) => {
      assertSame(parts, ["last", "mark"]);
      hasCome = true;
    });
    await Promise.all([
      first,
      until(async () => {
        await radio.send("mark", { group: "last" });
        return hasCome;
      }, "the groups"),
    ]);
    await radio.send("end of marks", { group: "wanted" });
    let parts: Buffer[] = [];
    while (String(parts[0]) !== "wanted") parts = await dish.receive();
    assertSame(parts, ["wanted", "end of marks"]);
    for (const body of bodies) {
      await radio.send("for nobody", { group: "other" });
      await radio.send(body, { group: "wanted" });
      assertSame(await dish.receive(), ["wanted", body]);
    }
  },
);

pair(
  "DISH",
  "RADIO",
  () => new Dish(),
  async (dish, radio) => {
    dish.join("wanted", "last");
    let hasCome = false;
    const first = dish.receive().then(([body]) => {
      assertSame([body], ["mark"]);
      hasCome = true;
    });
    await Promise.all([
      first,
      until(async () => {
        await radio.send(["last", "mark"]);
        return hasCome;
      }, "the groups"),
    ]);
    await radio.send(["wanted", "end of marks"]);
    let group = "";
    while (group !== "wanted") group = String((await dish.receive())[1].group);
    for (const body of bodies) {
      await radio.send(["other", "for nobody"]);
      await radio.send(["wanted", body]);
      const [received, { group }] = await dish.receive();
      assert.equal(String(group), "wanted");
      assertSame([received], [body]);
    }
  },
);
