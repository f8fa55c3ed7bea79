import CImageCodecs

/// The decoder of baseline JPEGs' Huffman codes: augtop's own, or libjpeg's where that can't be used.
///
/// Both give the same pixels; augtop's takes two thirds of the time. Progressive pictures, restart
/// markers, arithmetic coding and damaged files are libjpeg's in any case.
package enum HuffmanDecoder {
  /// augtop's.
  case own
  /// libjpeg's: its version isn't the one that the own decoder was tested with.
  case otherVersion
  /// libjpeg's: the own decoder gave other pixels for a small picture.
  case differs
  /// libjpeg's, by `AUGTOP_HUFFMAN=libjpeg`.
  case unwanted

  /// The one that decodes here. The first call compares both on a small picture.
  package static var current: HuffmanDecoder {
    switch ci_find_huffman() {
    case CI_HUFFMAN_USED: .own
    case CI_HUFFMAN_OTHER_VERSION: .otherVersion
    case CI_HUFFMAN_UNWANTED: .unwanted
    default: .differs
    }
  }

  /// Whether places in files are kept; not so with `AUGTOP_HUFFMAN=no-places`.
  package static var keepsPlaces: Bool { ci_keeps_places() != 0 }

  /// How much of the own decoder is used.
  package enum Level {
    /// Nothing: libjpeg decodes.
    case none
    /// The decoder; each visit decodes from the file's start.
    case codes
    /// Also the places in a file at which decoding can begin, kept for later visits; 64 MB at the most.
    case places
  }

  /// Sets the level from now on, in all threads, to compare them in one process.
  package static func set(_ level: Level) {
    switch level {
    case .none: ci_set_huffman(CI_HUFFMAN_NONE)
    case .codes: ci_set_huffman(CI_HUFFMAN_CODES)
    case .places: ci_set_huffman(CI_HUFFMAN_PLACES)
    }
  }
}
