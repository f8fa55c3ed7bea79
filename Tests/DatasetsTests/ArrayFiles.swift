/// Files as `numpy.save` writes them, also those that it never would.
enum NpyFile {
  static func dictionary(_ descr: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }"
  }

  static func bytes(_ descr: String, _ shape: String, data: [UInt8]) -> [UInt8] {
    bytes(header: dictionary(descr, shape), data: data)
  }

  static func bytes(
    header: String, data: [UInt8], version: UInt8 = 1, padding: Int = 64
  ) -> [UInt8] {
    let lengthSize = version == 1 ? 2 : 4
    var text = Array(header.utf8)
    while (8 + lengthSize + text.count + 1) % padding != 0 { text.append(0x20) }
    text.append(0x0a)
    let length = (0..<lengthSize).map { UInt8(text.count >> ($0 * 8) & 0xff) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
  }
}

/// Zip archives whose files are stored.
enum ZipFile {
  /// - Parameter isWide: Sizes and places are in zip64 fields.
  static func bytes(
    _ files: [(name: String, data: [UInt8])], isWide: Bool = false, flags: UInt16 = 0,
    method: UInt16 = 0, comment: String = ""
  ) -> [UInt8] {
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for (name, data) in files {
      let place = archive.count
      let size = isWide ? UInt32.max : UInt32(data.count)
      let wide =
        isWide
        ? little(UInt16(1)) + little(UInt16(24)) + little(UInt64(data.count))
          + little(UInt64(data.count)) + little(UInt64(place)) : []
      let about =
        little(flags) + little(method) + little(UInt32(0)) + little(UInt32(0)) + little(size)
        + little(size) + little(UInt16(name.utf8.count))
      archive += [0x50, 0x4b, 3, 4, 45, 0] + about + [0, 0] + Array(name.utf8) + data
      directory += [0x50, 0x4b, 1, 2, 45, 0, 45, 0] + about + little(UInt16(wide.count))
      directory += [UInt8](repeating: 0, count: 10)
      directory += little(isWide ? UInt32.max : UInt32(place)) + Array(name.utf8) + wide
    }
    let start = archive.count
    archive += directory
    if isWide {
      let end = archive.count
      archive += [0x50, 0x4b, 6, 6] + little(UInt64(44)) + [45, 0, 45, 0]
      archive += [UInt8](repeating: 0, count: 8)
      archive += little(UInt64(files.count)) + little(UInt64(files.count))
      archive += little(UInt64(directory.count)) + little(UInt64(start))
      archive += [0x50, 0x4b, 6, 7] + little(UInt32(0)) + little(UInt64(end)) + little(UInt32(1))
    }
    archive += [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    archive += little(UInt16(files.count)) + little(UInt16(files.count))
    archive += little(UInt32(isWide ? .max : UInt32(directory.count)))
    archive += little(UInt32(isWide ? .max : UInt32(start)))
    return archive + little(UInt16(comment.utf8.count)) + Array(comment.utf8)
  }

  private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
