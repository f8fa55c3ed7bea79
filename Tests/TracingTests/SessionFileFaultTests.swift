import Glibc
import Host
import Pipeline
import Quantities
import TestSupport
import Testing
import Tracing

/// Paths that can't be written and disks that fill up.
@Suite(.serialized) struct SessionFileFaultTests {
  private let folder: TemporaryFolder
  private let header = ScriptedSession.header()

  init() throws { folder = try TemporaryFolder() }

  @Test func nothingIsOverwrittenByAccident() throws {
    let path = folder.file("taken")
    try SessionFile(creating: path, header: header).close()
    let before = folder.bytes("taken")
    #expect(throws: SessionFileFault.exists(path: path)) {
      try SessionFile(creating: path, header: header)
    }
    #expect(folder.bytes("taken") == before)
    let file = try SessionFile(creating: path, header: header, replacing: true)
    try file.close()
    #expect(folder.bytes("taken") == before)
  }

  @Test func pathsThatCannotBeWritten() throws {
    let nowhere = folder.file("no/such/folder")
    #expect(throws: SessionFileFault.notWritable(path: nowhere, SystemError(code: ENOENT))) {
      try SessionFile(creating: nowhere, header: header)
    }
    #expect(throws: SessionFileFault.notWritable(path: folder.path, SystemError(code: EISDIR))) {
      try SessionFile(creating: folder.path, header: header, replacing: true)
    }
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(throws: SessionFileFault.notWritable(path: pipe, SystemError(code: ENXIO))) {
      try SessionFile(creating: pipe, header: header, replacing: true)
    }
    #expect(SystemError(code: ENOSPC).description == "No space left on device")
  }

  @Test func aFullDiskAtTheStart() throws {
    #expect(throws: SessionFileFault.notWritable(path: "/dev/full", SystemError(code: ENOSPC))) {
      try SessionFile(creating: "/dev/full", header: header, replacing: true)
    }
  }

  /// A file that may not grow stands for a disk that is full: the kernel takes a part of a write, then
  /// none. The limit lies far above what other tests write meanwhile.
  @Test func aDiskThatFillsUpWhileRecording() throws {
    let limit = 8 << 20
    signal(SIGXFSZ, SIG_IGN)
    var before = rlimit()
    #expect(getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) == 0)
    var small = before
    small.rlim_cur = rlim_t(limit) + 5
    #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small) == 0)
    defer { setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &before) }

    let path = folder.file("full")
    let file = try SessionFile(creating: path, header: header)
    let text = String(repeating: "x", count: 999_983)
    var fault: SessionFileFault?
    for index in 0..<60 where fault == nil {
      file.append(.marker(text), at: .milliseconds(Int64(index)))
      do { try file.flush() } catch { fault = error }
    }
    #expect(fault == .failed(path: path, SystemError(code: EFBIG), kept: file.bytes, part: nil))
    #expect(file.bytes > limit - 3_000_000 && file.bytes < limit)
    #expect(folder.bytes("full").count == file.bytes)

    // A closed writer reports that it is closed, counts further events and writes nothing.
    #expect(!file.isOpen)
    #expect(file.fault == fault)
    file.append(.paused, at: .seconds(1))
    file.append(.waited(WorkerWait(worker: 0, reason: .nap, start: .zero, end: .zero)))
    #expect(file.lost == 2)
    #expect(throws: SessionFileFault.self) { try file.flush() }
    #expect(throws: SessionFileFault.self) { try file.close() }
    #expect(folder.bytes("full").count == file.bytes)

    let recorded = try RecordedMoments(path: path)
    #expect(recorded.leftOver == 0)
    #expect(recorded.unresolved == 0)
    #expect(recorded.moments.filter { $0.texts["text"] == text }.count >= 3)
  }

  /// Whoever appends to a recording keeps his bytes, and whoever records learns of it.
  @Test(arguments: [false, true])
  func aFileThatAnotherProgramChangesIsLeftToIt(isCutOff: Bool) throws {
    let path = folder.file("shared")
    let file = try SessionFile(creating: path, header: header)
    file.append(.paused, at: .seconds(1))
    try file.flush()
    let own = file.bytes
    let other = open(path, O_WRONLY | O_APPEND)
    defer { close(other) }
    if isCutOff {
      #expect(ftruncate(other, 10) == 0)
    } else {
      #expect(write(other, "hello", 5) == 5)
    }
    file.append(.resumed, at: .seconds(2))
    let kept = isCutOff ? 10 : own
    #expect(
      throws: SessionFileFault.failed(
        path: path, SystemError(code: EBUSY), kept: kept, part: nil)
    ) { try file.close() }
    #expect(!file.isOpen)
    let bytes = folder.bytes("shared")
    #expect(isCutOff ? bytes.count == 10 : bytes[own...].elementsEqual("hello".utf8))
    if !isCutOff { #expect(try RecordedMoments(path: path).unresolved == 0) }
  }

  @Test func aFileThatIsRemovedIsNoRecording() throws {
    let path = folder.file("removed")
    let file = try SessionFile(creating: path, header: header)
    unlink(path)
    let fault = #expect(throws: SessionFileFault.self) { try file.flush() }
    #expect(fault == .failed(path: path, SystemError(code: ENOENT), kept: 0, part: nil))
    #expect(fault?.message == "the file was removed while it was written")
    #expect(folder.names == [])
  }

  @Test func aClosedWriterStaysClosed() throws {
    let file = try SessionFile(creating: folder.file("closed"), header: header)
    try file.close()
    try file.close()
    #expect(throws: SessionFileFault.closed(path: file.path)) { try file.flush() }
    file.append(.paused, at: .zero)
    #expect(file.lost == 1)
    #expect(folder.bytes("closed").count == file.bytes)
  }
}
