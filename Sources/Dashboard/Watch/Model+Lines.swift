import Pipeline

extension Model {
  /// The effects of a key that means nothing where lines are printed instead of a screen, which is said; nil
  /// where it does the same as on a screen.
  mutating func printed(_ action: Action) -> [Effect]? {
    guard !isDrawn, action.needsScreen else { return nil }
    return refuse("this key needs the screen, which `augtop live` opens")
  }
}
