// swift-tools-version: 6.2
import PackageDescription

// The simulation with the pure cores alone, without shells and without other packages but swift-collections: it builds
// in a minute, and shows that no core needs more. scripts/mutants lays it over a copy of the tree.

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")

/// Some of a module's sources.
func cores(_ name: String, _ path: String, _ sources: [String]? = nil, uses dependencies: [Target.Dependency] = [])
    -> Target
{
    .target(name: name, dependencies: dependencies, path: path, sources: sources)
}

let package = Package(
    name: "baton",
    platforms: [.macOS(.v26)],
    dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
    targets: [
        cores("RelayDomain", "Shared/RelayDomain"),
        cores("RelayJournal", "Shared/RelayJournal", uses: ["RelayDomain"]),
        cores(
            "RelayTesting", "Shared/RelayTesting",
            ["JournalSamples.swift", "MemoryEngine.swift", "MemoryLog.swift", "SeededGenerator.swift"],
            uses: ["RelayDomain", "RelayJournal"]),
        cores("SQLiteLog", "Shared/SQLiteLog", ["Core"], uses: ["RelayDomain", "RelayJournal"]),
        cores("Sealing", "Shared/Sealing", ["Secret.swift"]),
        cores("JSONText", "Shared/JSONText"),
        cores("DeviceProtocol", "Shared/DeviceProtocol", uses: ["JSONText", "RelayDomain"]),
        cores("DeviceEdge", "Shared/DeviceEdge", ["Core"], uses: ["DeviceProtocol", "RelayDomain"]),
        cores(
            "DeviceLink", "Shared/DeviceLink",
            [
                "Host/OpenCommands.swift", "Host/DeviceCore.swift", "Host/RelayCall.swift",
                "Journal/CommandRecord.swift", "Journal/ScanRecord.swift",
            ],
            uses: ["DeviceProtocol", "RelayDomain"]),
        cores(
            "DestinationKit", "Shared/DestinationKit",
            ["AdapterCore.swift", "FollowUpTask.swift", "FollowUpQueue.swift", "CallTimeouts.swift", "Queue.swift"],
            uses: ["RelayDomain"]),
        cores(
            "Ingress", "Services/Ingress/Ingress",
            [
                "Core", "Answers/PhoneErrorCode.swift", "Answers/Problem.swift", "Submission/Refusing.swift",
            ],
            uses: ["JSONText", "RelayDomain"]),
        cores("Router", "Services/Router/Router", ["Core"], uses: ["RelayDomain", deque, heap]),
        cores(
            "RelayTerminal", "Services/RelayTerminal/RelayTerminal", ["Core"],
            uses: ["DeviceLink", "DeviceProtocol", "RelayDomain"]),
        cores(
            "POSAgent", "Services/POSAgent/POSAgent",
            ["Core", "Driver/InputWindowDriver.swift", "Driver/ReasonCode+Driver.swift"],
            uses: ["DeviceLink", "DeviceProtocol", "RelayDomain", "Sealing"]),
        cores(
            "Sandbox", "Services/Sandbox/Sandbox/Ledger",
            [
                "SandboxFault.swift", "LedgerAnswer.swift", "LedgerEntry.swift", "LedgerNames.swift",
                "LedgerRequest.swift",
                "LedgerTransaction.swift", "SandboxLedger+Authorize.swift", "SandboxLedger+Book.swift",
                "SandboxLedger.swift", "BatchTable.swift",
            ], uses: ["RelayDomain"]),
        cores(
            "Simulation", "Tests/Simulation/Simulation",
            uses: [
                "DestinationKit", "DeviceEdge", "DeviceLink", "DeviceProtocol", "Ingress", "POSAgent", "RelayDomain",
                "RelayJournal", "RelayTerminal", "RelayTesting", "Router", "SQLiteLog", "Sandbox", heap,
            ]),
        .executableTarget(
            name: "baton-simulate", dependencies: ["Simulation"], path: "Tests/Simulation/baton-simulate"),
    ],
    swiftLanguageModes: [.v6]
)
