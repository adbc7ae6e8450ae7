#!/usr/bin/env python3
"""Feeds what a DHCPv6 server tells, a JSON object a line, into Bindery: an example (README.md beside it)."""
from __future__ import annotations

import argparse
import json
import os
import queue
import sys
import threading
import time
from collections import deque
from functools import partial
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path
from typing import Any

from bindery.v1 import feed_pb2 as pb

from feedstream import Anew, Ended, State, Stream, credentials, say

ITEM_OCTETS_MAX = 255 << 10  # with the batch around it an item alone may have 256 KiB
PUTS = ("grant", "renew")
ENDS = {"release": pb.RELEASED, "decline": pb.DECLINED, "expire": pb.EXPIRED, "remove": pb.REMOVED}
SEENS = ("confirm", "moved")  # the client was heard of; nothing of its leases changed
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


def lease(told: dict[str, Any], event: str) -> pb.LeaseUpdate:
    update = pb.LeaseUpdate(iaid=told.get("iaid", 0))
    if "prefix" in told:
        prefix = IPv6Network(told["prefix"])
        update.kind, update.address, update.prefix_length = pb.PREFIX, prefix.network_address.packed, prefix.prefixlen
    else:
        update.kind, update.address, update.prefix_length = pb.ADDRESS, IPv6Address(told["address"]).packed, 128
    if event in PUTS:
        update.operation, update.preferred, update.valid = pb.LeaseUpdate.PUT, told["preferred"], told["valid"]
    elif event in ENDS:
        update.operation, update.end_reason = pb.LeaseUpdate.END, ENDS[event]
    else:
        update.operation = pb.LeaseUpdate.SEEN
    return update


def exchange(told: dict[str, Any], copy: bool = False) -> pb.Item:
    """The item of one line. What cannot be put into it is unreadable; what the cluster does not take it rejects by name."""
    event = told["event"]
    if event not in (*PUTS, *ENDS, *SEENS):
        raise ValueError(f"event {event!r} (expected {', '.join((*PUTS, *ENDS, *SEENS))} or resync)")
    made = pb.Exchange(client=bytes.fromhex(told.get("client", "")), cltt=told["cltt"], copy=copy, link=told.get("link", ""),
                       options=bytes.fromhex(told.get("options", "")))
    if "subnet" in told:
        made.subnet_id = told["subnet"]
    for hop in told.get("relays", ()):  # the outermost, which is nearest to the server, first
        made.relays.add(hop_count=hop.get("hop", 0), link_address=IPv6Address(hop["link"]).packed,
                        peer_address=IPv6Address(hop["peer"]).packed, options=bytes.fromhex(hop.get("options", "")))
    made.leases.extend(lease(one, event) for one in told.get("leases", ()))
    item = pb.Item(exchange=made)
    if item.ByteSize() > ITEM_OCTETS_MAX:
        raise ValueError(f"an item of {item.ByteSize()} octets (expected at most {ITEM_OCTETS_MAX})")
    return item


