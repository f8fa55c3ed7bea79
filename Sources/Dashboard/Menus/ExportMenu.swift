import Pipeline
import Quantities

/// The outcome of an export.
package enum ExportOutcome: Sendable, Equatable {
  /// The file, and its size.
  case done(path: String, bytes: Int)
  /// The reason is for the user.
  case failed(String)
}

/// The menu that lies over the screen.
struct ExportMenu: Sendable, Equatable {
  var selection = ExportFormat.html
  /// The recording to export.
  var path: String
}

extension Model {
  /// Whether the export menu takes the keys.
  package var isMenuOpen: Bool { menu != nil }

  /// Opens the menu, where there is something to export.
  mutating func openMenu() -> [Effect] {
    if let exporting {
      notice = Notice(text: "still exporting \(exporting.rawValue)", isWarning: true)
      return []
    }
    guard let path = recordedPath else {
      notice = Notice(text: "nothing recorded: press e", isWarning: true)
      return []
    }
    menu = ExportMenu(path: path)
    return []
  }

  /// A key while the menu is open; those that aren't the menu's do nothing.
  mutating func updateMenu(_ action: Action) -> [Effect] {
    guard var menu else { return [] }
    let last = ExportFormat.allCases.count - 1
    let index = ExportFormat.allCases.firstIndex(of: menu.selection) ?? 0
    let steps: [Action: Int] = [
      .selectUp: -1, .selectDown: 1, .selectFirst: -last, .selectLast: last,
    ]
    if let step = steps[action] {
      menu.selection = ExportFormat.allCases[min(max(0, index + step), last)]
      self.menu = menu
    } else if case .exportAs(let choice) = action {
      return export(choice, of: menu.path)
    } else if action == .exportSelected {
      return export(menu.selection, of: menu.path)
    } else if action == .closeMenu || action == .export {
      self.menu = nil
    }
    return []
  }

  mutating func take(_ outcome: ExportOutcome) {
    exporting = nil
    switch outcome {
    case .done(let path, let bytes):
      notice = Notice(
        text: "exported \(fileName(path)) (\(NumberText.bytes(bytes)))", isWarning: false)
    case .failed(let reason): notice = Notice(text: "not exported: \(reason)", isWarning: true)
    }
  }

  private mutating func export(_ choice: ExportFormat, of path: String) -> [Effect] {
    menu = nil
    exporting = choice
    return [.export(choice, recording: path)]
  }

  /// The recording of this run that is open, or the last one closed.
  private var recordedPath: String? {
    switch reading.recording {
    case .off: nil
    case .on(let path, _), .closed(let path, _): path
    // The part written until then is whole.
    case .failed(let path, _): path
    }
  }
}

/// A path's last part.
func fileName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
