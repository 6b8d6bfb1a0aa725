// A worker for the tests of the demo: its digests are wrong in one bit for names that end in "7".

const demoModules = new URL("../../examples/digest/", import.meta.url);
const { serve } = await import(`${demoModules}serve.js`);
const { sha256 } = await import(`${demoModules}sha256.js`);

await serve(async (path: string, bytes?: Buffer) => {
  const digest: Buffer = await sha256(path, bytes);
  if (path.endsWith("7")) digest.writeUInt8(digest.readUInt8(0) ^ 1, 0);
  return digest;
});

export {};
