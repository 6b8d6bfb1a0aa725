/*
 * THE table of options: one row for each that zmq.h knows, for sockets and for
 * contexts. Properties, constructor options and their types all derive from it,
 * documentation included: a doc comment here is what an editor shows there.
 */

import type { Buffer } from "node:buffer";
import type { Access, Kind, Row } from "./accessors.js";

/** The socket types of libzmq; "peer" and "channel" have no class yet. */
export type SocketName =
  | "pair"
  | "publisher"
  | "subscriber"
  | "request"
  | "reply"
  | "dealer"
  | "router"
  | "pull"
  | "push"
  | "xpublisher"
  | "xsubscriber"
  | "stream"
  | "server"
  | "client"
  | "radio"
  | "dish"
  | "gather"
  | "scatter"
  | "datagram"
  | "peer"
  | "channel";

const all = ["all"] as const;

const bothWays = [
  "pair",
  "request",
  "reply",
  "dealer",
  "router",
  "xpublisher",
  "xsubscriber",
  "stream",
  "server",
  "client",
  "datagram",
  "peer",
  "channel",
] as const;
const senders = [...bothWays, "publisher", "push", "radio", "scatter"] as const;
const receivers = [...bothWays, "subscriber", "pull", "dish", "gather"] as const;

// libzmq gives no descriptor for the thread-safe types.
const described = [
  "pair",
  "publisher",
  "subscriber",
  "request",
  "reply",
  "dealer",
  "router",
  "pull",
  "push",
  "xpublisher",
  "xsubscriber",
  "stream",
  "datagram",
] as const;

const conflatable = [
  "pull",
  "push",
  "subscriber",
  "publisher",
  "dealer",
  "scatter",
  "gather",
] as const;
const greeters = ["dealer", "router", "client", "server", "peer"] as const;

const mechanisms = [null, "plain", "curve", "gssapi"] as const;
const nameTypes = ["hostBased", "userName", "krb5Principal"] as const;
const normModes = ["fixed", "cc", "ccl", "cce", "cceEcnOnly"] as const;

interface Details<Value> {
  values?: readonly Value[];
  immediate?: boolean;
  secret?: boolean;
  routing?: boolean;
  range?: readonly [least: number, most: number];
}

function row<K extends Kind, A extends Access, Holder extends string, Value = never>(
  constant: string,
  id: number,
  kind: K,
  access: A,
  holders: readonly Holder[],
  details: Details<Value> = {},
): Row<K, A, Holder, Value> {
  return {
    constant,
    id,
    kind,
    access,
    holders,
    immediate: false,
    secret: false,
    routing: false,
    range: undefined,
    ...details,
  };
}

// libzmq reads headers of messages in one piece, and never looks whether they fit.
const batchSizes = [64, 0x7fffffff] as const;

const immediate = { immediate: true };
const secret = { secret: true };

/**
 * The options of sockets. Unless the text says that an option acts at once, it
 * counts for endpoints bound or connected after it was set.
 */
