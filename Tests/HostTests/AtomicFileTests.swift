import Glibc
import TestSupport
import Testing

@testable import Host

/// A file that was there is whole until its successor is whole.
@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) -> String {
    String(decoding: folder.bytes(name), as: UTF8.self)
  }

  private func fault(_ body: () throws -> Void) -> FileFault? {
    do {
      try body()
      return nil
    } catch {
      return error as? FileFault
    }
  }

  private func mode(_ name: String) -> mode_t {
    var status = stat()
    stat(folder.file(name), &status)
    return status.st_mode & 0o7777
  }

  @Test func theOldFileStaysUntilTheNewOneIsWhole() throws {
    let path = try folder.write(Array("old".utf8), to: "a")
    let file = try AtomicFile(path: path, replacing: true)
    try file.append(Array("new".utf8))
    #expect(file.replacesFile)
    #expect(text("a") == "old")
    try file.commit()
    #expect(text("a") == "new" && file.location == path)
    #expect(folder.names == ["a"])
  }

  @Test func nothingIsReplacedUnasked() throws {
    let path = try folder.write(Array("old".utf8), to: "a")
    #expect(fault { _ = try AtomicFile(path: path, replacing: false) } == .exists(path: path))
    // Something that comes meanwhile stays, and what was written isn't lost.
    let late = folder.file("late")
    let file = try AtomicFile(path: late, replacing: false)
    try file.append(Array("new".utf8))
    _ = try folder.write(Array("other".utf8), to: "late")
    let error = fault { try file.commit() }
    let part = try #require(folder.names.first { $0.hasPrefix("late.") })
    #expect(
      error == .failed(path: late, SystemError(code: EEXIST), part: folder.file(part)))
    #expect(text("late") == "other" && text(part) == "new")
  }

  /// Until it is in its place it has no name, so that nothing stays if the process is killed.
  @Test func nothingIsSeenOfAFileBeforeItsEnd() throws {
    let old = try folder.write(Array("old".utf8), to: "old")
    for path in [folder.file("new"), old] {
      let file = try AtomicFile(path: path, replacing: true)
      try file.append(Array("text".utf8))
      #expect(folder.names == ["old"])
      let part = try #require(file.keepPart())
      #expect(part != path && folder.names.count == 2)
      #expect(text(String(part.dropFirst(folder.path.count + 1))) == "text")
      unlink(part)
    }
    #expect(text("old") == "old")
  }

  /// The way of file systems that can't rename without replacing keeps the same promise.
  @Test func aLinkReplacesNothingEither() throws {
    let path = folder.file("a")
    let free = try TemporaryFile(for: path, replacing: nil, isNamed: true)
    #expect(free.linkToFreeTarget() == nil)
    #expect(folder.names == ["a"])
    let taken = try TemporaryFile(for: path, replacing: nil, isNamed: true)
    #expect(taken.linkToFreeTarget() == SystemError(code: EEXIST))
    taken.remove()
    close(free.descriptor)
    close(taken.descriptor)
    #expect(folder.names == ["a"])
  }

  @Test func whatIsNotCommittedLeavesNothing() throws {
    let path = try folder.write(Array("old".utf8), to: "a")
    do {
      let file = try AtomicFile(path: path, replacing: true)
      try file.append(Array("new".utf8))
    }
    let named = try TemporaryFile(for: path, replacing: nil, isNamed: true)
    #expect(folder.names.count == 2)
    named.remove()
    close(named.descriptor)
    let other = try AtomicFile(path: folder.file("b"), replacing: false)
    other.discard()
    other.discard()
    #expect(folder.names == ["a"])
    #expect(text("a") == "old")
  }

  @Test func aVisibleFileGrowsAtItsPathWhereNothingIsThere() throws {
    let path = folder.file("a")
    var file: AtomicFile? = try AtomicFile(path: path, replacing: false, isVisible: true)
    try file?.append(Array("one".utf8))
    #expect(text("a") == "one")
    // It stays, however the process ends.
    file = nil
    #expect(text("a") == "one")
    // A file that replaces another is written to a temporary file next to it.
    let second = try AtomicFile(path: path, replacing: true, isVisible: true)
    try second.append(Array("two".utf8))
    #expect(text("a") == "one")
    let part = try #require(second.keepPart())
    #expect(part != path && text("a") == "one" && folder.names.count == 2)
    unlink(part)
    let gone = try AtomicFile(path: folder.file("b"), replacing: false, isVisible: true)
    gone.discard()
    #expect(folder.names == ["a"])
  }

  /// Another file that has come to the path isn't the one to discard.
  @Test func discardingRemovesOnlyOnesOwn() throws {
    let path = folder.file("a")
    let file = try AtomicFile(path: path, replacing: false, isVisible: true)
    unlink(path)
    _ = try folder.write(Array("other".utf8), to: "a")
    file.discard()
    #expect(text("a") == "other")
  }

  @Test func linksStayAndTheirTargetsAreReplaced() throws {
    mkdir(folder.file("far"), 0o755)
    _ = try folder.write(Array("old".utf8), to: "far/a")
    #expect(symlink("far/a", folder.file("link")) == 0)
    try AtomicFile.write(Array("new".utf8), to: folder.file("link"), replacing: true)
    #expect(text("far/a") == "new")
    var status = stat()
    lstat(folder.file("link"), &status)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
    #expect(folder.names == ["far", "link"])
    // A link that leads nowhere is something, and nothing is made where it leads.
    let lost = folder.file("lost")
    #expect(symlink("/nowhere/at/all", lost) == 0)
    #expect(fault { _ = try AtomicFile(path: lost, replacing: false) } == .exists(path: lost))
    #expect(
      fault { _ = try AtomicFile(path: lost, replacing: true) }
        == .notWritable(path: lost, SystemError(code: ENOENT)))
  }

  @Test func permissionsAreKept() throws {
    let path = try folder.write([1], to: "a")
    chmod(path, 0o640)
    let file = try AtomicFile(path: path, replacing: true)
    try file.append([2])
    try file.commit()
    #expect(mode("a") == 0o640)
    try AtomicFile.write([1], to: folder.file("b"), replacing: false)
    let mask = umask(0)
    umask(mask)
    #expect(mode("b") == 0o666 & ~mask)
  }

  @Test func devicesAndPipesAreWrittenStraight() throws {
    let pipe = folder.file("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    #expect(
      fault { _ = try AtomicFile(path: pipe, replacing: true, waitsForReader: false) }
        == .notWritable(path: pipe, SystemError(code: ENXIO)))
    let reader = open(pipe, O_RDONLY | O_NONBLOCK)
    let file = try AtomicFile(path: pipe, replacing: true, waitsForReader: false)
    try file.append(Array("through".utf8))
    var bytes = [UInt8](repeating: 0, count: 16)
    #expect(read(reader, &bytes, 16) == 7)
    file.discard()
    close(reader)
    #expect(folder.names == ["pipe"])
    let full = try AtomicFile(path: "/dev/full", replacing: true)
    #expect(
      fault { try full.append([1]) }
        == .failed(path: "/dev/full", SystemError(code: ENOSPC), part: nil))
    full.discard()
    #expect(access("/dev/full", F_OK) == 0)
  }

  @Test func placesThatCannotBeWrittenAreNamed() throws {
    let nowhere = folder.file("no/such")
    #expect(
      fault { _ = try AtomicFile(path: nowhere, replacing: false) }
        == .notWritable(path: nowhere, SystemError(code: ENOENT)))
    let inside = try folder.write([1], to: "file") + "/inside"
    #expect(
      fault { _ = try AtomicFile(path: inside, replacing: false) }
        == .notWritable(path: inside, SystemError(code: ENOTDIR)))
    #expect(
      fault { _ = try AtomicFile(path: folder.path, replacing: true) }
        == .notWritable(path: folder.path, SystemError(code: EISDIR)))
    #expect(folder.names == ["file"])
  }

  @Test func theLongestNamesHaveTemporaryOnesToo() throws {
    let name = String(repeating: "n", count: 255)
    try AtomicFile.write([1], to: folder.file(name), replacing: false)
    #expect(folder.names == [name])
  }
}

/// Two writers of one file: the second is refused, whichever way the first writes.
@Suite struct BusyFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theSecondWriterOfAFileIsRefused() throws {
    let path = folder.file("growing")
    var growing: AtomicFile? = try AtomicFile(path: path, replacing: false, isVisible: true)
    #expect(throws: FileFault.busy(path: path)) { try AtomicFile(path: path, replacing: true) }
    try growing?.append([1])
    try growing?.commit()
    growing = nil
    let first = try AtomicFile(path: path, replacing: true)
    #expect(throws: FileFault.busy(path: path)) { try AtomicFile(path: path, replacing: true) }
    try first.append([2, 3])
    try first.commit()
    // It is another file now, which nobody writes.
    try AtomicFile.write([4], to: path, replacing: true)
    #expect(folder.bytes("growing") == [4])
  }

  @Test func aDiscardedOneLeavesNoLock() throws {
    let path = folder.file("kept")
    try AtomicFile.write([1], to: path, replacing: false)
    do {
      let first = try AtomicFile(path: path, replacing: true)
      first.discard()
    }
    try AtomicFile.write([2], to: path, replacing: true)
    #expect(folder.bytes("kept") == [2])
  }
}
