// swift-tools-version: 6.2

import PackageDescription

// Targets stand in floor order: an arrow only ever points to a lower floor.
let package = Package(
  name: "augtop",
  dependencies: [],
  targets: [
    .target(name: "CLinux"),
    .target(name: "Augmentation", dependencies: []),
    .target(name: "Pipeline", dependencies: ["Augmentation"]),
    .target(name: "Screen"),
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