export const socketOptions = {
  /**
   * `ZMQ_AFFINITY`: which I/O threads of the context serve new connections.
   *
   * A bit mask: bit 0 is the first thread. Default 0: all of them share the work. Reads as a
   * bigint beyond `Number.MAX_SAFE_INTEGER`.
   */
  affinity: row("ZMQ_AFFINITY", 4, "u64", "rw", all),

  /**
   * `ZMQ_ROUTING_ID`: the name under which a router knows this socket.
   *
   * 1 to 255 bytes, the first of them not zero; default null: the router makes one up. Reads as
   * a string where the bytes are UTF-8 without NUL, otherwise as a Buffer with every byte.
   */
  routingId: row("ZMQ_ROUTING_ID", 5, "bytes", "rw", ["request", "reply", "dealer", "router"], {
    routing: true,
  }),

  /**
   * `ZMQ_RATE`: the highest rate of multicast data, in each direction.
   *
   * Kilobits per second, 1 and up; default 100. For `pgm://` and its like.
   */
  rate: row("ZMQ_RATE", 8, "i32", "rw", all),

  /**
   * `ZMQ_RECOVERY_IVL`: how long a receiver may be away from its multicast group before what it
   * missed is lost for good.
   *
   * Milliseconds, 0 and up; default 10000. Costs memory: at high rates a lot of it.
   */
  recoveryInterval: row("ZMQ_RECOVERY_IVL", 9, "i32", "rw", all),

  /**
   * `ZMQ_SNDBUF`: size of the kernel's transmit buffer.
   *
   * Bytes; default -1: what the operating system chooses, but on Linux 512 KiB for ipc, as far as
   * `net.core.wmem_max` allows. Other systems take it for tcp only.
   */
  sendBufferSize: row("ZMQ_SNDBUF", 11, "i32", "rw", senders),

  /**
   * `ZMQ_RCVBUF`: size of the kernel's receive buffer.
   *
   * Bytes; default -1: what the operating system chooses.
   */
  receiveBufferSize: row("ZMQ_RCVBUF", 12, "i32", "rw", receivers),

  /** `ZMQ_RCVMORE`: whether the part received last has more parts of its message behind it. */
  receiveMore: row("ZMQ_RCVMORE", 13, "bool", "r", receivers),

  /**
   * `ZMQ_FD`: the descriptor that wakes up when the state of the socket may have changed.
   *
   * It belongs to libzmq: never read from it, write to it or close it. It tells of changes, not
   * of states; after a wake, `pollEvents` says what is possible. Not readable on Windows, where
   * a handle is no 32-bit integer.
   */
  fd: row("ZMQ_FD", 14, "i32", "r", described),

  /**
   * `ZMQ_EVENTS`: what the socket can do now without waiting: 1 to receive, 2 to send, or the
   * sum. `readable` and `writable` say the same in words.
   */
  pollEvents: row("ZMQ_EVENTS", 15, "i32", "r", all),

  /** `ZMQ_TYPE`: the number of the socket's type, such as 5 for a dealer. */
  type: row("ZMQ_TYPE", 16, "i32", "r", all),

  /**
   * `ZMQ_LINGER`: how long messages that no peer has taken outlive the closing of their socket.
   *
   * Milliseconds; -1 for ever, 0 drops them at once. Default -1, or 0 where the context's
   * `blocky` is false. Acts at once, up to the moment of closing.
   */
  linger: row("ZMQ_LINGER", 17, "i32", "rw", all, immediate),

  /**
   * `ZMQ_RECONNECT_IVL`: the pause before a lost connection is made again.
   *
   * Milliseconds; default 100; -1 never reconnects. A small random time is added, so that peers
   * do not come back all at the same moment.
   */
  reconnectInterval: row("ZMQ_RECONNECT_IVL", 18, "i32", "rw", all),

  /**
   * `ZMQ_BACKLOG`: how many connections may wait to be accepted on a bound endpoint.
   *
   * A count, 0 and up; default 100. The operating system may cap it.
   */
  backlog: row("ZMQ_BACKLOG", 19, "i32", "rw", all),

  /**
   * `ZMQ_RECONNECT_IVL_MAX`: up to where the pause between attempts doubles.
   *
   * Milliseconds, 0 and up; default 0: every pause is a `reconnectInterval`.
   */
  reconnectMaxInterval: row("ZMQ_RECONNECT_IVL_MAX", 21, "i32", "rw", all),

  /**
   * `ZMQ_MAXMSGSIZE`: the largest message part accepted; a peer that sends more is disconnected.
   *
   * Bytes; default -1: no limit.
   */
  maxMessageSize: row("ZMQ_MAXMSGSIZE", 22, "i64", "rw", all),

  /**
   * `ZMQ_SNDHWM`: how many outgoing messages may queue up for each peer. Beyond it a socket waits
   * or drops, according to its type.
   *
   * Messages, 0 and up; default 1000; 0 is no limit. Acts at once, also on existing connections; but
   * lower it before bind() and connect(): libzmq may stall a connection whose mark goes down.
   */
  sendHighWaterMark: row("ZMQ_SNDHWM", 23, "i32", "rw", senders, immediate),

  /**
   * `ZMQ_RCVHWM`: how many incoming messages may queue up from each peer. Beyond it the sender
   * is held back, or messages are dropped, according to the type.
   *
   * Messages, 0 and up; default 1000; 0 is no limit. Acts at once, also on existing connections.
   */
  receiveHighWaterMark: row("ZMQ_RCVHWM", 24, "i32", "rw", receivers, immediate),

  /**
   * `ZMQ_MULTICAST_HOPS`: how many networks a multicast packet may cross.
   *
   * Hops, 1 and up; default 1: it stays in the local network.
   */
  multicastHops: row("ZMQ_MULTICAST_HOPS", 25, "i32", "rw", senders),

  /**
   * `ZMQ_RCVTIMEO`: how long `receive()` waits for a message before it rejects with EAGAIN.
   *
   * Milliseconds; default -1: for ever; 0 does not wait. Acts at once, on the next call.
   */
  receiveTimeout: row("ZMQ_RCVTIMEO", 27, "i32", "rw", receivers, immediate),

  /**
   * `ZMQ_SNDTIMEO`: how long `send()` waits for room before it rejects with EAGAIN.
   *
   * Milliseconds; default -1: for ever; 0 does not wait. Acts at once, on the next call.
   */
  sendTimeout: row("ZMQ_SNDTIMEO", 28, "i32", "rw", senders, immediate),

  /**
   * `ZMQ_LAST_ENDPOINT`: the endpoint bound or connected last, with the real port in place of a
   * wildcard; null before that.
   */
  lastEndpoint: row("ZMQ_LAST_ENDPOINT", 32, "string", "r", all),

  /**
   * `ZMQ_ROUTER_MANDATORY`: whether sending to an unknown peer is an error, EHOSTUNREACH, and
   * sending to a peer whose queue is full waits. Default false: such messages vanish.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  mandatory: row("ZMQ_ROUTER_MANDATORY", 33, "bool", "w", ["router"], immediate),

  /**
   * `ZMQ_TCP_KEEPALIVE`: whether TCP probes idle connections (SO_KEEPALIVE): 1 yes, 0 no.
   *
   * Default -1: what the operating system does.
   */
  tcpKeepalive: row("ZMQ_TCP_KEEPALIVE", 34, "i32", "rw", all),

  /**
   * `ZMQ_TCP_KEEPALIVE_CNT`: how many probes may go unanswered (TCP_KEEPCNT).
   *
   * A count; default -1: what the operating system does.
   */
  tcpKeepaliveCount: row("ZMQ_TCP_KEEPALIVE_CNT", 35, "i32", "rw", all),

  /**
   * `ZMQ_TCP_KEEPALIVE_IDLE`: the silence before the first probe (TCP_KEEPIDLE; TCP_KEEPALIVE
   * on some systems).
   *
   * Seconds; default -1: what the operating system does.
   */
  tcpKeepaliveIdle: row("ZMQ_TCP_KEEPALIVE_IDLE", 36, "i32", "rw", all),

  /**
   * `ZMQ_TCP_KEEPALIVE_INTVL`: the time between two probes (TCP_KEEPINTVL).
   *
   * Seconds; default -1: what the operating system does.
   */
  tcpKeepaliveInterval: row("ZMQ_TCP_KEEPALIVE_INTVL", 37, "i32", "rw", all),

  /**
   * `ZMQ_TCP_ACCEPT_FILTER`: an address range, such as "10.0.0.0/8" or "::1", from which TCP
   * connections are accepted. Each assignment adds one; null removes them all.
   *
   * At most 255 bytes; default: everybody may connect. libzmq does not tell it again: reads as
   * undefined. Deprecated by libzmq in favour of ZAP.
   */
  tcpAcceptFilter: row("ZMQ_TCP_ACCEPT_FILTER", 38, "string", "w", all),

  /**
   * `ZMQ_IMMEDIATE`: whether messages queue only for connections that stand. Without one, sending
   * waits (or drops, according to the type).
   *
   * Default false: messages also queue for connections still being made, and may sit there.
   */
  immediate: row("ZMQ_IMMEDIATE", 39, "bool", "rw", all),

  /**
   * `ZMQ_ROUTER_RAW`: whether the router talks plain TCP to peers that do not speak ZMTP. Default
   * false. Deprecated by libzmq in favour of stream sockets.
   *
   * libzmq does not tell it again: reads as undefined.
   */
  routerRaw: row("ZMQ_ROUTER_RAW", 41, "bool", "w", ["router"]),

  /**
   * `ZMQ_IPV6`: whether the socket talks to IPv6 hosts as well as to IPv4 ones.
   *
   * Default: the context's `ipv6`, which is false by default.
   */
  ipv6: row("ZMQ_IPV6", 42, "bool", "rw", all),

  /**
   * `ZMQ_MECHANISM`: the security in force, which follows from the PLAIN, CURVE and GSSAPI options
   * set last: null for none, "plain" for name and password in the clear, "curve" for encryption
   * and authentication by key pairs, "gssapi" for Kerberos and its like.
   */
  securityMechanism: row("ZMQ_MECHANISM", 43, "i32", "r", all, { values: mechanisms }),

  /**
   * `ZMQ_PLAIN_SERVER`: whether this side asks its peers for a user name and password. Default
   * false.
   */
  plainServer: row("ZMQ_PLAIN_SERVER", 44, "bool", "rw", all),

  /**
   * `ZMQ_PLAIN_USERNAME`: the user name given to a PLAIN server.
   *
   * 1 to 255 bytes; default null: no PLAIN security. Setting null turns security off.
   */
  plainUsername: row("ZMQ_PLAIN_USERNAME", 45, "string", "rw", all),

  /**
   * `ZMQ_PLAIN_PASSWORD`: the password given to a PLAIN server. It travels unencrypted.
   *
   * 1 to 255 bytes; default null: no PLAIN security. Setting null turns security off.
   */
  plainPassword: row("ZMQ_PLAIN_PASSWORD", 46, "string", "rw", all, secret),

  /**
   * `ZMQ_CURVE_SERVER`: whether this side is the CURVE server, which needs `curveSecretKey`.
   * Default false; setting false turns security off.
   */
  curveServer: row("ZMQ_CURVE_SERVER", 47, "bool", "rw", all),

  /**
   * `ZMQ_CURVE_PUBLICKEY`: this side's public key; a client needs it, a server does not.
   *
   * 40 characters of Z85, also accepted as 32 bytes where a constructor takes it; default null.
   */
  curvePublicKey: row("ZMQ_CURVE_PUBLICKEY", 48, "key", "rw", all),

  /**
   * `ZMQ_CURVE_SECRETKEY`: this side's secret key; client and server need one.
   *
   * 40 characters of Z85, also accepted as 32 bytes where a constructor takes it; default null.
   */
  curveSecretKey: row("ZMQ_CURVE_SECRETKEY", 49, "key", "rw", all, secret),

  /**
   * `ZMQ_CURVE_SERVERKEY`: the public key of the server, by which a client knows it is the right
   * one. Only clients set it.
   *
   * 40 characters of Z85, also accepted as 32 bytes where a constructor takes it; default null.
   */
  curveServerKey: row("ZMQ_CURVE_SERVERKEY", 50, "key", "rw", all),

  /**
   * `ZMQ_PROBE_ROUTER`: whether each new connection starts with an empty message, by which a
   * router on the other side learns of this peer. Default false. Leave it off towards other
   * types, which would take the empty message for one of yours.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  probeRouter: row("ZMQ_PROBE_ROUTER", 51, "bool", "w", ["router", "dealer", "request"], immediate),

  /**
   * `ZMQ_REQ_CORRELATE`: whether requests carry a number in front, and only replies that bring it
   * back are taken. Default false: order alone matches them.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  correlate: row("ZMQ_REQ_CORRELATE", 52, "bool", "w", ["request"], immediate),

  /**
   * `ZMQ_REQ_RELAXED`: whether a new request may go out before the last one was answered; that
   * answer is then dropped. Default false: sending twice is EFSM. Set `correlate` along with it,
   * or a late answer passes for the new one.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  relaxed: row("ZMQ_REQ_RELAXED", 53, "bool", "w", ["request"], immediate),

  /**
   * `ZMQ_CONFLATE`: whether only the newest message is kept, in each direction. Default false.
   *
   * The high-water marks are ignored, and of a multipart message just one part would be kept.
   */
  conflate: row("ZMQ_CONFLATE", 54, "bool", "rw", conflatable),

  /**
   * `ZMQ_ZAP_DOMAIN`: the domain named to the ZAP handler that authenticates peers. Without PLAIN,
   * CURVE or GSSAPI, the handler is asked only if this is set.
   *
   * At most 255 bytes; default null.
   */
  zapDomain: row("ZMQ_ZAP_DOMAIN", 55, "string", "rw", all),

  /**
   * `ZMQ_ROUTER_HANDOVER`: who keeps a routing id that a second peer claims: true gives it to the
   * newcomer and drops the old connection; false, the default, refuses the newcomer.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  handover: row("ZMQ_ROUTER_HANDOVER", 56, "bool", "w", ["router"], immediate),

  /**
   * `ZMQ_TOS`: the type-of-service byte of IP packets, for routers that rank traffic by it.
   *
   * 0 and up; default 0.
   */
  typeOfService: row("ZMQ_TOS", 57, "i32", "rw", all),

  /**
   * `ZMQ_IPC_FILTER_PID`: adds a process id to those that may connect over `ipc://`.
   *
   * Default: every process. libzmq does not tell it again: reads as undefined. Linux only;
   * deprecated by libzmq in favour of ZAP.
   */
  ipcFilterProcessId: row("ZMQ_IPC_FILTER_PID", 58, "i32", "w", all),

  /**
   * `ZMQ_IPC_FILTER_UID`: adds a user id to those that may connect over `ipc://`.
   *
   * Default: every user. libzmq does not tell it again: reads as undefined. Deprecated by libzmq
   * in favour of ZAP.
   */
  ipcFilterUserId: row("ZMQ_IPC_FILTER_UID", 59, "i32", "w", all),

  /**
   * `ZMQ_IPC_FILTER_GID`: adds a group id to those that may connect over `ipc://`.
   *
   * Default: every group. libzmq does not tell it again: reads as undefined. Deprecated by libzmq
   * in favour of ZAP.
   */
  ipcFilterGroupId: row("ZMQ_IPC_FILTER_GID", 60, "i32", "w", all),

  /**
   * `ZMQ_CONNECT_ROUTING_ID`: the routing id under which the peer of the next `connect()`, and only
   * of that one, can be addressed at once. `connect(endpoint, { routingId })` sets it as well.
   *
   * 1 to 255 bytes, the first of them not zero, and not in use. libzmq does not tell it again:
   * reads as undefined.
   */
  connectRoutingId: row("ZMQ_CONNECT_ROUTING_ID", 61, "bytes", "w", ["router", "stream"], {
    routing: true,
    immediate: true,
  }),

  /**
   * `ZMQ_GSSAPI_SERVER`: whether this side is the GSSAPI server. Default false. All GSSAPI options
   * are EINVAL where libzmq was built without it.
   */
  gssapiServer: row("ZMQ_GSSAPI_SERVER", 62, "bool", "rw", all),

  /**
   * `ZMQ_GSSAPI_PRINCIPAL`: the principal whose credentials this side uses.
   *
   * 1 to 255 bytes; default null.
   */
  gssapiPrincipal: row("ZMQ_GSSAPI_PRINCIPAL", 63, "string", "rw", all),

  /**
   * `ZMQ_GSSAPI_SERVICE_PRINCIPAL`: the principal of the server that a client connects to.
   *
   * 1 to 255 bytes; default null.
   */
  gssapiServicePrincipal: row("ZMQ_GSSAPI_SERVICE_PRINCIPAL", 64, "string", "rw", all),

  /**
   * `ZMQ_GSSAPI_PLAINTEXT`: whether GSSAPI only authenticates, without encryption. Default
   * false.
   */
  gssapiPlainText: row("ZMQ_GSSAPI_PLAINTEXT", 65, "bool", "rw", all),

  /**
   * `ZMQ_HANDSHAKE_IVL`: how long a new connection may take to agree on type, id and security
   * before it is dropped.
   *
   * Milliseconds, 0 and up; default 30000; 0 is no limit.
   */
  handshakeInterval: row("ZMQ_HANDSHAKE_IVL", 66, "i32", "rw", all),

  /**
   * `ZMQ_SOCKS_PROXY`: the SOCKS5 proxy, as "host:port", for outgoing TCP connections. Host names
   * are left to the proxy to resolve.
   *
   * Default null: none.
   */
  socksProxy: row("ZMQ_SOCKS_PROXY", 68, "string", "rw", all),

  /**
   * `ZMQ_XPUB_NODROP`: whether sending fails with EAGAIN, or waits, when a subscriber's queue is
   * full. Default false: that subscriber misses the message.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  noDrop: row("ZMQ_XPUB_NODROP", 69, "bool", "w", ["xpublisher", "publisher"], immediate),

  /**
   * `ZMQ_XPUB_MANUAL`: whether the program decides on each subscription message that it receives,
   * in place of the socket. Default false.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  manual: row("ZMQ_XPUB_MANUAL", 71, "bool", "w", ["xpublisher"], immediate),

  /**
   * `ZMQ_XPUB_WELCOME_MSG`: a message for each subscriber that connects, if it has subscribed to
   * it before.
   *
   * Any bytes; default null: none. Acts at once, for later connections. libzmq does not tell it
   * again: reads as undefined.
   */
  welcomeMessage: row("ZMQ_XPUB_WELCOME_MSG", 72, "bytes", "w", ["xpublisher"], immediate),

  /**
   * `ZMQ_STREAM_NOTIFY`: whether an empty message tells of each peer that connects or disconnects.
   * Default true.
   *
   * libzmq does not tell it again: reads as undefined.
   */
  notify: row("ZMQ_STREAM_NOTIFY", 73, "bool", "w", ["stream"]),

  /**
   * `ZMQ_INVERT_MATCHING`: whether a subscription selects the messages that do not start with its
   * prefix. Default false. Set it on publisher and subscribers alike: each filters on its own.
   *
   * Acts at once.
   */
  invertMatching: row(
    "ZMQ_INVERT_MATCHING",
    74,
    "bool",
    "rw",
    ["publisher", "subscriber", "xpublisher"],
    immediate,
  ),

  /**
   * `ZMQ_HEARTBEAT_IVL`: the time between two heartbeats (ZMTP PING) sent on each connection.
   *
   * Milliseconds, 0 and up; default 0: none.
   */
  heartbeatInterval: row("ZMQ_HEARTBEAT_IVL", 75, "i32", "rw", all),

  /**
   * `ZMQ_HEARTBEAT_TTL`: the silence after which the other side shall give this connection up. Only
   * with a `heartbeatInterval`.
   *
   * Milliseconds, 0 to 6553599, kept in tenths of a second and rounded down; default 0: the other
   * side does not watch.
   */
  heartbeatTimeToLive: row("ZMQ_HEARTBEAT_TTL", 76, "i32", "rw", all),

  /**
   * `ZMQ_HEARTBEAT_TIMEOUT`: the silence after a heartbeat that ends the connection; traffic of any
   * kind counts as life. Only with a `heartbeatInterval`.
   *
   * Milliseconds, 0 and up; default -1, which cannot be set: as long as `heartbeatInterval`.
   */
  heartbeatTimeout: row("ZMQ_HEARTBEAT_TIMEOUT", 77, "i32", "rw", all),

  /**
   * `ZMQ_CONNECT_TIMEOUT`: how long an attempt to connect over TCP may take.
   *
   * Milliseconds, 0 and up; default 0: as long as the operating system tries.
   */
  connectTimeout: row("ZMQ_CONNECT_TIMEOUT", 79, "i32", "rw", all),

  /**
   * `ZMQ_TCP_MAXRT`: how long TCP sends data again that nobody acknowledges (TCP_USER_TIMEOUT).
   *
   * Milliseconds, 0 and up; default 0: what the operating system does.
   */
  tcpMaxRetransmitTimeout: row("ZMQ_TCP_MAXRT", 80, "i32", "rw", all),

  /** `ZMQ_THREAD_SAFE`: whether libzmq allows the socket on several threads (the draft types). */
  threadSafe: row("ZMQ_THREAD_SAFE", 81, "bool", "r", all),

  /**
   * `ZMQ_MULTICAST_MAXTPDU`: the largest packet sent by multicast; at most the smallest MTU on the
   * way.
   *
   * Bytes, 1 and up; default 1500.
   */
  multicastMaxTransportDataUnit: row("ZMQ_MULTICAST_MAXTPDU", 84, "i32", "rw", all),

  /**
   * `ZMQ_VMCI_BUFFER_SIZE`: size of the buffer of a `vmci://` connection.
   *
   * Bytes; default: what the system gives. All VMCI options are EINVAL where libzmq was built
   * without it.
   */
  vmciBufferSize: row("ZMQ_VMCI_BUFFER_SIZE", 85, "u64", "rw", all),

  /**
   * `ZMQ_VMCI_BUFFER_MIN_SIZE`: the smallest buffer that a `vmci://` connection may settle on.
   *
   * Bytes; default: what the system gives.
   */
  vmciBufferMinSize: row("ZMQ_VMCI_BUFFER_MIN_SIZE", 86, "u64", "rw", all),

  /**
   * `ZMQ_VMCI_BUFFER_MAX_SIZE`: the largest buffer that a `vmci://` connection may settle on.
   *
   * Bytes; default: what the system gives.
   */
  vmciBufferMaxSize: row("ZMQ_VMCI_BUFFER_MAX_SIZE", 87, "u64", "rw", all),

  /**
   * `ZMQ_VMCI_CONNECT_TIMEOUT`: how long an attempt to connect over `vmci://` may take.
   *
   * Milliseconds; default -1: no limit.
   */
  vmciConnectTimeout: row("ZMQ_VMCI_CONNECT_TIMEOUT", 88, "i32", "rw", all),

  /**
   * `ZMQ_USE_FD`: a descriptor, already bound and listening, for the next `bind()` over TCP or IPC
   * to use, as socket activation hands it out.
   *
   * Default -1: make one.
   */
  useFd: row("ZMQ_USE_FD", 89, "i32", "rw", all),

  /**
   * `ZMQ_GSSAPI_PRINCIPAL_NAMETYPE`: how to understand `gssapiPrincipal`. Default "hostBased".
   */
  gssapiPrincipalNameType: row("ZMQ_GSSAPI_PRINCIPAL_NAMETYPE", 90, "i32", "rw", all, {
    values: nameTypes,
  }),

  /**
   * `ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE`: how to understand `gssapiServicePrincipal`. Default
   * "hostBased".
   */
  gssapiServicePrincipalNameType: row(
    "ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE",
    91,
    "i32",
    "rw",
    all,
    { values: nameTypes },
  ),

  /**
   * `ZMQ_BINDTODEVICE`: the network interface, such as "eth0", that the socket's traffic is tied
   * to. Linux only, and needs CAP_NET_RAW.
   *
   * Default null: any.
   */
  interface: row("ZMQ_BINDTODEVICE", 92, "string", "rw", all),

  /**
   * `ZMQ_ZAP_ENFORCE_DOMAIN`: whether authentication insists on a `zapDomain`, as the protocol
   * demands: without one, no ZAP handler is asked. Default false.
   */
  zapEnforceDomain: row("ZMQ_ZAP_ENFORCE_DOMAIN", 93, "bool", "rw", all),

  /**
   * `ZMQ_LOOPBACK_FASTPATH`: whether TCP to the same machine takes the shortcut that Windows has
   * for it. Default false; no effect elsewhere.
   */
  loopbackFastPath: row("ZMQ_LOOPBACK_FASTPATH", 94, "bool", "rw", all),

  /**
   * `ZMQ_METADATA` (draft): a property, as "X-name:value", that peers can read with each message
   * from this socket. Each assignment adds one.
   *
   * The name, "X-" included, at most 255 bytes. libzmq does not tell it again: reads as undefined.
   */
  metadata: row("ZMQ_METADATA", 95, "string", "w", all),

  /**
   * `ZMQ_MULTICAST_LOOP` (draft): whether multicast over UDP also reaches receivers on this
   * machine. Default true.
   */
  multicastLoop: row("ZMQ_MULTICAST_LOOP", 96, "bool", "rw", all),

  /**
   * `ZMQ_ROUTER_NOTIFY` (draft): whether an empty message tells of peers: 1 of those that connect,
   * 2 of those that disconnect, 3 of both. Default 0. Over TCP and IPC.
   *
   * Acts at once.
   */
  routerNotify: row("ZMQ_ROUTER_NOTIFY", 97, "i32", "rw", ["router"], immediate),

  /**
   * `ZMQ_XPUB_MANUAL_LAST_VALUE` (draft): as `manual`; and the first message sent after deciding on
   * a subscription goes to that subscriber alone. Default false. For last-value caches.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  xpubManualLastValue: row(
    "ZMQ_XPUB_MANUAL_LAST_VALUE",
    98,
    "bool",
    "w",
    ["xpublisher"],
    immediate,
  ),

  /**
   * `ZMQ_SOCKS_USERNAME` (draft): the user name for the `socksProxy`.
   *
   * At most 255 bytes; default null: no authentication.
   */
  socksUsername: row("ZMQ_SOCKS_USERNAME", 99, "string", "rw", all),

  /**
   * `ZMQ_SOCKS_PASSWORD` (draft): the password for the `socksProxy`. It travels unencrypted.
   *
   * At most 255 bytes; default null.
   */
  socksPassword: row("ZMQ_SOCKS_PASSWORD", 100, "string", "rw", all, secret),

  /**
   * `ZMQ_IN_BATCH_SIZE` (draft): how much is read from a connection with one system call.
   *
   * Bytes, 64 and up; default 8192. Hardly ever worth a change.
   */
  inBatchSize: row("ZMQ_IN_BATCH_SIZE", 101, "i32", "rw", all, { range: batchSizes }),

  /**
   * `ZMQ_OUT_BATCH_SIZE` (draft): how much is written to a connection with one system call.
   *
   * Bytes, 64 and up; default 8192. Hardly ever worth a change.
   */
  outBatchSize: row("ZMQ_OUT_BATCH_SIZE", 102, "i32", "rw", all, { range: batchSizes }),

  /**
   * `ZMQ_WSS_KEY_PEM` (draft): the private key of a `wss://` server, in PEM.
   *
   * libzmq does not tell it again: reads as undefined. All WSS options are EINVAL where libzmq was
   * built without it.
   */
  wssKeyPem: row("ZMQ_WSS_KEY_PEM", 103, "string", "w", all, secret),

  /**
   * `ZMQ_WSS_CERT_PEM` (draft): the certificate of a `wss://` server, in PEM.
   *
   * libzmq does not tell it again: reads as undefined.
   */
  wssCertPem: row("ZMQ_WSS_CERT_PEM", 104, "string", "w", all),

  /**
   * `ZMQ_WSS_TRUST_PEM` (draft): the certificates that a `wss://` client trusts, in PEM.
   *
   * libzmq does not tell it again: reads as undefined.
   */
  wssTrustPem: row("ZMQ_WSS_TRUST_PEM", 105, "string", "w", all),

  /**
   * `ZMQ_WSS_HOSTNAME` (draft): the host name that the certificate of a `wss://` server must bear.
   *
   * Default null: not checked. libzmq does not tell it again: reads as undefined.
   */
  wssHostname: row("ZMQ_WSS_HOSTNAME", 106, "string", "w", all),

  /**
   * `ZMQ_WSS_TRUST_SYSTEM` (draft): whether a `wss://` client trusts what the machine trusts.
   * Default false.
   *
   * libzmq does not tell it again: reads as undefined.
   */
  wssTrustSystem: row("ZMQ_WSS_TRUST_SYSTEM", 107, "bool", "w", all),

  /**
   * `ZMQ_ONLY_FIRST_SUBSCRIBE` (draft): whether only the first part of a multipart message can be a
   * subscription, the other parts being data. Default false: any part can.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  onlyFirstSubscribe: row(
    "ZMQ_ONLY_FIRST_SUBSCRIBE",
    108,
    "bool",
    "w",
    ["xpublisher", "xsubscriber"],
    immediate,
  ),

  /**
   * `ZMQ_RECONNECT_STOP` (draft): what ends the attempts to reconnect. A sum of 1 (the connection
   * was refused), 2 (the handshake failed) and 4 (after `disconnect()`; in libzmq 4.3.4 this is 3).
   *
   * Default 0: nothing does.
   */
  reconnectStop: row("ZMQ_RECONNECT_STOP", 109, "i32", "rw", all),

  /**
   * `ZMQ_HELLO_MSG` (draft): a message sent to each peer as soon as it is connected.
   *
   * Any bytes; default null: none. libzmq does not tell it again: reads as undefined.
   */
  helloMessage: row("ZMQ_HELLO_MSG", 110, "bytes", "w", greeters),

  /**
   * `ZMQ_DISCONNECT_MSG` (draft): a message that the socket receives, as if from the peer, when a
   * peer that had connected to it is gone.
   *
   * Any bytes; default null: none. libzmq does not tell it again: reads as undefined. Refused
   * together with `inproc://`, which libzmq does not survive.
   */
  disconnectMessage: row("ZMQ_DISCONNECT_MSG", 111, "bytes", "w", ["router", "server", "peer"]),

  /**
   * `ZMQ_PRIORITY` (draft): the priority of the socket's packets within the system (SO_PRIORITY).
   *
   * 0 and up; default 0; above 6, Linux wants CAP_NET_ADMIN.
   */
  priority: row("ZMQ_PRIORITY", 112, "i32", "rw", all),

  /**
   * `ZMQ_BUSY_POLL` (draft, libzmq 4.3.5): how long the kernel polls the network device for packets
   * in place of waiting for its interrupt (SO_BUSY_POLL).
   *
   * Microseconds; default 0: not at all. libzmq does not tell it again: reads as undefined.
   */
  deviceBusyPoll: row("ZMQ_BUSY_POLL", 113, "i32", "w", all),

  /**
   * `ZMQ_HICCUP_MSG` (draft, libzmq 4.3.5): a message that the socket receives, as if from the
   * peer, when a connection it had made is lost and will be made again.
   *
   * Any bytes; default null: none. libzmq does not tell it again: reads as undefined.
   */
  hiccupMessage: row("ZMQ_HICCUP_MSG", 114, "bytes", "w", ["dealer", "client", "peer"]),

  /**
   * `ZMQ_XSUB_VERBOSE_UNSUBSCRIBE` (draft, libzmq 4.3.5): whether every unsubscription goes to the
   * publishers, also while others of the same prefix remain. Default false.
   *
   * Acts at once. libzmq does not tell it again: reads as undefined.
   */
  xsubVerboseUnsubscribe: row(
    "ZMQ_XSUB_VERBOSE_UNSUBSCRIBE",
    115,
    "bool",
    "w",
    ["xsubscriber"],
    immediate,
  ),

  /**
   * `ZMQ_TOPICS_COUNT` (draft, libzmq 4.3.5): how many different prefixes are subscribed to: by all
   * peers of a publisher, or by this subscriber.
   */
  topicsCount: row("ZMQ_TOPICS_COUNT", 116, "i32", "r", [
    "publisher",
    "subscriber",
    "xpublisher",
    "xsubscriber",
  ]),

  /**
   * `ZMQ_NORM_MODE` (draft, libzmq 4.3.5): how a `norm://` sender limits its rate: "fixed" to
   * `rate`, or by congestion control: "cc", "ccl" (with regard to losses), "cce" and "cceEcnOnly"
   * (with regard to congestion marks). Default "cc".
   *
   * All NORM options are EINVAL where libzmq was built without it.
   */
  normMode: row("ZMQ_NORM_MODE", 117, "i32", "rw", all, { values: normModes }),

  /**
   * `ZMQ_NORM_UNICAST_NACK` (draft, libzmq 4.3.5): whether `norm://` receivers ask for what they
   * missed by unicast. Default false: by multicast.
   */
  normUnicastNack: row("ZMQ_NORM_UNICAST_NACK", 118, "bool", "rw", all),

  /**
   * `ZMQ_NORM_BUFFER_SIZE` (draft, libzmq 4.3.5): size of the buffers of `norm://`.
   *
   * Kilobytes, 1 and up; default 2048.
   */
  normBufferSize: row("ZMQ_NORM_BUFFER_SIZE", 119, "i32", "rw", all),

  /**
   * `ZMQ_NORM_SEGMENT_SIZE` (draft, libzmq 4.3.5): the payload of one `norm://` packet.
   *
   * Bytes, 1 and up; default 1400.
   */
  normSegmentSize: row("ZMQ_NORM_SEGMENT_SIZE", 120, "i32", "rw", all),

  /**
   * `ZMQ_NORM_BLOCK_SIZE` (draft, libzmq 4.3.5): how many segments of `norm://` make a block of its
   * error correction.
   *
   * Segments, 1 to 255; default 16.
   */
  normBlockSize: row("ZMQ_NORM_BLOCK_SIZE", 121, "i32", "rw", all),

  /**
   * `ZMQ_NORM_NUM_PARITY` (draft, libzmq 4.3.5): how many parity segments `norm://` has ready for
   * each block.
   *
   * Segments, 0 to 254; default 4.
   */
  normNumParity: row("ZMQ_NORM_NUM_PARITY", 122, "i32", "rw", all),

  /**
   * `ZMQ_NORM_NUM_AUTOPARITY` (draft, libzmq 4.3.5): how many of those are sent without being asked
   * for.
   *
   * Segments, 0 to `normNumParity`; default 0.
   */
  normNumAutoparity: row("ZMQ_NORM_NUM_AUTOPARITY", 123, "i32", "rw", all),

  /**
   * `ZMQ_NORM_PUSH` (draft, libzmq 4.3.5): whether new data of `norm://` goes before repairs of old
   * data. Default false.
   */
  normPush: row("ZMQ_NORM_PUSH", 124, "bool", "rw", all),
};

