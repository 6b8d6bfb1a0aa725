/*
 * A program for zeromq 6 with the import changed, over every type that zeromq exports: that it
 * compiles is the test. With "zmqx" changed back to "zeromq" it compiles too.
 */

import * as zmq from "zmqx";
import {
  type Event,
  type EventOfType,
  type EventSubscriber,
  type EventType,
  type Message,
  type MessageLike,
  Observer,
  type Readable,
  Router,
  type RouterConnectOptions,
  type SocketOptions,
  type StreamConnectOptions,
  type Writable,
} from "zmqx";
import * as draft from "zmqx/draft";

export async function pipeline(): Promise<void> {
  const push = new zmq.Push({ sendHighWaterMark: 1, linger: 0 });
  const pull = new zmq.Pull({ receiveTimeout: 100, context: push.context });
  await push.bind("tcp://127.0.0.1:*");
  const endpoint: string | null = push.lastEndpoint;
  if (endpoint !== null) pull.connect(endpoint);
  await push.send("text");
  await push.send(["parts", Buffer.from([1]), 5, null, new Uint8Array(3)]);
  await push.send(new SharedArrayBuffer(3));
  await push.send(new DataView(new ArrayBuffer(3)));
  const [first, ...rest]: Message[] = await pull.receive();
  const text: string | undefined = first?.toString();
  for await (const [name, ...values] of pull) {
    console.log(name?.readUInt8(0), values.length, text, rest);
    break;
  }
  push.close();
  if (!pull.closed) pull.close();
}

export async function publish(topics: string[]): Promise<void> {
  const publisher = new zmq.Publisher({ noDrop: true, conflate: false, invertMatching: false });
  const subscriber = new zmq.Subscriber();
  publisher.bindSync("tcp://127.0.0.1:*");
  publisher.unbindSync("tcp://127.0.0.1:5555");
  subscriber.subscribe("a", Buffer.from("b"), ...topics);
  subscriber.subscribe();
  subscriber.unsubscribe("a");
  const xpub = new zmq.XPublisher({ verbosity: "allSubs", manual: true, welcomeMessage: "hello" });
  xpub.verbosity = null;
  const xsub = new zmq.XSubscriber({ receiveHighWaterMark: 0 });
  const proxy = new zmq.Proxy(xsub, xpub);
  const front: zmq.XSubscriber = proxy.frontEnd;
  const back: zmq.XPublisher = proxy.backEnd;
  const any: zmq.Proxy = proxy;
  const typed: zmq.Proxy<zmq.XSubscriber, zmq.XPublisher> = proxy;
  console.log(front.readable, back.writable, any, typed);
  proxy.pause();
  proxy.resume();
  setTimeout(() => proxy.terminate(), 10);
  await proxy.run();
}

export async function requests(): Promise<void> {
  const request = new zmq.Request({ correlate: true, relaxed: true, probeRouter: false });
  const reply = new zmq.Reply({ routingId: "server" });
  const dealer = new zmq.Dealer();
  dealer.routingId = null;
  const router = new zmq.Router({ mandatory: true, handover: true });
  const options: RouterConnectOptions = { routingId: "peer" };
  router.connect("tcp://127.0.0.1:5555", options);
  router.disconnect("tcp://127.0.0.1:5555");
  const stream = new zmq.Stream({ notify: true });
  const connect: StreamConnectOptions = {};
  stream.connect("tcp://127.0.0.1:80", connect);
  const [id, bytes]: [Message, Message] = await stream.receive();
  await stream.send([id, bytes]);
  for await (const [peer, data] of stream) await stream.send([peer, data.subarray(1)]);
  for await (const [blank, ...body] of reply) await reply.send([blank as Message, ...body]);
  const pair = new zmq.Pair();
  const sockets: zmq.Socket[] = [request, reply, dealer, router, pair];
  for (const socket of sockets) socket.close();
}

export function settings(): void {
  const context = new zmq.Context({ ioThreads: 2, maxSockets: 10, ipv6: true, blocky: false });
  zmq.context.ioThreads = 1;
  const limit: number = context.maxSocketsLimit;
  const options: SocketOptions<zmq.Dealer> = { context, linger: 0, sendTimeout: 0 };
  const { publicKey, secretKey }: { publicKey: string; secretKey: string } = zmq.curveKeyPair();
  const dealer = new zmq.Dealer({
    ...options,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
    plainUsername: null,
    zapDomain: "global",
    affinity: 1,
    maxMessageSize: 1024,
    tcpKeepalive: 1,
    immediate: true,
  });
  dealer.heartbeatInterval = 2 * dealer.heartbeatTimeout;
  const mechanism: null | "plain" | "curve" | "gssapi" = dealer.securityMechanism;
  const version: string = zmq.version;
  const curve: boolean | undefined = zmq.capability.curve;
  console.log(mechanism, version, curve, limit, dealer.type, dealer.threadSafe, dealer.context);
}

