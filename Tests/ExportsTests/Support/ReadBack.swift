import Foundation
import Testing

/// The sums over an export, computed by an independent reader of the format.
struct ReadBack {
  /// Nanoseconds by slice.
  var times: [String: Int64] = [:]
  var batches = 0
  var steps = 0
  var pictures = 0

  private mutating func add(_ name: String, _ time: Int64) {
    guard time > 0 else { return }
    times[name, default: 0] += time
  }

  static func chrome(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    let root = try #require(try json(bytes) as? [String: Any])
    for event in try #require(root["traceEvents"] as? [[String: Any]]) {
      guard event["ph"] as? String == "X", let name = event["name"] as? String,
        let duration = event["dur"] as? Double
      else { continue }
      recorded.add(name, Int64((duration * 1_000).rounded()))
      let arguments = event["args"] as? [String: Any]
      if name == "batch" { recorded.batches += 1 }
      if name == "step" {
        recorded.steps += 1
        recorded.pictures += arguments?["pictures"] as? Int ?? 0
      }
    }
    return recorded
  }

  static func speedscope(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    let root = try #require(try json(bytes) as? [String: Any])
    let shared = try #require(root["shared"] as? [String: Any])
    let frames = try #require(shared["frames"] as? [[String: Any]]).map { $0["name"] as? String }
    for profile in try #require(root["profiles"] as? [[String: Any]]) {
      #expect(
        profile["type"] as? String == "evented" && profile["unit"] as? String == "nanoseconds")
      let start = try #require(profile["startValue"] as? Int64)
      let end = try #require(profile["endValue"] as? Int64)
      var open: [(Int, Int64)] = []
      var last = start
      for event in try #require(profile["events"] as? [[String: Any]]) {
        let frame = try #require(event["frame"] as? Int)
        let at = try #require(event["at"] as? Int64)
        #expect(at >= last && at <= end, "events are in order and within the profile")
        last = at
        if event["type"] as? String == "O" {
          open.append((frame, at))
        } else {
          let popped = open.popLast()
          let opened = try #require(popped)
          #expect(event["type"] as? String == "C" && opened.0 == frame, "frames nest")
          let name = try #require(frames[frame])
          recorded.add(name, at - opened.1)
          if name == "batch" { recorded.batches += 1 }
          if name == "step" { recorded.steps += 1 }
        }
      }
      #expect(open.isEmpty)
    }
    return recorded
  }

  static func collapsed(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    for line in text(bytes).split(separator: "\n") {
      let space = try #require(line.lastIndex(of: " "))
      let time = try #require(Int64(line[line.index(after: space)...]))
      #expect(time > 0)
      // Of the track, then what lies in it: each holds the time of those below.
      for frame in line[..<space].split(separator: ";").dropFirst() {
        recorded.add(String(frame), time)
      }
    }
    return recorded
  }

  static func tables(
    batches: String, stages: String, steps: String, phases: String, waits: String
  ) throws -> ReadBack {
    var recorded = ReadBack()
    for row in try table(batches) {
      recorded.batches += 1
      recorded.add("batch", try row.number("put_ns") - row.number("start_ns"))
      recorded.add("serialize", try row.number("serialization_ns"))
    }
    for row in try table(stages) {
      recorded.add(try #require(row.values["stage"]), try row.number("wall_ns"))
    }
    for row in try table(steps) {
      recorded.steps += 1
      recorded.pictures += Int(try row.number("pictures"))
      recorded.add("step", try row.number("end_ns") - row.number("taken_ns"))
      recorded.add(
        "host", try row.number("host_end_ns") - row.number("taken_ns") - row.number("lock_wait_ns"))
      recorded.add("transfer", try row.number("transfer_end_ns") - row.number("host_end_ns"))
      recorded.add("compute", try row.number("end_ns") - row.number("transfer_end_ns"))
    }
    for row in try table(phases) {
      recorded.add(try #require(row.values["phase"]), try row.number("wall_ns"))
    }
    for row in try table(waits) {
      recorded.add(try #require(row.values["reason"]), try row.number("wall_ns"))
    }
    return recorded
  }

  static func openMetrics(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    let lines = text(bytes).split(separator: "\n")
    for line in lines where !line.hasPrefix("#") {
      let space = try #require(line.lastIndex(of: " "))
      let value = line[line.index(after: space)...]
      let name = line[..<space]
      let prefix = "augtop_slice_seconds_total{slice=\""
      if name.hasPrefix(prefix) {
        recorded.add(
          String(name.dropFirst(prefix.count).prefix { $0 != "\"" }), try seconds(value))
      }
      if name == "augtop_batches_made_total" { recorded.batches = try #require(Int(value)) }
      if name == "augtop_steps_total" { recorded.steps = try #require(Int(value)) }
      if name == "augtop_pictures_trained_total" { recorded.pictures = try #require(Int(value)) }
    }
    return recorded
  }

  static func otlp(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    for span in try spans(bytes) {
      let name = try #require(span["name"] as? String)
      let start = try #require(Int64(span["startTimeUnixNano"] as? String ?? ""))
      let end = try #require(Int64(span["endTimeUnixNano"] as? String ?? ""))
      if name == "batch" { recorded.batches += 1 }
      if name == "step" { recorded.steps += 1 }
      if !name.hasPrefix("session ") { recorded.add(name, end - start) }
    }
    return recorded
  }

  static func spans(_ bytes: [UInt8]) throws -> [[String: Any]] {
    let root = try #require(try json(bytes) as? [String: Any])
    let resources = try #require(root["resourceSpans"] as? [[String: Any]])
    let scopes = try #require(resources.first?["scopeSpans"] as? [[String: Any]])
    return try #require(scopes.first?["spans"] as? [[String: Any]])
  }

  static func html(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    let page = text(bytes)
    let start = try #require(page.range(of: "id=\"totals\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let root = try #require(
      try json(Array(page[start.upperBound..<end.lowerBound].utf8)) as? [String: Any])
    recorded.batches = try #require(root["batches"] as? Int)
    recorded.steps = try #require(root["steps"] as? Int)
    recorded.pictures = try #require(root["picturesTrained"] as? Int)
    for (name, time) in try #require(root["slices_ns"] as? [String: Int64]) {
      recorded.add(name, time)
    }
    return recorded
  }

  static func markdown(_ bytes: [UInt8]) throws -> ReadBack {
    var recorded = ReadBack()
    for line in text(bytes).split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let name = cells.first, let last = cells.last else { continue }
      if cells.count == 2 {
        if name == "batches made" { recorded.batches = try #require(Int(last)) }
        if name == "steps" { recorded.steps = try #require(Int(last)) }
        if name == "pictures trained" { recorded.pictures = try #require(Int(last)) }
      }
      let parts = last.split(separator: ".")
      guard cells.count == 3 || cells.count == 7, parts.count == 2, parts[1].count == 6,
        let whole = Int64(parts[0]), let rest = Int64(parts[1])
      else { continue }
      recorded.add(name, whole * 1_000_000 + rest)
    }
    return recorded
  }

  // MARK: Readers

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  static func json(_ bytes: [UInt8]) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(bytes))
  }

  /// `1.000000007` as nanoseconds, without rounding.
  private static func seconds(_ text: Substring) throws -> Int64 {
    let parts = text.split(separator: ".")
    let whole = try #require(Int64(parts[0]))
    guard parts.count == 2 else { return whole * 1_000_000_000 }
    let digits = parts[1] + String(repeating: "0", count: 9 - parts[1].count)
    return whole * 1_000_000_000 + (try #require(Int64(digits)))
  }

  struct Row {
    var values: [String: String]

    func number(_ name: String) throws -> Int64 { try #require(Int64(values[name] ?? "")) }
  }

  /// Comma-separated values with quotes, as RFC 4180 has them.
  static func table(_ text: String) throws -> [Row] {
    var rows: [[String]] = [[""]]
    var isQuoted = false
    var characters = Array(text.unicodeScalars)[...]
    while let character = characters.popFirst() {
      switch character {
      case "\"" where isQuoted && characters.first == "\"":
        characters.removeFirst()
        rows[rows.count - 1][rows[rows.count - 1].count - 1].append("\"")
      case "\"": isQuoted.toggle()
      case "," where !isQuoted: rows[rows.count - 1].append("")
      case "\n" where !isQuoted: rows.append([""])
      default:
        rows[rows.count - 1][rows[rows.count - 1].count - 1].unicodeScalars.append(character)
      }
    }
    #expect(rows.removeLast() == [""], "the last line ends")
    let header = rows.removeFirst()
    return try rows.map { row in
      try #require(row.count == header.count, "\(row)")
      return Row(values: Dictionary(uniqueKeysWithValues: zip(header, row)))
    }
  }
}
