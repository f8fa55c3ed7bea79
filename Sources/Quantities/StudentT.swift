#if canImport(Glibc)
  import Glibc
#endif

/// Student's t for a two-sided 90 % interval.
///
/// - Parameter freedom: Degrees of freedom, at least 3; the error is then under 0.01.
/// - Source: Cornish–Fisher expansion about the normal quantile, Abramowitz & Stegun 26.7.5.
package func studentT90(freedom: Int) -> Double {
  precondition(freedom > 0, "one value has no spread")
  // The expansion is poor below three; these two are from its tables.
  if freedom < 3 { return freedom == 1 ? 6.3138 : 2.9200 }
  let z = 1.6448536269514722
  let n = Double(freedom)
  let (z3, z5, z7) = (pow(z, 3), pow(z, 5), pow(z, 7))
  return z + (z3 + z) / (4 * n)
    + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
    + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n)
}

/// A standard normal number from two uniform ones, in (0, 1] and [0, 1).
package func normalDeviate(_ first: Double, _ second: Double) -> Double {
  (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
}
