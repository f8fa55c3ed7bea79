import Pipeline
import Quantities
import ScenarioFiles
import TestSupport
import Testing
import Toml

@Suite struct StepTimesFileTests {
  private func times(_ text: String) throws -> [Nanoseconds] {
    try StepTimesFile.parse(text, file: "s.txt").times
  }

  @Test func numbersAreMilliseconds() throws {
    #expect(try times("3.4\n12\n") == [.microseconds(3_400), .milliseconds(12)])
    #expect(try times("1e1") == [.milliseconds(10)])
  }

  @Test func unitsCommentsAndEmptyLines() throws {
    let text = "# from the profiler\n\n  3400us  # warm\r\n1.2 s\n\t\n0.5ms#x\n"
    #expect(
      try times(text) == [.microseconds(3_400), .milliseconds(1_200), .microseconds(500)])
  }

  @Test func ofTablesTheFirstColumnCounts() throws {
    #expect(
      try times("1.5,0.31,9\n\"2\";7\n3\t4\n") == [1_500, 2_000, 3_000].map { .microseconds($0) })
    #expect(try times("\u{feff}loss_free,loss\n2,7\n") == [.milliseconds(2)])
  }

  /// Tables as spreadsheets of several countries write them.
  @Test(arguments: [
    ("3,4;0,1\r\n3,6;0,2", [3_400, 3_600]), ("\u{feff}3,4;0,1\r\n12;0,2\r\n", [3_400, 12_000]),
    ("Zeit_ms;Verlust\r\n3,4;0,1\r\n", [3_400]), ("step_us;loss\n250,5;1\n", [250.5]),
    ("3,4\t0,1\n5\t0,25\n", [3_400, 5_000]), ("3.4\t0.1\n5\t0.25\n", [3_400, 5_000]),
    ("\"3,4\",\"0,1\"\n\"5\",\"0,25\"\n", [3_400, 5_000]), ("\"3,4\"\n", [3_400]),
    ("3,4ms;1\n", [3_400]), ("3.4;0.1\n", [3_400]), ("0,250;1\n12,345;2\n", [250, 12_345]),
    ("step_ms\n3,4\n", [3_400]), ("t;n\n3,4\n", [3_400]), ("3,4;1\n1,234;2", [3_400, 1_234]),
    ("step_ms,loss\n3,4\n", [3_000]), ("3.4,1\n5,2\n", [3_400, 5_000]), ("3,0.5\n", [3_000]),
    ("3,train\n", [3_000]), ("3,\n", [3_000]), ("3,-4\n", [3_000]),
    ("12ms,1\n13,2", [12_000, 13_000]),
    ("1.234,5\n3.4,1\n", [1_234, 3_400]), ("ms,epoch\n1.234,5\n", [1_234]),
    ("1.234,0.5\n", [1_234]), ("3.4\r3.5\r\r\n4", [3_400, 3_500, 4_000]),
    ("Schritt;Zeit (ms)\n1;14,5\n2;13,9\n", [14_500, 13_900]),
    (",step_ms\n0,14.5\n1,13.9\n", [14_500, 13_900]),
    ("epoch,loss,step_us\n1,0.5,250\n1,0.4,251\n", [250, 251]), ("1;0\n3;0\n", [1_000, 3_000]),
    ("3;4\n", [3_000]), ("\"3.4\",1\n", [3_400]), ("\"1,5\"\n\"1,234\"", [1_500, 1_234]),
  ])
  func decimalCommasAreRead(text: String, microseconds: [Double]) throws {
    #expect(try times(text) == microseconds.map { Nanoseconds(Int64($0 * 1_000)) }, "\(text)")
  }

  /// Text that could be two numbers is refused with its line, never taken for one of them.
  @Test(arguments: [
    ("3,4\n", 1, "'3,4' is one number with a decimal comma, or columns"), ("5\n3,4\n", 2, "'3,4'"),
    ("3,4,5\n", 1, "'3,4,5'"), ("3,4,0,1\n", 1, "columns"), ("3,4ms\n", 1, "'3,4ms'"),
    ("step_ms,loss\n3,4,0,1\n", 2, "'3,4,0,1'"), ("step_ms\n1,234\n", 2, "thousands"),
    ("1.234,5;1\n", 1, "thousands"), ("1,234.5\n", 1, "'1,234.5'"), ("1,234.5;1\n", 1, "thousands"),
    ("987,5;1\n1.234;2\n", 2, "'1.234;2' may have a mark between thousands"),
    ("1.234;2,5\n", 1, "thousands"), ("1,234;2.5\n", 1, "thousands"),
    ("\"1,234\"\n", 1, "thousands"),
    ("\"1,234\",0.5\n", 1, "thousands"), ("1,234\t5\n", 1, "thousands"),
    ("1.234.567;1\n", 1, "thousands"), ("1 234,5;1\n", 1, "isn't a time"),
    ("1\u{a0}234;1\n", 1, "isn't a time"), ("1'234;1\n", 1, "isn't a time"),
    ("0.5\n1,234\n", 2, "columns"), ("1.234,5\n", 1, "'1.234,5'"),
    ("1.234,5\n1.321,8\n", 1, "'1.234,5' is one number with a decimal comma, or columns"),
    ("step_ms\n1.234,5\n", 2, "thousands"),
    ("1;14,5\n2;13,9\n", 1, "'1;14,5' begins with the line's number"),
    ("step,loss\n0,14.5\n1,13.9\n", 2, "begins with the line's number"),
    (",step_ms\n0,1,234\n", 2, "columns"),
  ])
  func whatCouldBeTwoNumbersIsRefused(text: String, line: Int, message: String) {
    let fault = #expect(throws: ConfigurationFault.self) { try times(text) }
    #expect(fault?.line == line, "\(text)")
    #expect(fault?.message.contains(message) == true, "\(text): \(fault?.message ?? "")")
  }

  @Test(arguments: [
    ("step_us", Nanoseconds.microseconds(250)), ("\"time (s)\",loss", .seconds(250)),
    ("step,us", .milliseconds(250)), ("t [ns]", .zero), ("time_ms", .milliseconds(250)),
  ])
  func headingsTellTheUnit(heading: String, time: Nanoseconds) throws {
    guard time > .zero else {
      #expect(try times("\(heading)\n2500\n") == [.init(2_500)])
      return
    }
    #expect(try times("\(heading)\n250\n") == [time])
  }

  @Test(arguments: [
    ("1\nabc\n", "s.txt:2: 'abc' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"),
    (
      "step\nloss\n1",
      "s.txt:2: 'loss' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"
    ),
    ("nan\n", "s.txt:1: 'nan' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"),
    ("# x\n\n-3\n", "s.txt:3: '-3' is out of bounds; a step takes 1us to 1h"),
    ("0\n", "s.txt:1: '0' is out of bounds; a step takes 1us to 1h"),
    ("3\0\n", "s.txt:1: '3\0' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"),
    ("1\r2\rx", "s.txt:3: 'x' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"),
    ("2h\n", "s.txt:1: '2h' is out of bounds; a step takes 1us to 1h"),
    ("5\n,7\n", "s.txt:2: '' isn't a time; write milliseconds as 3.4, or with a unit as 3.4ms"),
    ("", "s.txt: there is no step time in it; write one a line, as 3.4 or 3.4ms"),
    ("# nothing\n\n", "s.txt: there is no step time in it; write one a line, as 3.4 or 3.4ms"),
    ("time_ms\n", "s.txt: there is no step time in it; write one a line, as 3.4 or 3.4ms"),
  ])
  func refused(text: String, message: String) {
    let fault = #expect(throws: ConfigurationFault.self) { try times(text) }
    #expect(fault?.message == message)
  }

  @Test func asManyTimesAndNoMore() throws {
    let most = 1_000
    let text = String(repeating: "1\n", count: most)
    #expect(try StepTimesFile.parse(text, file: "s.txt", most: most).times.count == most)
    let fault = #expect(throws: ConfigurationFault.self) {
      try StepTimesFile.parse(text + "2\n", file: "s.txt", most: most)
    }
    #expect(fault?.line == most + 1)
    #expect(fault?.message.contains("'2' is one too many") == true)
  }

  /// A file of any bytes is read or refused with a line; it never traps.
  @Test func mutatedFilesAreReadOrRefused() {
    let goods = [
      "# steps\nstep_ms,loss\n3.4,1\n12ms\n\"7\",2\n", "\u{feff}Zeit;x\r\n3,4;0,1\r\n1,234;5\r\n",
    ].map { Array($0.utf8) }
    for seed in 1...(3_000 * Int(Fuzzing.rounds)) {
      var random = SeededNumbers(seed: UInt64(seed))
      var bytes = goods[seed % goods.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = .random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes += bytes[place...]
        default: bytes[place] = ",;\t\n\".0123456789e#".utf8.randomElement(using: &random) ?? 0
        }
        if bytes.isEmpty { bytes = [0x0a] }
      }
      do {
        let recording = try StepTimesFile.parse(String(decoding: bytes, as: UTF8.self), file: "s")
        #expect(recording.times.allSatisfy { Scenario.computeTimes.contains($0.duration) })
      } catch {
        #expect(error.message.hasPrefix("s:"), "seed \(seed)")
      }
    }
  }
}
