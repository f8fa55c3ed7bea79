import Foundation
import TerminalHarness
import Testing

/// The system gives the user no further thread.
///
/// The kernel's limit on processes doesn't hold for root, so root runs the program as a user that has no
/// other process.
@Suite(.serialized) struct ThreadLimitTests {
  private static let wrapper =
    getuid() == 0 ? "setpriv --reuid=54321 --regid=54321 --clear-groups" : ""

  /// The most processes and threads of the program's user, as `ulimit -u` sets it.
  private func limit(_ live: LiveProgram, to count: String) throws {
    let limiting = Process()
    limiting.executableURL = URL(filePath: "/bin/sh")
    // As the same user: root may lack the right to another one's limits.
    limiting.arguments = [
      "-c", "\(Self.wrapper) prlimit --pid=\(live.terminal.processID) --nproc=\(count):",
    ]
    try limiting.run()
    limiting.waitUntilExit()
    #expect(limiting.terminationStatus == 0)
  }

  /// A key that adds a worker has no effect then, and the screen says so; the session goes on.
  @Test func aWorkerThatCantBeStarted() throws {
    let live = try LiveProgram(wrapper: Self.wrapper)
    live.waitUntilRunning()
    try limit(live, to: "1")
    live.press("w", "workers 2: the system gives no thread")
    live.terminal.send("7")
    live.waitForRow("warp", "[ ]")
    #expect(live.terminal.screen.contains("keras-threads ×1"), "\(live.terminal.screen)")
    try limit(live, to: "4000")
    live.press("w", "keras-threads ×2")
    live.press("w", "keras-threads ×3")
    live.quit()
  }

  @Test func aSessionThatCantBegin() throws {
    let live = try LiveProgram(
      ["run", "--workers", "64", "--duration", "1s"], wrapper: "prlimit --nproc=20 \(Self.wrapper)")
    #expect(live.terminal.waitForEnd() == .exited(1))
    #expect(
      live.terminal.screen.contains("augtop: the system gives no 72 threads"),
      "\(live.terminal.screen)")
  }
}
