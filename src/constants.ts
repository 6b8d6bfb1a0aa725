/*
 * Numbers of zmq.h that no option row carries: socket types, poll events, and what monitors tell.
 */

/** The socket types of libzmq, as `socket.type` tells them. */
export enum SocketType {
  Pair = 0,
  Publisher = 1,
  Subscriber = 2,
  Request = 3,
  Reply = 4,
  Dealer = 5,
  Router = 6,
  Pull = 7,
  Push = 8,
  XPublisher = 9,
  XSubscriber = 10,
  Stream = 11,
  Server = 12,
  Client = 13,
  Radio = 14,
  Dish = 15,
  Gather = 16,
  Scatter = 17,
  Datagram = 18,
}

/** `ETERM`, the one errno that libzmq numbers itself and we give out ourselves. */
export const eterm = 156384765;

/** `ZMQ_POLLIN` and `ZMQ_POLLOUT`. */
export const pollIn = 1;
export const pollOut = 2;

/** `ZMQ_EVENT_ALL`: all that the first version of the monitor protocol tells. */
export const allEvents = 0xffff;

/** What the value of an event means. */
export type EventValue = "none" | "error" | "interval" | "protocol" | "status";

/** The names of monitor events, by the bit of their `ZMQ_EVENT_` constant. */
export const eventTypes = new Map<number, readonly [type: string, value: EventValue]>([
  [0x0001, ["connect", "none"]],
  [0x0002, ["connect:delay", "none"]],
  [0x0004, ["connect:retry", "interval"]],
  [0x0008, ["bind", "none"]],
  [0x0010, ["bind:error", "error"]],
  [0x0020, ["accept", "none"]],
  [0x0040, ["accept:error", "error"]],
  [0x0080, ["close", "none"]],
  [0x0100, ["close:error", "error"]],
  [0x0200, ["disconnect", "none"]],
  [0x0400, ["end", "none"]],
  [0x0800, ["handshake:error:other", "error"]],
  [0x1000, ["handshake", "none"]],
  [0x2000, ["handshake:error:protocol", "protocol"]],
  [0x4000, ["handshake:error:auth", "status"]],
]);

/** The codes of `ZMQ_PROTOCOL_ERROR_`: what went wrong in a handshake. */
export const protocolErrors = new Map<number, readonly [code: string, text: string]>([
  [0x10000000, ["ERR_ZMTP_UNSPECIFIED", "unspecified ZMTP protocol error"]],
  [0x10000001, ["ERR_ZMTP_UNEXPECTED_COMMAND", "unexpected ZMTP command"]],
  [0x10000002, ["ERR_ZMTP_INVALID_SEQUENCE", "invalid sequence number"]],
  [0x10000003, ["ERR_ZMTP_KEY_EXCHANGE", "key exchange failed"]],
  [0x10000011, ["ERR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED", "malformed ZMTP command"]],
  [0x10000012, ["ERR_ZMTP_MALFORMED_COMMAND_MESSAGE", "malformed ZMTP MESSAGE command"]],
  [0x10000013, ["ERR_ZMTP_MALFORMED_COMMAND_HELLO", "malformed ZMTP HELLO command"]],
  [0x10000014, ["ERR_ZMTP_MALFORMED_COMMAND_INITIATE", "malformed ZMTP INITIATE command"]],
  [0x10000015, ["ERR_ZMTP_MALFORMED_COMMAND_ERROR", "malformed ZMTP ERROR command"]],
  [0x10000016, ["ERR_ZMTP_MALFORMED_COMMAND_READY", "malformed ZMTP READY command"]],
  [0x10000017, ["ERR_ZMTP_MALFORMED_COMMAND_WELCOME", "malformed ZMTP WELCOME command"]],
  [0x10000018, ["ERR_ZMTP_INVALID_METADATA", "invalid ZMTP metadata"]],
  [0x11000001, ["ERR_ZMTP_CRYPTOGRAPHIC", "cryptographic verification failed"]],
  [0x11000002, ["ERR_ZMTP_MECHANISM_MISMATCH", "the peers use different security mechanisms"]],
  [0x20000000, ["ERR_ZAP_UNSPECIFIED", "unspecified ZAP error"]],
  [0x20000001, ["ERR_ZAP_MALFORMED_REPLY", "malformed ZAP reply"]],
  [0x20000002, ["ERR_ZAP_BAD_REQUEST_ID", "ZAP reply with a wrong request id"]],
  [0x20000003, ["ERR_ZAP_BAD_VERSION", "ZAP reply with a wrong version"]],
  [0x20000004, ["ERR_ZAP_INVALID_STATUS_CODE", "ZAP reply with an invalid status code"]],
  [0x20000005, ["ERR_ZAP_INVALID_METADATA", "ZAP reply with invalid metadata"]],
]);