class Feeder:
    """Tells a server's events as they happen, and all that it holds whenever the cluster has to be told of all."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.unreadable = 0
        state = State.load(options.state)
        self.anew = state.resync or options.events == "-"  # a pipe does not say again what it said
        if self.anew:
            state.next_epoch()
        self.offset = 0 if options.events == "-" else state.offset
        files = (options.ca, options.cert, options.key)
        self.stream = Stream(options.node, options.source, options.feeder, state, options.window_items, options.window_octets,
                             options.alive, options.alive_every, partial(credentials, *files) if options.ca else None)
        self.pending: deque[tuple[pb.Item, int]] = deque()  # events that are not numbered yet
        self.lines: queue.Queue[tuple[str, int] | None] = queue.Queue(1)  # its end is None

    def run(self) -> int:
        threading.Thread(target=self.read, daemon=True).start()
        due, ended = self.anew, False
        while True:
            try:
                if due:
                    self.resync()
                    due = False
                while self.pending:
                    self.stream.put(*self.pending[0])
                    self.pending.popleft()
                if ended:
                    self.stream.flush()
                    break
                ended = not self.next_event()
            except Anew as reason:
                say(f"anew: {reason}")
                self.pending.extendleft(reversed(self.stream.begin_anew()))
                due = True
        self.stream.close()
        counts = self.stream.counts | {"unreadable": self.unreadable}
        print(json.dumps(counts | {"most_items": self.stream.most_items, "most_octets": self.stream.most_octets}))
        return 8 if counts["rejected"] or self.unreadable else 0

    def read(self) -> None:
        """Whole lines of the input, each with the offset behind it."""
        offset = self.offset
        with sys.stdin.buffer if self.options.events == "-" else open(self.options.events, "rb") as events:
            if offset:
                events.seek(offset)
            while True:
                line = events.readline()
                if line.endswith(b"\n"):
                    offset += len(line)
                    self.lines.put((line.decode(errors="replace"), offset))
                elif self.options.follow:
                    events.seek(offset)  # half a line at the end is still being written
                    time.sleep(0.1)
                else:
                    self.lines.put(None)
                    return

    def next_event(self) -> bool:
        """Takes the next event, if one comes soon; returns whether there may be more."""
        try:
            next_line = self.lines.get(timeout=0.2)
        except queue.Empty:
            self.stream.check()
            return True
        if next_line is None:
            return False
        line, after = next_line
        try:
            told = json.loads(line)
            if told["event"] == "resync":
                raise Anew("the server asks for a resync")
            self.pending.append((exchange(told), after))
        except UNREADABLE as fault:
            self.unread(line, fault)
        return True

    def resync(self) -> None:
        """Tells of every lease that the server holds, so that the others are let go of."""
        stream, told = self.stream, 0
        unreadable, rejected = self.unreadable, stream.counts["rejected"]
        stream.put(pb.Item(begin_sync=pb.BeginSync()))
        with open(self.options.held, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                try:
                    grant = json.loads(line)
                    live = [one for one in grant["leases"] if one["valid"] == 0xFFFFFFFF or grant["cltt"] + one["valid"] > time.time()]
                    item = exchange(grant | {"event": "grant", "leases": live}, copy=True)  # of one CLT it changes nothing
                except UNREADABLE as fault:
                    self.unread(line, fault)
                    continue
                if live:
                    stream.put(item)
                    told += 1
        stream.flush()
        # Who could not tell everything says so, and nothing is let go of.
        incomplete = self.unreadable > unreadable or stream.counts["rejected"] > rejected
        stream.put(pb.Item(end_sync=pb.EndSync(incomplete=incomplete)))
        stream.flush()
        stream.resynced()
        say(f"resync {'incomplete' if incomplete else 'complete'}: {told} told")

    def unread(self, line: str, fault: Exception) -> None:
        self.unreadable += 1
        say(f"unreadable: {type(fault).__name__}: {fault}: {line.strip()[:200]}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Feeds what a DHCPv6 server tells, a JSON object a line, into Bindery.")
    option = parser.add_argument
    option("--node", action="append", required=True, metavar="HOST:PORT", help="API of a node; given several times, the next is tried")
    option("--source", required=True, help="the DHCPv6 server, or the pair of servers with one view")
    option("--feeder", default="example", help="this program, among those that feed for the source")
    option("--state", type=Path, required=True, help="file that keeps the epoch, and how far this feeder is")
    option("--held", type=Path, required=True, help="file with all that the server holds, as grants; read at each full resync")
    option("--events", default="-", help="file that the server appends its events to; - is standard input")
    option("--follow", action="store_true", help="wait for more at the end of that file")
    option("--alive", metavar="COMMAND", help="ends with 0 while the server answers its clients")
    option("--alive-every", type=float, default=300, metavar="SECONDS", help="a third of the cluster's source-silent-after")
    option("--ca", type=Path, metavar="FILE", help="the cluster's authority (PEM); with --cert and --key, TLS is spoken")
    option("--cert", type=Path, metavar="FILE", help="the feeder's certificate (PEM), as bindery cert client makes it")
    option("--key", type=Path, metavar="FILE", help="its key (PEM)")
    option("--window-items", type=int, default=4_096, help="the most items that are not acknowledged")
    option("--window-octets", type=int, default=1 << 20, help="the most octets of them")
    options = parser.parse_args()
    if not options.state.absolute().parent.is_dir():
        parser.error(f"--state: no folder {options.state.absolute().parent} (make it first)")
    files = {"--ca": options.ca, "--cert": options.cert, "--key": options.key}
    missing = [name for name, file in files.items() if file is None]
    if 0 < len(missing) < len(files):
        parser.error(f"without {' and '.join(missing)} (expected --ca, --cert and --key together)")
    for name, file in files.items():
        if file is not None and not os.access(file, os.R_OK):
            parser.error(f"{name}: {file} cannot be read (expected a PEM file, as bindery cert makes it)")
    try:
        return Feeder(options).run()
    except Ended as ended:
        say(f"ended: {ended}")
        return 5


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # Python does not end by itself while a thread waits for input
