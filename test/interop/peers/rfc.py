# A peer made from the RFCs: the socket patterns over zmtp.py, with a thread for each connection. It waits
# where it would have to drop or to choose, as far as the RFCs leave that open.

import os
import queue
import socket
import threading
import time

from lines import serve
from zmtp import PARTNERS, Connection, Violation, demand

PATIENCE = 30
PAUSE = 0.01
ROUTING_ID, SUBSCRIBE, UNSUBSCRIBE, HEARTBEAT_IVL = 5, 6, 7, 75


def address_of(endpoint):
    scheme, rest = endpoint.split("://")
    if scheme == "ipc":
        return socket.AF_UNIX, rest
    host, port = rest.rsplit(":", 1)
    return socket.AF_INET, (host, 0 if port == "*" else int(port))


class Socket:
    def __init__(self, kind):
        self.kind = kind
        self.routing_id = b""
        self.topics = []
        self.groups = []
        self.heartbeat_interval = 0
        self.connections = {}
        self.next_id = 0
        self.inbox = queue.Queue()
        self.changed = threading.Condition()
        self.listeners = []
        self.closed = False
        self.asker = None
        self.envelope = []

    # Connections

    def bind(self, endpoint):
        family, address = address_of(endpoint)
        listener = socket.socket(family)
        if family == socket.AF_INET:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        self.listeners.append(listener)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        if family == socket.AF_UNIX:
            return endpoint
        return "tcp://{}:{}".format(*listener.getsockname())

    def _accept(self, listener):
        while not self.closed:
            try:
                stream = listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._live, args=[stream], daemon=True).start()

    def connect(self, endpoint):
        threading.Thread(target=self._keep_connected, args=[endpoint], daemon=True).start()

    def _keep_connected(self, endpoint):
        family, address = address_of(endpoint)
        while not self.closed:
            stream = socket.socket(family)
            try:
                stream.connect(address)
                self._live(stream)
            except OSError:
                stream.close()
            time.sleep(PAUSE)

    def _live(self, stream):
        connection = None
        try:
            connection = Connection(stream, self.kind, self.routing_id)
            self._add(connection)
            if self.heartbeat_interval:
                threading.Thread(target=self._beat, args=[connection], daemon=True).start()
            while True:
                self._take(connection, connection.read())
        except (OSError, ValueError):
            pass
        except Violation as violation:
            # The test must see it, so the next receive fails with it.
            self.inbox.put((None, violation))
        finally:
            if connection:
                self._remove(connection)
            stream.close()

    def _beat(self, connection):
        try:
            while True:
                with self.changed:
                    connection.ping()
                time.sleep(self.heartbeat_interval)
        except OSError:
            pass

    def _add(self, connection):
        with self.changed:
            self.next_id += 1
            number = self.next_id.to_bytes(4, "big")
            automatic = number if self.kind == "SERVER" else b"\0" + number
            connection.id = connection.routing_id or automatic
            for topic in self.topics:
                connection.send_command(b"SUBSCRIBE", topic)
            for group in self.groups:
                connection.send_command(b"JOIN", group)
            self.connections[connection.id] = connection
            self.changed.notify_all()

    def _remove(self, connection):
        with self.changed:
            self.connections.pop(connection.id, None)
        for topic in connection.topics[:]:
            self._subscription(connection, False, topic)

    # Receiving

    def _take(self, connection, message):
        if isinstance(message, list):
            if self.kind in ("PUB", "XPUB") and message[0][:1] in (b"\0", b"\1") and len(message) == 1:
                self._subscription(connection, message[0][0] == 1, message[0][1:])
            else:
                demand(self.kind not in ("PUSH", "PUB", "RADIO", "SCATTER"), f"{self.kind} was sent a message")
                self.inbox.put((connection, message))
            return
        name, body = message
        if name in (b"SUBSCRIBE", b"CANCEL") and self.kind in ("PUB", "XPUB"):
            self._subscription(connection, name == b"SUBSCRIBE", body)
        elif name in (b"JOIN", b"LEAVE") and self.kind == "RADIO":
            demand(0 < len(body) <= 255, "A group has no name")
            self._subscription(connection, name == b"JOIN", body)
        else:
            raise Violation(f"{self.kind} was sent the command {name!r}")

    def _subscription(self, connection, is_new, topic):
        with self.changed:
            others = [topic in other.topics for other in self.connections.values() if other is not connection]
            # libzmq repeats a SUBSCRIBE for each subscription to a topic, and sends one CANCEL for them all.
            if is_new == (topic in connection.topics):
                return
            connection.topics.append(topic) if is_new else connection.topics.remove(topic)
        if self.kind == "XPUB" and not any(others):
            self.inbox.put((connection, [bytes([is_new]) + topic]))

    def receive(self):
        while True:
            connection, frames = self.inbox.get(timeout=PATIENCE)
            if connection is None:
                raise frames
            if self.kind == "SUB" and not any(frames[0].startswith(topic) for topic in self.topics):
                continue
            break
        if self.kind in ("ROUTER", "SERVER"):
            return [connection.id, *frames]
        if self.kind == "REQ":
            demand(frames[0] == b"", "A reply has no delimiter")
            return frames[1:]
        if self.kind == "REP":
            cut = frames.index(b"") + 1
            self.asker, self.envelope = connection, frames[:cut]
            return frames[cut:]
        return frames

    # Sending

    def send(self, frames):
        if self.kind == "REP":
            return self.asker.send(self.envelope + frames)
        if self.kind == "REQ":
            frames = [b"", *frames]
        if self.kind == "XSUB" and frames[0][:1] in (b"\0", b"\1"):
            change = self.subscribe if frames[0][0] else self.unsubscribe
            return change(frames[0][1:])
        if self.kind in ("PUB", "XPUB"):
            return self._publish(frames, lambda topic: frames[0].startswith(topic))
        if self.kind == "RADIO":
            return self._publish(frames, lambda group: group == frames[0])
        with self.changed:
            if self.kind in ("ROUTER", "SERVER"):
                wanted, frames = frames[0], frames[1:]
                ready = self.changed.wait_for(lambda: wanted in self.connections, PATIENCE)
            else:
                ready = self.changed.wait_for(lambda: self.connections, PATIENCE)
                wanted = next(iter(self.connections), None)
            demand(ready, "There is nobody to send to")
            connection = self.connections.pop(wanted)
            # The one that was sent to is the last one to be sent to again.
            self.connections[wanted] = connection
        connection.send(frames)

    def _publish(self, frames, matches):
        with self.changed:
            chosen = [each for each in self.connections.values() if any(map(matches, each.topics))]
        for connection in chosen:
            connection.send(frames)

    # Subscriptions

    def subscribe(self, topic):
        self._tell(self.topics, topic, True, b"SUBSCRIBE")

    def unsubscribe(self, topic):
        self._tell(self.topics, topic, False, b"CANCEL")

    def join(self, group):
        self._tell(self.groups, group, True, b"JOIN")

    def leave(self, group):
        self._tell(self.groups, group, False, b"LEAVE")

    def _tell(self, names, name, is_new, command):
        with self.changed:
            names.append(name) if is_new else names.remove(name)
            if names.count(name) == (1 if is_new else 0):
                for connection in self.connections.values():
                    connection.send_command(command, name)

    def close(self):
        self.closed = True
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in list(self.connections.values()):
            connection.close()


class Commands:
    def __init__(self):
        self.sockets = {}

    def socket(self, name, kind):
        self.sockets[name] = Socket(kind)

    def set(self, name, option, value):
        socket = self.sockets[name]
        if option == ROUTING_ID:
            socket.routing_id = value
        elif option == HEARTBEAT_IVL:
            socket.heartbeat_interval = value / 1000
        elif option == SUBSCRIBE:
            socket.subscribe(value)
        elif option == UNSUBSCRIBE:
            socket.unsubscribe(value)

    def bind(self, name, address):
        return [self.sockets[name].bind(address)]

    def connect(self, name, endpoint):
        self.sockets[name].connect(endpoint)

    def join(self, name, group):
        self.sockets[name].join(group)

    def leave(self, name, group):
        self.sockets[name].leave(group)

    def send(self, name, *frames):
        self.sockets[name].send(list(frames))

    def receive(self, name):
        return self.sockets[name].receive()

    def close(self, name):
        self.sockets.pop(name).close()

    def reset(self):
        for name in list(self.sockets):
            self.close(name)


serve(Commands(), ["ZMTP-3.1", *PARTNERS, "tcp", "ipc", "heartbeats"])
os._exit(0)
