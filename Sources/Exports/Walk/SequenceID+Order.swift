import Tracing

extension SequenceID {
  /// The order in which exports show tracks, from the top.
  var order: Int {
    switch self {
    case .session, .consumer: 0
    case .screen: 1_000_000
    case .recorder: 1_000_001
    default: 10 + Int(rawValue - SequenceID.worker(0).rawValue)
    }
  }
}
