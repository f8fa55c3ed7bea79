import Pipeline
import Quantities

#if canImport(Glibc)
  import Glibc
#endif

/// A parameter of the fit, with bounds that a machine of the question's time could have had.
package enum LabParameter: String, CaseIterable, Sendable {
  /// The GPU's part of a step. The network needs some 4 GFLOP for a batch of 32, 0.6 ms at the card's
  /// peak of 6.5 TFLOPS; kernels this small reach a tenth of that, and a whole step of the slowest
  /// row took 17.9 ms.
  case compute
  /// The processor's part of a step, feeding and launching: a few dozen kernels at 5 to 20 µs, copying
  /// 393 kB and Keras's own Python are some 1 ms; a framework that updates parameter by parameter
  /// needs several. More than 8 ms would be more than half of the fastest row's step.
  case host
  /// The stages' times relative to the cost profile, which was measured on a Zen 4 core with Python
  /// 3.11. Desktop processors of 2012 to 2016 are one to two and a half times as slow, Python before
  /// 3.11 and NumPy of the time a quarter to a half slower again.
  case costScale
  /// Lowest clock over highest: 0.8 GHz of 4 GHz in desktop processors that scale far, 1.6 of 2 GHz in
  /// those that hardly scale.
  case floor
  /// The load of the busiest core above which the clock rises. The kernel's `ondemand` and
  /// `conservative` have 0.80, `ondemand` 0.95 with fine accounting; it may be set from 0.01 to 1. A
  /// thread that is moved between cores shows each only a part of its load, as if the threshold were
  /// higher; power-saving modes of processors and firmware have unknown ones.
  case threshold
  /// How often the governor looks: `ondemand` samples every 10 ms or a thousand times the transition's
  /// latency, some 100 ms; with `sampling_down_factor` it looks at a high clock every second or later.
  case window
  /// How far the clock moves at once: 0.05 is `conservative`'s `freq_step`; `ondemand` goes all the way.
  case step

  /// The least and the most; times in milliseconds.
  package var bounds: ClosedRange<Double> {
    switch self {
    case .compute: 1...18
    case .host: 0.2...8
    case .costScale: 1...4
    case .floor: 0.2...0.8
    case .threshold: 0.3...0.98
    case .window: 10...1000
    case .step: 0.05...0.8
    }
  }

  /// Where a factor counts rather than a difference.
  private var isLogarithmic: Bool {
    switch self {
    case .host, .costScale, .window, .step: true
    case .compute, .floor, .threshold: false
    }
  }

  /// The step size of the search and of the report: finer differences have no meaning.
  var resolution: Double {
    switch self {
    case .compute, .host, .costScale: 0.01
    case .floor, .threshold, .step: 0.005
    case .window: 1
    }
  }

  /// The value at a share of the way through the bounds, 0...1, to its resolution.
  func value(at share: Double) -> Double {
    let (low, high) = (bounds.lowerBound, bounds.upperBound)
    let value = isLogarithmic ? low * pow(high / low, share) : low + (high - low) * share
    // As a decimal fraction: 3.3 rather than 3.3000000000000003.
    let steps = (1 / resolution).rounded()
    return min(high, max(low, (value * steps).rounded() / steps))
  }
}

/// A value for each parameter, times in milliseconds; those that a mechanism has no use for count for
/// nothing.
package struct LabPoint: Hashable, Sendable {
  private var values: [Double]

  /// - Parameter shares: Of the way through the bounds, in the parameters' order.
  package init(shares: [Double]) {
    values = zip(LabParameter.allCases, shares).map { $0.value(at: $1) }
  }

  /// The value of a parameter.
  package subscript(parameter: LabParameter) -> Double {
    values[LabParameter.allCases.firstIndex(of: parameter) ?? 0]
  }

  func time(_ parameter: LabParameter) -> Duration {
    .seconds(rounding: self[parameter] * 1e-3)
  }
}
