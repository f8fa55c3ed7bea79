import CLinux
import Exports
import Glibc
import Pipeline
import Playback
import Quantities
import Recordings
import ScenarioFiles
import TestSupport
import Themes
import Toml
import Tracing

// Feeds mutated files to a reader, again and again: a trap, a read out of bounds (under the address
// sanitizer), an input that takes too long or memory that grows ends it with a status other than 0.
//
//     fuzz-readers READER ROUNDS [SEED]
//
// CONTRIBUTING has the command. Files are made in TMPDIR, which should be in memory.

/// Seconds of processor time that one input may take: a busy or stopped machine is no hang.
private let longestRun = 20
/// Seconds that one input may take by the clock.
private let longestWait: UInt32 = 600
/// Bytes that the process may grow by after the first tenth of the rounds.
private let growth: Int64 = 128 << 20

private let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
private let path = "\(folder)/augtop-fuzz-\(getpid()).pftrace"

/// A reader with the files that its inputs are made from.
private struct Reader {
  var seeds: [[UInt8]]
  var read: ([UInt8]) -> Void
}

private func fail(_ reason: String) -> Never {
  let line = Array("fuzz-readers: \(reason)\n".utf8)
  _ = Glibc.write(STDERR_FILENO, line, line.count)
  exit(1)
}

/// Ends the process when the time from now on is over; 0 seconds end the watch.
private func watch(_ seconds: Int) {
  var timer = itimerval()
  timer.it_value.tv_sec = seconds
  setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &timer, nil)
  alarm(seconds == 0 ? 0 : longestWait)
}

private func write(_ bytes: [UInt8], _ path: String) {
  guard let file = fopen(path, "w") else { fail("can't write \(path)") }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

private func bytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { fail("can't read \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
  return bytes
}

/// A session of some batches with all kinds of records.
private func recording(batches: Int) throws -> [UInt8] {
  unlink(path)
  let scenario = Scenario(name: "fuzz")
  let file = try SessionFile(
    creating: path, header: SessionHeader(scenario: scenario, version: "fuzz"))
  for batch in 0..<batches {
    let start = Nanoseconds.milliseconds(10) * batch
    file.append(
      .stepped(
        StepDone(
          batch: batch, pictures: 32, wanted: start, taken: start + .microseconds(10),
          hostEnd: start + .microseconds(300), transferEnd: start + .microseconds(400),
          end: start + .milliseconds(9), lockWait: .microseconds(100), cpu: .microseconds(5))))
    file.append(
      .waited(
        WorkerWait(
          worker: 0, reason: .nap, start: start + .microseconds(20), end: start + .milliseconds(5)))
    )
  }
  file.append(.marker("marker"), at: .milliseconds(11))
  file.append(.asked(.workers(2), generation: 1, scenario: scenario), at: .milliseconds(12))
  try file.close()
  let made = bytes(path)
  unlink(path)
  return made
}

/// Reads all records, and makes the report and a page.
private func readAll(_ session: RecordedSession) {
  var session = session
  var feed = LedgerFeed(session)
  while let record = session.records.next() { feed.take(record) }
  _ = feed.report()
  _ = try? Export(.markdown, exporter: "fuzz").bytes(session)
}

private func compressed(_ plain: [UInt8]) -> [UInt8] {
  write(plain, path)
  guard system("gzip -f '\(path)'") == 0 else { fail("gzip is missing") }
  defer { unlink(path + ".gz") }
  return bytes(path + ".gz")
}

extension String {
  /// The text before a part of it; the whole text where that isn't in it.
  fileprivate func components(before part: String) -> String {
    firstRange(of: part).map { String(self[..<$0.lowerBound]) } ?? self
  }
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func reader(_ name: String) throws -> Reader {
  let session = try recording(batches: 12)
  switch name {
  case "recording":
    return Reader(seeds: [session]) { input in
      if let opened = try? RecordedSession(bytes: input, path: "fuzz") { readAll(opened) }
    }
  case "places":
    return Reader(seeds: [session]) { input in
      guard let file = try? SessionFileReader(bytes: input, path: "fuzz") else { return }
      _ = SessionIndex(file)
    }
  case "gzip":
    return Reader(seeds: [compressed(session), compressed(session) + compressed(session)]) {
      input in
      write(input, path)
      if let opened = try? RecordedSession(path: path) { readAll(opened) }
    }
  case "index":
    write(session, path)
    let replayed = try ReplayedSession(path: path, scratch: folder)
    replayed.waitForMap()
    replayed.end()
    return Reader(seeds: [bytes(path + ".index")]) { input in
      write(input, path + ".index")
      chmod(path + ".index", S_IRUSR | S_IWUSR)
      guard
        let replayed = try? ReplayedSession(path: path, from: .milliseconds(50), scratch: folder)
      else { return }
      replayed.start()
      replayed.refresh()
      replayed.end()
    }
  case "scenario":
    return Reader(
      seeds: try PresetCatalog.names.map {
        Array(ScenarioFile.write(try PresetCatalog.scenario(named: $0)).utf8)
      }
    ) { input in
      _ = (try? ScenarioFile.parse(text(input), file: "fuzz")).map { try? $0.check() }
    }
  case "theme":
    let package = #filePath.components(before: "/Tests/FuzzReaders")
    return Reader(seeds: ["dark", "mono"].map { bytes("\(package)/themes/\($0).toml") }) { input in
      _ = try? ThemeFile(text: text(input), name: "fuzz", file: "fuzz")
    }
  case "costs":
    let keras = try CostCatalog.keras()
    return Reader(
      seeds: [Array(try CostProfileFile.write(keras, measuredWith: ["how": "fuzz"]).utf8)]
    ) { input in
      _ = try? CostProfileFile.parse(text(input), file: "fuzz")
    }
  default:
    fail(
      "there is no reader '\(name)'; there are recording, places, gzip, index, scenario, theme, costs"
    )
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let rounds = Int(arguments[2]) else {
  fail("usage: fuzz-readers READER ROUNDS [SEED]")
}
let seed = arguments.count > 3 ? UInt64(arguments[3]) ?? 1 : 1
private let chosen = try reader(arguments[1])
var settled: Int64 = 0
for round in 0..<rounds {
  var random = SeededNumbers(seed: seed &+ UInt64(round))
  let source = chosen.seeds[round % chosen.seeds.count]
  // A signal ends the process; the last seed that was printed is near.
  watch(longestRun)
  chosen.read(Mutation.of(source, with: &random))
  if round == rounds / 10 { settled = cl_resident_bytes() }
  if round % max(1, rounds / 20) == 0 {
    print("\(arguments[1]): round \(round), \(cl_resident_bytes() >> 20) MB")
    fflush(nil)
  }
}
watch(0)
unlink(path)
unlink(path + ".index")
let grown = cl_resident_bytes() - settled
guard grown < growth else { fail("memory grew by \(grown >> 20) MB") }
print("\(arguments[1]): \(rounds) inputs, seeds from \(seed) on")
