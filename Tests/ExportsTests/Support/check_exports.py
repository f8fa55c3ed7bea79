"""Reads exports with the readers that their formats' authors published, as far as they are installed.

Prints, as JSON, what each reader found: OpenMetrics with prometheus_client, OTLP with
opentelemetry-proto. A format whose reader is missing is left out; one that its reader refuses fails.
"""

import base64
import json
import sys


def openmetrics(path):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    with open(path, encoding="utf-8") as file:
        families = list(text_string_to_metric_families(file.read()))
    times = {}
    for family in families:
        for sample in family.samples:
            if sample.name == "augtop_slice_seconds_total" and sample.value:
                times[sample.labels["slice"]] = round(sample.value * 1e9)
    return {"families": len(families), "times": times}


def otlp(path):
    from google.protobuf import json_format
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

    with open(path, encoding="utf-8") as file:
        tree = json.load(file)
    # OTLP's JSON writes identifiers in hexadecimal where protobuf's own has base64.
    for resource in tree["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for key in ("traceId", "spanId", "parentSpanId"):
                    if key in span:
                        span[key] = base64.b64encode(bytes.fromhex(span[key])).decode()
    request = trace_service_pb2.ExportTraceServiceRequest()
    json_format.ParseDict(tree, request, ignore_unknown_fields=False)
    times = {}
    for span in request.resource_spans[0].scope_spans[0].spans:
        assert len(span.trace_id) == 16 and len(span.span_id) == 8
        length = span.end_time_unix_nano - span.start_time_unix_nano
        assert length >= 0
        if not span.name.startswith("session ") and length:
            times[span.name] = times.get(span.name, 0) + length
    return {"times": times}


def main(folder):
    found = {}
    for name, reader in (("openmetrics", openmetrics), ("otlp", otlp)):
        try:
            found[name] = reader(f"{folder}/{name}")
        except ImportError:
            pass
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
