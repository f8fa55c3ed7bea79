"""Reads a session file with Perfetto's own published classes (PyPI perfetto) and says what is in it.

Fails on a packet that doesn't parse, on a field that Perfetto doesn't know, on a word or a track that
was never said, on a slice that doesn't nest, and on a thread's track that runs backwards. Prints sums
per slice name and track, counters, instants and attributes as JSON.
"""

import json
import sys
from collections import defaultdict

from google.protobuf.unknown_fields import UnknownFieldSet
from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as perfetto

CLEARED, NEEDED = 1, 2
MONOTONIC = 3


def refuse_unknown(message, where):
    unknown = UnknownFieldSet(message)
    if len(unknown):
        raise SystemExit(f"unknown field {unknown[0].field_number} in {where}")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        several = value if not hasattr(value, "ListFields") else [value]
        for part in several:
            refuse_unknown(part, f"{where}.{field.name}")


class Sequence:
    def __init__(self):
        self.words = {"event_names": {}, "event_categories": {}, "debug_annotation_names": {}}
        self.clocks = {}
        self.clock = None
        self.track = None


def main(path):
    with open(path, "rb") as file:
        data = file.read()
    trace = perfetto.Trace()
    if trace.MergeFromString(data) != len(data):
        raise SystemExit("not all bytes were read")
    refuse_unknown(trace, "trace")

    sequences, tracks, events, last = {}, {}, [], {}
    attributes, clocks = {}, {}
    for packet in trace.packet:
        number = packet.trusted_packet_sequence_id
        if packet.sequence_flags & CLEARED:
            sequences[number] = Sequence()
        sequence = sequences.get(number)
        if packet.sequence_flags & NEEDED and sequence is None:
            raise SystemExit(f"sequence {number} was never begun")
        for kind, words in sequence.words.items() if sequence else []:
            for word in getattr(packet.interned_data, kind):
                words[word.iid] = word.name
        if packet.HasField("trace_packet_defaults"):
            sequence.clock = packet.trace_packet_defaults.timestamp_clock_id
            sequence.track = packet.trace_packet_defaults.track_event_defaults.track_uuid
        data_kind = packet.WhichOneof("data")
        if data_kind == "clock_snapshot":
            for clock in packet.clock_snapshot.clocks:
                if clock.clock_id >= 64:
                    assert clock.is_incremental
                    sequence.clocks[clock.clock_id] = clock.timestamp
                else:
                    clocks[clock.clock_id] = clock.timestamp
        elif data_kind == "trace_attributes":
            for pair in packet.trace_attributes.attribute:
                attributes[pair.key] = getattr(pair, pair.WhichOneof("value"))
        elif data_kind == "track_descriptor":
            tracks[packet.track_descriptor.uuid] = packet.track_descriptor
        elif data_kind == "track_event":
            clock = packet.timestamp_clock_id or sequence.clock
            if clock == MONOTONIC:
                at = packet.timestamp - clocks[MONOTONIC]
            else:
                sequence.clocks[clock] += packet.timestamp
                at = sequence.clocks[clock]
            uuid = packet.track_event.track_uuid or sequence.track
            if tracks[uuid].HasField("thread"):
                if at < last.get(uuid, 0):
                    raise SystemExit(f"track {uuid} runs backwards")
                last[uuid] = at
            events.append((at, packet.track_event, sequence))

    events.sort(key=lambda event: event[0])  # stable, as Perfetto's own sorter
    print(json.dumps(told(events, tracks) | {"packets": len(trace.packet), "attributes": attributes}))


def told(events, tracks):
    def track_name(uuid):
        track = tracks[uuid]
        return track.thread.thread_name or track.process.process_name or track.name

    open_slices = defaultdict(list)
    sums = defaultdict(lambda: defaultdict(int))
    counts = defaultdict(lambda: defaultdict(int))
    counters, instants = defaultdict(list), []
    numbers = defaultdict(int)
    for at, event, sequence in events:
        uuid = event.track_uuid or sequence.track
        name = event.name or sequence.words["event_names"].get(event.name_iid, "")
        for iid in event.category_iids:
            sequence.words["event_categories"][iid]
        arguments = {}
        for argument in event.debug_annotations:
            key = argument.name or sequence.words["debug_annotation_names"][argument.name_iid]
            arguments[key] = getattr(argument, argument.WhichOneof("value"))
        if event.type == perfetto.TrackEvent.TYPE_SLICE_BEGIN:
            if not name:
                raise SystemExit("a slice without a name")
            plain = name.rstrip("0123456789").rstrip()
            open_slices[uuid].append((plain, at))
            for key, value in arguments.items():
                if key.endswith("_ns"):
                    numbers[f"{plain} {key}"] += value
        elif event.type == perfetto.TrackEvent.TYPE_SLICE_END:
            begun, since = open_slices[uuid].pop()
            if at < since:
                raise SystemExit(f"{begun} ends before it begins")
            sums[track_name(uuid)][begun] += at - since
            counts[track_name(uuid)][begun] += 1
        elif event.type == perfetto.TrackEvent.TYPE_INSTANT:
            instants.append({"at": at, "name": name, "arguments": arguments})
        elif event.type == perfetto.TrackEvent.TYPE_COUNTER:
            if not tracks[uuid].HasField("counter"):
                raise SystemExit(f"{track_name(uuid)} is no counter")
            value = getattr(event, event.WhichOneof("counter_value_field"))
            counters[track_name(uuid)].append(value)
    for uuid, slices in open_slices.items():
        if slices:
            raise SystemExit(f"{track_name(uuid)}: {slices[-1][0]} never ends")
    return {
        "sums": sums, "counts": counts, "numbers": numbers, "counters": counters,
        "instants": instants, "tracks": sorted(track_name(uuid) for uuid in tracks),
    }


if __name__ == "__main__":
    main(sys.argv[1])
