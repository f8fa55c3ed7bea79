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

  /// Whether the own decoder may be used from now on, by all threads: to compare both in one process.
  package static func setOwn(_ isOn: Bool) {
    ci_set_huffman(isOn ? 1 : 0)
  }
}
