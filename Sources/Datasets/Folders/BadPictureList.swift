import Augmentation

/// The pictures of a folder that turned out to be bad, and those that stand in for them.
struct BadPictureList {
  /// In the order in which they were found, those at the opening first.
  private(set) var found: [BadPicture]
  private let count: Int
  /// A bad picture's place to where the search for a good one goes on; shortened with every search.
  private var next: [Int: Int] = [:]

  init(count: Int, found: [BadPicture]) {
    self.count = count
    self.found = found
  }

  /// The picture itself, or where it is bad the next one that isn't known to be: after the last comes
  /// the first.
  ///
  /// - Returns: Nil where all are bad.
  /// - Complexity: O(1) on average over many searches.
  mutating func standIn(for index: Int) -> Int? {
    guard next.count < count else { return nil }
    var good = index
    while let following = next[good] { good = following }
    var place = index
    while let following = next[place] {
      next[place] = good
      place = following
    }
    return good
  }

  /// Notes a picture that can't be read; does nothing where it is known already.
  mutating func add(_ index: Int, _ picture: BadPicture) {
    guard next[index] == nil else { return }
    next[index] = (index + 1) % count
    found.append(picture)
  }
}
