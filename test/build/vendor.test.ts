import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { archiveOf, marker, Sandbox } from "./sandbox.js";

const posix = process.platform !== "win32";
const linux = process.platform === "linux";

describe("vendor", { skip: !posix && "the stand-in programs are shell scripts" }, () => {
  let sandbox: Sandbox;

  beforeEach(() => {
    sandbox = new Sandbox();
  });

  afterEach(async () => {
    await sandbox.stopServing();
    rmSync(sandbox.directory, { recursive: true });
  });

  function pinUpstream(url: string, sha256: string) {
    sandbox.writeManifest({ kind: "upstream", version: "1.0", url, sha256 });
  }

  async function assertRefused(...said: (string | RegExp)[]) {
    const { code, output } = await sandbox.run();
    assert.equal(code, 1, output);
    assert.match(output, /Cannot obtain the source of libzmq/);
    assert.match(output, /npm run vendor/);
    assert.match(output, /ZMQX_LIBZMQ_SOURCE/);
    for (const part of said) {
      assert.ok(typeof part === "string" ? output.includes(part) : part.test(output), output);
    }
    assert.deepEqual(sandbox.leftovers(), []);
  }

  test("`vendor` unpacks the pinned archive once, and does not ask again", async () => {
    const { bytes, sha256 } = sandbox.pack(marker, "src/zmq.cpp");
    let requests = 0;
    const url = await sandbox.serve((_, response) => {
      requests++;
      response.end(bytes);
    });
    pinUpstream(url, sha256);

    const first = await sandbox.run();
    assert.equal(first.code, 0, first.output);
    assert.ok(existsSync(join(sandbox.vendor, "libzmq", "src/zmq.cpp")));
    assert.deepEqual(await sandbox.run(), { code: 0, output: "" });
    assert.equal(requests, 1);
    assert.deepEqual(sandbox.leftovers(), ["libzmq"]);
  });

  test("`vendor` replaces a tree that is not one of the pinned archives", async () => {
    const { bytes, sha256 } = sandbox.pack(marker);
    pinUpstream(await sandbox.serve((_, response) => response.end(bytes)), sha256);
    sandbox.write("vendor/libzmq/include/zmq.h", "half");
    sandbox.write("vendor/libzmq/stray.txt", "half");

    const { code, output } = await sandbox.run();
    assert.equal(code, 0, output);
    assert.equal(readFileSync(join(sandbox.vendor, "libzmq", marker), "utf8"), `// ${marker}\n`);
    assert.ok(!existsSync(join(sandbox.vendor, "libzmq", "stray.txt")));
    assert.deepEqual(sandbox.leftovers(), ["libzmq"]);
  });

  test("`vendor` refuses an archive with another hash", async () => {
    const { bytes, sha256 } = sandbox.pack(marker);
    const pinned = "0".repeat(64);
    const url = await sandbox.serve((_, response) => response.end(bytes));
    pinUpstream(url, pinned);
    await assertRefused(url, sha256, pinned);
  });

  test("`vendor` refuses a transfer that ends too early", async () => {
    const { bytes, sha256 } = sandbox.pack(marker);
    const url = await sandbox.serve((_, response) => {
      response.setHeader("Content-Length", bytes.length);
      response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    });
    pinUpstream(url, sha256);
    await assertRefused(url);
  });

  test("`vendor` refuses an archive that tar cannot unpack to its end", async () => {
    const whole = sandbox.pack(marker, ...Array.from({ length: 200 }, (_, i) => `src/${i}.cpp`));
    const { bytes, sha256 } = archiveOf(whole.bytes.subarray(0, whole.bytes.length / 2));
    const url = await sandbox.serve((_, response) => response.end(bytes));
    pinUpstream(url, sha256);
    await assertRefused(url, /tar cannot unpack/);
  });

  test("`vendor` refuses an archive without the library in it", async () => {
    const { bytes, sha256 } = sandbox.pack("README");
    const url = await sandbox.serve((_, response) => response.end(bytes));
    pinUpstream(url, sha256);
    await assertRefused(url, `holds no "${marker}"`);
  });

  test("`vendor` refuses an answer that is no archive", async () => {
    const url = await sandbox.serve((_, response) => response.writeHead(404).end());
    pinUpstream(url, "0".repeat(64));
    await assertRefused(url, "404");
  });

  test("`vendor` names all that it tried when there is neither network nor apt", async () => {
    const url = await sandbox.serve(() => {});
    await sandbox.stopServing();
    sandbox.writeManifest(
      { kind: "upstream", version: "1.0", url, sha256: "0".repeat(64) },
      { kind: "apt", version: "0.9", package: "zeromq3", file: "z.tar.gz", sha256: "1".repeat(64) },
    );
    await assertRefused(url, "ECONNREFUSED", '"zeromq3" through apt', linux ? "apt-config" : "apt");
  });

  test("`vendor` leaves nothing behind when it is interrupted", async () => {
    const asked = new EventEmitter();
    const url = await sandbox.serve((_, response) => {
      response.write("half");
      asked.emit("request");
    });
    pinUpstream(url, "0".repeat(64));
    const requested = once(asked, "request");
    const child = sandbox.start();
    await requested;
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.notEqual(code, 0);
    assert.deepEqual(sandbox.leftovers(), []);
  });

  test("`vendor` fetches nothing when ZMQX_LIBZMQ_SOURCE names a tree", async () => {
    pinUpstream("http://127.0.0.1:1/source.tar.gz", "0".repeat(64));
    sandbox.write(`mine/${marker}`, "");
    const { code, output } = await sandbox.run({
      ZMQX_LIBZMQ_SOURCE: join(sandbox.directory, "mine"),
    });
    assert.equal(code, 0, output);
    assert.deepEqual(sandbox.leftovers(), []);
  });

  test("`vendor` refuses a ZMQX_LIBZMQ_SOURCE that is no source tree", async () => {
    pinUpstream("http://127.0.0.1:1/source.tar.gz", "0".repeat(64));
    const given = join(sandbox.directory, "missing");
    const { code, output } = await sandbox.run({ ZMQX_LIBZMQ_SOURCE: given });
    assert.equal(code, 1, output);
    assert.match(output, /Cannot use ZMQX_LIBZMQ_SOURCE/);
    assert.ok(output.includes(`"${given}"`) && output.includes(`"${marker}"`), output);
    assert.deepEqual(sandbox.leftovers(), []);
  });

  describe("through apt", { skip: !linux && "apt exists on Linux only" }, () => {
    // The stand-in for apt-get records its sources list, and serves the archive that the test packed.
    function installApt(archive: Buffer, version: string) {
      const list = sandbox.write(
        "etc/sources.list",
        "deb [trusted=yes] http://one/debian stable main\n",
      );
      sandbox.write(
        "etc/parts/two.sources",
        "Types: deb\nURIs: http://two/debian\nSuites: stable\nComponents: main\n" +
          "\n# a comment\nEnabled: no\nTypes: deb\nURIs: http://off/debian\nSuites: x\n",
      );
      const served = sandbox.write("served.tar.gz", archive);
      const seen = join(sandbox.directory, "seen");
      const cat = "/bin/cat";
      sandbox.addProgram(
        "apt-config",
        `echo "LIST='${list}'"; echo "PARTS='${join(list, "../parts")}'"`,
      );
      sandbox.addProgram("apt-cache", `echo "Package: zeromq3"; echo "Version: ${version}"`);
      sandbox.addProgram(
        "apt-get",
        `case "$*" in *update*) ${cat} sources/* > ${seen};; ` +
          `*source*=${version}) ${cat} ${served} > z.orig.tar.gz;; *) exit 100;; esac`,
      );
      return seen;
    }

    function pinApt(sha256: string) {
      sandbox.writeManifest({
        kind: "apt",
        version: "4.3.4",
        package: "zeromq3",
        file: "z.orig.tar.gz",
        sha256,
      });
    }

    test("`vendor` asks for sources from where the machine's packages come from", async () => {
      const { bytes, sha256 } = sandbox.pack(marker);
      const seen = installApt(bytes, "4.3.4-6");
      pinApt(sha256);
      const { code, output } = await sandbox.run();
      assert.equal(code, 0, output);
      assert.deepEqual(sandbox.leftovers(), ["libzmq"]);

      const sources = readFileSync(seen, "utf8");
      assert.match(sources, /^deb-src \[trusted=yes\] http:\/\/one\/debian stable main$/m);
      assert.match(sources, /^Types: deb-src\nURIs: http:\/\/two\/debian$/m);
      assert.doesNotMatch(sources, /http:\/\/off/);
    });

    test("`vendor` refuses a source package with another hash", async () => {
      const { bytes, sha256 } = sandbox.pack(marker);
      installApt(bytes, "4.3.4-6");
      pinApt("0".repeat(64));
      await assertRefused(sha256);
    });

    test("`vendor` says which versions apt has when the pinned one is not among them", async () => {
      installApt(sandbox.pack(marker).bytes, "4.3.5-1");
      pinApt("0".repeat(64));
      await assertRefused("4.3.5-1", "4.3.4");
    });
  });
});
