import Augmentation
import Host

/// Writes pictures of one shape as PNG files, one after the other through the same memory.
final class PngFile {
  private let shape: PictureShape
  private let room: UnsafeMutableRawBufferPointer

  /// - Parameter shape: One that `check` lets pass.
  init(shape: PictureShape) {
    self.shape = shape
    let size = PictureSize(height: shape.height, width: shape.width)
    room = .allocate(
      byteCount: PictureCodec.pngBound(size, channels: shape.channels), alignment: 16)
  }

  deinit { room.deallocate() }

  /// Refuses pictures that are neither grey nor coloured.
  static func check(_ shape: PictureShape, path: String) throws(DatasetFault) {
    guard shape.channels == 1 || shape.channels == 3 else {
      throw .pngChannels(path: path, shape.channels)
    }
  }

  /// Writes a picture; at its path there is a whole one or what was there before, never a half.
  ///
  /// It isn't synced to the disk, which for thousands of small files would take longer than making
  /// them: a machine that loses its power may lose the last ones.
  ///
  /// - Parameters:
  ///   - pixels: `[height, width, channels]`.
  ///   - mayOverwrite: Otherwise a file of that name is a fault.
  /// - Throws: `DatasetFault.picture` where the picture can't be encoded; `.unwritable`.
  func write(
    _ pixels: UnsafePointer<UInt8>, to path: String, mayOverwrite: Bool
  ) throws(DatasetFault) {
    let size = PictureSize(height: shape.height, width: shape.width)
    let length: Int
    do {
      length = try PictureCodec.encodePNG(pixels, size: size, channels: shape.channels, into: room)
    } catch {
      throw .picture(path: path, error)
    }
    do {
      try AtomicFile.write(
        UnsafeRawBufferPointer(rebasing: room[..<length]), to: path, replacing: mayOverwrite,
        isSynced: false)
    } catch {
      throw .unwritable(error)
    }
  }
}
