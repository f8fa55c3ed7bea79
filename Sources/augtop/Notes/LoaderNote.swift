import Pipeline

/// An option that was given and that the chosen loader ignores.
enum LoaderNote: Equatable {
  /// `--queue`: torch's workers make `--prefetch` batches each.
  case queue(Loader)
  /// `--prefetch`: the queue is the bound.
  case prefetch(Loader)
  /// `--gil`: each worker is a process with a lock of its own.
  case lock(Loader)
  /// `--persistent-workers`: the others have no such choice.
  case persistent(Loader)

  /// The notes about the options that were given.
  ///
  /// - Parameters:
  ///   - queue: Whether `--queue` was.
  ///   - prefetch: Whether `--prefetch` was.
  ///   - lock: Whether `--gil` was.
  static func notes(
    on loader: Loader, queue: Bool, prefetch: Bool, lock: Bool, persistent: Bool = false
  ) -> [LoaderNote] {
    var notes: [LoaderNote] = []
    if queue, loader == .torch { notes.append(.queue(loader)) }
    if prefetch, loader != .torch { notes.append(.prefetch(loader)) }
    if lock, !loader.sharesInterpreter { notes.append(.lock(loader)) }
    if persistent, loader != .torch { notes.append(.persistent(loader)) }
    return notes
  }

  /// The line for the user.
  var sentence: String {
    switch self {
    case .queue(let loader):
      "--queue changes nothing with --loader \(loader.rawValue): its workers make --prefetch batches each"
    case .prefetch(let loader):
      "--prefetch changes nothing with --loader \(loader.rawValue): --queue is the bound"
    case .lock(let loader):
      "--gil changes nothing with --loader \(loader.rawValue): each worker is a process of its own"
    case .persistent(let loader):
      "--persistent-workers changes nothing with --loader \(loader.rawValue): only torch's may end"
    }
  }
}
