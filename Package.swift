// swift-tools-version: 6.2

import PackageDescription

// Targets stand in floor order: an arrow only ever points to a lower floor.
let package = Package(
  name: "augtop",
  products: [.executable(name: "augtop", targets: ["augtop"])],
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
    // Optimised in debug builds too; products and sums must round one by one, as NumPy's do.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    .target(name: "CToml"),
    .target(name: "CLapack", linkerSettings: [.linkedLibrary("openblas")]),
    .target(
      name: "CImageCodecs",
      linkerSettings: [.linkedLibrary("jpeg"), .linkedLibrary("png")]),

    // Floor 1: the generator's pictures; the screen's cells.
    .target(name: "Augmentation", dependencies: ["CKernels", "CLapack"]),
    .target(name: "Screen", dependencies: ["CNcurses"]),

    // Floor 2: words and rules, without clock, thread or file.
    .target(name: "Pipeline", dependencies: ["Augmentation"]),

    // Floor 3: doors to the outside.
    .target(name: "Datasets", dependencies: ["Augmentation", "CImageCodecs", "CKernels"]),
    .target(
      name: "Configuration", dependencies: ["Augmentation", "CToml", "Pipeline", "Screen"],
      path: "Sources/ScenarioFiles",
      resources: [.embedInCode("Resources")]),
    .target(
      name: "Tracing",
      dependencies: [
        "Augmentation", "CLinux", "Pipeline",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Format/Protos"]),

    .target(name: "VirtualEngine", dependencies: ["Augmentation", "Pipeline"]),

    // Floor 4: the rules on real threads and real time.
    .target(
      name: "LiveEngine", dependencies: ["Augmentation", "CLinux", "Pipeline", "Tracing"]),
    // Session files for other tools.
    .target(
      name: "Exports", dependencies: ["Augmentation", "Configuration", "Pipeline", "Tracing"]),

    // Floor 5: recordings come back to life; questions asked of the engine; the screen's model and
    // views.
    .target(
      name: "Playback",
      dependencies: [
        "Augmentation", "CLinux", "Configuration", "Exports", "LiveEngine", "Pipeline", "Tracing",
        "VirtualEngine",
      ]),
    .target(
      name: "Experiments",
      dependencies: [
        "Augmentation", "CLinux", "Datasets", "Exports", "LiveEngine", "Pipeline", "Tracing",
        "VirtualEngine",
      ],
      resources: [.embedInCode("Resources")]),
    .target(name: "Dashboard", dependencies: ["Augmentation", "Pipeline", "Screen"]),

    // Floor 6: commands and wiring.
    .executableTarget(
      name: "augtop",
      dependencies: [
        "Augmentation", "CLinux", "Configuration", "Dashboard", "Datasets", "Experiments",
        "Exports", "LiveEngine", "Pipeline", "Playback", "Screen", "Tracing", "VirtualEngine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests, and what they need.
    .target(name: "TerminalHarness", path: "Tests/TerminalHarness"),
    .executableTarget(name: "screen-demo", dependencies: ["Screen"], path: "Tests/ScreenDemo"),
    .testTarget(
      name: "AugmentationTests", dependencies: ["Augmentation", "CKernels", "Datasets"],
      exclude: ["Support/check_lens.py"], resources: [.copy("Goldens")]),
    .testTarget(
      name: "ScreenTests", dependencies: ["Screen", "TerminalHarness", "screen-demo"],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "DashboardTests", dependencies: ["Augmentation", "Dashboard", "Pipeline", "Screen"],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Augmentation", "Datasets"], exclude: ["Support"],
      resources: [.copy("Pictures")]),
    .testTarget(
      name: "ConfigurationTests",
      dependencies: ["Augmentation", "Configuration", "Pipeline", "Screen"]),
    .testTarget(
      name: "TracingTests",
      dependencies: [
        "Augmentation", "Pipeline", "Tracing",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Support/check_trace.py"]),
    .testTarget(
      name: "PipelineTests", dependencies: ["Augmentation", "Configuration", "Pipeline"]),
    .testTarget(
      name: "VirtualEngineTests",
      dependencies: ["Augmentation", "Configuration", "Pipeline", "VirtualEngine"]),
    .testTarget(
      name: "LiveEngineTests",
      dependencies: ["Augmentation", "CLinux", "LiveEngine", "Pipeline", "Tracing"]),
    .testTarget(
      name: "ExportsTests",
      dependencies: [
        "Augmentation", "Configuration", "Datasets", "Exports", "LiveEngine", "Pipeline", "Tracing",
      ],
      exclude: ["Support/check_exports.py"]),
    .testTarget(
      name: "PlaybackTests",
      dependencies: [
        "Augmentation", "Configuration", "Exports", "Pipeline", "Playback", "Tracing",
        "VirtualEngine",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Augmentation", "Datasets", "Experiments", "LiveEngine", "Pipeline", "Tracing",
        "VirtualEngine",
      ]),
    .testTarget(
      name: "augtopTests",
      dependencies: ["Augmentation", "Datasets", "TerminalHarness", "Tracing", "augtop"],
      exclude: ["Support/check_keras.py"]),
  ],
  cxxLanguageStandard: .cxx17
)

let cTargets: Set = ["CNcurses", "CLinux", "CKernels", "CToml", "CLapack", "CImageCodecs"]
for target in package.targets {
  guard !cTargets.contains(target.name) else {
    let strict = ["-Wall", "-Wextra", "-Werror"]
    target.cSettings = (target.cSettings ?? []) + [.unsafeFlags(strict)]
    target.cxxSettings = [.unsafeFlags(strict)]
    continue
  }
  target.swiftSettings = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}
