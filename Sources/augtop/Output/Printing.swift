import Glibc
import Quantities
import Screen

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

private func printAsItIs(_ text: String) { Swift.print(text, terminator: "") }

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
