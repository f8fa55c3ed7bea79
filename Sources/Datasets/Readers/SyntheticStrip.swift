/// Renders the strip that `SyntheticDataset` takes its pictures from.
enum SyntheticStrip {
  private static let size = 32
  private static let channels = 3

  /// Eight rows of eight points, drawn twice as large: F, R, L, P, G, 7, J, an arrow, a flag, a
  /// note. None looks the same turned or mirrored.
  static let signs: [[UInt8]] = [
    [0x7e, 0x7e, 0x60, 0x7c, 0x7c, 0x60, 0x60, 0x60],
    [0x7c, 0x66, 0x66, 0x7c, 0x78, 0x6c, 0x66, 0x63],
    [0x60, 0x60, 0x60, 0x60, 0x60, 0x60, 0x7e, 0x7e],
    [0x7c, 0x7e, 0x66, 0x7e, 0x7c, 0x60, 0x60, 0x60],
    [0x3e, 0x7e, 0x60, 0x60, 0x6e, 0x66, 0x7e, 0x3e],
    [0x7e, 0x7e, 0x06, 0x0c, 0x18, 0x30, 0x30, 0x30],
    [0x1e, 0x1e, 0x06, 0x06, 0x06, 0x66, 0x7e, 0x3c],
    [0x08, 0x0c, 0xfe, 0xff, 0xfe, 0x0c, 0x08, 0x00],
    [0x40, 0x78, 0x7e, 0x7f, 0x7c, 0x60, 0x40, 0x40],
    [0x18, 0x1e, 0x1b, 0x19, 0x18, 0x78, 0xf8, 0x70],
  ]

  /// The sign's first row and column: seen through the middle window it stands in the middle.
  private static let margin = 11

  /// Renders `pictures` pictures one under the other, and the rows and columns that the windows of
  /// the last one reach beyond it. The caller frees the memory.
  static func render(pictures: Int, further: Int) -> UnsafePointer<Float> {
    let rows = pictures * size + further + 1
    let strip = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows * size * channels)
    for row in 0..<rows {
      // Beyond the last picture the ground goes on.
      let picture = row / size
      paintGround(row % size, of: picture, into: strip, at: row * size * channels)
      let signRow = (row % size - margin) >> 1
      if (0..<8).contains(signRow) && picture < pictures {
        paintSign(signRow, of: picture, into: strip, at: row * size * channels)
      }
    }
    return UnsafePointer(strip.baseAddress!)  // rows is above 0
  }

  /// Light at the top, dark from the middle of the sign on, light again at the very end, so that it
  /// meets the next picture's top.
  private static func paintGround(
    _ row: Int, of picture: Int, into strip: UnsafeMutableBufferPointer<Float>, at place: Int
  ) {
    let light = row < 24 ? 200 - row * 6 : 62 + (row - 24) * 17
    let hue = hue(of: picture)
    let colour = (
      Float(light * hue.0 / 255), Float(light * hue.1 / 255), Float(light * hue.2 / 255)
    )
    for column in 0..<size {
      strip[place + column * channels] = colour.0
      strip[place + column * channels + 1] = colour.1
      strip[place + column * channels + 2] = colour.2
    }
  }

  /// Two of three pictures have a sign of the opposite hue, the third a white one.
  private static func paintSign(
    _ signRow: Int, of picture: Int, into strip: UnsafeMutableBufferPointer<Float>, at place: Int
  ) {
    let points = signs[picture % signs.count][signRow]
    let hue = picture % 3 == 0 ? (255, 255, 255) : hue(of: picture + 512)
    for column in 0..<16 where points & (0x80 >> UInt8(column >> 1)) != 0 {
      let pixel = place + (margin + column) * channels
      strip[pixel] = Float(hue.0)
      strip[pixel + 1] = Float(hue.1)
      strip[pixel + 2] = Float(hue.2)
    }
  }

  /// Round the colour circle once in 1 024 pictures, so neighbours on the strip look alike. 80...255.
  private static func hue(of picture: Int) -> (Int, Int, Int) {
    func wave(_ phase: Int) -> Int {
      let angle = (picture * 3 + phase) % 3072
      return 80 + min(abs(angle - 1536), 1400) * 175 / 1400
    }
    return (wave(0), wave(1024), wave(2048))
  }
}
