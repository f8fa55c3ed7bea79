import Datasets
import Foundation
import Testing

/// The pictures of `Pictures/make.py`, decoded by Pillow.
struct DecodedPicture: Sendable, CustomTestStringConvertible {
  let name: String
  let size: PictureSize
  let rgb: [UInt8]
  let grey: [UInt8]

  var testDescription: String { name }

  static let all: [DecodedPicture] = {
    do {
      var rest = try Pictures.bytes("decoded.bin")[...]
      let index = String(decoding: try Pictures.bytes("decoded.txt"), as: UTF8.self)
      return index.split(separator: "\n").map { line in
        let parts = line.split(separator: " ")
        let size = PictureSize(height: Int(parts[1]) ?? 0, width: Int(parts[2]) ?? 0)
        let rgb = Array(rest.prefix(size.pixels * 3))
        let grey = Array(rest.dropFirst(size.pixels * 3).prefix(size.pixels))
        rest = rest.dropFirst(size.pixels * 4)
        return DecodedPicture(name: String(parts[0]), size: size, rgb: rgb, grey: grey)
      }
    } catch {
      return []
    }
  }()
}

/// The picture files in the tests' folder.
enum Pictures {
  static func path(_ name: String) throws -> String {
    let folder = try #require(Bundle.module.resourceURL)
    return folder.appendingPathComponent("Pictures").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
}

/// Decodes from memory of exactly that size into memory of exactly the picture's, so that the address
/// sanitizer sees a byte too many.
func decode(
  _ bytes: [UInt8], channels: Int, size given: PictureSize? = nil
) throws(PictureFault) -> [UInt8] {
  let file = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
  defer { file.deallocate() }
  file.copyBytes(from: bytes)
  let found = try PictureCodec.size(of: UnsafeRawBufferPointer(file))
  let size = given ?? found
  let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: size.pixels * channels)
  defer { pixels.deallocate() }
  try PictureCodec.decode(
    UnsafeRawBufferPointer(file), size: size, channels: channels, into: pixels)
  return Array(UnsafeBufferPointer(start: pixels, count: size.pixels * channels))
}

func pictureFault(_ bytes: [UInt8], size: PictureSize? = nil) -> PictureFault? {
  do {
    _ = try decode(bytes, channels: 3, size: size)
    return nil
  } catch {
    return error
  }
}
