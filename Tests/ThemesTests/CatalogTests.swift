import Glibc
import Screen
import Testing
import Themes
import Toml

@Suite struct CatalogTests {
  @Test func unknownNamesGetASuggestionAndTheList() {
    let catalog = ThemeCatalog(userFolder: "/nowhere")
    let fault = #expect(throws: ConfigurationFault.self) { try catalog.theme(named: "drak") }
    #expect(
      fault?.message
        == "there is no theme 'drak'; did you mean 'dark'? There are: dark, light, nord, "
        + "gruvbox, solarized, solarized-light, dracula, catppuccin, paper, color-blind, "
        + "high-contrast, sixteen, mono")
    let missing = #expect(throws: ConfigurationFault.self) {
      try catalog.theme(named: "./no-such.toml")
    }
    #expect(missing?.message == "./no-such.toml: can't be read: No such file or directory")
    let folder = #expect(throws: ConfigurationFault.self) { try catalog.theme(named: "/tmp/") }
    #expect(folder?.message == "/tmp/: can't be read: Is a directory")
  }

  @Test func theUsersThemesJoinAndHide() throws {
    var template = Array("/tmp/themes-XXXXXX".utf8CString)
    let made = mkdtemp(&template).map { String(cString: $0) }
    let folder = try #require(made)
    defer { rmdir(folder) }
    let paths = ["zebra", "dark"].map { "\(folder)/\($0).toml" }
    for path in paths {
      let file = try #require(fopen(path, "w"))
      fputs("description = \"mine\"\n" + ThemeTests.good, file)
      fclose(file)
    }
    defer { for path in paths { unlink(path) } }
    let catalog = ThemeCatalog(userFolder: folder)
    #expect(catalog.names == ThemeCatalog.builtInNames + ["zebra"])
    #expect(try catalog.file(named: "zebra").theme.name == "zebra")
    #expect(try catalog.file(named: "dark").description == "mine")
    #expect(try catalog.file(named: paths[0]).theme.name == "zebra")
    #expect(try catalog.file(named: "light").description != "mine")
  }
}
