import ArgumentParser
import CLinux
import Glibc
import Host
import Pipeline
import Quantities
import Screen
import Watching

/// `augtop watch`: somebody's own training job, unchanged.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Your own PyTorch or Keras training, unchanged, on the live screen.",
    usage: """
      augtop watch [OPTIONS] -- COMMAND…
      augtop watch [OPTIONS] DIR
      augtop watch --prepare DIR
      augtop watch --print-probe
      """,
    discussion: """
      Starts a command with a probe in its Python processes and shows what its loader, its workers and its \
      training loop do: each transform by its name, waits, steps. Nothing is changed in the job: the same \
      seed gives the same batches. The probe is pure Python; --print-probe prints it.

      The screen opens with the job's first batches and closes when the job ends; a report follows. q \
      closes it earlier, and the job goes on. What the job prints goes to a file.

      A job that somebody else starts is prepared with --prepare DIR, which prints the variables to start \
      it with; `augtop watch DIR` attaches to it, as often as you like.

      The exit status is the job's. Where watching ends before the job does (--for, --steps), the \
      job goes on; --stop ends it then.

      Examples:
        augtop watch -- python train.py --epochs 3
        augtop watch --switch -- python train.py
        augtop watch --no-screen --json --for 60s --stop -- python train.py
        augtop watch --no-screen --trace job.pftrace -- torchrun --nproc-per-node 4 train.py
      """)

  @Argument(help: ArgumentHelp("The folder of a job that was prepared.", valueName: "dir"))
  var folder: String?
  @Argument(parsing: .postTerminator, help: "The command to start, after --.")
  var command: [String] = []
  @Flag(help: "Only print the report at the end.") var noScreen = false
  @Flag(help: "Print the report as JSON.") var json = false
  @Option(
    name: .customLong("for"), parsing: .unconditional,
    help: ArgumentHelp("Watch this long from the first batch on, as 60s.", valueName: "time"))
  var duration: String?
  @Option(parsing: .unconditional, help: "Watch N steps.") var steps: Int?
  @Flag(help: "End the job, too, when watching ends.") var stop = false
  @Option(
    help: ArgumentHelp(
      "Where the job's own output goes (with the screen, augtop-DATE.log).",
      valueName: "file"))
  var log: String?
  @Option(help: ArgumentHelp("Record the session, a Perfetto trace.", valueName: "file"))
  var trace: String?
  @Option(
    help: ArgumentHelp(
      "Write figures every 10 s for Prometheus's textfile collector.", valueName: "file"))
  var openmetrics: String?
  @Flag(help: "Replace what is at --trace and --log.") var force = false
  @Flag(
    name: .customLong("switch"),
    help: "Give transforms keys that bypass them, which changes what the job trains on.")
  var hasSwitches = false
  @Option(help: ArgumentHelp("A theme's name, or a theme file.", valueName: "name|file"))
  var theme: String?
  @Flag(help: "Draw with ASCII only.") var ascii = false
  @Flag(help: "Leave the mouse to the terminal.") var noMouse = false
  @Option(
    help: ArgumentHelp(
      "Bypass these transforms, which changes what the job trains on.", valueName: "names"))
  var off: String?
  @Option(
    help: ArgumentHelp(
      "Run the job in turns with other loader arguments; print predicted and measured.",
      valueName: "workers=4,prefetch=4"))
  var verify: String?
  @Flag(help: "Print the probe that runs in the job's processes.") var printProbe = false
  @Option(
    help: ArgumentHelp("Make a folder for a job that is started elsewhere.", valueName: "dir"))
  var prepare: String?

  func run() throws {
    if printProbe { return printTheProbe() }
    if let prepare { return try prepareFolder(prepare) }
    guard folder != nil || !command.isEmpty else {
      throw CommandFault.wrong(
        "there is nothing to watch: write `augtop watch -- python train.py`, or name the folder of a job"
      )
    }
    guard folder == nil || command.isEmpty else {
      throw CommandFault.wrong("give a command after --, or a folder, not both")
    }
    if let fault = JobCommand(command).fault { throw CommandFault.wrong(fault) }
    if let verify { return try self.verify(verify) }
    if hasScreen, case .notATerminal(let stream)? = Terminal.missing {
      throw CommandFault.wrong("\(stream.rawValue) is not a terminal; --no-screen needs none")
    }
    guard hasScreen || !hasSwitches else {
      throw CommandFault.wrong("--switch is for keys on the screen; --off NAMES needs none")
    }
    let theme = try resolveTheme(theme ?? (hasScreen ? readConfiguration().theme : nil))
    let bound = try WatchBound(duration: duration, steps: steps)
    if let trace, !force, access(trace, F_OK) == 0 {
      throw CommandFault.wrong("--trace \(trace): it exists; add --force to replace it")
    }
    try checkFiles()
    WatchFolder.removeAbandoned()
    var watched = try WatchedJob(self, bound: bound)
    try watched.run(in: theme)
  }

  /// Whether the session is shown, and not only reported.
  var hasScreen: Bool { !noScreen && !json }
  /// Whether workers look for stages to bypass.
  var mayBypass: Bool { off != nil || hasSwitches }

  /// Files that the command names are the job's, and so is the folder of one that was prepared.
  private func checkFiles() throws {
    let named = command.filter { !isFolder($0) }
    try OutputFiles([("--trace", trace), ("--log", log), ("--openmetrics", openmetrics)])
      .check(inputs: named + (folder.map { [$0] } ?? []) + themeFiles(theme))
  }

  private func printTheProbe() {
    for (path, text) in ProbeFiles.all {
      printDocument("# ---- \(path)\n" + String(decoding: text, as: UTF8.self), terminator: "\n")
    }
  }

  private func prepareFolder(_ path: String) throws {
    let folder = try Self.openFolder { () throws(WatchFolderFault) in try WatchFolder(path: path) }
    print("AUGTOP_WATCH=\(folder.path) PYTHONPATH=\(folder.probe):$PYTHONPATH")
  }

  /// A folder for rings, or the sentence on why there is none.
  ///
  /// - Throws: A `CommandFault` of status 2.
  static func openFolder(
    _ make: () throws(WatchFolderFault) -> WatchFolder
  ) throws -> WatchFolder {
    do {
      return try make()
    } catch {
      switch error {
      case .notWritable(let path, let cause):
        throw CommandFault.wrong("\(path): can't be written: \(cause)")
      case .notPrivate(let path):
        throw CommandFault.wrong(
          "\(path): it must be a folder of yours that nobody else can read: chmod 700 \(path)")
      }
    }
  }
}

/// When watching ends by itself.
struct WatchBound {
  /// Time from the first batch on; nil has no limit.
  var time: Nanoseconds?
  /// Steps; nil has no limit.
  var steps: Int?

  /// - Throws: A `CommandFault` of status 2 for a time that isn't one, and steps below 1.
  init(duration: String?, steps: Int?) throws {
    if let duration {
      guard let time = DurationText.parse(duration), time > .zero, time <= .seconds(30 * 86_400)
      else {
        throw CommandFault.wrong(
          "--for \(duration): write a time with its unit, as 60s, up to 30 days")
      }
      self.time = Nanoseconds(time)
    }
    if let steps, steps < 1 {
      throw CommandFault.wrong("--steps \(steps): give a whole number from 1 on")
    }
    self.steps = steps
  }

  /// Whether a session has come to it.
  func isReached(by session: JobSession) -> Bool {
    guard session.begun != nil else { return false }
    if let time, let now = session.now, now >= time { return true }
    return steps.map { session.reading.batchesTrained >= $0 } ?? false
  }
}
