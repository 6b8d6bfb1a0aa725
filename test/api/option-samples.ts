/*
 * What the tests of options share: the socket classes, a way to make a socket
 * and close it, and for each option a value to try.
 */

import * as zmq from "zmqx";
import * as draft from "zmqx/draft";
import type { SocketName } from "#lib/options.js";

export type Properties = Record<string, unknown>;
export interface TestSocket extends Properties {
  close(): unknown;
}
export type SocketClass = new (options?: object) => TestSocket;

const stable = {
  pair: zmq.Pair,
  publisher: zmq.Publisher,
  subscriber: zmq.Subscriber,
  request: zmq.Request,
  reply: zmq.Reply,
  dealer: zmq.Dealer,
  router: zmq.Router,
  pull: zmq.Pull,
  push: zmq.Push,
  xpublisher: zmq.XPublisher,
  xsubscriber: zmq.XSubscriber,
  stream: zmq.Stream,
};
const drafts = {
  server: draft.Server,
  client: draft.Client,
  radio: draft.Radio,
  dish: draft.Dish,
  gather: draft.Gather,
  scatter: draft.Scatter,
  datagram: draft.Datagram,
};
/** The socket classes of this build, by the names that the table has for them. */
export const classes = Object.entries(
  zmq.capability.draft ? { ...stable, ...drafts } : stable,
) as unknown as [SocketName, SocketClass][];

/** Makes a socket, hands it on, and closes it whatever happens. */
export async function using(
  Class: SocketClass,
  options: object | undefined,
  use: (socket: TestSocket) => void,
): Promise<void> {
  const socket = new Class(options);
  try {
    use(socket);
  } finally {
    await socket.close();
  }
}

const keys = zmq.capability.curve ? zmq.curveKeyPair() : undefined;

/** For each option that can be set, a value that is not its default. */
export const samples: Properties = {
  affinity: 3,
  backlog: 7,
  deviceBusyPoll: 1,
  conflate: true,
  connectRoutingId: "peer",
  connectTimeout: 1500,
  correlate: true,
  curvePublicKey: keys?.publicKey,
  curveSecretKey: keys?.secretKey,
  curveServer: true,
  curveServerKey: keys?.publicKey,
  disconnectMessage: "bye",
  gssapiPlainText: true,
  gssapiPrincipal: "host@example",
  gssapiPrincipalNameType: "userName",
  gssapiServer: true,
  gssapiServicePrincipal: "service@example",
  gssapiServicePrincipalNameType: "krb5Principal",
  handover: true,
  handshakeInterval: 1000,
  heartbeatInterval: 500,
  heartbeatTimeToLive: 1200,
  heartbeatTimeout: 700,
  helloMessage: "hello",
  hiccupMessage: "hiccup",
  immediate: true,
  inBatchSize: 4096,
  interface: "lo",
  invertMatching: true,
  ipcFilterGroupId: 1,
  ipcFilterProcessId: 1,
  ipcFilterUserId: 1,
  ipv6: true,
  linger: 250,
  loopbackFastPath: true,
  mandatory: true,
  manual: true,
  maxMessageSize: 65536,
  metadata: "X-colour:green",
  multicastHops: 2,
  multicastLoop: false,
  multicastMaxTransportDataUnit: 1400,
  noDrop: true,
  normBlockSize: 32,
  normBufferSize: 1024,
  normMode: "ccl",
  normNumAutoparity: 1,
  normNumParity: 2,
  normPush: true,
  normSegmentSize: 1000,
  normUnicastNack: true,
  notify: false,
  onlyFirstSubscribe: true,
  outBatchSize: 4096,
  plainPassword: "pässword",
  plainServer: true,
  plainUsername: "user",
  priority: 3,
  probeRouter: true,
  rate: 200,
  receiveBufferSize: 4096,
  receiveHighWaterMark: 10,
  receiveTimeout: 20,
  reconnectInterval: 30,
  reconnectMaxInterval: 3000,
  reconnectStop: 1,
  recoveryInterval: 5000,
  relaxed: true,
  routerNotify: 3,
  routerRaw: true,
  routingId: "me",
  sendBufferSize: 4096,
  sendHighWaterMark: 10,
  sendTimeout: 20,
  socksPassword: "secret",
  socksProxy: "127.0.0.1:1080",
  socksUsername: "user",
  tcpAcceptFilter: "127.0.0.0/8",
  tcpKeepalive: 1,
  tcpKeepaliveCount: 3,
  tcpKeepaliveIdle: 10,
  tcpKeepaliveInterval: 5,
  tcpMaxRetransmitTimeout: 1000,
  typeOfService: 8,
  useFd: -1,
  vmciBufferMaxSize: 3,
  vmciBufferMinSize: 1,
  vmciBufferSize: 2,
  vmciConnectTimeout: 100,
  welcomeMessage: "welcome",
  wssCertPem: "pem",
  wssHostname: "example",
  wssKeyPem: "pem",
  wssTrustPem: "pem",
  wssTrustSystem: true,
  xpubManualLastValue: true,
  xsubVerboseUnsubscribe: true,
  zapDomain: "global",
  zapEnforceDomain: true,
};
