import ArgumentParser
import Foundation
import RelayDomain
import Synchronization

/// `baton demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Runs the relay with a sample shop, its devices and the sandbox, and sends flows A to E through it.",
        discussion: """
            Devices, POS and destination are real processes, the phone speaks HTTP, QR codes are written and read as \
            pictures. Exit code 0 if every flow was approved, else 1.
            """)

    @Option(help: "The sample shop's file. (default: that of the source, or what was installed with this executable)")
    var shop: String?

    @Flag(help: "Stay up after the flows, until Ctrl-C.")
    var stay = false

    @Option(
        help: ArgumentHelp(
            "Use a relay that runs elsewhere instead of starting one: where its ingress, terminal gateway, POS gateway "
                + "and sandbox answer, as HOST:PORT,HOST:PORT,HOST:PORT,HOST:PORT.",
            valueName: "edges"),
        transform: RelayPlan.Edges.init(argument:))
    var relay: RelayPlan.Edges?

    /// The shop to show.
    func sample() throws -> Shop {
        let ofSource = "deploy/sample/shop.yaml"
        let installed = UpRun.ownFolder + "/../../share/baton/shop.yaml"
        let isInstalled = FileManager.default.fileExists(atPath: installed)
        do {
            return try ShopFile.read(shop ?? (isInstalled ? installed : ofSource)).shop
        } catch OperatorError.file(let path, let reason) {
            throw OperatorError.file(
                path: path, reason: "\(reason); name the sample with --shop, \(ofSource) of Baton's source")
        }
    }

    func run() async throws {
        let configuration = try BatonConfiguration()
        let demonstration = Demonstration(
            configuration: configuration, shop: try sample(), staysUp: stay, relayElsewhere: relay)
        let areAllApproved = Atomic(false)
        try await UpRun(
            configuration: configuration, startsRelay: relay == nil,
            trial: UpRun.Trial(processes: demonstration.processes, keyboards: demonstration.keyboards) { supervisor in
                try await demonstration.run(supervisor) { areAllApproved.store($0, ordering: .releasing) }
            }
        ).run()
        if !areAllApproved.load(ordering: .acquiring) { throw ExitCode(1) }
    }
}
