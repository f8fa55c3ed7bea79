import Foundation
import Testing

/// The sums over an export, computed by an independent reader of the format.
struct Told {
  /// Nanoseconds by slice.
  var times: [String: Int64] = [:]
  var batches = 0
  var steps = 0
  var pictures = 0

  private mutating func add(_ name: String, _ time: Int64) {
    guard time > 0 else { return }
    times[name, default: 0] += time
  }

  static func chrome(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    let root = try #require(try json(bytes) as? [String: Any])
    for event in try #require(root["traceEvents"] as? [[String: Any]]) {
      guard event["ph"] as? String == "X", let name = event["name"] as? String,
        let duration = event["dur"] as? Double
      else { continue }
      told.add(name, Int64((duration * 1_000).rounded()))
      let arguments = event["args"] as? [String: Any]
      if name == "batch" { told.batches += 1 }
      if name == "step" {
        told.steps += 1
        told.pictures += arguments?["pictures"] as? Int ?? 0
      }
    }
    return told
  }

  static func speedscope(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
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
          told.add(name, at - opened.1)
          if name == "batch" { told.batches += 1 }
          if name == "step" { told.steps += 1 }
        }
      }
      #expect(open.isEmpty)
    }
    return told
  }

  static func collapsed(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    for line in text(bytes).split(separator: "\n") {
      let space = try #require(line.lastIndex(of: " "))
      let time = try #require(Int64(line[line.index(after: space)...]))
      #expect(time > 0)
      // Of the track, then what lies in it: each holds the time of those below.
      for frame in line[..<space].split(separator: ";").dropFirst() {
        told.add(String(frame), time)
      }
    }
    return told
  }

  static func tables(batches: String, stages: String, steps: String, waits: String) throws -> Told {
    var told = Told()
    for row in try table(batches) {
      told.batches += 1
      told.add("batch", try row.number("put_ns") - row.number("start_ns"))
      told.add("serialize", try row.number("serialization_ns"))
    }
    for row in try table(stages) {
      told.add(try #require(row.values["stage"]), try row.number("wall_ns"))
    }
    for row in try table(steps) {
      told.steps += 1
      told.pictures += Int(try row.number("pictures"))
      told.add("step", try row.number("end_ns") - row.number("taken_ns"))
      told.add(
        "host", try row.number("host_end_ns") - row.number("taken_ns") - row.number("lock_wait_ns"))
      told.add("transfer", try row.number("transfer_end_ns") - row.number("host_end_ns"))
      told.add("compute", try row.number("end_ns") - row.number("transfer_end_ns"))
    }
    for row in try table(waits) {
      told.add(try #require(row.values["reason"]), try row.number("wall_ns"))
    }
    return told
  }

  static func openMetrics(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    let lines = text(bytes).split(separator: "\n")
    for line in lines where !line.hasPrefix("#") {
      let space = try #require(line.lastIndex(of: " "))
      let value = line[line.index(after: space)...]
      let name = line[..<space]
      let prefix = "augtop_slice_seconds_total{slice=\""
      if name.hasPrefix(prefix) {
        told.add(
          String(name.dropFirst(prefix.count).prefix { $0 != "\"" }), try seconds(value))
      }
      if name == "augtop_batches_made_total" { told.batches = try #require(Int(value)) }
      if name == "augtop_steps_total" { told.steps = try #require(Int(value)) }
      if name == "augtop_pictures_trained_total" { told.pictures = try #require(Int(value)) }
    }
    return told
  }

  static func otlp(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    for span in try spans(bytes) {
      let name = try #require(span["name"] as? String)
      let start = try #require(Int64(span["startTimeUnixNano"] as? String ?? ""))
      let end = try #require(Int64(span["endTimeUnixNano"] as? String ?? ""))
      if name == "batch" { told.batches += 1 }
      if name == "step" { told.steps += 1 }
      if !name.hasPrefix("session ") { told.add(name, end - start) }
    }
    return told
  }

  static func spans(_ bytes: [UInt8]) throws -> [[String: Any]] {
    let root = try #require(try json(bytes) as? [String: Any])
    let resources = try #require(root["resourceSpans"] as? [[String: Any]])
    let scopes = try #require(resources.first?["scopeSpans"] as? [[String: Any]])
    return try #require(scopes.first?["spans"] as? [[String: Any]])
  }

  static func html(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    let page = text(bytes)
    let start = try #require(page.range(of: "id=\"totals\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let root = try #require(
      try json(Array(page[start.upperBound..<end.lowerBound].utf8)) as? [String: Any])
    told.batches = try #require(root["batches"] as? Int)
    told.steps = try #require(root["steps"] as? Int)
    told.pictures = try #require(root["picturesTrained"] as? Int)
    for (name, time) in try #require(root["slices_ns"] as? [String: Int64]) { told.add(name, time) }
    return told
  }

  static func markdown(_ bytes: [UInt8]) throws -> Told {
    var told = Told()
    for line in text(bytes).split(separator: "\n") where line.hasPrefix("| ") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let name = cells.first, let last = cells.last else { continue }
      if cells.count == 2 {
        if name == "batches made" { told.batches = try #require(Int(last)) }
        if name == "steps" { told.steps = try #require(Int(last)) }
        if name == "pictures trained" { told.pictures = try #require(Int(last)) }
      }
      let parts = last.split(separator: ".")
      guard cells.count == 3 || cells.count == 7, parts.count == 2, parts[1].count == 6,
        let whole = Int64(parts[0]), let rest = Int64(parts[1])
      else { continue }
      told.add(name, whole * 1_000_000 + rest)
    }
    return told
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
