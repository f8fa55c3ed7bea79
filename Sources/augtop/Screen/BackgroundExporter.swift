import Dashboard
import Exports
import Host
import LiveEngine
import Pipeline
import Recordings
import Tracing

/// Exports a recording while the screen runs, one export at a time, on a thread of its own with
/// lowered priority (nice 10).
final class BackgroundExporter: Sendable {
  private struct State {
    var outcome: ExportOutcome?
    var isCancelled = false
  }

  /// The most exports of one format in a recording's folder.
  private static let most = 999

  private let state = Monitor(State())
  private let thread = Monitor<JoinableThread?>(nil)

  /// Starts an export into the recording's folder; existing files aren't replaced.
  func start(_ format: ExportFormat, of path: String) {
    thread.withLock {
      $0?.join()
      do throws(ThreadFault) {
        $0 = try JoinableThread(name: "exporter", isBackground: true) { [self] in
          let outcome = export(format, path)
          state.withLock { $0.outcome = outcome }
        }
      } catch {
        $0 = nil
        state.withLock { $0.outcome = .failed(Faults.sentence(error)) }
      }
    }
  }

  /// Returns the outcome of a finished export, only once.
  func takeOutcome() -> ExportOutcome? {
    state.withLock { state in
      defer { state.outcome = nil }
      return state.outcome
    }
  }

  /// Waits until a running export is done, or gives it up; what came of it, where nobody has heard.
  func finish(givingUp: Bool) -> ExportOutcome? {
    if givingUp { state.withLock { $0.isCancelled = true } }
    thread.withLock { $0?.join() }
    return takeOutcome()
  }

  private func export(_ format: ExportFormat, _ path: String) -> ExportOutcome {
    let session: RecordedSession
    do throws(SessionFileFault) {
      session = try RecordedSession(path: path)
    } catch {
      return .failed("\(path): \(error.message)")
    }
    let export = Export(format, exporter: "augtop \(augtopVersion)")
    for number in 1...Self.most {
      let target = format.target(nextTo: path, number: number)
      do throws(ExportFault) {
        let outcome = try export.write(session, to: target, replacing: false) { [self] in
          !state.withLock { $0.isCancelled }
        }
        return .done(path: target, bytes: outcome.bytes)
      } catch {
        guard case .exists = error else { return .failed(Self.sentence(error)) }
      }
    }
    return .failed("\(path): there are \(Self.most) exports next to it already")
  }

  private static func sentence(_ fault: ExportFault) -> String {
    switch fault {
    case .notWritable(let path, let error): "\(path): can't be written: \(error)"
    case .exists, .failed, .unwanted, .interrupted, .nothingSelected, .severalTables:
      Faults.fault(fault).messages.joined(separator: "; ")
    }
  }
}
