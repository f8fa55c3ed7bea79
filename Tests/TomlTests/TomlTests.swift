import Testing
import Toml

@Suite struct TomlTests {
  enum Loader: String, CaseIterable { case blocking, torch }

  private func message(_ text: String) -> String {
    do {
      let document = try TomlDocument(text: text, file: "a.toml")
      try document.read { (root) throws(ConfigurationFault) in
        _ = try root.value("name", as: String.self)
        _ = try root.value("workers", in: 1...64)
        _ = try root.value("share", as: Double.self)
        _ = try root.value("list", as: [Double].self)
        _ = try root.choice("loader", of: Loader.self)
        _ = try root.parsed("step", orSay: "isn't a time") { $0 == "14ms" ? 14 : nil }
        _ = try root.table("gpu") { (gpu) throws(ConfigurationFault) in
          try gpu.required("compute", as: Double.self)
        }
        _ = try root.tables("stage") { (stage) throws(ConfigurationFault) in
          try stage.required("id", as: String.self)
        }
      }
      return ""
    } catch {
      return error.message
    }
  }

  @Test func goodTextsAreRead() throws {
    let text = """
      name = "x"
      workers = 2
      share = 1
      list = [1, 2.5]
      loader = "torch"
      step = "14ms"
      gpu = { compute = 3.4 }
      [[stage]]
      id = "warp"
      [[stage]]
      id = "zoom"
      """
    #expect(message(text) == "")
    let document = try TomlDocument(text: text, file: "a.toml")
    let ids = try document.read { (root) throws(ConfigurationFault) in
      for key in root.keys where key != "stage" && key != "gpu" { _ = root.kind(key) }
      #expect(root.keys == ["name", "workers", "share", "list", "loader", "step", "gpu", "stage"])
      _ = try root.value("name", default: "")
      #expect(try root.value("workers", as: Int.self) == 2)
      #expect(try root.value("share", default: 0.0) == 1)
      #expect(try root.value("list", as: [Double].self) == [1, 2.5])
      #expect(try root.choice("loader", of: Loader.self) == .torch)
      #expect(try root.value("absent", default: 7) == 7)
      _ = try root.value("step", as: String.self)
      let compute = try root.requiredTable("gpu") { (gpu) throws(ConfigurationFault) in
        try gpu.required("compute", as: Double.self)
      }
      #expect(compute == 3.4)
      return try root.tables("stage") { (stage) throws(ConfigurationFault) in
        try stage.required("id", as: String.self)
      }
    }
    #expect(ids == ["warp", "zoom"])
  }

  @Test(
    arguments: [
      ("name = \n", "a.toml:1: Error while parsing key-value pair: expected value"),
      ("a.b = 1\n[[[c]]]", "a.toml:2: a table's header is malformed"),
      ("a = 1\nname = 3", "a.toml:2: key 'name': takes a string"),
      ("a = 1", "a.toml:1: key 'a': there is no such key; this table takes gpu, list, loader"),
      ("nmae = \"x\"", "a.toml:1: key 'nmae': there is no such key; did you mean 'name'?"),
      ("name = \"x\"\n\nname = \"y\"", "a.toml:3: "),
      ("\nname = 3", "a.toml:2: key 'name': takes a string, not an integer"),
      ("name = 1979-05-27", "a.toml:1: key 'name': takes a string, not a date"),
      ("workers = 65", "a.toml:1: key 'workers': 65 is out of bounds; write 1 to 64"),
      ("workers = 1.0", "a.toml:1: key 'workers': takes an integer, not a float"),
      ("workers = true", "a.toml:1: key 'workers': takes an integer, not a boolean"),
      ("share = nan", "a.toml:1: key 'share': nan isn't a finite number"),
      ("share = -inf", "a.toml:1: key 'share': -inf isn't a finite number"),
      (
        "list = [1, \"a\"]",
        "a.toml:1: key 'list': the array has a string at place 2; write a number"
      ),
      ("list = 1", "a.toml:1: key 'list': takes an array, each element a number, not an integer"),
      (
        "loader = \"torhc\"",
        "a.toml:1: key 'loader': \"torhc\" isn't one of its values; did you mean \"torch\"?"
      ),
      (
        "loader = \"quick\"",
        "a.toml:1: key 'loader': \"quick\" isn't one of its values: blocking, torch"
      ),
      ("step = \"14\"", "a.toml:1: key 'step': \"14\" isn't a time"),
      ("gpu = 3", "a.toml:1: key 'gpu': takes a table, not an integer"),
      ("\n[gpu]\n", "a.toml:2: key 'gpu.compute': is missing"),
      (
        "[gpu]\ncompute = 1\ncompote = 2",
        "a.toml:3: key 'gpu.compote': there is no such key; this table takes compute"
      ),
      ("[[stage]]\nid = \"a\"\n[[stage]]\nid = 2", "a.toml:4: key 'stage[1].id': takes a string"),
      ("stage = [1]", "a.toml:1: key 'stage[0]': takes a table, not an integer"),
    ])
  func eachFaultNamesItsPlace(text: String, expected: String) {
    let found = message(text)
    #expect(found.hasPrefix(expected), "\(found)")
  }

  @Test func whatWouldOverflowTheStackIsRefused() {
    let dotted = String(repeating: "a.", count: 150) + "a"
    let brackets = (String(repeating: "[", count: 90), String(repeating: "]", count: 90))
    for text in [
      String(repeating: "a.", count: 20_000) + "a = 1", dotted + " = 1",
      "[\(dotted)]\n\(dotted) = 1", String(repeating: "a = 0.1\n", count: 40_000),
      "list = \(brackets.0)\(brackets.1)",
    ] {
      #expect(message(text) == "a.toml: the file is too large or too deeply nested")
    }
  }
}
