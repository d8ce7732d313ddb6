// swift-tools-version: 6.2
//
// The house, bottom floor first. A room may use only rooms listed above it in this file;
// Tests/HouseTests checks that, and that no file imports a room its own room does not declare.

import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
]

func room(_ name: String, uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: strict)
}

func tests(_ name: String, uses: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: uses, exclude: exclude, swiftSettings: strict)
}

/// What several test targets use.
func material(_ name: String, uses: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: uses, path: "Tests/\(name)", swiftSettings: strict)
}

let package = Package(
    name: "grantaudit",
    products: [
        .executable(name: "grantaudit", targets: ["grantaudit"]),
        .library(name: "SigmaRules", targets: ["SigmaRules"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // Cellar. C headers only, no Swift.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CIsal", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),

        // Ground floor. The shape in which values travel between rooms: slices of a block of bytes.
        room("FieldRows", uses: ["CPCRE2"]),

        // Ground floor, too. Files that people write: rules, formats, tests. CYaml is the reader inside of Yams.
        room("YAMLFiles", uses: [.product(name: "Yams", package: "Yams")]),

        // Floor 1. Bytes in, and the words for what they mean. Neither knows the other.
        room("ByteStreams", uses: ["FieldRows", "CZstd", "CIsal"]),
        room("AuthEvents", uses: ["FieldRows", .product(name: "Crypto", package: "swift-crypto")]),

        // Floor 1, too. What the authorization server's clients are allowed to do, and when they were.
        room(
            "ClientRegistry",
            uses: [
                "FieldRows", "YAMLFiles", .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),

        // Floor 1, as well. What auditors ask for, and which rules give evidence for it.
        room("ControlCatalog", uses: ["YAMLFiles", .product(name: "Yams", package: "Yams")]),

        // Floor 1, as well. Where networks are.
        room("NetworkPlaces", uses: ["FieldRows", "CMaxMindDB"]),

        // Floor 2. Three independent readings: lines to events, rules to matchers, events to grants.
        room(
            "LogFormats",
            uses: [
                "FieldRows", "YAMLFiles", "ByteStreams", "AuthEvents", "CPCRE2",
                .product(name: "Yams", package: "Yams"),
            ]
        ),
        room(
            "SigmaRules",
            uses: [
                "FieldRows", "YAMLFiles", "CPCRE2", .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room("GrantLineage", uses: ["FieldRows", "AuthEvents", "ClientRegistry", "NetworkPlaces"]),

        // Floor 3. Judgement: events + rules + lineage -> findings.
        room(
            "Detections",
            uses: [
                "FieldRows", "AuthEvents", "ClientRegistry", "NetworkPlaces", "SigmaRules", "GrantLineage",
                .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),

        // Floor 4. Memory: one SQLite file.
        room(
            "AuditStore",
            uses: [
                "AuthEvents", "Detections", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]
        ),

        // Floor 4, too. Rules on trial: tests, explanations, reviews.
        room(
            "RuleWorkbench",
            uses: [
                "FieldRows", "YAMLFiles", "ByteStreams", "AuthEvents", "ClientRegistry", "NetworkPlaces", "LogFormats",
                "SigmaRules",
                "GrantLineage", "Detections", .product(name: "Yams", package: "Yams"),
            ]
        ),

        // Floor 4, as well. What each format can show, and which rules can run on it.
        room(
            "FormatGuide",
            uses: [
                "FieldRows", "ByteStreams", "AuthEvents", "ClientRegistry", "NetworkPlaces", "LogFormats", "SigmaRules",
                "GrantLineage",
                "Detections",
            ]
        ),

        // Floor 4, for the last time. What a site audits, with what and how, in a file.
        room(
            "SiteConfiguration",
            uses: [
                "YAMLFiles", "ByteStreams", "LogFormats", "SigmaRules", "Detections",
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        // Floor 5. One room runs the audit, the other tells the story. Neither knows the other.
        room(
            "AuditPipeline",
            uses: [
                "FieldRows", "ByteStreams", "AuthEvents", "ClientRegistry", "NetworkPlaces", "LogFormats", "SigmaRules",
                "GrantLineage",
                "Detections", "AuditStore", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
        room(
            "Reports",
            uses: ["FieldRows", "AuthEvents", "ControlCatalog", "SigmaRules", "Detections", "AuditStore"]
        ),

        // Roof. The only room that sees a terminal, the environment or an exit code.
        .executableTarget(
            name: "grantaudit",
            dependencies: [
                "FieldRows", "YAMLFiles", "ByteStreams", "AuthEvents", "ClientRegistry", "NetworkPlaces", "LogFormats",
                "SigmaRules",
                "GrantLineage", "Detections", "AuditStore", "RuleWorkbench", "FormatGuide", "SiteConfiguration",
                "AuditPipeline", "Reports", "ControlCatalog",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict
        ),

        // One test target per room, one for the house, one for the whole program; and what they share.
        material("TestMaterial", uses: ["CZstd", "CIsal"]),
        tests("HouseTests", uses: []),
        tests("FieldRowsTests", uses: ["FieldRows"]),
        tests("YAMLFilesTests", uses: ["YAMLFiles", .product(name: "Yams", package: "Yams")]),
        tests("ByteStreamsTests", uses: ["ByteStreams", "FieldRows", "CZstd", "CIsal", "TestMaterial"]),
        tests("AuthEventsTests", uses: ["AuthEvents", "FieldRows"]),
        tests("ControlCatalogTests", uses: ["ControlCatalog"]),
        tests("NetworkPlacesTests", uses: ["NetworkPlaces", "FieldRows", "TestMaterial"]),
        tests("ClientRegistryTests", uses: ["ClientRegistry", "NetworkPlaces", "FieldRows"]),
        tests("LogFormatsTests", uses: ["LogFormats", "ByteStreams", "AuthEvents", "FieldRows", "TestMaterial"]),
        tests("SigmaRulesTests", uses: ["SigmaRules", "FieldRows", "TestMaterial"]),
        tests(
            "GrantLineageTests",
            uses: ["GrantLineage", "AuthEvents", "ClientRegistry", "NetworkPlaces", "FieldRows", "TestMaterial"]
        ),
        tests(
            "DetectionsTests",
            uses: [
                "Detections", "ClientRegistry", "NetworkPlaces", "SigmaRules", "LogFormats", "ByteStreams",
                "AuthEvents", "FieldRows",
            ]
        ),
        tests(
            "AuditStoreTests",
            uses: ["AuditStore", "Detections", "AuthEvents", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        tests(
            "RuleWorkbenchTests",
            uses: ["RuleWorkbench", "SigmaRules", "LogFormats", "Detections", "ByteStreams", "AuthEvents"]
        ),
        tests(
            "FormatGuideTests",
            uses: ["FormatGuide", "LogFormats", "SigmaRules", "AuthEvents"]
        ),
        tests(
            "SiteConfigurationTests",
            uses: ["SiteConfiguration", "ByteStreams", "LogFormats", "Detections", "SigmaRules"]
        ),
        tests(
            "AuditPipelineTests",
            uses: [
                "AuditPipeline", "AuditStore", "Detections", "GrantLineage", "LogFormats", "AuthEvents", "ByteStreams",
                "FieldRows", "TestMaterial",
            ]
        ),
        tests(
            "ReportsTests",
            uses: ["Reports", "AuditStore", "ControlCatalog", "Detections", "SigmaRules", "AuthEvents"]
        ),
        tests("ProgramTests", uses: ["grantaudit"], exclude: ["Golden"]),
    ],
    swiftLanguageModes: [.v6]
)
