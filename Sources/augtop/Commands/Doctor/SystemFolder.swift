import Glibc

/// /proc and /sys of this machine, or a copy of another's below a folder.
struct SystemFolder {
  /// Empty for this machine.
  var root = ""

  /// A file's first line without the spaces around it; nil where there is none or it is empty.
  func line(_ path: String) -> String? {
    guard let file = fopen(root + path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    var text = String(decoding: bytes, as: UTF8.self)[...].drop { $0.isWhitespace }
    while text.last?.isWhitespace == true { text.removeLast() }
    return text.isEmpty ? nil : String(text)
  }

  /// The whole number in a file; nil where there is none.
  func number(_ path: String) -> Int? { line(path).flatMap { Int($0) } }

  /// The first line that begins with a word, without it and the colon.
  func line(_ path: String, beginning word: String) -> String? {
    guard let file = fopen(root + path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 8192)
    while fgets(&line, Int32(line.count), file) != nil {
      let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.hasPrefix(word), let colon = text.firstIndex(of: ":") else { continue }
      return String(text[text.index(after: colon)...].drop { $0.isWhitespace })
    }
    return nil
  }

  /// The numbers of a folder's entries that are called so: 0 and 3 of `cpu0`, `cpu3`, `cpufreq`.
  func numbers(in path: String, of name: String) -> [Int] {
    guard let folder = opendir(root + path) else { return [] }
    defer { closedir(folder) }
    var numbers: [Int] = []
    while let entry = readdir(folder) {
      let text = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if text.hasPrefix(name), let number = Int(text.dropFirst(name.count)), number >= 0 {
        numbers.append(number)
      }
    }
    return numbers.sorted()
  }
}
