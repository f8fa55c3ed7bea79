import CKernels

/// The instruction set that the kernels run with; chosen at run time.
package enum KernelLevel {
  /// The level of the kernels on this processor: `AVX-512`, `AVX2` or `baseline`.
  package static var name: String { name(of: ck_best_level()) }

  /// The best that this processor has, if `AUGTOP_KERNELS` holds the kernels to a lower one; else nil.
  package static var held: String? {
    ck_best_level() == ck_machine_level() ? nil : name(of: ck_machine_level())
  }

  private static func name(of level: ck_level) -> String {
    switch level {
    case CK_AVX512: "AVX-512"
    case CK_AVX2: "AVX2"
    default: "baseline"
    }
  }
}
