/*
 * Every pair of socket types that may talk to each other, with another implementation at the one
 * end: messages of all shapes, whichever side binds.
 */

import type { Socket } from "zmqx";
import { Option, type Pairing, pairings, type Side } from "./exchanges.js";
import { address, each, type Peer, type RemoteSocket } from "./peer.js";

function optionsOf(type: string, pairing: Pairing): Record<number, Buffer> {
  const isNamed = type === "ROUTER" && pairing.ours === "ROUTER";
  return isNamed ? { [Option.routingId]: Buffer.from("theirs") } : {};
}

async function opened(pairing: Pairing, peer: Peer): Promise<[Socket & Side, RemoteSocket]> {
  const theirs = await peer.socket(pairing.theirs, optionsOf(pairing.theirs, pairing));
  return [pairing.open() as unknown as Socket & Side, theirs];
}

for (const transport of ["tcp", "ipc"] as const) {
  for (const pairing of pairings) {
    const needs = [pairing.theirs, transport];
    each(
      needs,
      (title) => `${pairing.ours} binds, ${pairing.theirs} of ${title} connects (${transport})`,
      async (peer) => {
        const [ours, theirs] = await opened(pairing, peer);
        using _ = ours;
        await theirs.connect(await ours.bind(address(transport)));
        await pairing.exchange(ours, theirs);
      },
    );
    each(
      needs,
      (title) => `${pairing.theirs} of ${title} binds, ${pairing.ours} connects (${transport})`,
      async (peer) => {
        const [ours, theirs] = await opened(pairing, peer);
        using _ = ours;
        ours.connect(await theirs.bind(address(transport)));
        await pairing.exchange(ours, theirs);
      },
    );
  }
}
