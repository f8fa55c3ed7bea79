import Augmentation

/// CIFAR-100 in its binary version: one file, a folder with `train.bin`, or the published archive. Each
/// reading of a picture unpacks it from its file to float32, 0...255; the labels stay in memory.
///
/// A record is a byte of the coarse label, one of the fine label and 3 planes (red, green, blue) of
/// 32×32 bytes.
///
/// - Source: https://www.cs.toronto.edu/~kriz/cifar.html
package struct CIFAR100Dataset: CIFARSource {
  /// Keras's `label_mode` of `cifar100.load_data`.
  package enum LabelMode: String, CaseIterable, Sendable {
    case fine
    case coarse
  }

  /// The names of the 100 classes, as in `fine_label_names.txt` of the published files.
  package static let fineClasses = names(
    """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly \
    camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup \
    dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower \
    leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid \
    otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray \
    road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar \
    sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle \
    wardrobe whale willow_tree wolf woman worm
    """)

  /// The names of the 20 superclasses, as in `coarse_label_names.txt` of the published files.
  package static let coarseClasses = names(
    """
    aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices \
    household_furniture insects large_carnivores large_man-made_outdoor_things \
    large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals non-insect_invertebrates \
    people reptiles small_mammals trees vehicles_1 vehicles_2
    """)

  package let classNames: [String]
  package let records: CIFARRecords
  package let labels: [UInt8]

  /// Opens the files and checks every record's label.
  ///
  /// - Throws: `DatasetFault.noBatches` for a folder or an archive without `train.bin`, `cifar` for
  ///   another version, `empty`, `truncated` and `label` for a file that isn't CIFAR-100's, `archive`
  ///   for one that can't be unpacked, `unreadable` and `notAFile`.
  /// - Complexity: O(records): it touches each of them once, and keeps a byte of each.
  package init(path: String, labels mode: LabelMode = .fine) throws(DatasetFault) {
    records = try CIFARRecords(path: path, labelsSize: 2) { $0 == "train.bin" }
    let coarse = try records.labels(0, below: Self.coarseClasses.count)
    let fine = try records.labels(1, below: Self.fineClasses.count)
    labels = mode == .fine ? fine : coarse
    classNames = mode == .fine ? Self.fineClasses : Self.coarseClasses
  }

  private static func names(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
