import Pipeline

/// The stages of a job's batches by name, in the order in which they were found; processes number them each
/// for itself.
struct JobNames {
  /// Time in `__getitem__` and the loop around it that no other stage has.
  static let rest = "getitem"
  /// Joining the pictures to a batch.
  static let collate = "collate"
  /// As many stages as a session has places for, less the two above.
  static let most = 62
  private static let longest = 40

  private(set) var names: [String] = []
  private(set) var switchable: Set<String> = []
  /// By process and its number of the stage.
  private var numbers: [Int32: [Int: Int]] = [:]

  /// Takes in a process's stage; one that there is no place for counts as the rest.
  mutating func add(_ text: String, number: Int, of process: Int32, isSwitchable: Bool) {
    guard numbers[process]?.count ?? 0 < 4096 else { return }
    let name = Self.cleaned(text)
    if let place = names.firstIndex(of: name) {
      numbers[process, default: [:]][number] = place
    } else if names.count < Self.most, !name.isEmpty {
      numbers[process, default: [:]][number] = names.count
      names.append(name)
    }
    if isSwitchable { switchable.insert(name) }
  }

  /// The place of a process's stage among `names`; nil where it isn't known.
  func place(of number: Int, in process: Int32) -> Int? { numbers[process]?[number] }

  /// The session's list: the rest, the stages that were found so far, collating.
  ///
  /// - Parameter keys: Whether stages get keys, 1 to 9 and 0 for the first ten; one without can be switched in
  ///   predictions alone.
  func list(keys: Bool) -> StageList {
    var free = Array("1234567890")
    let found = names.map { name in
      let isSwitchable = switchable.contains(name)
      let hasKey = keys && isSwitchable && !free.isEmpty
      return SessionStage(
        name, key: hasKey ? free.removeFirst() : nil, isSwitchable: isSwitchable)
    }
    return StageList(
      [SessionStage(Self.rest, isSwitchable: false)] + found
        + [SessionStage(Self.collate, isSwitchable: false)])
  }

  /// Printable, short, without what separates names in lists; the two names of our own are left free.
  static func cleaned(_ text: String) -> String {
    let name = String(
      text.unicodeScalars.filter {
        $0 != "," && $0.properties.generalCategory != .control
          && $0.properties.generalCategory != .format
          && !$0.properties.isWhitespace || $0 == " "
      }.prefix(longest).map(Character.init))
    return name == rest || name == collate ? name + " (own)" : name
  }
}
