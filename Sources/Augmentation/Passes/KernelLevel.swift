import CKernels

/// The instruction set that the kernels run with here; chosen at run time.
package enum KernelLevel {
  /// `AVX-512`, `AVX2` or `baseline`.
  package static var name: String {
    switch ck_best_level() {
    case CK_AVX512: "AVX-512"
    case CK_AVX2: "AVX2"
    default: "baseline"
    }
  }
}
