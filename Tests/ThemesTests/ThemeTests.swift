import Screen
import Testing
import Themes
import Toml

@Suite struct ThemeTests {
  private let catalog = ThemeCatalog(userFolder: nil)

  @Test(arguments: ThemeCatalog.builtInNames)
  func everyBuiltInThemeIsGood(name: String) throws {
    let file = try catalog.file(named: name)
    #expect(file.theme.name == name)
    #expect(!file.description.isEmpty)
    guard let background = file.theme.background else { return }
    let least = name == "high-contrast" ? 7 : 4.5
    let selection = try #require(file.theme.look(.selection).background)
    let track = try #require(file.theme.look(.barTrack).foreground)
    for role in Role.allCases where role != .barTrack && role != .border {
      let color = try #require(file.theme.look(role).foreground)
      let isShape = [.graphBand, .graphMean, .gpuBusy, .gpuHost, .gpuStarved].contains(role)
      let wanted = isShape ? 3 : least
      let contrast = color.contrast(with: background)
      #expect(contrast >= wanted, "\(role) on the background: \(contrast)")
      if !isShape {
        let contrast = color.contrast(with: selection)
        #expect(contrast >= wanted, "\(role) on the selection: \(contrast)")
      }
    }
    let border = try #require(file.theme.look(.border).foreground)
    #expect(border.contrast(with: background) >= 1.9)
    #expect(track.contrast(with: background) >= 1.1)
    for gradient in GradientRole.allCases {
      for step in 0...20 {
        let color = try #require(file.theme.color(gradient, at: Double(step) / 20))
        #expect(color.contrast(with: background) >= 3, "\(gradient) at \(step)/20")
        #expect(color.contrast(with: track) >= 2.5, "\(gradient) at \(step)/20 on the track")
      }
    }
  }

  /// Whatever the colours, a selected row differs, and no text vanishes in its ground.
  @Test func selectionShowsInEveryDepth() throws {
    for name in ThemeCatalog.builtInNames {
      let theme = try catalog.theme(named: name)
      for depth in ColorDepth.allCases {
        let plain = theme.paint(Style(.text), depth: depth)
        let selected = theme.paint(Style(.text, on: .selection), depth: depth)
        #expect(plain != selected, "\(name) at \(depth)")
        for role in Role.allCases where role != .barTrack {
          let paint = theme.paint(Style(role), depth: depth)
          #expect(
            paint.foreground != paint.background || paint.foreground == -1,
            "\(role) of \(name) at \(depth)")
        }
      }
    }
  }

  static let good = """
    background = "#000000"
    [roles]
    text = "#ffffff"
    muted = "#cccccc"
    accent = { fg = "#66ccff", bold = true }
    good = "#00ff00"
    warn = "#ffff00"
    bad = "#ff0000"
    selection = { bg = "#333333" }
    bar-track = "default"
    [gradients]
    load = ["#00ff00", "#ff0000"]
    queue = ["#ff0000", "#00ff00"]
    progress = ["#0000ff", "#00ffff", "#ffffff"]
    """

  @Test func aThemeNeedsOnlyRolesWithoutFallback() throws {
    let theme = try ThemeFile(text: Self.good, name: "x", file: "x.toml").theme
    #expect(theme.borders == .rounded)
    #expect(theme.look(.key).attributes == .bold)
    #expect(theme.look(.heading).foreground == Color(rgb: 0xCCCCCC))
    #expect(theme.look(.barTrack).foreground == nil)
    #expect(theme.color(.progress, at: 0.5) == Color(rgb: 0x00FFFF))
  }

  @Test(
    arguments: [
      (
        "\"#ff0000\"\nselection", "\"#ff000\"\nselection",
        "x.toml:8: key 'roles.bad': \"#ff000\" isn't a colour; write \"#rrggbb\""
      ),
      ("bold = true", "bold = 1", "x.toml:5: key 'roles.accent.bold': takes true or false, not"),
      (
        "bold = true", "blod = true", "x.toml:5: key 'roles.accent.blod': there is no such key; did"
      ),
      ("warn =", "wran =", "x.toml:2: key 'roles.warn': is missing"),
      ("bar-track", "titel", "x.toml:2: key 'roles.bar-track': is missing"),
      (
        "warn =", "headign = \"#fff000\"\nwarn =",
        "x.toml:7: key 'roles.headign': there is no such key; did you mean 'heading'?"
      ),
      ("\"#000000\"", "3", "x.toml:1: key 'background': takes a string, not an integer"),
      ("background", "backround", "x.toml: key 'background': is missing"),
      (
        "[roles]", "borders = \"square\n[roles]",
        "x.toml:2: Error while parsing"
      ),
      (
        "[roles]", "borders = \"sqare\"\n[roles]",
        "x.toml:2: key 'borders': \"sqare\" isn't one of its values; did you mean \"square\"?"
      ),
      (
        "[\"#00ff00\", \"#ff0000\"]", "[\"#00ff00\"]",
        "x.toml:12: key 'gradients.load': the array has too few colours; write at least two"
      ),
      (
        "[\"#00ff00\", \"#ff0000\"]", "[\"#00ff00\", \"red\"]",
        "x.toml:12: key 'gradients.load': the array has \"red\", which isn't a colour; write"
      ),
      ("queue", "quue", "x.toml:11: key 'gradients.queue': is missing"),
      ("[gradients]", "[gradiants]", "x.toml: key 'gradients': is missing"),
    ])
  func eachFaultNamesItsPlace(part: String, replacement: String, expected: String) throws {
    let range = try #require(Self.good.firstRange(of: part))
    let text = Self.good.replacingCharacters(in: range, with: replacement)
    let fault = #expect(throws: ConfigurationFault.self) {
      try ThemeFile(text: text, name: "x", file: "x.toml")
    }
    #expect(fault?.message.hasPrefix(expected) == true, "\(fault?.message ?? "")")
  }

  /// Whatever becomes of the bytes, there is a theme or a fault, and no crash.
  @Test func mutatedBytesAreSurvived() {
    let seed: UInt64 = 20_161_015
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let original = Array(Self.good.utf8)
    let spice = Array("[]{}\"'=.,#\n\\\u{0}\u{7F}é".utf8)
    var themes = 0
    for round in 0..<3_000 {
      var bytes = original
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(4) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(spice[random(spice.count)], at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + random(20)))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      do {
        _ = try ThemeFile(text: text, name: "x", file: "x.toml")
        themes += 1
      } catch {
        #expect(!error.message.isEmpty, "seed \(seed), round \(round)")
      }
    }
    #expect(themes > 0 && themes < 3_000)
  }
}

extension String {
  func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
