import Testing

@Suite struct InformationTests {
  @Test(arguments: [
    "", "live", "run", "advise", "gpus", "augment", "bench", "calibrate", "doctor", "themes",
    "themes list",
    "themes check", "themes schema", "config", "config default", "config path", "manual",
  ])
  func everyHelpHasAnExample(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let help = try Command(words + ["--help"])
    #expect(help.status == 0)
    #expect(help.complaints == "")
    #expect(help.output.contains("Example"), "\(help.output)")
    #expect(help.output.contains("  augtop \(command)"), "\(help.output)")
    #expect(help.output.contains("USAGE: augtop"))
    #expect(try Command(["help"] + words).output == help.output)
  }

  @Test func themes() throws {
    let list = try Command("themes", "list")
    #expect(list.status == 0)
    let names = list.output.split(separator: "\n").map(String.init)
    for name in ["dark", "light", "high-contrast", "mono"] { #expect(names.contains(name)) }
    #expect(try Command("themes").output == list.output)
    for name in names {
      let check = try Command("themes", "check", Package.path("themes/\(name).toml"))
      #expect(check.status == 0, "\(name): \(check.complaints)")
    }
  }

  @Test func doctor() throws {
    let doctor = try Command("doctor")
    #expect(doctor.status == 0)
    for piece in [
      "machine", "cores", "processor clocks", "timer slack", "kernel tick", "clocks", "plain sleep",
      "terminal", "not a terminal: use `augtop run`",
      "colours", "fast-gpu, keras-cifar10, paradox, native", "dark, light",
    ] {
      #expect(doctor.output.contains(piece), "\(piece)")
    }
  }

  @Test func version() throws {
    let version = try Command("--version")
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("augtop "))
  }
}
