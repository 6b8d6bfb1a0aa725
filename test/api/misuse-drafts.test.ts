/*
 * Misuse of what the draft socket types have.
 */

import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { MessageLike } from "zmqx";
import { Client, Datagram, Dish, Gather, Radio, Scatter, Server } from "zmqx/draft";
import { freshAddress } from "../harness.js";
import { each, naming, type Subject, testMisuse } from "./misuse.js";

const bare: unknown = Object.create(null);
const noBytes = [undefined, null, 5, true, 5n, {}, [], ["x"], Symbol("x"), bare, () => 5];
const noGroups = ["", "x".repeat(16), "é".repeat(8), "a\0b", Buffer.alloc(0), Buffer.alloc(3)];
const noObjects = [undefined, null, 5, "x", true, {}];
const patience = { timeout: 20_000 };

async function clientAndServer() {
  const [server, client] = [new Server({ linger: 0 }), new Client({ linger: 0 })];
  client.connect(await server.bind(freshAddress("inproc")));
  return {
    server,
    client,
    async works() {
      await client.send("there", patience);
      const [request, { routingId }] = await server.receive(patience);
      await server.send(`${request} and back`, { routingId, ...patience });
      assert.equal(String((await client.receive(patience))[0]), "there and back");
    },
    close: () => Promise.all([server.close(), client.close()]),
  };
}

async function radioAndDish() {
  const [radio, dish] = [new Radio({ linger: 0 }), new Dish()];
  dish.connect(await radio.bind(freshAddress("inproc")));
  dish.join("news");
  return {
    radio,
    dish,
    async works() {
      // Lets the radio look at who has joined.
      void radio.writable;
      await radio.send("x", { group: "news" });
      const [message, { group }] = await dish.receive(patience);
      assert.deepEqual([String(message), String(group)], ["x", "news"]);
    },
    close: () => Promise.all([radio.close(), dish.close()]),
  };
}

async function server(): Promise<Subject<Server>> {
  const { server, ...rest } = await clientAndServer();
  return { subject: server, ...rest };
}

async function client(): Promise<Subject<Client>> {
  const { client, ...rest } = await clientAndServer();
  return { subject: client, ...rest };
}

async function radio(): Promise<Subject<Radio>> {
  const { radio, ...rest } = await radioAndDish();
  return { subject: radio, ...rest };
}

async function dish(): Promise<Subject<Dish>> {
  const { dish, ...rest } = await radioAndDish();
  return { subject: dish, ...rest };
}

async function scatter(): Promise<Subject<Scatter>> {
  const [subject, peer] = [new Scatter({ linger: 0 }), new Gather()];
  peer.connect(await subject.bind(freshAddress("inproc")));
  return {
    subject,
    async works() {
      await subject.send("x", patience);
      assert.equal(String((await peer.receive(patience))[0]), "x");
    },
    close: () => Promise.all([subject.close(), peer.close()]),
  };
}

const ids = [undefined, null, "5", true, 5n, {}, [], bare, Symbol("x"), () => 5];
const noIds = [-1, 0, 1.5, 2 ** 32, Number.NaN];

testMisuse("`Server.send()`", server, [
  ...each(
    noObjects,
    "with the options",
    (socket: Server, options: { routingId: number }) => socket.send("x", options),
    "TypeError",
    () => [/Cannot send .*routing/, "undefined"],
  ),
  ...each(
    ids,
    "to the client",
    (socket: Server, routingId: number) => socket.send("x", { routingId }),
    "TypeError",
    (value) => ["Cannot send to the routing id ", naming(value), "number"],
  ),
  ...each(
    noIds,
    "to the client",
    (socket: Server, routingId: number) => socket.send("x", { routingId }),
    "argument",
    (value) => [`Cannot send to the routing id ${value}`, "number"],
  ),
  ...each(
    [4_000_000_000],
    "to the unknown client",
    (socket: Server, routingId: number) => socket.send("x", { routingId }),
    "EHOSTUNREACH",
    () => ["no route to the peer"],
  ),
]);

const onePart: [name: string, make: () => Promise<Subject<unknown>>, options: object][] = [
  ["Server", server, { routingId: 1 }],
  ["Client", client, patience],
  ["Radio", radio, { group: "news" }],
  ["Scatter", scatter, patience],
];

for (const [name, make, options] of onePart) {
  testMisuse(`\`${name}.send()\``, make as () => Promise<Subject<Client>>, [
    ...each(
      [["x", "y"], ["x", "y", "z"], []],
      "of",
      (socket: Client, message: string) => socket.send(message, options),
      "TypeError",
      () => [/Cannot send (\d parts|an empty array)/],
    ),
    ...each(
      [{}, undefined, [{}], [undefined]],
      "of",
      (socket: Client, message: string) => socket.send(message, options),
      "TypeError",
      () => ["Cannot send ", "expected a Buffer"],
    ),
  ]);
}

for (const [method, make] of [
  ["join", dish],
  ["leave", dish],
  ["send", radio],
] as const) {
  const call = (socket: Dish & Radio, group: string) =>
    method === "send" ? socket.send("x", { group }) : socket[method](group);
  const action = `Cannot ${method}${method === "send" ? " to" : ""} group `;
  testMisuse(`\`${method}()\` of a group`, make as () => Promise<Subject<Dish & Radio>>, [
    ...each(
      [...noBytes, Object.create(Uint8Array.prototype)],
      "named",
      call,
      "TypeError",
      (value) => [action, naming(value), "expected a string or a Buffer"],
    ),
    ...each(noGroups, "named", call, "RangeError", () => [action, "1 to 15 bytes"]),
  ]);
}

testMisuse("`Radio.send()`", radio, [
  ...each(
    noObjects,
    "with the options",
    (socket: Radio, options: { group: string }) => socket.send("x", options),
    "TypeError",
    () => ["Cannot send to group undefined"],
  ),
]);

async function datagram(): Promise<Subject<Datagram>> {
  const [subject, peer] = [new Datagram({ linger: 0 }), createSocket("udp4")];
  await subject.bind("udp://127.0.0.1:0");
  peer.bind(0, "127.0.0.1");
  await once(peer, "listening");
  return {
    subject,
    async works() {
      const arrived = once(peer, "message");
      await subject.send([`127.0.0.1:${peer.address().port}`, "there"], patience);
      const [bytes, { port }] = await arrived;
      peer.send(`${bytes} and back`, port, "127.0.0.1");
      assert.equal(String((await subject.receive(patience))[1]), "there and back");
    },
    close: () =>
      Promise.all([subject.close(), new Promise<void>((resolve) => peer.close(resolve))]),
  };
}

testMisuse("`Datagram.send()`", datagram, [
  ...each(
    ["x", null, ["x"], ["127.0.0.1:5555", "y", "z"], []],
    "of",
    (socket: Datagram, message: [MessageLike, MessageLike]) => socket.send(message, patience),
    "TypeError",
    () => ["Cannot send "],
  ),
]);
