const { exchange } = require("./exchange.cjs");

test("loads twice, and sockets of both work", async () => {
  const first = require("zmqx");
  jest.resetModules();
  const second = require("zmqx");
  expect(second.Push).not.toBe(first.Push);
  await exchange(first, second);
  await exchange(second, first);
});
