import ArgumentParser
import Augmentation
import CLinux
import Datasets
import Experiments
import FoundationEssentials
import Glibc
import LiveEngine
import Pipeline
import Quantities
import ScenarioFiles
import Screen
import Themes
import Tracing

/// `augtop doctor`: what terminal and machine can do.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What this terminal and this machine can do, and what to mind.",
    discussion: """
      Examples:
        augtop doctor
        augtop doctor --root copy      another machine's /proc and /sys, copied into a folder
        augtop doctor --python python3 which --dot gives the pixels of this Python's NumPy
      """)

  @Option(help: ArgumentHelp("Read /proc and /sys of a copy in this folder.", valueName: "folder"))
  var root: String?
  @Option(
    help: ArgumentHelp(
      "Have this Python's NumPy multiply some matrices, and say which --dot it is.",
      valueName: "path"))
  var python: String?

  func run() throws {
    if let root, !isFolder(root) {
      throw CommandFault.wrong("--root \(root): there is no such folder")
    }
    // A Python that can't be asked ends the command before anything is printed.
    let products = try python.map(readProducts)
    print("augtop \(augtopVersion)")
    if let products { printProducts(products) }
    printMachine()
    printProcessorClocks()
    printClocks()
    printTerminal()
    printWatching()
    printResources()
  }

  /// The longest that importing NumPy may take.
  private static let timeout = Duration.seconds(60)

  private func readProducts(of python: String) throws -> NumPyProducts {
    Interruption.listen()
    do throws(PythonFault) {
      return try NumPyProducts.measure(
        python: python, timeout: Self.timeout, keepsGoing: { !Interruption.isAsked })
    } catch {
      guard error != .interrupted else { throw CommandFault.interrupted }
      throw CommandFault.failed(Faults.sentence(error, python: python))
    }
  }

  private func printProducts(_ products: NumPyProducts) {
    section("NumPy of \(python ?? "")")
    row("version", products.version)
    switch products.dot {
    case .fused?:
      row("dot", "fused: --dot fused, the default, gives the pixels of its Keras")
    case .separate?:
      row("dot", "separate: --dot separate gives the pixels of its Keras")
    case nil:
      row("dot", "neither fused nor separate as OpenBLAS has them")
      warn("after a shear of odd sides, single pixels may differ from its Keras")
    }
  }

  private func printMachine() {
    let machine = Machine.current()
    section("machine")
    row("system", "\(machine.system) \(machine.release), \(machine.architecture)")
    row("processor", machine.processor.isEmpty ? "unknown" : machine.processor)
    row("cores", "\(machine.cores)")
    if machine.cores < 2 {
      warn("with one core the worker, the GPU's host work and the screen share it: times stretch")
    }
    let best = KernelLevel.held.map { ", held by AUGTOP_KERNELS; this processor has \($0)" } ?? ""
    row("kernels", KernelLevel.name + best)
    row("JPEG codes", huffmanDecoder)
    if let load = SystemFolder().line("/proc/loadavg")?.split(separator: " ").first.map(String.init)
    {
      row("load", load)
      if let value = Double(load), value > Double(machine.cores) {
        warn("the machine is busy: wait, or measurements will wobble")
      }
    }
  }

  private var huffmanDecoder: String {
    switch HuffmanDecoder.current {
    case .own:
      "augtop's Huffman decoder"
        + (HuffmanDecoder.keepsPlaces ? "" : ", by AUGTOP_HUFFMAN no places")
    case .otherVersion: "libjpeg's decoder: its version isn't the one that augtop's was tested with"
    case .differs: "libjpeg's decoder: augtop's gave other pixels for a small picture"
    case .unwanted: "libjpeg's decoder, by AUGTOP_HUFFMAN=libjpeg"
    }
  }

  /// Clock frequencies change timings by themselves; they may explain the question's observation.
  private func printProcessorClocks() {
    section("processor clocks" + (root.map { " of \($0)" } ?? ""))
    for line in ClockFacts(SystemFolder(root: root ?? "")).lines {
      switch line {
      case .row(let name, let value): row(name, value)
      case .warning(let text): warn(text)
      }
    }
  }

  /// Sleeps a hundred times and prints how much later than requested it woke.
  private func printClocks() {
    section("clocks")
    let lateness = SleepProbe.measure(count: 100)
    row("plain sleep", "\(NumberText.span(lateness.plain)) late (median of 100)")
    row("augtop's sleep", "\(NumberText.span(lateness.corrected)) off (median of 100)")
    if lateness.corrected > .microseconds(30) {
      warn("sleeps are off by more than 30 µs: short GPU steps will come out long")
    }
  }

  private func printTerminal() {
    section("terminal")
    let isTerminal = isatty(STDOUT_FILENO) == 1
    row("standard output", isTerminal ? "a terminal" : "not a terminal: use `augtop run`")
    row("TERM", environment("TERM") ?? "not set")
    if let entry = WatchFacts.terminalEntry { row(entry.name, entry.value) }
    let isUnicode = Terminal.localeIsUnicode
    row("characters", isUnicode ? "UTF-8" : "ASCII (the locale isn't UTF-8)")
    row("COLORTERM", environment("COLORTERM") ?? "not set")
    row("colours", colors)
    var window = winsize()
    if isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 {
      row("size", "\(window.ws_col)×\(window.ws_row)")
      if window.ws_col < 120 || window.ws_row < 36 {
        row("", "below 120×36 panels fold; below 60×16 there is no room")
      }
    }
  }

  private var colors: String {
    let found = ColorEnvironment(variable: environment)
    if !found.allowsColor { return "none: NO_COLOR is set" }
    if found.promisesTrueColor { return "24-bit, as COLORTERM promises" }
    return environment("COLORTERM") == nil
      ? "256 at most, as TERM says; COLORTERM=truecolor promises 24-bit"
      : "256 at most, as TERM says: a terminal of this name has no 24-bit colour"
  }

  private func printWatching() {
    section("watching a job")
    let memory = WatchFacts.sharedMemory
    row(memory.row.name, memory.row.value)
    if let warning = memory.warning { warn(warning) }
    for fact in WatchFacts.python { row(fact.name, fact.value) }
  }

  private func printResources() {
    section("built in")
    row("presets", PresetCatalog.names.joined(separator: ", "))
    row("themes", ThemeCatalog().names.joined(separator: ", "))
    row("loaders", Loader.allCases.map(\.rawValue).joined(separator: ", "))
  }

  private func section(_ name: String) { print("\n\(name)") }

  private func row(_ name: String, _ value: String) {
    print("  \(name.padded(to: 17)) \(value)")
  }

  private func warn(_ text: String) { print("  ! \(text)") }

  private func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}
