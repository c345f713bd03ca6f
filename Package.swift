// swift-tools-version: 6.2
import PackageDescription

// Every module of Baton stands on one line below: what it is called and what it may import.
// The build checks it (`--explicit-target-dependency-import-check error`, set in the Makefile).

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioConcurrency = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A library that services share: `Shared/<name>`.
func shared(_ name: String, uses dependencies: [Target.Dependency] = [], excluding: [String] = []) -> [Target] {
    [.target(name: name, dependencies: dependencies, path: "Shared/\(name)", exclude: excluding)]
}

/// A service: its library `Services/<name>/<name>`, and the executable of one file that starts it, perhaps with others.
func service(
    _ name: String, executable: String, uses dependencies: [Target.Dependency], starting: [Target.Dependency] = []
) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, path: "Services/\(name)/\(name)"),
        .executableTarget(
            name: executable, dependencies: [.byName(name: name)] + starting, path: "Services/\(name)/\(executable)"),
    ]
}

/// A C library of the system, by its Debian package.
func system(_ name: String, _ debianPackage: String) -> [Target] {
    [.systemLibrary(name: name, path: "Shared/System/\(name)", providers: [.apt([debianPackage])])]
}

func tests(_ name: String, uses dependencies: [Target.Dependency], excluding: [String] = []) -> [Target] {
    [.testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: excluding)]
}

/// What several test targets use: `Tests/<name>`.
func testing(_ name: String, uses dependencies: [Target.Dependency]) -> [Target] {
    [.target(name: name, dependencies: dependencies, path: "Tests/\(name)")]
}

