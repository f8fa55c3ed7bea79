/// A clock that a packet's times are counted on; the raw value is the number in the file.
///
/// - Source: `BuiltinClock` in Perfetto's protos/perfetto/common/builtin_clock.proto.
enum TraceClock: UInt32 {
  case realtime = 1
  case monotonic = 3
  case boottime = 6
  /// Counts nanoseconds since the session's start; each packet has the difference to the one
  /// before. 64 is the first number that Perfetto reserves for clocks of a single sequence.
  case sequence = 64
}
