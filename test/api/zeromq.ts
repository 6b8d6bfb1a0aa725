/*
 * All that zeromq 6.8.0 has, as list-zeromq.mjs found it in that package: for each entry point its
 * exported values and types; for each class what its prototype really has ("loaded"), and what its
 * declarations say beyond those of its base, without what is protected. Accessors go by "r", "w" and
 * "rw". Names are separated by white space; @@ stands for a well-known symbol. No class has static
 * members.
 */

type Names = Partial<Record<"class" | "function" | "object" | "string" | "r" | "w" | "rw", string>>;

export interface Entry {
  values: Names;
  types: string;
  classes: Record<string, { loaded: Names; declared: Names }>;
}

export const zeromq: Record<string, Entry> = {
  zeromq: {
    values: {
      object: "capability context",
      function: "curveKeyPair",
      string: "version",
      class: `
Context Socket Observer Proxy Pair Publisher Subscriber Request Reply Dealer Router Pull Push
XPublisher XSubscriber Stream`,
    },
    types: `
Context Dealer Event EventOfType EventSubscriber EventType Message MessageLike Observer Pair Proxy
Publisher Pull Push Readable Reply Request Router RouterConnectOptions Socket SocketOptions Stream
StreamConnectOptions Subscriber Writable XPublisher XSubscriber capability context curveKeyPair
version`,
    classes: {
      Context: {
        loaded: {
          function: "getBoolOption setBoolOption getInt32Option setInt32Option",
          rw: "ioThreads maxSockets maxMessageSize ipv6 blocky",
          r: "maxSocketsLimit",
          w: "threadPriority threadSchedulingPolicy",
        },
        declared: {
          rw: "blocky ioThreads maxMessageSize maxSockets ipv6 threadPriority threadSchedulingPolicy",
          r: "maxSocketsLimit",
        },
      },
      Socket: {
        loaded: {
          function: `
bind unbind bindSync unbindSync connect disconnect close send receive join leave getBoolOption
setBoolOption getInt32Option setInt32Option getUint32Option setUint32Option getInt64Option
setInt64Option getUint64Option setUint64Option getStringOption setStringOption @@asyncIterator`,
          r: "events context closed readable writable type lastEndpoint securityMechanism threadSafe",
          rw: `
affinity rate recoveryInterval linger reconnectInterval backlog reconnectMaxInterval
maxMessageSize tcpKeepalive tcpKeepaliveCount tcpKeepaliveIdle tcpKeepaliveInterval
tcpAcceptFilter immediate ipv6 plainServer plainUsername plainPassword curveServer curvePublicKey
curveSecretKey curveServerKey zapDomain typeOfService handshakeInterval socksProxy
heartbeatInterval heartbeatTimeToLive heartbeatTimeout connectTimeout tcpMaxRetransmitTimeout
multicastMaxTransportDataUnit vmciBufferSize vmciBufferMinSize vmciBufferMaxSize
vmciConnectTimeout interface zapEnforceDomain loopbackFastPath`,
        },
        declared: {
          r: "events context closed readable writable type lastEndpoint securityMechanism threadSafe",
          function: "close bind bindSync unbind unbindSync connect disconnect",
          rw: `
affinity rate recoveryInterval linger reconnectInterval backlog reconnectMaxInterval
maxMessageSize tcpKeepalive tcpKeepaliveCount tcpKeepaliveIdle tcpKeepaliveInterval
tcpAcceptFilter immediate ipv6 plainServer plainUsername plainPassword curveServer curvePublicKey
curveSecretKey curveServerKey gssapiServer gssapiPrincipal gssapiServicePrincipal gssapiPlainText
gssapiPrincipalNameType gssapiServicePrincipalNameType zapDomain typeOfService handshakeInterval
socksProxy heartbeatInterval heartbeatTimeToLive heartbeatTimeout connectTimeout
tcpMaxRetransmitTimeout multicastMaxTransportDataUnit vmciBufferSize vmciBufferMinSize
vmciBufferMaxSize vmciConnectTimeout interface zapEnforceDomain loopbackFastPath`,
        },
      },
      Observer: {
        loaded: { function: "close receive on off @@asyncIterator", r: "closed emitter" },
        declared: { r: "closed", function: "close receive @@asyncIterator on off" },
      },
      Proxy: {
        loaded: { function: "run pause resume terminate", r: "frontEnd backEnd" },
        declared: { r: "frontEnd backEnd", function: "run pause resume terminate" },
      },
      Pair: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
        },
        declared: {
          rw: `
multicastHops sendBufferSize sendHighWaterMark sendTimeout receiveBufferSize receiveHighWaterMark
receiveTimeout`,
          function: "send receive @@asyncIterator",
        },
      },
      Publisher: {
        loaded: {
          rw: "sendBufferSize sendHighWaterMark sendTimeout multicastHops invertMatching",
          w: "conflate noDrop",
        },
        declared: {
          rw: "noDrop conflate invertMatching multicastHops sendBufferSize sendHighWaterMark sendTimeout",
          function: "send",
        },
      },
      Subscriber: {
        loaded: {
          function: "subscribe unsubscribe",
          rw: "receiveBufferSize receiveHighWaterMark receiveTimeout invertMatching",
          w: "conflate",
        },
        declared: {
          rw: "conflate invertMatching receiveBufferSize receiveHighWaterMark receiveTimeout",
          function: "subscribe unsubscribe receive @@asyncIterator",
        },
      },
      Request: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout routingId`,
          w: "probeRouter correlate relaxed",
        },
        declared: {
          rw: `
routingId probeRouter correlate relaxed receiveBufferSize receiveHighWaterMark receiveTimeout
multicastHops sendBufferSize sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Reply: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout routingId`,
        },
        declared: {
          rw: `
routingId receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Dealer: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout routingId`,
          w: "probeRouter conflate",
        },
        declared: {
          rw: `
routingId probeRouter conflate receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops
sendBufferSize sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Router: {
        loaded: {
          function: "connect",
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout routingId mandatory`,
          w: "probeRouter handover",
        },
        declared: {
          rw: `
routingId mandatory probeRouter handover receiveBufferSize receiveHighWaterMark receiveTimeout
multicastHops sendBufferSize sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Pull: {
        loaded: { rw: "receiveBufferSize receiveHighWaterMark receiveTimeout", w: "conflate" },
        declared: {
          rw: "conflate receiveBufferSize receiveHighWaterMark receiveTimeout",
          function: "receive @@asyncIterator",
        },
      },
      Push: {
        loaded: { rw: "sendBufferSize sendHighWaterMark sendTimeout multicastHops", w: "conflate" },
        declared: {
          rw: "conflate multicastHops sendBufferSize sendHighWaterMark sendTimeout",
          function: "send",
        },
      },
      XPublisher: {
        loaded: {
          w: "verbosity noDrop manual welcomeMessage",
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout invertMatching`,
        },
        declared: {
          rw: `
noDrop manual welcomeMessage invertMatching receiveBufferSize receiveHighWaterMark receiveTimeout
multicastHops sendBufferSize sendHighWaterMark sendTimeout`,
          w: "verbosity",
          function: "receive @@asyncIterator send",
        },
      },
      XSubscriber: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
        },
        declared: {
          rw: `
receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Stream: {
        loaded: {
          function: "connect",
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
          w: "notify",
        },
        declared: {
          rw: `
notify receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
    },
  },
  "zeromq/draft": {
    values: { class: "Server Client Radio Dish Gather Scatter Datagram" },
    types: "Client Datagram Dish Gather Radio Scatter Server",
    classes: {
      Server: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
        },
        declared: {
          rw: `
receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Client: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
        },
        declared: {
          rw: `
receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
      Radio: {
        loaded: { rw: "sendBufferSize sendHighWaterMark sendTimeout multicastHops" },
        declared: {
          rw: "multicastHops sendBufferSize sendHighWaterMark sendTimeout",
          function: "send",
        },
      },
      Dish: {
        loaded: { rw: "receiveBufferSize receiveHighWaterMark receiveTimeout" },
        declared: {
          function: "join leave receive @@asyncIterator",
          rw: "receiveBufferSize receiveHighWaterMark receiveTimeout",
        },
      },
      Gather: {
        loaded: { rw: "receiveBufferSize receiveHighWaterMark receiveTimeout", w: "conflate" },
        declared: {
          rw: "conflate receiveBufferSize receiveHighWaterMark receiveTimeout",
          function: "receive @@asyncIterator",
        },
      },
      Scatter: {
        loaded: { rw: "sendBufferSize sendHighWaterMark sendTimeout multicastHops", w: "conflate" },
        declared: {
          rw: "conflate multicastHops sendBufferSize sendHighWaterMark sendTimeout",
          function: "send",
        },
      },
      Datagram: {
        loaded: {
          rw: `
sendBufferSize sendHighWaterMark sendTimeout multicastHops receiveBufferSize receiveHighWaterMark
receiveTimeout`,
        },
        declared: {
          rw: `
receiveBufferSize receiveHighWaterMark receiveTimeout multicastHops sendBufferSize
sendHighWaterMark sendTimeout`,
          function: "receive @@asyncIterator send",
        },
      },
    },
  },
};
