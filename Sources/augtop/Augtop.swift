import ArgumentParser
import CLinux
import Glibc
import Host

/// The root command; alone it opens the live screen.
struct Augtop: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "augtop",
    abstract: "top for image-augmentation pipelines.",
    discussion: """
      Runs a real, Keras-exact augmentation generator against a simulated GPU, live. Every stage is \
      one key away from on or off; see what each costs in CPU time and in epoch time. Alone, or \
      with options and no command, it opens the live screen.

      Examples:
        augtop                              the embedded default
        augtop --dataset cifar10:data_batch_1.bin --theme light
        augtop run --duration 5s --json     a report for machines
        augtop augment photos.npy out.npy --rotation-range 15
      """,
    version: "augtop \(augtopVersion)",
    subcommands: [
      LiveCommand.self, WatchCommand.self, RunCommand.self, SimulateCommand.self,
      PredictCommand.self, AdviseCommand.self,
      LabCommand.self, VerifyCommand.self, AugmentCommand.self, ReplayCommand.self,
      CompareCommand.self, CheckCommand.self, ExportCommand.self, BenchCommand.self,
      CalibrateCommand.self, DoctorCommand.self, GPUsCommand.self, ThemesCommand.self,
      ConfigCommand.self, ManualCommand.self,
    ],
    defaultSubcommand: LiveCommand.self)
}

/// The version that `--version` prints and recordings carry.
let augtopVersion = "0.1.0"

/// How the process ends.
enum ExitStatus {
  /// The work is done.
  static let done: Int32 = 0
  /// The work failed.
  static let workFailed: Int32 = 1
  /// The command line or a file that it names is wrong.
  static let wrongCommand: Int32 = 2
  /// The user interrupted it: 128 + SIGINT.
  static let interrupted: Int32 = 130
}

/// Parses the arguments, runs the command and prints its fault; returns the exit status.
func runAugtop() -> Int32 {
  signal(SIGPIPE, SIG_IGN)
  signal(SIGXFSZ, SIG_IGN)
  // Swift's backtracer takes SIGQUIT for a crash and looks at every thread for seconds.
  if cl_ignores_signal(SIGQUIT) == 0 { signal(SIGQUIT, SIG_DFL) }
  do {
    let arguments = try readArguments()
    try checkCommandName(arguments)
    var command: any ParsableCommand
    do {
      command = try Augtop.parseAsRoot(arguments)
    } catch {
      return endStatus(misuse: error)
    }
    try command.run()
    try finishOutput()
    return ExitStatus.done
  } catch {
    return endStatus(after: error)
  }
}

/// Prints why a command ended early and returns the exit status. Only faults that carry the status
/// of a wrong command end with it.
func endStatus(after error: any Error) -> Int32 {
  switch error {
  case let fault as CommandFault:
    for message in fault.messages where !message.isEmpty { printError("augtop: \(message)") }
    return fault.status
  case let fault as ThreadFault:
    printError("augtop: \(Faults.sentence(fault))")
    return ExitStatus.workFailed
  case is CleanExit, is ValidationError: return endStatus(misuse: error)
  // `augtop help` throws the parser's own request to print a help text.
  case _ where Augtop.exitCode(for: error) == .success: return endStatus(misuse: error)
  default:
    printError("augtop: \(error)")
    return ExitStatus.workFailed
  }
}

/// Prints the help or the version that was asked for, or the usage where the arguments are wrong.
private func endStatus(misuse error: any Error) -> Int32 {
  let text = Augtop.fullMessage(for: error)
  guard Augtop.exitCode(for: error) == .success else {
    printErrorLines(text)
    return ExitStatus.wrongCommand
  }
  print(text)
  do {
    try finishOutput()
    return ExitStatus.done
  } catch {
    return endStatus(after: error)
  }
}

/// The arguments without the program's name, as the kernel gave them: Swift's own list comes from /proc,
/// which may be missing, and has U+FFFD where a name isn't UTF-8, which is then another file's.
private func readArguments() throws -> [String] {
  try (0..<Int(cl_argument_count())).dropFirst().compactMap { index in
    guard let bytes = cl_arguments()[index] else { return nil }
    if let text = String(validatingCString: bytes) { return text }
    throw CommandFault.wrong(
      "argument \(index), '\(String(cString: bytes))', isn't UTF-8: rename the file, or name it by a"
        + " link")
  }
}

/// A slip in a command's name would otherwise be an argument too many of `live`, and `help` would explain
/// the whole program instead.
private func checkCommandName(_ arguments: [String]) throws {
  let words = arguments.first == "help" ? arguments.dropFirst() : arguments[...]
  guard let word = words.first, !word.hasPrefix("-") else { return }
  let names =
    Augtop.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
  guard !names.contains(word) else { return }
  throw CommandFault.wrong("there is no command '\(word)'." + Faults.suggestion(word, among: names))
}

/// A message for the user, and the status to end with.
struct CommandFault: Error {
  /// Sentences, each printed on a line of its own; none, or an empty one, where nothing is printed.
  var messages: [String]
  /// The exit status.
  var status: Int32

  /// A fault in the command line or in a file that it names.
  static func wrong(_ message: String) -> CommandFault {
    CommandFault(messages: [message], status: ExitStatus.wrongCommand)
  }

  /// The work failed: status 1.
  static func failed(_ messages: String...) -> CommandFault { failed(messages) }

  /// The same with the sentences of a list.
  static func failed(_ messages: [String]) -> CommandFault {
    CommandFault(messages: messages, status: ExitStatus.workFailed)
  }

  /// The user interrupted the command; no message is printed.
  static let interrupted = CommandFault(messages: [], status: ExitStatus.interrupted)
}
