import CImageCodecs

/// The header of a picture's file.
package struct PictureHeader: Hashable, Sendable {
  /// The size, after the turning.
  package let size: PictureSize
  /// Whether it is grey of 9 to 16 bits a value, which `PictureCodec.decodeGrey16` keeps.
  package let isGrey16: Bool
  /// Whether it can be decoded in parts.
  package let isJPEG: Bool
  /// How the picture as it lies in the file is turned.
  package let turning: PictureTurning
}

/// Whether a picture is turned as its EXIF orientation says. One in a TIFF always is: so Pillow does,
/// and with it Keras.
package enum ExifOrientation: String, CaseIterable, Sendable {
  /// As it lies in the file, as in Keras.
  case ignore
  /// Upright, as by Pillow's `ImageOps.exif_transpose`.
  case apply

  var turning: ci_turning { self == .apply ? CI_UPRIGHT : CI_AS_STORED }
}
