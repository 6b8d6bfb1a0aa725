/*
 * Binding and connecting, and the reverse of both.
 */

import { describe } from "./describe.js";
import { again, goodbyeError, invalid, statusError } from "./errors.js";
import { Feed } from "./feed.js";
import { EndpointOperation, kindCode } from "./native.js";
import { socketOptions } from "./options.js";
import type { SocketParts } from "./parts.js";

const bool = kindCode("bool");
const ipv6Literal = /\[[^\]]*:/;
const port = /^(?:tcp|udp|wss?):\/\/[^/]*:([^:/\]]*)(?:\/|$)/;

/** Carries out the operation, or throws; `action` completes the message, as in "bind to". */
export function changeEndpoint(
  inside: SocketParts,
  operation: keyof typeof EndpointOperation,
  action: string,
  address: string,
): void {
  if (typeof address !== "string") {
    throw new TypeError(`Cannot ${action} ${describe(address)}: expected an endpoint, a string`);
  }
  if (address.includes("\0")) {
    throw new TypeError(`Cannot ${action} ${describe(address)}: it contains a NUL`);
  }
  if (!isPort(port.exec(address)?.[1] ?? "*")) {
    throw statusError(invalid, operation, `${action} "${address}"`, address);
  }
  const inproc = address.startsWith("inproc:");
  if (inproc && inside.saysGoodbye) throw goodbyeError(`${action} "${address}"`);
  const status = carryOut(inside, operation, address);
  if (status < 0) {
    throw inside.handle.error(status, operation, `${action} "${address}"`, address);
  }
  inside.endpoints += operation === "bind" || operation === "connect" ? 1 : -1;
  inside.usedInproc ||= inproc;
  inside.usedNetwork ||= !inproc;
}

function carryOut(
  { handle }: SocketParts,
  operation: keyof typeof EndpointOperation,
  address: string,
): number {
  const { native } = handle;
  const { id } = socketOptions.ipv6;
  const wantsIpv6 = ipv6Literal.test(address) && native.getOption(id, bool) === 0;
  if (wantsIpv6) native.setOption(id, bool, 1);
  const status = native.endpoint(EndpointOperation[operation], address);
  if (wantsIpv6) native.setOption(id, bool, 0);
  handle.recheck();
  // No operation on endpoints may have to wait: what libzmq meant was lost on the way.
  return status === again ? -(Feed.bindError(handle) ?? -invalid) : status;
}

// libzmq takes what is none for another one.
function isPort(text: string): boolean {
  return text === "*" || text === "!" || (/^\d+$/.test(text) && Number(text) <= 65535);
}
