import Glibc
import Quantities

/// The command of a job, looked at before it is started.
struct JobCommand {
  /// The program and its arguments.
  let words: [String]
  /// The program's file; nil where there is none.
  private let file: String?

  /// A command as the user wrote it.
  init(_ words: [String]) {
    self.words = words
    file = words.first.flatMap { Self.file(of: $0) }
  }

  /// The first bytes of a file by which the system knows what it is.
  private static let head = 256

  /// What is wrong with it, in a sentence; nil where it can be started.
  var fault: String? {
    guard let program = words.first else { return nil }
    let name = program.printable
    guard let file else {
      if program.contains("/") {
        // The system's word says whether it is a folder on the way that can't be read.
        var facts = stat()
        errno = 0
        _ = stat(program, &facts)
        return "\(name): can't be started: \(String(cString: strerror(errno)))"
      }
      let isHere = access(program, F_OK) == 0
      return "\(name): no such program on PATH"
        + (isHere
          ? "; \(program.hasSuffix(".py") ? "python \(name)" : "./\(name)") is in this folder" : "")
    }
    var facts = stat()
    guard stat(file, &facts) == 0 else { return nil }
    guard facts.st_mode & S_IFMT != S_IFDIR else {
      return "\(name): it is a folder; name the program to start, as python \(name)/train.py"
    }
    let isPython = program.hasSuffix(".py")
    guard access(file, X_OK) == 0 else {
      return "\(name): it isn't executable: "
        + (isPython ? "write python \(name)" : "chmod +x \(name) makes it so")
    }
    return faultOfScript(file, name, isPython: isPython)
  }

  /// A text without a first line that names what runs it would be given to a shell.
  private func faultOfScript(_ file: String, _ name: String, isPython: Bool) -> String? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: Self.head)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { return nil }
    let head = bytes[..<count]
    guard head.starts(with: "#!".utf8) else {
      guard !head.contains(0) else { return nil }
      return
        "\(name): it is no program, and its first line doesn't say what runs it, as #!/bin/sh: "
        + "write \(isPython ? "python" : "sh") \(name)"
    }
    let line = head.dropFirst(2).prefix { $0 != 10 }.drop { $0 == 32 || $0 == 9 }
    let interpreter = String(decoding: line.prefix { $0 > 32 }, as: UTF8.self)
    guard line.count < head.count - 2, access(interpreter, F_OK) != 0 else { return nil }
    return "\(name): its first line names \(interpreter.printable), which isn't there"
  }

  /// Where a program is, as `execvp` looks for it: of files that can't be executed, the first.
  private static func file(of program: String) -> String? {
    guard !program.contains("/") else { return access(program, F_OK) == 0 ? program : nil }
    guard !program.isEmpty else { return nil }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/bin:/usr/bin"
    var found: String?
    for folder in path.split(separator: ":", omittingEmptySubsequences: false) {
      let file = (folder.isEmpty ? "." : String(folder)) + "/" + program
      var facts = stat()
      guard stat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
      if access(file, X_OK) == 0 { return file }
      found = found ?? file
    }
    return found
  }
}
