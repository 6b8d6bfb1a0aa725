/*
 * What the option table promises to the compiler, said as types: this file is
 * only compiled. Each @ts-expect-error fails the compilation when the line
 * below it turns out to be allowed.
 */

import type {
  CommonOptions,
  ConstructorOptions,
  ContextProperties,
  ContextSettings,
  OptionsOf,
  SocketName,
} from "#lib/options.js";

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

// A class takes its properties from the table by an interface of the same name.
declare class Base {
  send(): void;
}
interface Base extends CommonOptions {}
declare class Dealer extends Base {
  constructor(options?: ConstructorOptions<Dealer>);
}
interface Dealer extends OptionsOf<"dealer"> {}
declare class Router extends Base {
  constructor(options?: ConstructorOptions<Router>);
}
interface Router extends OptionsOf<"router"> {}
declare class Publisher extends Base {
  constructor(options?: ConstructorOptions<Publisher>);
}
interface Publisher extends OptionsOf<"publisher"> {}
declare class XPublisher extends Base {
  set verbosity(value: null | "allSubs" | "allSubsUnsubs");
  constructor(options?: ConstructorOptions<XPublisher, "verbosity">);
}
interface XPublisher extends OptionsOf<"xpublisher"> {}
declare class Context {
  constructor(options?: ContextSettings);
}
interface Context extends ContextProperties {}

declare const base: Base;
declare const dealer: Dealer;
declare const router: Router;
declare const publisher: Publisher;
declare const xpublisher: XPublisher;
declare const context: Context;

// The type of each kind.
same<typeof dealer.conflate, boolean>(true);
same<typeof dealer.sendHighWaterMark, number>(true);
same<typeof dealer.maxMessageSize, number | bigint>(true);
same<typeof dealer.affinity, number | bigint>(true);
same<typeof dealer.routingId, string | Buffer | null>(true);
same<typeof dealer.zapDomain, string | null>(true);
same<typeof dealer.curveServerKey, string | null>(true);
same<typeof dealer.securityMechanism, null | "plain" | "curve" | "gssapi">(true);
same<typeof dealer.gssapiPrincipalNameType, "hostBased" | "userName" | "krb5Principal">(true);
same<typeof context.maxMessageSize, number>(true);
same<typeof context.ipv6, boolean>(true);

// What every socket has is there on the base class.
base.linger = 0;
same<typeof base.lastEndpoint, string | null>(true);
// @ts-expect-error: only those that send have it
base.sendHighWaterMark = 1;

// Options of another type do not exist.
router.mandatory = true;
xpublisher.manual = true;
// @ts-expect-error: an option of routers
dealer.mandatory = true;
// @ts-expect-error: a publisher receives nothing
publisher.receiveTimeout = 1;
// @ts-expect-error: no option at all
dealer.sendHwm = 1;

// Read-only options cannot be written.
// @ts-expect-error: read-only
dealer.lastEndpoint = "tcp://127.0.0.1:1";
// @ts-expect-error: read-only
dealer.securityMechanism = "curve";
// @ts-expect-error: read-only
context.maxSocketsLimit = 1;

// Values of the wrong type.
// @ts-expect-error: a string is no number
dealer.linger = "0";
// @ts-expect-error: a number is no boolean
dealer.immediate = 1;
// @ts-expect-error: not one of the names
dealer.gssapiPrincipalNameType = "host";

