/*
 * The types of the methods beyond send() and receive(): what is sent, and what comes. This file is
 * only compiled; each @ts-expect-error fails where its line turns out to be allowed.
 */

import type * as zmq from "zmqx";
import type { Message } from "zmqx";
import type * as draft from "zmqx/draft";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

declare const [pair, dealer, router, stream]: [zmq.Pair, zmq.Dealer, zmq.Router, zmq.Stream];
declare const [pull, push, reply]: [zmq.Pull, zmq.Push, zmq.Reply];
declare const [publisher, subscriber]: [zmq.Publisher, zmq.Subscriber];
declare const [server, client]: [draft.Server, draft.Client];
declare const [radio, dish]: [draft.Radio, draft.Dish];
declare const [gather, scatter, datagram]: [draft.Gather, draft.Scatter, draft.Datagram];
declare const socket: zmq.Socket;

type FromServer = [Message, { routingId: number }];
type FromDish = [Message, { group: Buffer }];
type One = [Message];
type Two = [Message, Message];

export async function whatComes(): Promise<void> {
  same<ReturnType<typeof pull.tryReceive>, Message[] | undefined>(true);
  same<Awaited<ReturnType<typeof pull.receiveMany>>, Message[][]>(true);
  same<ReturnType<typeof pull.receiveSync>, Message[]>(true);
  same<ReturnType<typeof subscriber.tryReceive>, Message[] | undefined>(true);
  for await (const messages of pull.batches()) same<typeof messages, Message[][]>(true);

  const [message, { routingId }] = server.receiveSync();
  same<typeof message, Message>(true);
  same<typeof routingId, number>(true);
  const [first] = await server.receiveMany({ max: 5, timeout: 5 });
  const from: FromServer | undefined = first ?? server.tryReceive();
  for await (const [[, options] = assertNever()] of server.batches({ max: 5 })) {
    same<typeof options.routingId, number>(true);
  }

  const there: FromDish | undefined = dish.tryReceive();
  const all: FromDish[] = await dish.receiveMany();
  const blocking: FromDish = dish.receiveSync({ timeout: 0 });
  for await (const messages of dish.batches()) all.push(...messages);

  same<ReturnType<typeof client.tryReceive>, One | undefined>(true);
  same<Awaited<ReturnType<typeof gather.receiveMany>>, One[]>(true);
  same<ReturnType<typeof stream.tryReceive>, Two | undefined>(true);
  same<Awaited<ReturnType<typeof stream.receiveMany>>, Two[]>(true);
  same<ReturnType<typeof datagram.receiveSync>, Two>(true);
  for await (const messages of stream.batches()) same<typeof messages, Two[]>(true);

  // @ts-expect-error: there may be none
  same<ReturnType<typeof pull.tryReceive>, Message[]>(true);
  // @ts-expect-error: many messages, not one
  const wrong: Message[] = await pull.receiveMany();
  void [from, there, blocking, wrong];
}

export async function whatIsSent(): Promise<void> {
  same<ReturnType<typeof push.trySend>, boolean>(true);
  same<ReturnType<typeof push.sendMany>, Promise<number>>(true);
  same<ReturnType<typeof push.sendSync>, void>(true);
  push.trySend(["a", Buffer.of(1), null, 5]);
  push.trySend("a", { copy: true });
  push.sendSync("a", { timeout: 5 });
  await push.sendMany(["a", ["b", "c"], null], { timeout: 5, copy: true });
  await push.sendMany(new Set(["a"]));
  await client.sendMany(["a", Buffer.of(1)]);
  await server.sendMany(["a"], { routingId: 5, timeout: 5 });
  server.trySend("a", { routingId: 5 });
  server.sendSync("a", { routingId: 5, timeout: 5 });
  await radio.sendMany(["a"], { group: "g" });
  radio.trySend("a", { group: Buffer.from("g") });
  radio.sendSync("a", { group: "g" });
  stream.trySend(["id", "bytes"]);
  await stream.sendMany([["id", "bytes"]]);
  datagram.sendSync(["address", "bytes"]);

  // @ts-expect-error: to whom?
  server.trySend("a");
  // @ts-expect-error: to whom?
  await server.sendMany(["a"]);
  // @ts-expect-error: to whom?
  await server.sendMany(["a"], { timeout: 5 });
  // @ts-expect-error: to whom?
  server.sendSync("a", { timeout: 5 });
  // @ts-expect-error: a number
  server.sendSync("a", { routingId: "5" });
  // @ts-expect-error: to which group?
  radio.trySend("a");
  // @ts-expect-error: to which group?
  await radio.sendMany(["a"]);
  // @ts-expect-error: to which group?
  radio.sendSync("a");
  // @ts-expect-error: one part
  client.trySend(["a", "b"]);
  // @ts-expect-error: one part each
  await scatter.sendMany([["a", "b"]]);
  // @ts-expect-error: a connection and bytes
  stream.trySend("a");
  // @ts-expect-error: a connection and bytes
  await stream.sendMany([["a"]]);
  // @ts-expect-error: an object is no message
  push.trySend({ an: "object" });
  // @ts-expect-error: undefined is no message
  await push.sendMany(["a", undefined]);
  // @ts-expect-error: no list
  await push.sendMany(5);
  // @ts-expect-error: an asynchronous list
  await push.sendMany(pull);
  // @ts-expect-error: a blocked thread cannot abort
  push.sendSync("a", { signal: AbortSignal.abort() });
  // @ts-expect-error: a blocked thread cannot abort
  pull.receiveSync({ signal: AbortSignal.abort() });
  // @ts-expect-error: what is there is there
  pull.tryReceive({ timeout: 5 });
  // @ts-expect-error: a number
  await pull.receiveMany({ max: "5" });
  // @ts-expect-error: no such option
  await pull.receiveMany({ most: 5 });
  // @ts-expect-error: each batch may wait for ever
  pull.batches({ timeout: 5 });
}

export async function directions(): Promise<void> {
  // @ts-expect-error: receives only
  pull.trySend("a");
  // @ts-expect-error: receives only
  await subscriber.sendMany(["a"]);
  // @ts-expect-error: receives only
  gather.sendSync("a");
  // @ts-expect-error: sends only
  push.tryReceive();
  // @ts-expect-error: sends only
  await publisher.receiveMany();
  // @ts-expect-error: sends only
  scatter.batches();
  // @ts-expect-error: sends only
  radio.receiveSync();
  // @ts-expect-error: not every socket sends
  socket.trySend("a");
  // @ts-expect-error: not every socket receives
  socket.tryReceive();
}

export function tuning(): void {
  same<typeof socket.readAhead, number>(true);
  same<typeof pair.receiveCopyLimit, number>(true);
  same<typeof reply.sendCopyLimit, number>(true);
  same<typeof router.busyPoll, number>(true);
  same<typeof dealer.allowBlocking, boolean>(true);
  const options: zmq.SocketOptions<zmq.Pull> = { readAhead: 0, busyPoll: 5, allowBlocking: true };
  // @ts-expect-error: a number
  const wrong: zmq.SocketOptions<zmq.Pull> = { readAhead: true };
  // @ts-expect-error: no number
  dealer.allowBlocking = 1;
  // @ts-expect-error: no such property
  dealer.readahead = 1;
  void [options, wrong];
}

function assertNever(): never {
  throw new Error("There is at least one");
}
