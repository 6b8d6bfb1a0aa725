/*
 * Keys for the CURVE security mechanism.
 */

import { statusError } from "./errors.js";
import { addon } from "./native.js";

/**
 * Makes a key pair for the CURVE mechanism (`zmq_curve_keypair`), both keys as 40 characters of
 * Z85.
 *
 * A server sets `curveServer` and its `curveSecretKey`. A client sets its own `curvePublicKey`
 * and `curveSecretKey`, and the server's public key as `curveServerKey`. How the client learns the
 * latter is up to the program.
 *
 * @throws ZmqError with code ENOTSUP where libzmq was built without CURVE.
 *
 * @example
 * ```ts
 * import { curveKeyPair, Reply, Request } from "zmqx";
 *
 * const server = curveKeyPair();
 * const client = curveKeyPair();
 * const reply = new Reply({ curveServer: true, curveSecretKey: server.secretKey });
 * const request = new Request({
 *   curveServerKey: server.publicKey,
 *   curvePublicKey: client.publicKey,
 *   curveSecretKey: client.secretKey,
 * });
 * reply.close();
 * request.close();
 * ```
 */
export function curveKeyPair(): { publicKey: string; secretKey: string } {
  const pair = addon.curveKeyPair();
  if (typeof pair === "number") throw statusError(pair, "curve_keypair", "make a CURVE key pair");
  return pair;
}
