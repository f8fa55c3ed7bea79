import FoundationEssentials
import Screen
import Testing
import Themes
import Toml

@Suite struct ThemeTests {
  private let catalog = ThemeCatalog(userFolder: nil)

  @Test(arguments: ThemeCatalog.builtInNames)
  func everyBuiltInThemeCanBeRead(name: String) throws {
    let file = try catalog.file(named: name)
    #expect(file.theme.name == name)
    #expect(!file.description.isEmpty)
    for depth in ThemeContrast.depths {
      let contrast = ThemeContrast(file.theme, depth: depth)
      #expect(contrast.faults == [], "\(name), \(depth)")
      guard file.theme.background != nil else { continue }
      let promised = ["high-contrast", "paper"].contains(name) ? 7 : 4.5
      #expect(try #require(contrast.leastText) >= promised, "\(name), \(depth)")
      #expect(try #require(contrast.leastBars) >= 3, "\(name), \(depth)")
    }
  }

  /// The selection, the track of a bar and boxes differ from the ground.
  @Test(arguments: ThemeCatalog.builtInNames)
  func groundsDiffer(name: String) throws {
    let theme = try catalog.theme(named: name)
    guard let background = theme.background else { return }
    let selection = try #require(theme.look(.selection).background)
    let track = try #require(theme.look(.barTrack).foreground)
    let border = try #require(theme.look(.border).foreground)
    #expect(selection.contrast(with: background) >= 1.1)
    #expect(track.contrast(with: background) >= Role.trackContrast)
    #expect(border.contrast(with: background) >= 1.6)
  }

  /// Blue text on black isn't readable in the ANSI colours, and white on white never is.
  @Test func theCheckFindsWhatCannotBeRead() throws {
    let text = Self.good.replacingOccurrences("#cccccc", "#0000ee")
    let theme = try ThemeFile(text: text, name: "x", file: "x.toml").theme
    let contrast = ThemeContrast(theme, depth: .trueColor)
    #expect(
      contrast.faults.contains { $0.place == "muted" && $0.contrast < 2.3 && $0.wanted == 4.5 })
    #expect(contrast.faults.contains { $0.place == "graph-band" && $0.wanted == 3 })
    // With sixteen colours another one takes its place.
    let paint = theme.paint(Style(.muted), depth: .ansi16)
    #expect(paint.foreground != 4 && paint.background == 0)
    #expect(ThemeContrast(theme, depth: .ansi16).faults == [])
  }

  /// A track that is hardly there, and one that is nearly as bright as its bars.
  @Test func theCheckFindsTracksThatAreTooFaintOrTooBright() throws {
    func faults(track: String, depth: ColorDepth) throws -> [ThemeContrast.Fault] {
      let text = Self.good.replacing("bar-track = \"default\"", with: "bar-track = \"\(track)\"")
        .replacing("#0000ff", with: "#00a0ff").replacing("#ff0000", with: "#ff6060")
      let theme = try ThemeFile(text: text, name: "x", file: "x.toml").theme
      return ThemeContrast(theme, depth: depth).faults.filter { $0.place.contains("bar-track") }
    }
    let faint = try faults(track: "#101010", depth: .trueColor)
    #expect(faint.map(\.place) == ["bar-track"] && faint.allSatisfy { $0.wanted == 1.5 })
    let bright = try faults(track: "#909090", depth: .trueColor)
    #expect(bright.contains { $0.place == "gpu-starved on bar-track" && $0.wanted == 3 })
    #expect(!bright.contains { $0.place == "bar-track" })
    // With 256 colours the nearest grey that shows takes its place.
    #expect(try faults(track: "#101010", depth: .indexed256).isEmpty)
  }

  /// No theme draws in ANSI's dark blue on black.
  @Test(arguments: ThemeCatalog.builtInNames)
  func noBlueOnBlack(name: String) throws {
    let theme = try catalog.theme(named: name)
    for role in Role.allCases where role.leastContrast(text: 4.5) != nil {
      let paint = theme.paint(Style(role), depth: .ansi16)
      #expect(paint.foreground != 4 || paint.background != 0, "\(role)")
    }
  }

  /// An empty queue isn't drawn as a full one, nor a busy GPU as a starved one.
  @Test(arguments: ThemeCatalog.builtInNames)
  func oppositesDiffer(name: String) throws {
    let theme = try catalog.theme(named: name)
    guard theme.background != nil else { return }
    for (one, other) in [(Role.queueEmpty, Role.queueFull), (.gpuBusy, .gpuStarved)] {
      let first = try #require(theme.look(one).foreground)
      let second = try #require(theme.look(other).foreground)
      let parts = [(first.red, second.red), (first.green, second.green), (first.blue, second.blue)]
      let distance = parts.reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      #expect(distance > 100, "\(one) and \(other)")
    }
  }

  /// Good and bad, busy and starved differ to an eye without red or green cones.
  ///
  /// Source: F. Viénot, H. Brettel, J. Mollon, "Digital video colourmaps for checking the legibility of
  /// displays by dichromats" (1999): in linear RGB, with deuteranopia both red and green become
  /// 0.29275 R + 0.70725 G, with protanopia 0.11238 R + 0.88762 G; blue hardly changes.
  @Test func theColorBlindThemeIsSafe() throws {
    let theme = try catalog.theme(named: "color-blind")
    func seen(_ color: Color, red: Double) -> [Double] {
      // The square is near enough to sRGB's curve for a distance.
      func light(_ channel: UInt8) -> Double { Double(channel) / 255 * Double(channel) / 255 }
      let yellow = red * light(color.red) + (1 - red) * light(color.green)
      return [yellow, light(color.blue)]
    }
    for (one, other) in [(Role.good, Role.bad), (.gpuBusy, .gpuStarved), (.good, .warn)] {
      let (a, b) = (theme.look(one).foreground, theme.look(other).foreground)
      let (first, second) = (try #require(a), try #require(b))
      for red in [0.29275, 0.11238] {
        let (x, y) = (seen(first, red: red), seen(second, red: red))
        let distance = ((x[0] - y[0]) * (x[0] - y[0]) + (x[1] - y[1]) * (x[1] - y[1])).squareRoot()
        #expect(distance > 0.3, "\(one) and \(other): \(distance)")
      }
    }
  }

  /// The schema names the same keys as the program.
  @Test func theSchemaIsComplete() throws {
    let data = Data(ThemeCatalog.schema.utf8)
    let schema = try JSONDecoder().decode(Schema.self, from: data)
    #expect(Set(schema.properties.keys) == Schema.keys)
    let roles = try #require(schema.properties["roles"])
    #expect(Set(roles.properties?.keys.map { $0 } ?? []) == Set(Role.allCases.map(\.rawValue)))
    #expect(
      Set(roles.required ?? [])
        == Set(Role.allCases.filter { $0.fallback == nil }.map(\.rawValue)))
    let gradients = try #require(schema.properties["gradients"])
    #expect(gradients.required?.sorted() == GradientRole.allCases.map(\.rawValue).sorted())
  }

  private struct Schema: Decodable {
    struct Part: Decodable {
      var properties: [String: Ignored]?
      var required: [String]?
    }
    struct Ignored: Decodable {
      init(from decoder: any Decoder) {}
    }
    static let keys: Set = [
      "description", "background", "borders", "text-contrast", "roles", "gradients",
    ]
    var properties: [String: Part]
  }

  /// In all colours a selected row differs, and no text vanishes in its ground.
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

  /// Any bytes give a theme or a fault, and no crash.
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
  fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }

  func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    self[..<range.lowerBound] + text + self[range.upperBound...]
  }
}
