import Glibc
import Host
import Quantities
import Screen
import Synchronization

// Everything that a command prints goes through this file, whose `print` stands in front of Swift's: no
// command can forget to escape a name, or to follow the locale.

/// Whether the locale's characters are UTF-8; otherwise people get ASCII twins.
private let isUnicode = Terminal.localeIsUnicode

/// Prints a text for people: what a terminal could act on is escaped, and each character beyond ASCII
/// has its twin where the locale isn't UTF-8.
func print(_ text: String, terminator: String = "\n") {
  let text = text.printableLines
  printAsItIs((isUnicode ? text : asciiTwin(of: text)) + terminator)
}

/// Prints a document for machines (JSON, TOML, SVG), which is UTF-8 whatever the locale.
func printDocument(_ text: String, terminator: String = "\n") {
  printAsItIs(text.printableDocument + terminator)
}

/// Prints a screen whose control sequences are augtop's own; its cells hold nothing that a terminal acts on.
func printScreen(_ text: String) { printAsItIs(text) }

/// The error of the first write to standard output that failed; 0 without one.
private let firstOutputError = Atomic<Int32>(0)

/// Whether all that was printed has been written.
///
/// - Throws: `CommandFault.failed` where it hasn't; but a reader that has gone is none.
func finishOutput() throws {
  let code = firstOutputError.load(ordering: .relaxed)
  guard code != 0, code != EPIPE else { return }
  throw CommandFault.failed("can't write to standard output: \(String(cString: strerror(code)))")
}

private func printAsItIs(_ text: String) {
  var text = text
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let error = writeRest(&rest) {
      guard error.code == EAGAIN else {
        _ = firstOutputError.compareExchange(expected: 0, desired: error.code, ordering: .relaxed)
        return
      }
      // Another program has made the terminal or pipe that it shares with this one non-blocking.
      var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
      poll(&output, 1, -1)
    }
  }
}

/// Writes to standard output and keeps what it didn't take; nil where nothing is left.
private func writeRest(_ rest: inout UnsafeRawBufferPointer) -> SystemError? {
  let result = writeAll(rest, to: STDOUT_FILENO)
  rest = UnsafeRawBufferPointer(rebasing: rest[result.written...])
  return result.error
}

/// Writes one sentence to standard error, on one line whatever is in a name.
func printError(_ sentence: String) { printErrorLines(sentence.printable) }

/// Writes a text of several lines, as a usage, to standard error.
func printErrorLines(_ text: String) { writeError(text.hasSuffix("\n") ? text : text + "\n") }

/// Says in one line on standard error what is surely not meant, and is done all the same.
func printNote(_ sentence: String) { printError("augtop: note: \(sentence)") }

/// Writes to standard error, escaped and in the locale's characters as `print` does. A carriage return
/// at the beginning stays: it draws a progress bar anew.
func writeError(_ text: String) {
  let isRedrawn = text.hasPrefix("\r")
  let escaped = (isRedrawn ? String(text.dropFirst()) : text).printableLines
  var text = (isRedrawn ? "\r" : "") + (isUnicode ? escaped : asciiTwin(of: escaped))
  // Nothing can be done where that fails.
  _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
