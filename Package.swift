// swift-tools-version: 6.2

import PackageDescription

// Targets are listed by layer. A target depends only on targets of lower layers; .ci/arrows checks it.
let package = Package(
  name: "augtop",
  products: [.executable(name: "augtop", targets: ["augtop"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Layer 0: C behind plain functions.
    .target(
      name: "CNcurses",
      linkerSettings: [.linkedLibrary("tinfo")]),
    .target(name: "CLinux"),
    // Optimised in debug builds too; products and sums must round one by one, as NumPy's do.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off"])]),
    .target(name: "CToml"),
    .target(name: "CLapack", linkerSettings: [.linkedLibrary("openblas")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(
      name: "CImageCodecs",
      cSettings: [.headerSearchPath(".")],
      linkerSettings: ["jpeg", "png", "gif", "tiff", "webp", "webpdemux", "z"].map {
        .linkedLibrary($0)
      }),

    // Layer 1: numbers and their text; TOML; pictures; cells.
    .target(name: "Quantities"),
    .target(name: "Toml", dependencies: ["CToml"]),
    .target(name: "Augmentation", dependencies: ["CKernels", "CLapack"]),
    .target(name: "Screen", dependencies: ["CNcurses"]),

    // Layer 2: vocabulary and rules, without clock, thread or file; files and threads of the host;
    // theme files.
    .target(name: "Pipeline", dependencies: ["Augmentation", "Quantities"]),
    .target(name: "Host", dependencies: ["CLinux", "CZlib", "Quantities"]),
    .target(
      name: "Themes", dependencies: ["Screen", "Toml"], resources: [.embedInCode("Resources")]),

    // Layer 3: what is read and written; the rules on simulated time.
    .target(
      name: "Datasets",
      dependencies: ["Augmentation", "CImageCodecs", "CKernels", "Host", "Quantities"]),
    .target(
      name: "ScenarioFiles", dependencies: ["Augmentation", "Pipeline", "Quantities", "Toml"],
      resources: [.embedInCode("Resources")]),
    .target(
      name: "Tracing",
      dependencies: ["Augmentation", "CLinux", "CZlib", "Host", "Pipeline", "Quantities"]),
    .target(name: "VirtualEngine", dependencies: ["Augmentation", "Pipeline", "Quantities"]),

    // Layer 4: the rules on real threads and real time; recordings, read and measured.
    .target(
      name: "LiveEngine",
      dependencies: ["Augmentation", "CLinux", "Host", "Pipeline", "Quantities", "Tracing"]),
    .target(
      name: "Recordings",
      dependencies: [
        "Augmentation", "Host", "Pipeline", "Quantities", "ScenarioFiles", "Toml", "Tracing",
      ]),

    // Layer 5: recordings for other tools and for the screen; experiments; the screen's model and
    // views.
    .target(
      name: "Exports",
      dependencies: ["Augmentation", "Host", "Pipeline", "Quantities", "Recordings", "Tracing"]),
    .target(
      name: "Playback",
      dependencies: [
        "CLinux", "Host", "LiveEngine", "Pipeline", "Quantities", "Recordings", "Toml", "Tracing",
        "VirtualEngine",
      ]),
    .target(name: "Dashboard", dependencies: ["Augmentation", "Pipeline", "Quantities", "Screen"]),
    .target(
      name: "Watching",
      dependencies: [
        "Augmentation", "CLinux", "Host", "LiveEngine", "Pipeline", "Quantities", "Tracing",
      ],
      resources: [.embedInCode("Resources")]),

    // Layer 6: experiments, which export too.
    .target(
      name: "Experiments",
      dependencies: [
        "Augmentation", "CLinux", "Datasets", "Exports", "Host", "LiveEngine", "Pipeline",
        "Quantities", "Recordings", "Tracing", "VirtualEngine",
      ],
      resources: [.embedInCode("Resources")]),

    // Layer 7: commands and wiring.
    .executableTarget(
      name: "augtop",
      dependencies: [
        "Augmentation", "CLinux", "Dashboard", "Datasets", "Experiments", "Exports", "Host",
        "LiveEngine", "Pipeline", "Playback", "Quantities", "Recordings", "ScenarioFiles", "Screen",
        "Themes", "Toml", "Tracing", "VirtualEngine", "Watching",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests, and what they need.
    .target(
      name: "TestSupport", path: "Tests/TestSupport", exclude: ["published_keras.py"]),
    .target(
      name: "AugmentationReference", dependencies: ["Augmentation"],
      path: "Tests/AugmentationReference"),
    .target(name: "TerminalHarness", path: "Tests/TerminalHarness"),
    .executableTarget(name: "screen-demo", dependencies: ["Screen"], path: "Tests/ScreenDemo"),
    .executableTarget(
      name: "fuzz-readers",
      dependencies: [
        "CLinux", "Exports", "Pipeline", "Playback", "Quantities", "Recordings", "ScenarioFiles",
        "TestSupport", "Themes", "Toml", "Tracing",
      ],
      path: "Tests/FuzzReaders"),
    .testTarget(name: "HostTests", dependencies: ["Host", "TestSupport"]),
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities", "TestSupport"]),
    .testTarget(name: "TomlTests", dependencies: ["Toml"]),
    .testTarget(name: "ThemesTests", dependencies: ["Screen", "Themes", "Toml"]),
    .testTarget(
      name: "AugmentationTests",
      dependencies: ["Augmentation", "AugmentationReference", "CKernels", "Datasets"],
      exclude: ["Support/check_lens.py", "Support/make_dot.py"], resources: [.copy("Goldens")]),
    .testTarget(
      name: "ScreenTests",
      dependencies: ["Screen", "TerminalHarness", "TestSupport", "screen-demo"],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "DashboardTests",
      dependencies: [
        "Augmentation", "Dashboard", "Pipeline", "Quantities", "Screen", "TestSupport", "Themes",
      ],
      exclude: ["Snapshots"]),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Augmentation", "AugmentationReference", "Datasets", "Host", "TestSupport"],
      exclude: ["Support"], resources: [.copy("Pictures")]),
    .testTarget(
      name: "ScenarioFilesTests",
      dependencies: [
        "Augmentation", "Pipeline", "Quantities", "ScenarioFiles", "TestSupport", "Toml",
      ]),
    .testTarget(
      name: "TracingTests",
      dependencies: [
        "Augmentation", "Host", "Pipeline", "Quantities", "TestSupport", "Tracing",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Perfetto/augtop_trace.proto", "Support/check_trace.py"]),
    .testTarget(
      name: "PipelineTests",
      dependencies: [
        "Augmentation", "Pipeline", "Quantities", "ScenarioFiles", "TestSupport", "Toml",
      ]),
    .testTarget(
      name: "VirtualEngineTests",
      dependencies: [
        "Augmentation", "Pipeline", "Quantities", "ScenarioFiles", "VirtualEngine",
      ]),
    .testTarget(
      name: "LiveEngineTests",
      dependencies: [
        "Augmentation", "CLinux", "Host", "LiveEngine", "Pipeline", "Quantities", "TestSupport",
        "Toml", "Tracing",
      ]),
    .testTarget(
      name: "RecordingsTests",
      dependencies: [
        "Augmentation", "Datasets", "Exports", "Host", "LiveEngine", "Pipeline", "Quantities",
        "Recordings", "ScenarioFiles", "TestSupport", "Tracing",
      ]),
    .testTarget(
      name: "ExportsTests",
      dependencies: [
        "Augmentation", "Exports", "Host", "Pipeline", "Quantities", "Recordings", "ScenarioFiles",
        "TestSupport", "Tracing",
      ],
      exclude: ["Support/check_exports.py"]),
    .testTarget(
      name: "PlaybackTests",
      dependencies: [
        "Augmentation", "Pipeline", "Playback", "Quantities", "Recordings", "ScenarioFiles",
        "TestSupport", "Tracing", "VirtualEngine",
      ]),
    .testTarget(
      name: "WatchingTests",
      dependencies: ["Pipeline", "Quantities", "TestSupport", "Watching"],
      exclude: [
        "Support/albumentations_job.py", "Support/bypassed.py", "Support/dying_worker.py",
        "Support/keras_job.py", "Support/loader_anew.py", "Support/overhead.py",
        "Support/own_stages.py", "Support/tf_data_job.py", "Support/without.py",
      ]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Augmentation", "Datasets", "Experiments", "Host", "LiveEngine", "Pipeline", "Quantities",
        "TestSupport", "Tracing", "VirtualEngine",
      ]),
    .testTarget(
      name: "StagesTests",
      dependencies: [
        "Augmentation", "Dashboard", "Exports", "Pipeline", "Playback", "Quantities", "Recordings",
        "ScenarioFiles", "Screen", "TestSupport", "Tracing", "VirtualEngine",
      ],
      resources: [.copy("Recordings")]),
    .testTarget(
      name: "augtopTests",
      dependencies: [
        "Augmentation", "Dashboard", "Datasets", "Host", "LiveEngine", "Pipeline", "Quantities",
        "TerminalHarness", "TestSupport", "Toml", "Tracing", "augtop",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: [
        "Support/check_arrays.py", "Support/check_keras.py", "Support/compare_augment.py",
        "Support/gpu_table.py",
        "Support/watched_job.py",
      ]),
  ],
  cxxLanguageStandard: .cxx17
)

// AUGTOP_TEST_TARGETS names the only test targets to build, with what they depend on, so that a sanitizer's
// build takes half the time.
if let names = Context.environment["AUGTOP_TEST_TARGETS"] {
  var needed: Set<String> = []
  var next = names.split(separator: " ").map(String.init)
  while let name = next.popLast() {
    guard needed.insert(name).inserted else { continue }
    for dependency in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
      if case .byNameItem(let name, _) = dependency { next.append(name) }
    }
  }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
}

let cTargets: Set = ["CNcurses", "CLinux", "CKernels", "CToml", "CLapack", "CImageCodecs", "CZlib"]
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
  // In a release build the code under test is optimised. Tests that are, too, take longer to build.
  if target.type == .test {
    target.swiftSettings?.append(.unsafeFlags(["-Onone"], .when(configuration: .release)))
  }
}