/** The options of contexts. Those about threads count only before the first socket is made. */
export const contextOptions = {
  /**
   * `ZMQ_IO_THREADS`: how many threads move messages in and out.
   *
   * A count up to 256; default 1; 0 is enough for `inproc://` alone. Set it before the first
   * socket.
   */
  ioThreads: row("ZMQ_IO_THREADS", 1, "i32", "rw", all, { range: [0, 256] }),

  /**
   * `ZMQ_MAX_SOCKETS`: how many sockets may be open at a time.
   *
   * A count, 1 to `maxSocketsLimit`; default 1023. Set it before the first socket.
   */
  maxSockets: row("ZMQ_MAX_SOCKETS", 2, "i32", "rw", all, { range: [1, 65535] }),

  /** `ZMQ_SOCKET_LIMIT`: the largest `maxSockets` that this machine allows. */
  maxSocketsLimit: row("ZMQ_SOCKET_LIMIT", 3, "i32", "r", all),

  /**
   * `ZMQ_THREAD_PRIORITY`: the priority of the I/O threads, within the `threadSchedulingPolicy`.
   *
   * 0 and up; default: what the operating system gives. Set it before the first socket. Not on
   * Windows. libzmq does not tell it again: reads as undefined.
   */
  threadPriority: row("ZMQ_THREAD_PRIORITY", 3, "i32", "w", all),

  /**
   * `ZMQ_THREAD_SCHED_POLICY`: how the system schedules the I/O threads, by its own numbers
   * (`SCHED_*`).
   *
   * 0 and up; default: what the operating system gives. Set it before the first socket. Not on
   * Windows. Cannot be told from an error when read, and so reads as undefined.
   */
  threadSchedulingPolicy: row("ZMQ_THREAD_SCHED_POLICY", 4, "i32", "w", all),

  /**
   * `ZMQ_MAX_MSGSZ`: the largest message part that sockets of this context may send.
   *
   * Bytes, 0 and up; default 2147483647. Counts for sockets made later.
   */
  maxMessageSize: row("ZMQ_MAX_MSGSZ", 5, "i32", "rw", all),

  /** `ZMQ_MSG_T_SIZE`: the size of libzmq's `zmq_msg_t`, in bytes. */
  msgTSize: row("ZMQ_MSG_T_SIZE", 6, "i32", "r", all),

  /**
   * `ZMQ_THREAD_AFFINITY_CPU_ADD`: adds a processor, by number, to those that the I/O threads may
   * run on.
   *
   * 0 and up; default: all of them. Set it before the first socket. Linux only. libzmq does not
   * tell it again: reads as undefined.
   */
  threadAffinityCpuAdd: row("ZMQ_THREAD_AFFINITY_CPU_ADD", 7, "i32", "w", all),

  /**
   * `ZMQ_THREAD_AFFINITY_CPU_REMOVE`: takes back a processor that `threadAffinityCpuAdd` added.
   *
   * 0 and up. Set it before the first socket. Linux only. libzmq does not tell it again: reads as
   * undefined.
   */
  threadAffinityCpuRemove: row("ZMQ_THREAD_AFFINITY_CPU_REMOVE", 8, "i32", "w", all),

  /**
   * `ZMQ_THREAD_NAME_PREFIX`: what the names of the I/O threads start with, as debuggers show them.
   *
   * 1 to 15 bytes; default: nothing. Set it before the first socket. Linux only. libzmq does not
   * tell it again: reads as undefined.
   */
  threadNamePrefix: row("ZMQ_THREAD_NAME_PREFIX", 9, "string", "w", all),

  /**
   * `ZMQ_ZERO_COPY_RECV` (draft): whether large messages are received in place, which may hold on
   * to more memory. Default true. Counts for sockets made later.
   */
  zeroCopyReceive: row("ZMQ_ZERO_COPY_RECV", 10, "bool", "rw", all),

  /** `ZMQ_IPV6`: the `ipv6` of sockets made later. Default false. */
  ipv6: row("ZMQ_IPV6", 42, "bool", "rw", all),

  /**
   * `ZMQ_BLOCKY`: whether sockets made later linger for ever by default. False gives them a
   * `linger` of 0. Default true.
   */
  blocky: row("ZMQ_BLOCKY", 70, "bool", "rw", all),
};

