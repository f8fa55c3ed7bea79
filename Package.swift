// swift-tools-version: 6.2

import PackageDescription

// Targets stand in floor order: an arrow only ever points to a lower floor.
let package = Package(
  name: "augtop",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Floor 0: C behind plain functions.
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(name: "CLinux"),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),

    // Floor 1: the generator's pictures; the screen's cells.
    .target(name: "Augmentation", dependencies: ["CKernels"]),
    .target(name: "Screen", dependencies: ["CNcurses"]),

    // Floor 2: words and rules, without clock, thread or file.
    .target(name: "Pipeline", dependencies: ["Augmentation"]),

    // Floor 3: doors to the outside.
    .target(
      name: "Tracing",
      dependencies: [
        "Augmentation", "CLinux", "Pipeline",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Protos"]),

    // Floor 4: the rules on real threads and real time.
    .target(
      name: "LiveEngine", dependencies: ["Augmentation", "CLinux", "Pipeline", "Tracing"]),

    // Floor 5: questions asked of the engine; the screen's model and views.
    .target(name: "Dashboard", dependencies: ["Augmentation", "Pipeline", "Screen"]),

  ],
  cxxLanguageStandard: .cxx17
)

for target in package.targets where !target.name.hasPrefix("C") || target.name == "Configuration" {
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
