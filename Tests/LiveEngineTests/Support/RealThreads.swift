import Testing

/// Suites that run sessions: one after the other, for each binds its threads to the same cores.
@Suite(.serialized) enum RealThreads {}
