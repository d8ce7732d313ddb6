// swift-tools-version: 6.2
//
// A package of its own, without dependencies, so that the log generator builds in seconds.

import PackageDescription

let package = Package(
    name: "Benchmarks",
    products: [
        .executable(name: "generate-log", targets: ["generate-log"])
    ],
    targets: [
        .executableTarget(
            name: "generate-log",
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .treatAllWarnings(as: .error),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