export async function observe(socket: zmq.Socket): Promise<void> {
  socket.events.on("bind", ({ address }) => console.log(address.length));
  socket.events.on("connect:retry", ({ interval }) => console.log(interval.toFixed()));
  socket.events.on("bind:error", ({ error }) => console.log(error.code, error.errno + 1));
  socket.events.on("handshake:error:auth", ({ error }) => console.log(error.status === 400));
  const listener = (event: EventOfType<"accept">): void => console.log(event.type, event.address);
  const subscriber: EventSubscriber = socket.events.on("accept", listener);
  subscriber.off("accept", listener);
  const observer = new Observer(socket);
  const event: Event = await observer.receive();
  const type: EventType = event.type;
  for await (const event of observer) {
    switch (event.type) {
      case "handshake:error:protocol":
        console.log(event.error.code === "ERR_ZMTP_KEY_EXCHANGE");
        break;
      case "end":
        return observer.close();
      case "close:error":
        console.log(event.address, event.error.message, type, observer.closed);
    }
  }
}

/** Generics, as libraries on top of sockets use them. */
export class Outbox<S extends zmq.Socket & Writable> {
  #queue: (MessageLike | MessageLike[])[] = [];
  constructor(readonly socket: S) {}
  async send(message: MessageLike | MessageLike[]): Promise<void> {
    this.#queue.push(message);
    for (const next of this.#queue.splice(0)) await this.socket.send(next);
  }
}

export const outboxes = [new zmq.Dealer(), new zmq.Push()].map((socket) => new Outbox(socket));

export async function forward(from: Readable, to: Writable): Promise<void> {
  for await (const message of from) await to.send(message);
}

export async function forwardTyped(
  from: Readable<[Message, Message]>,
  to: Writable<[MessageLike, MessageLike]>,
): Promise<void> {
  await to.send(await from.receive());
}

export function make<S extends zmq.Socket>(
  Type: new (options?: SocketOptions<S>) => S,
  options?: SocketOptions<S>,
): S {
  return new Type(options);
}

export const made: Router = make(Router, { mandatory: true });

/** A stand-in for tests of a program's own. */
export class Fake implements Writable {
  multicastHops = 1;
  sendBufferSize = 0;
  sendHighWaterMark = 0;
  sendTimeout = 0;
  readonly sent: unknown[] = [];
  async send(message: MessageLike | MessageLike[]): Promise<void> {
    this.sent.push(message);
  }
}

export class Broker extends Router {
  readonly #services = new Map<string, Message>();
  constructor(options?: SocketOptions<Router>) {
    super({ sendHighWaterMark: 1, ...options });
  }
  get incomingBatch(): number {
    return this.getInt32Option(101);
  }
  set raw(value: boolean) {
    this.setBoolOption(41, value);
  }
  get named(): string | null {
    return this.getStringOption(5);
  }
  async start(): Promise<void> {
    await this.bind("tcp://127.0.0.1:*");
    for await (const [sender, blank, header, ...rest] of this) {
      if (sender === undefined || blank === undefined) continue;
      this.#services.set(String(header), sender);
      await this.send([sender, null, ...rest]);
    }
  }
}

/** The number of a type is all that a class for it needs. */
export class Custom extends zmq.Socket {
  constructor() {
    super(5);
  }
  get rawAffinity(): number {
    return Number(this.getUint64Option(4));
  }
}

export async function drafts(): Promise<void> {
  const server = new draft.Server();
  const [message, { routingId }] = await server.receive();
  await server.send(message, { routingId });
  for await (const [request, target] of server) await server.send(request, target);
  const client = new draft.Client({ linger: 0 });
  await client.send("text");
  const [answer]: [Message] = await client.receive();
  const radio = new draft.Radio();
  await radio.send(answer, { group: "news" });
  const dish = new draft.Dish();
  dish.join("news", Buffer.from("sports"));
  dish.leave("news");
  const [bytes, { group }] = await dish.receive();
  const scatter = new draft.Scatter({ conflate: true });
  await scatter.send([bytes, group].length);
  const gather = new draft.Gather();
  const datagram = new draft.Datagram();
  await datagram.send(["127.0.0.1:5555", (await gather.receive())[0]]);
  const [address, payload]: [Message, Message] = await datagram.receive();
  console.log(address, payload);
}

export async function failure(socket: zmq.Dealer): Promise<string | undefined> {
  try {
    await socket.receive();
  } catch (error) {
    const { code, errno } = error as NodeJS.ErrnoException;
    return errno === 11 ? code : undefined;
  }
}
