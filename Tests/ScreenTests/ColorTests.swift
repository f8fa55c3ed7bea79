import Screen
import Testing

@Suite struct ColorTests {
  @Test func hexIsStrict() {
    #expect(Color(hex: "#12aBff") == Color(red: 0x12, green: 0xAB, blue: 0xFF))
    for bad in ["", "#", "12abff", "#12abf", "#12abfff", "#12abfg", "#１２abff", " #12abf"] {
      #expect(Color(hex: bad) == nil, "\(bad)")
    }
  }

  @Test func contrastIsWCAGs() {
    let (black, white) = (Color(rgb: 0), Color(rgb: 0xFFFFFF))
    #expect(abs(black.contrast(with: white) - 21) < 1e-6)
    // The lightest grey that WCAG passes on white.
    #expect(abs(Color(rgb: 0x767676).contrast(with: white) - 4.54) < 0.005)
    #expect(abs(Color(rgb: 0xFF0000).luminance - 0.2126) < 1e-6)
  }

  @Test func gradientsPassTheirStops() throws {
    let stops = [Color(rgb: 0xFF0000), Color(rgb: 0x00FF00), Color(rgb: 0x0000FF)]
    let gradient = try #require(Gradient(stops: stops))
    #expect(gradient.color(at: -1) == stops[0])
    #expect(gradient.color(at: .nan) == stops[0])
    #expect(gradient.color(at: 0.5) == stops[1])
    #expect(gradient.color(at: 7) == stops[2])
    // Half the light of each, which is brighter than half the number.
    #expect(gradient.color(at: 0.25) == Color(rgb: 0xBCBC00))
    #expect(Gradient(stops: [stops[0]]) == nil)
  }

  /// Against the slow, obvious search over all 240 colours.
  @Test func cubeAndGreysAreTheNearest() {
    let levels = [0, 95, 135, 175, 215, 255]
    var palette: [(index: Int32, red: Int, green: Int, blue: Int)] = []
    for i in 0..<216 {
      palette.append((Int32(16 + i), levels[i / 36], levels[i / 6 % 6], levels[i % 6]))
    }
    for i in 0..<24 { palette.append((Int32(232 + i), 8 + 10 * i, 8 + 10 * i, 8 + 10 * i)) }
    var state: UInt32 = 7
    for _ in 0..<2_000 {
      state = state &* 1_664_525 &+ 1_013_904_223
      let color = Color(rgb: state >> 8)
      func distance(_ entry: (index: Int32, red: Int, green: Int, blue: Int)) -> Int {
        let (r, g, b) = (
          entry.red - Int(color.red), entry.green - Int(color.green), entry.blue - Int(color.blue)
        )
        return r * r + g * g + b * b
      }
      let found = ColorDepth.indexed256.index(of: color)
      let best = palette.map(distance).min()
      #expect(palette.first { $0.index == found }.map(distance) == best, "\(color)")
    }
  }

  @Test func sixteenColorsKeepTheHue() {
    let names: [(UInt32, Int32)] = [
      (0x000000, 0), (0xFFFFFF, 15), (0x808080, 8), (0xC0C0C0, 7), (0xFF8078, 9), (0x86D6A0, 10),
      (0x88C0D0, 14), (0x7CC4FF, 14), (0x0A5CB8, 4), (0xF3C65F, 11), (0x12713A, 2),
    ]
    for (rgb, index) in names {
      #expect(ColorDepth.ansi16.index(of: Color(rgb: rgb)) == index, "\(String(rgb, radix: 16))")
      #expect(ColorDepth.ansi8.index(of: Color(rgb: rgb)) == (index == 8 ? 7 : index & 7))
    }
    // 0...7 would be ANSI colours to a direct terminal.
    #expect(ColorDepth.trueColor.index(of: Color(rgb: 3)) == 8)
  }

  @Test func selectionNeedsNoColor() {
    let selected = Theme.plain.paint(Style(.muted, on: .selection), depth: .none)
    #expect(selected == Paint(foreground: -1, background: -1, attributes: [.dim, .reverse]))
  }
}
