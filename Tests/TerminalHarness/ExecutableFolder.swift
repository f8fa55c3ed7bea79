import Glibc

/// The folder of the package's executables, which is the running test's.
package enum ExecutableFolder {
  /// The path of an executable of this package, or its bare name where it is not found.
  package static func path(of name: String) -> String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(
      decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    for program in [own, CommandLine.arguments.first ?? ""] {
      guard let slash = program.lastIndex(of: "/") else { continue }
      let candidate = program[...slash] + name
      if access(String(candidate), X_OK) == 0 { return String(candidate) }
    }
    return name
  }
}
