import Glibc

/// The processes of the machine, as far as `/proc` shows them.
package enum ProcessTree {
  /// Their numbers, in no order.
  ///
  /// - Complexity: O(processes).
  package static func all() -> [Int32] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var numbers: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if let number = Int32(name) { numbers.append(number) }
    }
    return numbers
  }

  /// A process and all that it and its children have started and that live, itself first.
  ///
  /// - Complexity: O(processes × depth).
  package static func descendants(of root: Int32) -> [Int32] {
    var children: [Int32: [Int32]] = [:]
    for number in all() {
      if let parent = parent(of: number) { children[parent, default: []].append(number) }
    }
    var found = [root]
    var next = 0
    // A process that ends meanwhile, and whose number is given anew, can't lead into a circle.
    while next < found.count, found.count <= children.count + 1 {
      found += (children[found[next]] ?? []).sorted().filter { !found.contains($0) }
      next += 1
    }
    return found
  }

  /// The second field behind the command's name, which may hold anything.
  private static func parent(of process: Int32) -> Int32? {
    guard let text = KernelText.read("/proc/\(process)/stat"), let end = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 1 ? Int32(fields[1]) : nil
  }
}