// Constructors take a part of the options that can be set.
new Dealer();
new Dealer({
  linger: 0,
  routingId: Buffer.of(1, 0),
  affinity: 1n,
  curveSecretKey: Buffer.alloc(32),
});
new Dealer({ routingId: new Uint8Array(2), conflate: true, curveServerKey: null });
new Dealer(Object.freeze({ linger: 0 }));
new Router({ mandatory: true, handover: true });
new XPublisher({ verbosity: "allSubs", noDrop: true });
new Context({ blocky: false, ioThreads: 2, threadNamePrefix: "zmqx" });
// @ts-expect-error: read-only
new Dealer({ lastEndpoint: "tcp://127.0.0.1:1" });
// @ts-expect-error: an option of routers
new Dealer({ mandatory: true });
// @ts-expect-error: no option at all
new Dealer({ sendHwm: 1 });
// @ts-expect-error: a method is no option
new Dealer({ send() {} });
// @ts-expect-error: a string is no number
new Dealer({ linger: "soon" });
// @ts-expect-error: only what the class adds by name
new Dealer({ verbosity: null });
// @ts-expect-error: not one of the names
new XPublisher({ verbosity: "all" });
// @ts-expect-error: read-only
new Context({ maxSocketsLimit: 1 });
// @ts-expect-error: an option of sockets
new Context({ linger: 0 });

// Each pair of class and option that zeromq v6 declares exists.
type Has<S extends SocketName, Names extends keyof OptionsOf<S>> = [S, Names];
type V6Common = keyof Pick<
  CommonOptions,
  | "affinity"
  | "rate"
  | "recoveryInterval"
  | "linger"
  | "reconnectInterval"
  | "backlog"
  | "reconnectMaxInterval"
  | "maxMessageSize"
  | "tcpKeepalive"
  | "tcpKeepaliveCount"
  | "tcpKeepaliveIdle"
  | "tcpKeepaliveInterval"
  | "tcpAcceptFilter"
  | "immediate"
  | "ipv6"
  | "plainServer"
  | "plainUsername"
  | "plainPassword"
  | "curveServer"
  | "curvePublicKey"
  | "curveSecretKey"
  | "curveServerKey"
  | "gssapiServer"
  | "gssapiPrincipal"
  | "gssapiServicePrincipal"
  | "gssapiPlainText"
  | "gssapiPrincipalNameType"
  | "gssapiServicePrincipalNameType"
  | "zapDomain"
  | "typeOfService"
  | "handshakeInterval"
  | "socksProxy"
  | "heartbeatInterval"
  | "heartbeatTimeToLive"
  | "heartbeatTimeout"
  | "connectTimeout"
  | "tcpMaxRetransmitTimeout"
  | "multicastMaxTransportDataUnit"
  | "vmciBufferSize"
  | "vmciBufferMinSize"
  | "vmciBufferMaxSize"
  | "vmciConnectTimeout"
  | "interface"
  | "zapEnforceDomain"
  | "loopbackFastPath"
  | "type"
  | "lastEndpoint"
  | "securityMechanism"
  | "threadSafe"
>;
type V6Send = "multicastHops" | "sendBufferSize" | "sendHighWaterMark" | "sendTimeout";
type V6Receive = "receiveBufferSize" | "receiveHighWaterMark" | "receiveTimeout";

export type V6Options = [
  V6Common,
  Has<"pair", V6Send | V6Receive>,
  Has<"publisher", V6Send | "noDrop" | "conflate" | "invertMatching">,
  Has<"subscriber", V6Receive | "conflate" | "invertMatching">,
  Has<"request", V6Send | V6Receive | "routingId" | "probeRouter" | "correlate" | "relaxed">,
  Has<"reply", V6Send | V6Receive | "routingId">,
  Has<"dealer", V6Send | V6Receive | "routingId" | "probeRouter" | "conflate">,
  Has<"router", V6Send | V6Receive | "routingId" | "mandatory" | "probeRouter" | "handover">,
  Has<"pull", V6Receive | "conflate">,
  Has<"push", V6Send | "conflate">,
  Has<"xpublisher", V6Send | V6Receive | "noDrop" | "manual" | "welcomeMessage" | "invertMatching">,
  Has<"xsubscriber", V6Send | V6Receive>,
  Has<"stream", V6Send | V6Receive | "notify">,
  Has<"server", V6Send | V6Receive>,
  Has<"client", V6Send | V6Receive>,
  Has<"radio", V6Send>,
  Has<"dish", V6Receive>,
  Has<"gather", V6Receive | "conflate">,
  Has<"scatter", V6Send | "conflate">,
  Has<"datagram", V6Send | V6Receive>,
];
