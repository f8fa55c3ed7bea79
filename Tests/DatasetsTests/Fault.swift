import Datasets

/// The fault that opening throws, if any.
func fault<Value>(_ open: () throws -> Value) -> DatasetFault? {
  do {
    _ = try open()
    return nil
  } catch {
    return error as? DatasetFault
  }
}