type SocketTable = typeof socketOptions;
type ContextTable = typeof contextOptions;

interface Readings {
  bool: boolean;
  i32: number;
  i64: number | bigint;
  u64: number | bigint;
  bytes: string | Buffer | null;
  string: string | null;
  key: string | null;
}

interface Writings extends Omit<Readings, "bytes" | "key"> {
  bytes: string | Uint8Array | null;
  key: string | Uint8Array | null;
}

type ValueOf<R, Values extends Record<Kind, unknown>> =
  R extends Row<infer K, Access, string, infer Named>
    ? [Named] extends [never]
      ? Values[K]
      : Named
    : never;

type IfHeld<R, Holder, A extends Access, Name> =
  R extends Row<Kind, A, infer H, unknown>
    ? [Extract<H, Holder>] extends [never]
      ? never
      : Name
    : never;

type Properties<Table, Holder> = {
  [N in keyof Table as IfHeld<Table[N], Holder, "rw" | "w", N>]: ValueOf<Table[N], Readings>;
} & {
  readonly [N in keyof Table as IfHeld<Table[N], Holder, "r", N>]: ValueOf<Table[N], Readings>;
};

/** The option properties that every socket has. */
export type CommonOptions = Properties<SocketTable, "all">;

/** The option properties of one socket type, those that every socket has included. */
export type OptionsOf<S extends SocketName> = Properties<SocketTable, "all" | S>;

/** The option properties of a context. */
export type ContextProperties = Properties<ContextTable, "all">;

type Settable<Table, Names> = {
  [N in keyof Table as N extends Names ? IfHeld<Table[N], string, "rw" | "w", N> : never]?: ValueOf<
    Table[N],
    Writings
  >;
};

/**
 * What the constructor of the socket class `S` takes: its options that can be set, and those of
 * its other properties that `Extra` names. A key may also be given as its 32 bytes here.
 */
export type ConstructorOptions<S, Extra extends PropertyKey = never> = Settable<
  SocketTable,
  keyof S
> &
  Partial<Pick<S, keyof S & Extra>>;

/** What the constructor of a context takes. */
export type ContextSettings = Settable<ContextTable, keyof ContextTable>;
