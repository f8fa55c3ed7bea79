package import Tracing

/// The parts of a session file that couldn't be used, in words.
package enum RecordingTroubleText {
  /// One sentence for each kind of trouble; none where all was used.
  package static func sentences(_ trouble: RecordingTrouble) -> [String] {
    var sentences: [String] = []
    if trouble.tornBytes > 0 {
      sentences.append(
        "the last \(trouble.tornBytes) bytes are torn: the session was killed or the file was cut;"
          + " all before them is used")
    }
    if trouble.damagedPlaces > 0 {
      sentences.append(
        "\(trouble.damagedPlaces) damaged places, the first at byte \(trouble.firstDamage ?? 0);"
          + " \(trouble.skippedBytes) bytes were stepped over")
    }
    if trouble.lostMoments > 0 {
      sentences.append("\(trouble.lostMoments) moments were lost with what is damaged")
    }
    if trouble.isExpansionCut {
      sentences.append(
        "its gzip data are cut off or damaged, or something else follows them; all before is used")
    }
    if let failure = trouble.failure { sentences.append("reading ended early: \(failure)") }
    return sentences
  }
}