let package = Package(
    name: "baton",
    platforms: [.macOS(.v26)],
    products: [
        // For providers: a destination is one type and one process (docs/destinations.md, examples/my-bank).
        .library(name: "DestinationKit", targets: ["DestinationKit", "RelayDomain", "ServiceRuntime"]),
        // For makers of terminals and POS: the frames and session rules, and a link that keeps them (docs/devices.md).
        .library(name: "DeviceProtocol", targets: ["DeviceProtocol", "RelayDomain"]),
        .library(name: "DeviceLink", targets: ["DeviceLink", "DeviceProtocol", "RelayDomain"]),
        // The relay's words, and what its processes say to each other.
        .library(name: "RelayDomain", targets: ["RelayDomain"]),
        .library(name: "RelayMessages", targets: ["RelayDomain", "RelayMessages"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The words of the relay, and what passes between its processes.
        shared("RelayDomain"),
        shared("RelayMessages", uses: ["RelayDomain", protobuf], excluding: ["proto"]),
        system("CProcess", "libc6-dev"),
        system("CZeroMQ", "libzmq3-dev"),
        shared("RelayTransport", uses: ["CZeroMQ", "RelayDomain", "RelayMessages", heap, metrics, protobuf]),
        shared("RelayJournal", uses: ["RelayDomain"]),
        shared(
            "SQLiteLog", uses: ["JSONText", "RelayDomain", "RelayJournal", "RelayMessages", crypto, grdb, grdbSQLite]),
        shared("Sealing", uses: ["RelayDomain", crypto]),
        shared("JSONText"),
        shared("StatusJSON", uses: ["JSONText", "RelayDomain"]),
        shared(
            "ServiceRuntime",
            uses: [
                "CProcess", "JSONText", lifecycle, logging, metrics, nioConcurrency, nioCore, nioHTTP1, nioPosix,
            ]),

        shared("BusSettings", uses: ["RelayTransport", "ServiceRuntime", logging]),
        shared("HTTPEdge", uses: [nioCore, nioHTTP1]),

        // The relay's edges: devices on one side, destinations on the other.
        shared("DeviceProtocol", uses: ["JSONText", "RelayDomain"]),
        shared(
            "DeviceEdge",
            uses: [
                "BusSettings", "DeviceProtocol", "HTTPEdge", "RelayDomain", "RelayMessages", "RelayTransport",
                "ServiceRuntime", lifecycle, logging, metrics, nioCore, nioHTTP1, nioPosix, nioWebSocket,
            ]),
        shared(
            "DeviceLink",
            uses: [
                "DeviceProtocol", "RelayDomain", grdb, grdbSQLite, logging, nioCore, nioHTTP1, nioPosix, nioWebSocket,
            ]),
        // What the processes of the reference devices share; makers of devices need DeviceLink alone.
        shared("DeviceRuntime", uses: ["DeviceLink", "DeviceProtocol", "RelayDomain", "ServiceRuntime", logging]),
        shared(
            "DestinationKit",
            uses: [
                "BusSettings", "RelayDomain", "RelayMessages", "RelayTransport", "Sealing", "ServiceRuntime", lifecycle,
                logging, metrics, nioConcurrency,
            ]),
        system("CZBar", "libzbar-dev"),
        system("CQREncode", "libqrencode-dev"),
        system("CPNG", "libpng-dev"),
        shared("CodePictures", uses: ["CZBar", "CQREncode", "CPNG", "RelayDomain"]),

        // The services, in the order in which a transaction passes them.
        service(
            "Ingress", executable: "baton-ingress",
            uses: [
                "BusSettings", "HTTPEdge", "JSONText", "RelayDomain", "RelayMessages", "RelayTransport", "Sealing",
                "ServiceRuntime", "StatusJSON", lifecycle, logging, metrics, nioConcurrency, nioCore, nioHTTP1,
                nioPosix,
            ]),
        service(
            "Router", executable: "baton-router",
            uses: [
                "BusSettings", "RelayDomain", "RelayJournal", "RelayMessages", "RelayTransport", "ServiceRuntime",
                deque, heap, lifecycle, logging, metrics,
            ], starting: ["SQLiteLog"]),
        service(
            "TerminalGateway", executable: "baton-terminal-gateway",
            uses: ["DeviceEdge", "DeviceProtocol", "RelayDomain", "Sealing", "ServiceRuntime", lifecycle]),
        service(
            "POSGateway", executable: "baton-pos-gateway",
            uses: ["DeviceEdge", "DeviceProtocol", "RelayDomain", "ServiceRuntime", lifecycle]),
        service(
            "DestinationAdapter", executable: "baton-destination-adapter",
            uses: [
                "DestinationKit", "JSONText", "RelayDomain", "ServiceRuntime", asyncHTTPClient, lifecycle, logging,
                nioCore, nioPosix,
            ]),
        service(
            "RelayTerminal", executable: "baton-terminal",
            uses: [
                "CodePictures", "DeviceLink", "DeviceProtocol", "DeviceRuntime", "RelayDomain", "ServiceRuntime",
                lifecycle, logging, nioConcurrency, nioCore, nioPosix,
            ]),
        service(
            "POSAgent", executable: "baton-pos-agent",
            uses: [
                "DeviceLink", "DeviceProtocol", "DeviceRuntime", "RelayDomain", "Sealing", "ServiceRuntime", lifecycle,
                logging, nioCore, nioPosix,
            ]),
        service(
            "Sandbox", executable: "baton-sandbox",
            uses: [
                "JSONText", "RelayDomain", "ServiceRuntime", asyncHTTPClient, crypto, grdb, hummingbird, lifecycle,
                logging, nioCore, nioPosix,
            ]),
        // What `baton bench` measures with; a library of its own, for it is no part of operating a relay.
        [
            .target(
                name: "Bench",
                dependencies: [
                    "JSONText", "RelayDomain", "RelayJournal", "RelayMessages", "RelayTransport", "SQLiteLog",
                    "Sealing", "ServiceRuntime", asyncHTTPClient, histogram, nioCore, nioPosix,
                ], path: "Services/Baton/Bench")
        ],
        service(
            "Baton", executable: "baton",
            uses: [
                "Bench", "BusSettings", "CodePictures", "DeviceLink", "DeviceProtocol", "JSONText", "RelayDomain",
                "RelayJournal", "RelayMessages", "RelayTransport", "SQLiteLog", "Sealing", "ServiceRuntime",
                "StatusJSON", argumentParser, asyncHTTPClient, lifecycle, logging, nioCore, nioPosix, yams,
            ]),
        // All of them in one executable, which is what `make install` lays down.
        [
            .executableTarget(
                name: "baton-all",
                dependencies: [
                    "Baton", "DestinationAdapter", "Ingress", "POSAgent", "POSGateway", "RelayTerminal", "Router",
                    "SQLiteLog", "Sandbox", "ServiceRuntime", "TerminalGateway",
                ], path: "Services/All/baton-all")
        ],

        shared("RelayTesting", uses: ["RelayDomain", "RelayJournal", "RelayMessages", "RelayTransport"]),
        tests("RelayDomainTests", uses: ["RelayDomain", "RelayTesting"], excluding: ["iso4217.txt"]),
        tests(
            "RelayMessagesTests", uses: ["RelayDomain", "RelayMessages", "RelayTesting", protobuf],
            excluding: ["golden.txt"]),
        tests(
            "RelayTransportTests", uses: ["RelayDomain", "RelayMessages", "RelayTesting", "RelayTransport", protobuf]),
        tests(
            "JournalConformanceTests", uses: ["RelayDomain", "RelayJournal", "RelayTesting", "SQLiteLog"]),
        tests(
            "SQLiteLogTests",
            uses: ["RelayDomain", "RelayJournal", "RelayTesting", "SQLiteLog", "Simulation", grdb, grdbSQLite],
            excluding: ["golden.txt"]),
        tests("SealingTests", uses: ["RelayDomain", "Sealing"]),
        tests(
            "ServiceRuntimeTests",
            uses: ["ServiceRuntime", asyncHTTPClient, lifecycle, logging, metrics, nioConcurrency]),
        tests("JSONTextTests", uses: ["JSONText"]),
        tests("DeviceProtocolTests", uses: ["DeviceProtocol", "JSONText", "RelayDomain"]),
        tests("HTTPEdgeTests", uses: ["HTTPEdge", nioCore, nioHTTP1]),
        tests(
            "DeviceEdgeTests",
            uses: [
                "DeviceEdge", "DeviceProtocol", "HTTPEdge", "RelayDomain", "RelayMessages", "RelayTesting",
                "RelayTransport",
                "ServiceRuntime", lifecycle, logging, nioCore, nioHTTP1, nioPosix,
                nioWebSocket,
            ]),
        tests("TerminalGatewayTests", uses: ["DeviceProtocol", "RelayDomain", "Sealing", "TerminalGateway"]),
        tests("CodePicturesTests", uses: ["CodePictures", "RelayDomain"]),
        testing("DeviceTesting", uses: ["DeviceProtocol", "RelayDomain", nioCore, nioHTTP1, nioPosix, nioWebSocket]),
        tests(
            "DeviceLinkTests",
            uses: ["DeviceLink", "DeviceProtocol", "DeviceTesting", "RelayDomain", grdb, nioCore, nioPosix]),
        tests(
            "DeviceRuntimeTests",
            uses: ["DeviceLink", "DeviceProtocol", "DeviceRuntime", "RelayDomain", "ServiceRuntime", logging]),
        tests(
            "RelayTerminalTests",
            uses: [
                "CodePictures", "DeviceLink", "DeviceProtocol", "DeviceTesting", "RelayDomain", "RelayTerminal",
                "ServiceRuntime", logging, nioCore, nioPosix,
            ]),
        tests(
            "POSAgentTests",
            uses: [
                "DeviceLink", "DeviceProtocol", "DeviceTesting", "POSAgent", "RelayDomain", "Sandbox", "Sealing",
                "ServiceRuntime", logging, nioCore, nioPosix,
            ]),
        tests(
            "IngressTests",
            uses: [
                "HTTPEdge", "Ingress", "JSONText", "RelayDomain", "RelayMessages", "RelayTesting", "RelayTransport",
                "Sealing", "ServiceRuntime", "StatusJSON", asyncHTTPClient, lifecycle, logging, nioConcurrency, nioCore,
                nioEmbedded, nioHTTP1, nioPosix, protobuf, yams,
            ]),
        testing(
            "DestinationTesting",
            uses: [
                "DestinationKit", "RelayDomain", "RelayMessages", "RelayTesting", "RelayTransport", "Sealing",
                "ServiceRuntime", lifecycle, logging,
            ]),
        tests(
            "DestinationKitTests",
            uses: [
                "DestinationKit", "DestinationTesting", "MyBankExample", "RelayDomain", "RelayTransport", "Sealing",
                "ServiceRuntime", nioConcurrency,
            ]),
        tests(
            "DestinationAdapterTests",
            uses: [
                "DestinationAdapter", "DestinationKit", "DestinationTesting", "RelayDomain", "ServiceRuntime",
                asyncHTTPClient, hummingbird, lifecycle, logging, nioConcurrency, nioCore, nioPosix,
            ]),
        tests(
            "SandboxTests",
            uses: [
                "RelayDomain", "Sandbox", "ServiceRuntime", asyncHTTPClient, grdb, lifecycle, logging, nioCore,
                nioPosix,
            ]),
        tests(
            "BatonTests",
            uses: [
                "Baton", "RelayDomain", "RelayJournal", "RelayTesting", "SQLiteLog", "Sealing", "ServiceRuntime",
                asyncHTTPClient, lifecycle, logging, nioConcurrency, nioCore, nioPosix,
            ]),
        // The package of docs/destinations.md: built here too, so that its tests and the page's samples are of one
        // file.
        [
            .executableTarget(
                name: "MyBankExample", dependencies: ["DestinationKit", "RelayDomain", "ServiceRuntime"],
                path: "examples/my-bank/Sources")
        ],
        // What docs/errors.yaml says, and what scripts/generate-errors makes of it.
        [.target(name: "ErrorCatalogue", path: "scripts/errors", exclude: ["main.swift", "generated.sha256"])],
        testing("RouterTesting", uses: ["RelayDomain", "RelayTesting", "Router"]),
        tests(
            "RouterTests",
            uses: [
                "RelayDomain", "RelayJournal", "RelayMessages", "RelayTesting", "RelayTransport", "Router",
                "RouterTesting", "SQLiteLog", "ServiceRuntime", grdb, nioConcurrency,
            ]),
        // Several cores together: what phones and devices read of what the router decides.
        tests(
            "ScenarioTests",
            uses: [
                "DeviceEdge", "DeviceProtocol", "ErrorCatalogue", "Ingress", "RelayDomain", "Router", "RouterTesting",
                yams,
            ]),
        // What the pages say of the tree is so, and their samples compile.
        tests("DocumentTests", uses: ["RelayTransport", "ServiceRuntime", lifecycle, nioCore]),
        tests("BenchTests", uses: ["Bench", "RelayDomain", "StatusJSON", nioConcurrency, nioCore, nioPosix]),
        // Programs without manners, at any door of a relay.
        testing("Flooding", uses: ["CZeroMQ"]),
        // `make chaos`: the real stack, broken at random. In the shape of a service, and no part of the relay.
        [
            .target(
                name: "Chaos",
                dependencies: [
                    "DeviceLink", "DeviceProtocol", "Flooding", "JSONText", "RelayDomain", "RelayTerminal",
                    "RelayTesting", "SQLiteLog", "ServiceRuntime", argumentParser, asyncHTTPClient, crypto,
                    nioConcurrency, nioCore, nioPosix,
                ], path: "Tests/Chaos/Chaos"),
            .executableTarget(name: "baton-chaos", dependencies: ["Chaos"], path: "Tests/Chaos/baton-chaos"),
        ],
        tests(
            "ChaosTests",
            uses: ["Chaos", "Flooding", "RelayDomain", "RelayTesting", "ServiceRuntime", nioCore, nioPosix]),
        // The whole relay in one process, and what runs it seed after seed.
        [
            .target(
                name: "Simulation",
                dependencies: [
                    "DestinationKit", "DeviceEdge", "DeviceLink", "DeviceProtocol", "Ingress", "POSAgent",
                    "RelayDomain", "RelayJournal", "RelayTerminal", "RelayTesting", "Router", "SQLiteLog", "Sandbox",
                    heap,
                ], path: "Tests/Simulation/Simulation"),
            .executableTarget(
                name: "baton-simulate", dependencies: ["Simulation"], path: "Tests/Simulation/baton-simulate"),
        ],
        tests("SimulationTests", uses: ["RelayDomain", "RelayTesting", "Router", "Sandbox", "Simulation"]),
        tests(
            "IntegrationTests",
            uses: [
                "Flooding", "RelayDomain", "RelayTesting", "SQLiteLog", "ServiceRuntime", asyncHTTPClient, grdb,
                logging,
                nioCore, yams,
            ]),
    ].flatMap { $0 },
    swiftLanguageModes: [.v6]
)
