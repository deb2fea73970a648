// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: Swift 6 language mode, spans with checked lifetimes, imports as narrow as possible.
let settings: [SwiftSetting] = [
    .enableExperimentalFeature("Lifetimes"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// A layer of the house. Imports only point up the list below.
func layer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

let package = Package(
    name: "gatehouse",
    products: [
        .executable(name: "gatehouse", targets: ["gatehouse"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        // System libraries: a module map, and a shim for what the importer cannot see.
        .systemLibrary(
            name: "CLibevent",
            pkgConfig: "libevent_core libevent_extra",
            providers: [.apt(["libevent-dev"])]
        ),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSystem"),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // Without pkg-config, which adds a flag that SwiftPM warns of and nothing that is needed.
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),

        // The house, from the ground up.
        layer("Bytes", []),
        layer("Telemetry", ["Bytes"]),
        layer("Reactor", ["CLibevent", "CSystem", "Bytes"]),
        layer("Cryptography", ["COpenSSL", "CCrypt", "Bytes"]),
        layer("HTTP", ["Bytes"]),
        layer("JOSE", ["Cryptography", "CJansson", "Bytes"]),
        layer("OAuth", ["JOSE", "Cryptography", "HTTP", "Bytes"]),
        layer("Policy", ["HTTP", "OAuth", "JOSE", "Bytes"]),
        layer("Transport", ["Reactor", "Cryptography", "COpenSSL", "CSystem", "Telemetry", "Bytes"]),
        layer("HTTPConnections", ["HTTP", "Transport", "Reactor", "Bytes"]),
        layer("Upstreams", ["HTTPConnections", "HTTP", "Transport", "Reactor", "Telemetry", "Bytes"]),
        layer(
            "SharedState",
            ["CHiredis", "Upstreams", "Transport", "HTTP", "Cryptography", "Reactor", "Telemetry", "Bytes"]
        ),
        layer(
            "Trust",
            [
                "Upstreams", "Transport", "Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Reactor", "Telemetry",
                "Bytes",
            ]
        ),
        layer("Stores", ["CSQLite", "JOSE", "Cryptography", "Telemetry", "Bytes"]),
        layer("Endpoints", ["JOSE", "HTTP", "Cryptography", "Bytes"]),
        layer(
            "AuthorizationServer",
            ["Endpoints", "Stores", "OAuth", "JOSE", "HTTP", "Cryptography", "Telemetry", "Bytes"]
        ),
        layer(
            "Login",
            [
                "AuthorizationServer", "Endpoints", "Stores", "Trust", "SharedState", "Upstreams", "Transport",
                "Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Reactor", "Telemetry", "Bytes",
            ]
        ),
        layer(
            "Gateway",
            [
                "Login", "AuthorizationServer", "Endpoints", "Stores", "Trust", "SharedState", "Upstreams",
                "HTTPConnections",
                "Transport", "Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Reactor", "CSystem", "Telemetry",
                "Bytes",
            ]
        ),
        layer(
            "Admin",
            [
                "Gateway", "Trust", "Upstreams", "HTTPConnections", "HTTP", "JOSE", "Transport", "Reactor", "Telemetry",
                "Bytes",
            ]
        ),
        layer(
            "Doctor",
            [
                "Gateway", "Login", "AuthorizationServer", "Stores", "SharedState", "Trust", "Upstreams", "Transport",
                "OAuth", "JOSE", "Cryptography", "Reactor", "Telemetry", "Bytes",
            ]
        ),
        layer(
            "Configuration",
            [
                "CYAML", "Endpoints", "AuthorizationServer", "Login", "Gateway", "Admin", "Trust", "SharedState",
                "Upstreams", "Transport", "Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Telemetry", "Bytes",
            ]
        ),
        layer(
            "Commands",
            [
                "Configuration", "Doctor", "Gateway", "AuthorizationServer", "Stores", "Trust", "Policy", "OAuth",
                "JOSE", "Cryptography", "Telemetry", "Bytes",
            ]
        ),
        .executableTarget(
            name: "gatehouse",
            dependencies: [
                "Commands", "Configuration", "Doctor", "Admin", "Gateway", "Login", "AuthorizationServer", "Stores",
                "Trust", "SharedState", "Upstreams", "Transport", "Policy", "OAuth", "JOSE", "HTTP", "Cryptography",
                "Reactor", "Telemetry", "Bytes",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings,
            // Relative relocations packed into bits (DT_RELR, glibc 2.36): a megabyte less to read at start, and to keep resident.
            linkerSettings: [
                .unsafeFlags(
                    ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"],
                    .when(configuration: .release)
                )
            ]
        ),

        // Tests mirror the targets.
        tests("BytesTests", ["Bytes"]),
        tests("TelemetryTests", ["Telemetry", "Bytes"]),
        tests("ReactorTests", ["Reactor", "Bytes"]),
        tests("CryptographyTests", ["Cryptography", "Bytes"]),
        tests("HTTPTests", ["HTTP", "Bytes"]),
        tests("JOSETests", ["JOSE", "Cryptography", "Bytes"], resources: [.copy("Vectors")]),
        tests("OAuthTests", ["OAuth", "JOSE", "Cryptography", "Bytes"]),
        tests("TransportTests", ["Transport", "Reactor", "COpenSSL", "Bytes"]),
        tests("HTTPConnectionsTests", ["HTTPConnections", "HTTP", "Transport", "Reactor", "Bytes"]),
        tests("PolicyTests", ["Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Bytes"]),
        tests(
            "ConfigurationTests",
            [
                "Configuration", "AuthorizationServer", "Login", "Admin", "Gateway", "Transport", "Policy", "Trust",
                "SharedState", "Upstreams", "OAuth", "JOSE", "Cryptography", "Telemetry", "Bytes",
            ]
        ),
        tests(
            "UpstreamsTests",
            ["Upstreams", "HTTPConnections", "HTTP", "Transport", "Reactor", "Telemetry", "Bytes"]
        ),
        tests("SharedStateTests", ["SharedState", "Upstreams", "Transport", "Reactor", "Telemetry", "Bytes"]),
        tests(
            "CommandsTests",
            [
                "Commands", "Configuration", "Doctor", "Gateway", "AuthorizationServer", "Stores", "Policy", "OAuth",
                "JOSE", "Cryptography", "Bytes",
            ]
        ),
        // Reads pages back, for the tests of all that have some.
        .target(
            name: "PageReading",
            dependencies: ["Endpoints"],
            path: "Tests/PageReading",
            swiftSettings: settings
        ),
        // Reads log lines back, likewise.
        .target(
            name: "LogReading",
            dependencies: ["Telemetry", "JOSE"],
            path: "Tests/LogReading",
            swiftSettings: settings
        ),
        tests("EndpointsTests", ["Endpoints", "PageReading", "JOSE", "HTTP", "Cryptography", "Bytes"]),
        tests(
            "AuthorizationServerTests",
            [
                "AuthorizationServer", "Endpoints", "PageReading", "LogReading", "Stores", "OAuth", "JOSE", "HTTP",
                "Cryptography", "Telemetry", "Bytes",
            ]
        ),
        tests(
            "LoginTests",
            [
                "Login", "AuthorizationServer", "Endpoints", "PageReading", "LogReading", "Stores", "Trust",
                "SharedState",
                "Upstreams", "Transport", "Policy", "OAuth", "JOSE", "HTTP", "Cryptography", "Reactor", "Telemetry",
                "Bytes",
            ],
            resources: [.copy("Corpus")]
        ),
        tests("TrustTests", ["Trust", "Upstreams", "Policy", "OAuth", "JOSE", "Cryptography", "Bytes"]),
        tests("StoresTests", ["Stores", "JOSE", "Cryptography", "Bytes"]),
        tests(
            "GatewayTests",
            [
                "Gateway", "AuthorizationServer", "Trust", "SharedState", "Upstreams", "HTTPConnections", "Transport",
                "Policy",
                "OAuth", "JOSE", "HTTP", "Reactor", "Telemetry", "Bytes",
            ]
        ),
        tests(
            "AdminTests",
            [
                "Admin", "Gateway", "Policy", "Trust", "Upstreams", "HTTPConnections", "Transport", "Reactor",
                "Telemetry", "Bytes",
            ]
        ),
        tests(
            "DoctorTests",
            [
                "Doctor", "Gateway", "Login", "AuthorizationServer", "SharedState", "Trust", "Upstreams", "Transport",
                "OAuth", "JOSE", "Cryptography", "Telemetry", "Bytes",
            ]
        ),
        tests("ArchitectureTests", []),
    ],
    swiftLanguageModes: [.v6]
)

// Tests/fuzz.sh alone builds these: they need the fuzzer's runtime, which brings the `main` of each.
if Context.environment["GATEHOUSE_FUZZ"] != nil {
    func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(
            name: "Fuzz\(name)",
            dependencies: dependencies + ["FuzzSupport"],
            path: "Tests/Fuzz/\(name)",
            swiftSettings: settings
        )
    }
    package.targets += [
        .target(name: "FuzzSupport", path: "Tests/Fuzz/Support", swiftSettings: settings),
        fuzzer("Head", ["HTTP", "Bytes"]),
        fuzzer("Chunked", ["HTTP", "Bytes"]),
        fuzzer("Target", ["HTTP", "Bytes"]),
        fuzzer("Token", ["OAuth", "JOSE", "Cryptography", "Bytes"]),
        fuzzer("KeySet", ["OAuth", "JOSE", "Cryptography", "Bytes"]),
        fuzzer("YAML", ["Configuration"]),
        fuzzer("Form", ["AuthorizationServer", "Endpoints", "Bytes"]),
        fuzzer("Statement", ["OAuth", "JOSE", "Cryptography", "Bytes"]),
        fuzzer("Browser", ["AuthorizationServer", "Endpoints", "Stores", "Cryptography", "Bytes"]),
        fuzzer("Address", ["AuthorizationServer", "Endpoints", "OAuth", "Bytes"]),
        fuzzer("Session", ["Login", "SharedState", "OAuth", "Cryptography", "Telemetry", "Bytes"]),
        fuzzer("Return", ["Login"]),
        fuzzer("Original", ["Gateway", "HTTP", "Bytes"]),
        fuzzer("Reply", ["SharedState", "Upstreams", "Bytes"]),
    ]
}
