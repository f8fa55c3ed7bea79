import Glibc

/// A program that couldn't be written, or whose writer failed.
package struct ProgramNotWritten: Error {}

/// Writes an executable script for a test.
///
/// Another process writes it: a file that this one has open would be inherited by what another test starts at the
/// moment, and the kernel executes no file that somebody may still write (ETXTBSY).
///
/// - Throws: `ProgramNotWritten` where the file can't be written.
package func writeProgram(_ text: String, to path: String) throws(ProgramNotWritten) {
  let parts = path.split(separator: "'", omittingEmptySubsequences: false)
  let quoted = "'" + parts.joined(separator: "'\\''") + "'"
  guard let pipe = popen("cat >\(quoted) && chmod 755 \(quoted)", "we") else {
    throw ProgramNotWritten()
  }
  fputs(text, pipe)
  guard pclose(pipe) == 0 else { throw ProgramNotWritten() }
}
