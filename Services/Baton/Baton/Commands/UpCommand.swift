import ArgumentParser

/// `baton up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Runs the whole relay on this machine, supervised, until Ctrl-C or SIGTERM.",
        discussion: """
            Two routers (the second takes over when the first dies), the ingress, both gateways, and an adapter for each \
            registered destination. A process that dies is started again. Makes the keys if they are absent and no journal has transactions.
            """)

    func run() async throws { try await UpRun(configuration: try BatonConfiguration()).run() }
}
