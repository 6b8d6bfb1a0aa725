exports.exchange = async (one, other) => {
  const [push, pull] = [new one.Push(), new other.Pull()];
  push.connect(await pull.bind("tcp://127.0.0.1:*"));
  await push.send("hello");
  expect(String((await pull.receive())[0])).toBe("hello");
  await Promise.all([push.close(), pull.close()]);
};
