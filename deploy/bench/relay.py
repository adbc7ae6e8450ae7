"""A relay that asks for bindings, for the measurements beside it: nothing of it is shared with the program."""
import importlib.machinery
import importlib.util
import os
import socket
import struct
import time

HERE = os.path.dirname(os.path.abspath(__file__))
loader = importlib.machinery.SourceFileLoader("bench_run", os.path.join(HERE, "run"))
spec = importlib.util.spec_from_loader("bench_run", loader)
bench = importlib.util.module_from_spec(spec)
loader.exec_module(bench)

ANSWER_SECONDS_MAX = 60
CLIENTS_PER_RELAY_MAX, RELAYS_IN_TURN = 50_000, 4
RELAY_ID = bytes.fromhex("00030001020000000000")
LINK = bytes.fromhex("20010db8000000000000000000000001")
CLIENT_ID, ADDRESS, PREFIX, QUERY, CLIENT_DATA, ORIGIN_RELAY_ID = 1, 5, 26, 44, 45, 53
LEASEQUERY, DONE = 14, 16
BY_RELAY, BY_LINK = b"\x03", b"\x04"


def option(code, data):
    return struct.pack("!HH", code, len(data)) + data


def options(data):
    at = 0
    while at < len(data):
        code, size = struct.unpack_from("!HH", data, at)
        yield code, data[at + 4:at + 4 + size]
        at += 4 + size


def frame(query):
    message = bytes([LEASEQUERY, 0, 0, 1]) + option(CLIENT_ID, RELAY_ID) + option(QUERY, query)
    return struct.pack("!H", len(message)) + message


def read(stream, size):
    data = stream.read(size)
    if len(data) < size:
        raise SystemExit("Error: a connection ended in mid-answer")
    return data


def leases_of_relay(node, source="127.0.0.1"):
    """Asks a node for all bindings of the first relay; the leases as they came, and the seconds from connect to DONE."""
    frames = []
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", bench.port(node, 1)), ANSWER_SECONDS_MAX, (source, 0)) as connection:
        connection.sendall(frame(BY_RELAY + bytes(16) + option(ORIGIN_RELAY_ID, RELAY_ID)))
        with connection.makefile("rb") as stream:
            while not frames or frames[-1][0] != DONE:
                frames.append(read(stream, struct.unpack("!H", read(stream, 2))[0]))
    seconds = time.monotonic() - begun
    leases = [lease[:16] if code == ADDRESS else lease[8:]
              for message in frames for outer, data in options(message[4:]) if outer == CLIENT_DATA
              for code, lease in options(data) if code in (ADDRESS, PREFIX)]
    return leases, seconds


def stall(node, source):
    """Asks a node for all bindings of the link around everything, and reads none; the open connection."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 10)
    connection.bind((source, 0))
    connection.connect(("127.0.0.1", bench.port(node, 1)))
    connection.sendall(frame(BY_LINK + LINK))
    return connection
