/// A piece of text in one style.
package struct Span: Hashable, Sendable {
  /// The text; control characters are drawn as `?`.
  package var text: String
  /// The style of all of it.
  package var style: Style

  /// A text in a style.
  package init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }

  /// A text in the colour of a role.
  package init(_ text: String, _ role: Role = .text, attributes: TextAttributes = []) {
    self.init(text, Style(role, attributes: attributes))
  }

  /// Columns it takes.
  package var width: Int { CellWidth.of(text) }
}

/// Where text stands in the room it is given.
package enum Alignment: Hashable, Sendable {
  case left
  case center
  case right
}

extension [Span] {
  /// Columns the spans take together.
  package var width: Int { reduce(0) { $0 + $1.width } }
}

extension CellGrid {
  /// Draws spans one after another on the first row of an area.
  ///
  /// Text that doesn't fit is cut and ends with an ellipsis.
  ///
  /// - Returns: The column after the last one drawn.
  @discardableResult
  package mutating func draw(
    _ spans: [Span], in area: Rect, alignment: Alignment = .left
  ) -> Int {
    guard !area.isEmpty else { return area.x }
    let room = area.width - spans.width
    var x = area.x
    if room > 0 {
      switch alignment {
      case .left: break
      case .center: x += room / 2
      case .right: x += room
      }
    }
    guard room < 0 else {
      for span in spans { x = put(span.text, at: Point(x: x, y: area.y), style: span.style) }
      return x
    }
    for (index, span) in spans.enumerated() {
      let left = area.maxX - x
      // The last span that fits must still leave a column for the ellipsis of the next.
      let isLast = spans[(index + 1)...].allSatisfy { $0.width == 0 }
      if !isLast, span.width >= left {
        x = put(
          span.text + String(glyphs.ellipsis), at: Point(x: x, y: area.y),
          style: span.style, maxWidth: left)
        break
      }
      x = put(span.text, at: Point(x: x, y: area.y), style: span.style, maxWidth: left)
    }
    return x
  }

  /// Draws one text on the first row of an area.
  @discardableResult
  package mutating func draw(
    _ text: String, in area: Rect, style: Style = .text, alignment: Alignment = .left
  ) -> Int {
    draw([Span(text, style)], in: area, alignment: alignment)
  }

  /// Draws a text over several rows, broken between words; what is left over is cut.
  ///
  /// - Returns: The rows used.
  @discardableResult
  package mutating func drawWrapped(_ spans: [Span], in area: Rect) -> Int {
    let lines = spans.wrapped(to: area.width)
    for (index, line) in lines.prefix(area.height).enumerated() {
      let isCut = index == area.height - 1 && lines.count > area.height
      draw(isCut ? line + [Span(String(glyphs.ellipsis), .muted)] : line, in: area.row(index))
    }
    return Swift.min(lines.count, area.height)
  }
}

extension [Span] {
  /// The spans broken into lines of at most `width` columns, between words where possible; a number
  /// and its unit count as one word, and so does what spans have side by side without a blank, such as a
  /// comma after a number.
  package func wrapped(to width: Int) -> [[Span]] {
    guard width > 0 else { return [] }
    if self.width <= width, first(where: { !$0.text.isEmpty })?.text.first != " " {
      return [reduce(into: []) { if !$1.text.isEmpty { $0.add($1.text, $1.style) } }]
    }
    var lines: [[Span]] = [[]]
    var used = 0
    for word in words {
      let gap = word.gap == nil ? 0 : 1
      let isBroken = used > 0 && used + gap + word.extent > width
      // An arrow that ends a line needs its blank.
      if let style = word.gap, used > 0, !isBroken || word.endsSpan && used < width {
        lines[lines.count - 1].add(" ", style)
        used += 1
      }
      if isBroken {
        lines.append([])
        used = 0
      }
      for piece in word.pieces {
        let extent = CellWidth.of(piece.text)
        // A word that no line can hold breaks where its style changes.
        if used > 0, word.extent > width, used + extent > width {
          lines.append([])
          used = 0
        }
        lines[lines.count - 1].add(piece.text, piece.style)
        used += extent
      }
    }
    return lines
  }

  /// The words of all spans.
  private var words: [SpannedWord] {
    var words: [SpannedWord] = []
    for span in self {
      let texts = span.words
      for (index, text) in texts.enumerated() {
        if index > 0 || words.isEmpty {
          words.append(
            SpannedWord(
              gap: index > 0 ? span.style : nil, endsSpan: index == texts.count - 1 && text.isEmpty)
          )
        }
        guard !text.isEmpty else { continue }
        words[words.count - 1].pieces.append(Span(text, span.style))
        words[words.count - 1].extent += CellWidth.of(text)
      }
    }
    return words
  }

  /// Text of one style stays one span, in which an arrow finds the blank after it.
  private mutating func add(_ text: String, _ style: Style) {
    if let last = indices.last, self[last].style == style {
      self[last].text += text
    } else {
      append(Span(text, style))
    }
  }
}

/// What stands between two blanks, in one style or several.
private struct SpannedWord {
  /// The style of the blank before it; nil where there is none.
  var gap: Style?
  /// Whether that blank is the end of its span.
  var endsSpan: Bool
  var pieces: [Span] = []
  var extent = 0
}

extension Span {
  /// The text between its spaces; what is one or two letters long after a number stays with it.
  fileprivate var words: [String] {
    var words: [String] = []
    for scalars in text.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false) {
      let word = Substring(scalars)
      if let last = words.indices.last, words[last].endsInDigit, word.isUnit {
        words[last] += " \(word)"
      } else {
        words.append(String(word))
      }
    }
    return words
  }
}

extension String {
  fileprivate var endsInDigit: Bool { utf8.last.map { (48...57).contains($0) } ?? false }
}

extension Substring {
  /// One or two letters, and what may follow them.
  fileprivate var isUnit: Bool {
    let letters = prefix { !",.;:)".contains($0) }
    return (1...2).contains(letters.count) && letters.allSatisfy { !$0.isNumber }
  }
}
