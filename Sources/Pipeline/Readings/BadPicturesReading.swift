package import Augmentation

/// The pictures that a session has left out because they can't be read.
package struct BadPicturesReading: Equatable, Sendable {
  /// The most pictures that are kept with their names.
  package static let mostNamed = 8

  /// Pictures left out since the folder was opened.
  package var count = 0
  /// The first of them, `mostNamed` at most.
  package var named: [BadPicture] = []

  /// None.
  package init() {}

  /// These pictures.
  package init(_ pictures: [BadPicture]) {
    count = pictures.count
    named = Array(pictures.prefix(Self.mostNamed))
  }

  /// Counts pictures of which the first is known.
  package mutating func add(_ picture: BadPicture, count added: Int) {
    count += added
    if named.count < Self.mostNamed { named.append(picture) }
  }

  /// The notes that make up the same reading; none where no picture was left out.
  package var notes: [Note] {
    let rest = count - named.count
    return named.enumerated().map { place, picture in
      .badPicture(picture, count: place == named.count - 1 ? 1 + rest : 1)
    }
  }
}
