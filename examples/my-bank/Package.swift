// swift-tools-version: 6.2
import PackageDescription

// A provider's adapter as a package of its own: it needs Baton's library product and nothing else.
let package = Package(
    name: "my-bank",
    platforms: [.macOS(.v26)],
    dependencies: [.package(name: "baton", path: "../..")],
    targets: [
        .executableTarget(
            name: "baton-my-bank-adapter", dependencies: [.product(name: "DestinationKit", package: "baton")],
            path: "Sources")
    ])
