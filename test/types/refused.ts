/*
 * What must not compile: methods that a socket type does not have, and arguments of the wrong type.
 * This file is only compiled; each @ts-expect-error fails where its line turns out to be allowed.
 */

import * as zmq from "zmqx";
import type * as draft from "zmqx/draft";

declare const [pair, dealer, router, stream]: [zmq.Pair, zmq.Dealer, zmq.Router, zmq.Stream];
declare const [pull, push]: [zmq.Pull, zmq.Push];
declare const [publisher, subscriber]: [zmq.Publisher, zmq.Subscriber];
declare const [xpublisher, xsubscriber]: [zmq.XPublisher, zmq.XSubscriber];
declare const [server, client]: [draft.Server, draft.Client];
declare const [radio, dish]: [draft.Radio, draft.Dish];
declare const [gather, scatter, datagram]: [draft.Gather, draft.Scatter, draft.Datagram];
declare const socket: zmq.Socket;

export async function directions(): Promise<void> {
  // @ts-expect-error: receives only
  await pull.send("x");
  // @ts-expect-error: receives only
  await subscriber.send("x");
  // @ts-expect-error: receives only
  await dish.send("x");
  // @ts-expect-error: receives only
  await gather.send("x");
  // @ts-expect-error: sends only
  await push.receive();
  // @ts-expect-error: sends only
  await publisher.receive();
  // @ts-expect-error: sends only
  await radio.receive();
  // @ts-expect-error: sends only
  await scatter.receive();
  // @ts-expect-error: sends only
  for await (const _ of push);
  // @ts-expect-error: sends only
  for await (const _ of publisher);
  // @ts-expect-error: not every socket sends
  await socket.send("x");
  // @ts-expect-error: not every socket receives
  await socket.receive();
  // @ts-expect-error: subscribes by sending
  xsubscriber.subscribe("x");
  // @ts-expect-error: has subscribers, and subscribes to nothing
  xpublisher.subscribe("x");
  // @ts-expect-error: joins instead
  dish.subscribe("x");
  // @ts-expect-error: subscribes instead
  subscriber.join("x");
}

export async function messages(): Promise<void> {
  // @ts-expect-error: an object is no message
  await dealer.send({ an: "object" });
  // @ts-expect-error: nothing is no message
  await dealer.send(undefined);
  // @ts-expect-error: a message is needed
  await dealer.send();
  // @ts-expect-error: true is no message
  await dealer.send(true);
  // @ts-expect-error: a bigint is no message
  await dealer.send(5n);
  // @ts-expect-error: parts have no parts
  await dealer.send(["x", ["y"]]);
  // @ts-expect-error: undefined is no part
  await pair.send(["x", undefined]);
  // @ts-expect-error: a connection and bytes
  await stream.send("x");
  // @ts-expect-error: a connection and bytes
  await stream.send(["x"]);
  // @ts-expect-error: an address and bytes
  await datagram.send("x");
  // @ts-expect-error: one part
  await client.send(["x", "y"]);
  // @ts-expect-error: one part
  await scatter.send(["x"]);
  // @ts-expect-error: to whom?
  await server.send("x");
  // @ts-expect-error: a number
  await server.send("x", { routingId: "5" });
  // @ts-expect-error: to which group?
  await radio.send("x");
  // @ts-expect-error: a string or bytes
  await radio.send("x", { group: 5 });
  // @ts-expect-error: no number
  dish.join(5);
}

export async function waiting(): Promise<void> {
  // @ts-expect-error: milliseconds, as a number
  await dealer.receive({ timeout: "5" });
  // @ts-expect-error: the signal of an AbortController
  await dealer.receive({ signal: new AbortController() });
  // @ts-expect-error: no such option
  await dealer.send("x", { timeOut: 5 });
  // @ts-expect-error: options are an object
  await dealer.send("x", 5);
  // @ts-expect-error: milliseconds, as a number
  await dealer.close({ linger: "5" });
  // @ts-expect-error: a number
  await zmq.context.terminate({ timeout: "5" });
}

export function endpoints(): void {
  // @ts-expect-error: an endpoint is a string
  dealer.connect(5555);
  // @ts-expect-error: an endpoint is needed
  void dealer.bind();
  // @ts-expect-error: an endpoint is a string
  dealer.disconnect(new URL("tcp://127.0.0.1:5555"));
  // @ts-expect-error: only routers and streams name their peers
  dealer.connect("tcp://127.0.0.1:5555", { routingId: "x" });
  // @ts-expect-error: a string or a Buffer
  router.connect("tcp://127.0.0.1:5555", { routingId: 5 });
  // @ts-expect-error: a string or a Buffer
  subscriber.subscribe(5);
  // @ts-expect-error: prefixes, not a list of them
  subscriber.subscribe(["a", "b"]);
}

export function construction(): void {
  // @ts-expect-error: abstract
  new zmq.Socket(5);
  // @ts-expect-error: a class is made with new
  zmq.Dealer();
  // @ts-expect-error: not a context
  new zmq.Dealer({ context: {} });
  // @ts-expect-error: an option of routers
  new zmq.Dealer({ mandatory: true });
  // @ts-expect-error: a push receives nothing
  new zmq.Push({ receiveTimeout: 5 });
  // @ts-expect-error: two ends
  new zmq.Proxy(router);
  // @ts-expect-error: sockets
  new zmq.Proxy(router, "dealer");
  // @ts-expect-error: of a socket
  new zmq.Observer();
  // @ts-expect-error: a token is a number
  zmq.Context.attach("1");
  // @ts-expect-error: two pairs of different types are not the same
  const _wrong: zmq.Proxy<zmq.Pull, zmq.Push> = new zmq.Proxy(router, dealer);
  // @ts-expect-error: options of another socket
  const _options: zmq.SocketOptions<zmq.Pull> = { sendTimeout: 5 };
}

export function reading(): void {
  // @ts-expect-error: read-only
  dealer.closed = true;
  // @ts-expect-error: read-only
  dealer.context = zmq.context;
  // @ts-expect-error: read-only
  dealer.events = new zmq.Observer(dealer);
  // @ts-expect-error: no such option
  dealer.highWaterMark = 5;
  // @ts-expect-error: for subclasses
  dealer.getInt32Option(5);
  // @ts-expect-error: for subclasses
  zmq.context.setInt32Option(5, 5);
  // @ts-expect-error: no such event
  dealer.events.on("conect", () => undefined);
  // @ts-expect-error: this event has no address
  dealer.events.on("end", ({ address }) => address);
  // @ts-expect-error: this event has no error
  dealer.events.on("bind", ({ error }) => error);
  // @ts-expect-error: read-only
  zmq.version = "5";
  // @ts-expect-error: read-only
  zmq.capability.curve = true;
}
