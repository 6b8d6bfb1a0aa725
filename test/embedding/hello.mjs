import { Pull, Push } from "zmqx";

const [push, pull] = [new Push(), new Pull()];
push.connect(await pull.bind("tcp://127.0.0.1:*"));
await push.send("hello from a bundle");
console.log(String((await pull.receive())[0]));
await Promise.all([push.close(), pull.close()]);
