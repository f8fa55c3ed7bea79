/// Where augmented pictures go: a `.npy` file or a folder of PNG. One thread at a time.
package protocol PictureWriter: AnyObject {
  /// Pictures written.
  var count: Int { get }

  /// Adds pictures of the writer's shape that lie one after the other.
  func append(_ pictures: UnsafePointer<Float>, count added: Int) throws(DatasetFault)

  /// Ends the writing; nothing can be added afterwards.
  func finish() throws(DatasetFault)
}

extension NpyWriter: PictureWriter {}
