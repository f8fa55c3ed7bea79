import Foundation
import TerminalHarness
import Testing

/// `augtop watch` on the screen, over a job that uses the probe and no framework.
@Suite(.serialized) struct WatchScreenTests {
  private static let job = Package.path("Tests/augtopTests/Support/watched_job.py")

  private func watching(_ options: [String] = []) throws -> LiveProgram {
    let live = try LiveProgram(
      ["watch"] + options + ["--", "python3", Self.job])
    let isShown = live.terminal.waitFor(.seconds(30)) {
      $0.isAlternate && $0.contains("RandomCrop") && $0.contains("training loop makes")
    }
    #expect(isShown, "\(live.terminal.screen)")
    return live
  }

  private func stop(_ live: LiveProgram) throws {
    try Data().write(to: URL(filePath: live.folder.path("stop")))
  }

  /// The screen closes with the job, a report follows, and the status is the job's.
  @Test func aJobIsShownUntilItEnds() throws {
    let live = try watching()
    #expect(live.terminal.screen.contains(" WATCHED "))
    #expect(live.terminal.waitFor("job epoch 1 begins"), "\(live.terminal.screen)")
    #expect(!live.terminal.screen.contains("GPU"), "\(live.terminal.screen)")
    live.press("w", "the job's loader and steps are its own")
    try stop(live)
    #expect(live.terminal.waitForEnd() == .exited(3))
    live.expectRestored()
    #expect(live.terminal.screen.contains("the job's output is in augtop-"))
    let log = try #require(live.folder.names.first { $0.hasSuffix(".log") })
    let text = try String(contentsOfFile: live.folder.path(log), encoding: .utf8)
    #expect(text.hasSuffix("no more\n"))
  }

  /// A key bypasses a transform; whoever quits lets go of a job that goes on with all of them.
  @Test func aKeyBypassesATransformAndQuittingLetsGo() throws {
    let live = try watching(["--switch"])
    live.press("1", "RandomCrop off since batch ")
    #expect(live.terminal.waitFor(" TRAINS ON OTHER PICTURES "))
    live.terminal.send("q")
    #expect(live.terminal.waitForEnd() == .exited(0))
    #expect(live.terminal.screen.contains("the job goes on as process "))
    try stop(live)
    let switches = try #require(live.folder.names.first { $0.hasSuffix(".switches") })
    let text = try String(contentsOfFile: live.folder.path(switches), encoding: .utf8)
    #expect(text.contains("asked, change 1: off: RandomCrop"))
    #expect(text.contains("change 1 holds from batch "))
  }

  /// A reader that is stopped costs records, which are counted, and the job nothing.
  @Test func aStoppedReaderCostsRecordsAlone() throws {
    let live = try watching()
    live.terminal.send(signal: SIGSTOP)
    try Data().write(to: URL(filePath: live.folder.path("burst")))
    let limit = ContinuousClock.now + .seconds(20)
    while !live.folder.names.contains("written"), ContinuousClock.now < limit { usleep(10_000) }
    #expect(live.folder.names.contains("written"))
    live.terminal.send(signal: SIGCONT)
    try stop(live)
    #expect(live.terminal.waitForEnd() == .exited(3))
    live.expectRestored()
    #expect(live.terminal.screen.contains("records lost: "), "\(live.terminal.screen)")
  }

  /// Where augtop is killed the job goes on, and soon with all its transforms.
  @Test func aJobOutlivesAugtop() throws {
    let live = try watching(["--switch"])
    live.press("1", "RandomCrop off since batch ")
    live.terminal.send(signal: SIGKILL)
    #expect(live.terminal.waitForEnd() == .signaled(SIGKILL))
    let limit = ContinuousClock.now + .seconds(20)
    while !live.folder.names.contains("on-again"), ContinuousClock.now < limit { usleep(10_000) }
    #expect(live.folder.names.contains("on-again"))
    try stop(live)
    let log = live.folder.path(try #require(live.folder.names.first { $0.hasSuffix(".log") }))
    while try !String(contentsOfFile: log, encoding: .utf8).hasSuffix("no more\n"),
      ContinuousClock.now < limit
    { usleep(10_000) }
    #expect(try String(contentsOfFile: log, encoding: .utf8).hasSuffix("no more\n"))
  }
}
