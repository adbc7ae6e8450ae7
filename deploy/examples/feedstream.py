"""A feeder's numbered items on their way into Bindery, from feed.proto alone: what any program that feeds has to get right.

Items are kept until they are acknowledged and sent again, at the next node if need be, under the same numbers. The thread of
the caller numbers them, one thread talks to a node, one looks after time; all meet at `Stream.changed`.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import grpc

from bindery.v1 import feed_pb2 as pb  # protoc --python_out=. bindery/v1/feed.proto

BATCH_ITEMS_MAX = 1_000
BATCH_OCTETS_MAX = 96 << 10  # the API takes 128 KiB, of an item alone 256 KiB
ANSWER_SECONDS_MAX = 20.0  # when an answer has been due for so long, the next node is tried
PAUSE_SECONDS_MAX = 2.0
CHANNEL = [("grpc.keepalive_time_ms", 15_000), ("grpc.keepalive_timeout_ms", 10_000), ("grpc.http2.max_pings_without_data", 0)]
CODE = grpc.StatusCode
# What the next call will not mend. FAILED_PRECONDITION is the fence: another program feeds under this name now, unless the held epoch is ours
# (then an opening of our own came through late).
FINAL = {CODE.FAILED_PRECONDITION, CODE.INVALID_ARGUMENT, CODE.UNIMPLEMENTED, CODE.NOT_FOUND, CODE.PERMISSION_DENIED, CODE.UNAUTHENTICATED}
SAME_NODE = {CODE.ABORTED, CODE.RESOURCE_EXHAUSTED}  # a gap, to be filled, and overload: the node itself is well


class Ended(Exception):
    """The feeder may not, or cannot, go on."""


class Unreadable(Exception):
    """A file of TLS cannot be read now."""


class Anew(Exception):
    """Everything has to be told anew, after `begin_anew`: the cluster may have lost what it acknowledged."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class State:
    """What outlives the process. The event at `offset` of the input is item `sequence` + 1, and behind it there are events
    alone; so those that a process had sent when it was lost get the same numbers from the next one."""

    path: Path
    epoch: int = 0
    sequence: int = 0
    offset: int = 0
    incarnation: str = ""
    resync: bool = True  # a full resync is due, or was under way

    @staticmethod
    def load(path: Path) -> State:
        return State(path, **json.loads(path.read_text())) if path.exists() else State(path)

    def save(self) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        with open(fresh, "w") as out:
            json.dump({name: value for name, value in asdict(self).items() if name != "path"}, out)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, self.path)
        folder = os.open(self.path.absolute().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def next_epoch(self) -> None:
        """For who cannot resume: numbers begin at 1 again, and a sync that was under way is over."""
        self.epoch = max(self.epoch + 1, time.time_ns() // 1_000_000)
        self.sequence, self.incarnation, self.resync = 0, "", True
        self.save()


class Held(NamedTuple):
    """An item that is not acknowledged."""

    sequence: int
    item: pb.Item
    octets: int
    after: int | None  # where the input stands behind it; None for what is no event


def credentials(ca: Path, cert: Path, key: Path) -> grpc.ChannelCredentials:
    """What a feeder knows the nodes by, and they know it by: PEM files, as `bindery cert client` makes them."""
    return grpc.ssl_channel_credentials(ca.read_bytes(), key.read_bytes(), cert.read_bytes())


class Call:
    """One call of Feed.Stream."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.sent = 0  # how many of the held items, from the oldest on
        self.opened = self.over = False
        self.responses: Any = None
        self.due_since = time.monotonic()  # since when an answer has been due


class Stream:
    """Sends to one node at a time, as many items at a time as the window takes."""

    def __init__(self, nodes: list[str], source: str, feeder: str, state: State, window_items: int, window_octets: int,
                 alive: str | None, alive_seconds: float, security: Callable[[], grpc.ChannelCredentials] | None = None) -> None:
        self.security = security  # asked for each call, so that renewed files are taken; None for no TLS
        self.nodes, self.source, self.feeder, self.state = nodes, source, feeder, state
        self.window_items, self.window_octets = window_items, window_octets
        self.alive, self.alive_seconds, self.alive_due, self.alive_waits = alive, alive_seconds, 0.0, False
        self.changed = threading.Condition()
        self.held: deque[Held] = deque()
        self.octets = self.most_items = self.most_octets = 0
        self.acked = max(0, state.sequence - 1)  # the last may be an alive item that was numbered and never sent
        self.highest = 0  # what this program may have sent, under this epoch
        self.next = 0  # the sequence of the next item; 0 until a session was opened under this epoch
        self.counts = {"items": 0, "rejected": 0, "stale": 0, "seen_before": 0, "sessions": 0}
        self.call: Call | None = None
        self.failure: Exception | None = None
        self.closed = False
        self.saved_at = 0.0
        self.talker = threading.Thread(target=self._talk, daemon=True)
        self.talker.start()
        threading.Thread(target=self._look_after_time, daemon=True).start()

    # ---- for the caller; each raises Anew or Ended

    def put(self, item: pb.Item, after: int | None = None) -> None:
        """Numbers an item. Waits while the window is full, so that the input is read no faster than the cluster commits."""
        octets, since, told = item.ByteSize(), time.monotonic(), False
        with self.changed:
            while self.failure is None and not self._has_room(octets):
                self.changed.wait(1)
                if not told and self.held and time.monotonic() - since > 1:
                    say(f"waiting, window full: {len(self.held)} items, {self.octets} octets")
                    told = True
            self.check()
            self._append(item, octets, after)

    def flush(self) -> None:
        """Waits until everything is acknowledged."""
        with self.changed:
            while self.failure is None and (self.held or not self.next):
                self.changed.wait()
            self.check()
            self.state.save()

    def check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def begin_anew(self) -> list[tuple[pb.Item, int]]:
        """Goes on under a higher epoch. Returns the events that were not acknowledged, which are to be told again."""
        with self.changed:
            events = [(held.item, held.after) for held in self.held if held.after is not None]
            self.held.clear()
            self.octets = self.acked = self.highest = self.next = 0
            self.state.next_epoch()
            self.failure = None
            if self.call is not None:
                self._drop(self.call)
            self.changed.notify_all()
            return events

    def resynced(self) -> None:
        """From here on there are events alone, but for alive items."""
        with self.changed:
            self.state.resync = False
            self.state.save()

    def close(self) -> None:
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.talker.join(5)

    def _has_room(self, octets: int) -> bool:
        fits = len(self.held) < self.window_items and self.octets + octets <= self.window_octets
        return self.next > 0 and not self.alive_waits and (fits or not self.held)

    def _append(self, item: pb.Item, octets: int, after: int | None) -> None:
        self.held.append(Held(self.next, item, octets, after))
        self.next += 1
        self.octets += octets
        self.most_items, self.most_octets = max(self.most_items, len(self.held)), max(self.most_octets, self.octets)
        self.changed.notify_all()

    @staticmethod
    def _drop(call: Call) -> None:
        call.over = True  # whatever it may still bring
        if call.responses is not None:
            call.responses.cancel()

    # ---- the thread that talks to a node

    def _talk(self) -> None:
        at = failures = 0
        while True:
            with self.changed:
                while self.failure is not None and not self.closed:
                    self.changed.wait()  # for begin_anew
                if self.closed:
                    return
                call = self.call = Call(self.nodes[at % len(self.nodes)])
            status, text = CODE.UNAVAILABLE, "the node ended the stream"
            failure: Exception | None = None
            try:
                self._converse(call)
            except (Anew, Ended) as found:
                status, text, failure = CODE.CANCELLED, str(found), found
            except Unreadable as found:
                text = str(found)
            except grpc.RpcError as error:
                status, text = error.code(), error.details()
                if status in FINAL and not str(text).endswith(f"held epoch {self.state.epoch}"):
                    failure = Ended(f"{status.name}: {text}")
            if self.closed:
                return
            say(f"lost {call.node}: {status.name}: {text}")
            with self.changed:
                self.failure = failure
                self.changed.notify_all()
            at += status not in SAME_NODE
            failures = 0 if call.opened else failures + 1
            # Every node once without much ado, then ever longer pauses.
            time.sleep(min(PAUSE_SECONDS_MAX, 0.05 * 2 ** min(10, failures // len(self.nodes))))

    def _channel(self, node: str) -> grpc.Channel:
        if self.security is None:
            return grpc.insecure_channel(node, CHANNEL)
        try:
            credentials = self.security()
        except OSError as unreadable:
            raise Unreadable(f"a file of TLS cannot be read: {unreadable}") from unreadable
        return grpc.secure_channel(node, credentials, CHANNEL)

    def _converse(self, call: Call) -> None:
        with self._channel(call.node) as channel:
            method = channel.stream_stream("/bindery.v1.Feed/Stream", request_serializer=pb.FeedRequest.SerializeToString,
                                           response_deserializer=pb.FeedResponse.FromString)
            call.responses = method(self._requests(call))
            try:
                for response in call.responses:
                    with self.changed:
                        if call.over:
                            return
                        if response.HasField("opened"):
                            self._opened(call, response.opened)
                        else:
                            self._acked(call, response.ack)
                        call.due_since = time.monotonic()
                        self.changed.notify_all()
            finally:
                with self.changed:
                    call.over = True
                    self.changed.notify_all()
                call.responses.cancel()

    def _requests(self, call: Call) -> Iterator[pb.FeedRequest]:
        """What gRPC sends. It asks for the next only when the node's flow control has taken the one before."""
        yield pb.FeedRequest(open=pb.Open(source=self.source, feeder=self.feeder, epoch=self.state.epoch))
        while True:
            with self.changed:
                while not (call.over or self.closed or (call.opened and call.sent < len(self.held))):
                    self.changed.wait()
                if call.over or self.closed:
                    return
                batch = pb.Batch(first_sequence=self.held[call.sent].sequence, source_clock_millis=time.time_ns() // 1_000_000)
                octets = 0
                for held in islice(self.held, call.sent, call.sent + BATCH_ITEMS_MAX):
                    octets += held.octets + 5
                    if batch.items and octets > BATCH_OCTETS_MAX:
                        break
                    batch.items.append(held.item)
                if call.sent == 0:
                    call.due_since = time.monotonic()
                call.sent += len(batch.items)
                self.highest = max(self.highest, batch.first_sequence + len(batch.items) - 1)
            yield pb.FeedRequest(batch=batch)

    def _opened(self, call: Call, opened: pb.Opened) -> None:
        last, incarnation = opened.last_sequence, opened.incarnation.hex()
        say(f"opened at {call.node}: epoch {self.state.epoch}, session {opened.session}, last sequence {last}")
        self.counts["sessions"] += 1
        if self.state.incarnation not in ("", incarnation) or last < self.acked:
            raise Anew(f"restored: incarnation {incarnation}, was {self.state.incarnation}; sequence {last}, was {self.acked}")
        if not self.next:
            self.state.incarnation, self.highest = incarnation, last
            # Numbered from where the state stands, though more may be held: that is told again and passed over.
            self.next = min(last, self.state.sequence) + 1
            if self.next == self.state.sequence:
                self._append(pb.Item(alive=pb.Alive()), 2, None)
        elif last > self.highest:
            raise Ended(f"another program feeds as {self.source}/{self.feeder} under epoch {self.state.epoch}")
        call.opened = True  # nothing was sent by this call: it begins with the oldest that is not acknowledged

    def _acked(self, call: Call, ack: pb.Ack) -> None:
        while self.held and self.held[0].sequence <= ack.through_sequence:
            done = self.held.popleft()
            call.sent -= 1
            self.octets -= done.octets
            self.counts["items"] += 1
            self.state.sequence = self.acked = done.sequence
            if done.after is not None:
                self.state.offset = done.after
        for result in ack.results:
            self.counts[pb.ItemResult.Outcome.Name(result.outcome).lower()] += 1
            if result.outcome == pb.ItemResult.REJECTED:
                say(f"rejected {result.sequence}: {pb.RejectReason.Name(result.reason)}: {result.message}")
        if time.monotonic() - self.saved_at > 1:  # how often does not matter, see State
            self.state.save()
            self.saved_at = time.monotonic()

    # ---- the thread that looks after time

    def _look_after_time(self) -> None:
        while not self.closed:
            time.sleep(0.2)
            with self.changed:
                call = self.call
                is_due = call is not None and not call.over and (not call.opened or call.sent > 0)
                if is_due and time.monotonic() - call.due_since > ANSWER_SECONDS_MAX:
                    say(f"{call.node} does not answer")
                    self._drop(call)
            if self.alive and time.monotonic() >= self.alive_due and self.next > 0:
                self._tell_alive(self.alive)

    def _is_idle(self) -> bool:
        return self.failure is None and self.next > 0 and not self.held

    def _tell_alive(self, command: str) -> None:
        self.alive_due = time.monotonic() + min(5.0, self.alive_seconds)
        try:
            if subprocess.run(command, shell=True, timeout=10, stdout=subprocess.DEVNULL).returncode != 0:
                return
        except subprocess.TimeoutExpired:
            return
        with self.changed:
            self.alive_waits = True  # what is put waits meanwhile, for a place between the events
            if self.changed.wait_for(self._is_idle, timeout=5):
                self.state.sequence = self.next  # kept first: a number that no event gets, whatever becomes of this process
                self.state.save()
                self._append(pb.Item(alive=pb.Alive()), 2, None)
                say("alive")
                self.alive_due = time.monotonic() + self.alive_seconds
            self.alive_waits = False
            self.changed.notify_all()
