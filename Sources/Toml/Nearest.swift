/// The candidate most like a word, if any is like enough to have been meant.
///
/// Counts letters inserted, deleted, replaced, or swapped with their neighbour; a third of the
/// word may differ, and one letter always. Else the only candidate that begins with the word.
package func nearest(to word: String, among candidates: [String]) -> String? {
  let limit = max(1, word.count / 3)
  let ranked = candidates.map { (name: $0, distance: editDistance(word, $0)) }
  if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= limit {
    return best.name
  }
  let longer = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
  return longer.count == 1 && word.count >= 3 ? longer[0] : nil
}

/// The optimal string alignment distance.
private func editDistance(_ a: String, _ b: String) -> Int {
  // A key of thousands of letters is no slip of the finger.
  let (a, b) = (Array(a.lowercased().prefix(64)), Array(b.lowercased().prefix(64)))
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, rows[i - 1][j - 1] + 1)
      }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
