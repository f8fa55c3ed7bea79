import Augmentation
import Glibc
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

  /// - Parameters:
  ///   - pixels: `[height, width, channels]`.
  ///   - mayOverwrite: Otherwise a file of that name is a fault.
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
    let mode = mayOverwrite ? O_TRUNC : O_EXCL
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | mode, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
    let code = writeAll(UnsafeRawBufferPointer(rebasing: room[..<length]), to: descriptor)
    let closed = close(descriptor)
    let final = code != 0 ? code : closed == 0 ? 0 : errno
    guard final == 0 else {
      // Half a picture is none.
      unlink(path)
      throw .unwritable(path: path, errno: final)
    }
  }
}
