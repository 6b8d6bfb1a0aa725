/*
 * What a CommonJS program sees of the package. imports.test.ts runs it and compares.
 */

import typed = require("zmqx");
import typedDraft = require("zmqx/draft");

const zmq = require("zmqx") as typeof typed;
const draft = require("zmqx/draft") as typeof typedDraft;
const { Dealer, Pair: Renamed } = require("zmqx") as typeof typed;

// The types work through this kind of import, too.
const options: typed.SocketOptions<typed.Dealer> = { linger: 0 };
const make = (): typed.Dealer => new Dealer(options);

export = { zmq, draft, typed, typedDraft, Dealer, Renamed, make };
