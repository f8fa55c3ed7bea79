import Foundation
import TestSupport
import Testing
import Watching

/// The end of what a job prints.
@Suite struct JobLogTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [
    ("", ""), ("\n\n", ""), ("one\ntwo\n", "two"), ("one\ntwo", "two"), ("one\n\n  \n", "one"),
    ("10 %\r20 %\r30 %", "30 %"), ("\u{1B}[1;32mgreen\u{1B}[0m\tand\u{1B}[K\n", "green and"),
    ("\u{1B}]0;title\u{7}\u{8}x\n", "0;titlex"),
  ])
  func theLastLineIsWhatATerminalWouldShow(written: String, line: String) throws {
    let log = JobLog(path: try folder.write(Array(written.utf8), to: "job.log"))
    #expect(log.lastLine() == line)
  }

  @Test func aLongFileIsReadAtItsEndAlone() throws {
    let text = String(repeating: "é", count: 100_000) + "\nlast\n"
    #expect(JobLog(path: try folder.write(Array(text.utf8), to: "job.log")).lastLine() == "last")
    let endless = String(repeating: "é", count: 100_000)
    let line = JobLog(path: try folder.write(Array(endless.utf8), to: "job.log")).lastLine()
    #expect(!line.isEmpty && line.allSatisfy { $0 == "é" })
  }

  @Test func aFileThatIsntThereHasNoLine() {
    #expect(JobLog(path: folder.file("nothing")).lastLine() == "")
    #expect(JobLog(path: "/dev/null").lastLine() == "")
  }

  /// Whole lines as they come, and none twice.
  @Test func whatComesIsFollowed() throws {
    let path = folder.file("job.log")
    var follower = JobLog.Follower(JobLog(path: path))
    #expect(follower.next() == nil)
    _ = try folder.write(Array("one\rtwo\nhal".utf8), to: "job.log")
    #expect(follower.next() == "one\ntwo\n")
    _ = try folder.write(Array("one\rtwo\nhalf\n".utf8), to: "job.log")
    #expect(follower.next() == "half\n")
    #expect(follower.next() == nil)
  }
}
