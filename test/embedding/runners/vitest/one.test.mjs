import { expect, test, vi } from "vitest";

test("loads, and loads again after a reset", async () => {
  const first = await import("zmqx");
  vi.resetModules();
  const second = await import("zmqx");
  for (const [one, other] of [
    [first, second],
    [second, first],
  ]) {
    const [push, pull] = [new one.Push(), new other.Pull()];
    push.connect(await pull.bind("tcp://127.0.0.1:*"));
    await push.send("hello");
    expect(String((await pull.receive())[0])).toBe("hello");
    await Promise.all([push.close(), pull.close()]);
  }
});
