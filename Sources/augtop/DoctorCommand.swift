import ArgumentParser
import Augmentation
import CLinux
import Configuration
import Dashboard
import FoundationEssentials
import Glibc
import LiveEngine
import Pipeline
import Screen
import Tracing

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "What this terminal and this machine can do, and what to mind.",
    discussion: """
      Example:
        augtop doctor
      """)

  func run() throws {
    print("augtop \(augtopVersion)")
    printMachine()
    printClocks()
    printTerminal()
    printResources()
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
    row("kernels", KernelLevel.name)
    let governor = firstLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    row("governor", governor ?? "the kernel doesn't show one")
    if let governor, governor != "performance" {
      warn("governor '\(governor)': clocks follow the load, so native times move with it")
    }
    row("idle states", firstLine("/sys/devices/system/cpu/cpuidle/current_driver") ?? "not shown")
    if let load = firstLine("/proc/loadavg")?.split(separator: " ").first.map(String.init) {
      row("load", load)
      if let value = Double(load), value > Double(machine.cores) {
        warn("the machine is busy: wait, or measurements will wobble")
      }
    }
  }

  /// Sleeps a hundred times and says how far from the wish it woke.
  private func printClocks() {
    section("clocks")
    let lateness = SleepProbe.measure(count: 100)
    row("plain sleep", "\(Figures.span(lateness.plain)) late (median of 100)")
    row("augtop's sleep", "\(Figures.span(lateness.corrected)) off (median of 100)")
    if lateness.corrected > .microseconds(30) {
      warn("sleeps are off by more than 30 µs: short GPU steps will come out long")
    }
  }

  private func printTerminal() {
    section("terminal")
    let isTerminal = isatty(STDOUT_FILENO) == 1
    row("standard output", isTerminal ? "a terminal" : "not a terminal: use `augtop run`")
    row("TERM", environment("TERM") ?? "not set")
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
    switch ColorDepth.wanted(
      noColor: environment("NO_COLOR"), colorTerm: environment("COLORTERM"))
    {
    case ColorDepth.none?: "none: NO_COLOR is set"
    case .trueColor?: "24-bit, as COLORTERM promises"
    default: "256 at most, as TERM says; COLORTERM=truecolor promises 24-bit"
    }
  }

  private func printResources() {
    section("built in")
    row("presets", PresetCatalog.names.joined(separator: ", "))
    row("themes", ThemeCatalog().names.joined(separator: ", "))
    row("loaders", Loader.allCases.map(\.rawValue).joined(separator: ", "))
  }

  private func section(_ name: String) { print("\n\(name)") }

  private func row(_ name: String, _ value: String) {
    print("  \(name)\(String(repeating: " ", count: max(1, 18 - name.count)))\(value)")
  }

  private func warn(_ text: String) { print("  ! \(text)") }

  private func environment(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private func firstLine(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
