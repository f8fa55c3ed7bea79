import Screen

/// Keys written in a line: a character each, and names such as `<Tab>` for those that have no character.
enum KeyNotation {
  /// Names and their keys, in the order of the help; case doesn't count.
  private static let named: [(name: String, key: Key)] = [
    ("Tab", .tab), ("S-Tab", .backtab), ("Enter", .enter), ("Esc", .escape), ("Up", .up),
    ("Down", .down), ("Left", .left), ("Right", .right), ("Home", .home), ("End", .end),
    ("PageUp", .pageUp), ("PageDown", .pageDown), ("Backspace", .backspace), ("Delete", .delete),
    ("Space", .character(" ")), ("lt", .character("<")),
  ]

  /// What may be written, for help and faults.
  static let names =
    named.map { "<\($0.name)>" }.joined(separator: " ") + ", <A-5> for Alt 5, <F1> to <F12>"

  /// The keys of a line.
  ///
  /// - Throws: `CommandFault` for a name that isn't known, and for `<` without a name.
  static func keys(of text: String, option: String) throws -> [Key] {
    var keys: [Key] = []
    var rest = text[...]
    while let first = rest.first {
      guard first == "<" else {
        keys.append(.character(first))
        rest = rest.dropFirst()
        continue
      }
      guard let end = rest.firstIndex(of: ">") else {
        throw CommandFault.wrong("\(option) \(text): < begins the name of a key; write <lt> for <")
      }
      let name = rest[rest.index(after: rest.startIndex)..<end]
      guard let key = key(named: name) else {
        throw CommandFault.wrong("\(option): no key is called <\(name)>. Names are \(names)")
      }
      keys.append(key)
      rest = rest[rest.index(after: end)...]
    }
    return keys
  }

  private static func key(named name: Substring) -> Key? {
    let wanted = name.lowercased()
    if let known = named.first(where: { $0.name.lowercased() == wanted }) { return known.key }
    if wanted.hasPrefix("a-"), wanted.count == 3, let letter = name.last { return .alt(letter) }
    guard wanted.hasPrefix("f"), let number = Int(wanted.dropFirst()), (1...12).contains(number),
      wanted.dropFirst() == "\(number)"
    else { return nil }
    return .function(number)
  }
}
