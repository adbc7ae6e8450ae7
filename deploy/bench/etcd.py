"""Three etcd nodes on this machine, fsync on, and a load of puts, for measurements beside it. Needs Debian's etcd-server and python3-grpcio."""
import os
import shutil
import subprocess
import threading
import time

CLIENT_PORT = 11370
PEER_PORT = 11380
VALUE_OCTETS = 250
KEYS_PER_TRANSACTION = 128  # etcd's own limit, unless it is told another
START_SECONDS_MAX = 60


def missing():
    """What has to be installed first; None if nothing has."""
    if shutil.which("etcd") is None:
        return "etcd (apt-get install etcd-server)"
    try:
        import grpc  # noqa: F401
    except ImportError:
        return "Python's gRPC (apt-get install python3-grpcio)"
    return None


def version():
    return subprocess.run(["etcd", "--version"], capture_output=True, text=True).stdout.splitlines()[0]


def varint(number):
    octets = bytearray()
    while number > 0x7F:
        octets.append(number & 0x7F | 0x80)
        number >>= 7
    octets.append(number)
    return bytes(octets)


def embedded(field, octets):
    """A field of protobuf whose value has a length."""
    return varint(field << 3 | 2) + varint(len(octets)) + octets


def put(key, value):
    return embedded(1, key) + embedded(2, value)


def transaction(keys, value):
    return b"".join(embedded(2, embedded(2, put(key, value))) for key in keys)


class Etcd:
    """The three nodes, their data under one folder."""

    def __init__(self, folder):
        os.makedirs(folder)
        peers = ",".join(f"e{i}=http://127.0.0.1:{PEER_PORT + i}" for i in range(3))
        self.nodes = []
        for i in range(3):
            client, peer = f"http://127.0.0.1:{CLIENT_PORT + i}", f"http://127.0.0.1:{PEER_PORT + i}"
            with open(os.path.join(folder, f"e{i}.log"), "w") as log:
                self.nodes.append(subprocess.Popen(
                    ["etcd", "--name", f"e{i}", "--data-dir", os.path.join(folder, f"e{i}"), "--listen-client-urls", client,
                     "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                     "--initial-cluster", peers, "--quota-backend-bytes", str(8 << 30), "--log-level", "error"],
                    stdout=log, stderr=log))
        self.await_leader()

    def calls(self, method):
        import grpc
        return [grpc.insecure_channel(f"127.0.0.1:{CLIENT_PORT + i}").unary_unary("/etcdserverpb.KV/" + method) for i in range(3)]

    def await_leader(self):
        import grpc
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            try:
                for call in self.calls("Put"):
                    call(put(b"ready", b""), timeout=2)
                return
            except grpc.RpcError:
                time.sleep(0.2)
        raise SystemExit(f"Error: etcd took no put within {START_SECONDS_MAX} s")

    def keys_per_second(self, count, in_flight, first=0, per_request=1):
        """Puts so many keys from number `first` on, and waits for the last."""
        calls = self.calls("Put" if per_request == 1 else "Txn")
        value = os.urandom(VALUE_OCTETS)
        keys = [b"key-%012d" % number for number in range(first, first + count)]
        requests = [put(keys[at], value) if per_request == 1 else transaction(keys[at:at + per_request], value)
                    for at in range(0, count, per_request)]
        slots, failures = threading.Semaphore(in_flight), []

        def over(future):
            if future.exception() is not None:
                failures.append(future.exception())
            slots.release()

        begun = time.monotonic()
        for number, request in enumerate(requests):
            slots.acquire()
            calls[number % 3].future(request).add_done_callback(over)
        for _ in range(in_flight):
            slots.acquire()
        seconds = time.monotonic() - begun
        if failures:
            raise SystemExit(f"Error: {len(failures)} of {len(requests)} requests to etcd failed, the first: {failures[0]}")
        return count / seconds

    def stop(self):
        for node in self.nodes:
            node.terminate()
        for node in self.nodes:
            node.wait(timeout=60)
