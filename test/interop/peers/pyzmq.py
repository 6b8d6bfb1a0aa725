# A peer that is pyzmq: sockets made, used and closed as the lines on standard input say.

import zmq
from zmq.auth.thread import ThreadAuthenticator
from zmq.utils import z85

from lines import serve

PATIENCE = 30_000
DRAFTS = ["CLIENT", "SERVER", "RADIO", "DISH", "SCATTER", "GATHER"]


class AllowedKeys:
    def __init__(self, keys):
        self.keys = keys

    def callback(self, domain, key):
        return z85.decode(key) in self.keys


class Commands:
    def __init__(self):
        self.context = zmq.Context()
        self.sockets = {}
        self.authenticator = None

    def socket(self, name, kind):
        socket = self.context.socket(getattr(zmq, kind))
        socket.linger = 0
        socket.rcvtimeo = socket.sndtimeo = PATIENCE
        self.sockets[name] = socket

    def set(self, name, option, value):
        self.sockets[name].setsockopt(option, value)

    def bind(self, name, address):
        self.sockets[name].bind(address)
        return [self.sockets[name].last_endpoint.rstrip(b"\0").decode()]

    def connect(self, name, endpoint):
        self.sockets[name].connect(endpoint)

    def send(self, name, *frames):
        self.sockets[name].send_multipart(frames)

    def receive(self, name):
        return self.sockets[name].recv_multipart()

    def zap(self, directory, domain, mechanism, *allowed):
        self.authenticator = ThreadAuthenticator(self.context)
        self.authenticator.start()
        if mechanism == "plain":
            user, password = allowed
            self.authenticator.configure_plain(domain, {user.decode(): password.decode()})
        else:
            self.authenticator.configure_curve_callback(domain, AllowedKeys(allowed))

    def close(self, name):
        self.sockets.pop(name).close()

    def reset(self):
        for name in list(self.sockets):
            self.close(name)
        if self.authenticator:
            self.authenticator.stop()
            self.authenticator = None


types = "REQ REP DEALER ROUTER PUSH PULL PUB SUB XPUB XSUB PAIR STREAM".split()
if zmq.has("draft"):
    types += DRAFTS
abilities = ["tcp", "PLAIN", "ZAP", "heartbeats"]
abilities += [name for name in ("ipc", "ws") if zmq.has(name)]
if zmq.has("curve"):
    abilities.append("CURVE")
version = f"{zmq.__version__}/libzmq-{zmq.zmq_version()}"
serve(Commands(), [version, *types, *abilities])
