import Foundation
import ServiceRuntime

/// The two external parties that a trial needs, a destination and a POS program: the entry point of `baton-sandbox`.
public enum Sandbox {
    /// Which of the two a process is; the first argument names it.
    public enum Role: String, CaseIterable, Sendable {
        case destination, pos
    }

    /// Runs one role from its first line to its orderly end.
    /// - Parameter arguments: the role, then the arguments of every process (`--help`).
    public nonisolated(nonsending) static func run(_ arguments: [String] = Array(CommandLine.arguments.dropFirst()))
        async throws
    {
        switch arguments.first.flatMap(Role.init) {
        case .destination: try await runDestination(Array(arguments.dropFirst()))
        case .pos: try await runPOS(Array(arguments.dropFirst()))
        case nil:
            StandardStream.error.writeLine(
                "baton-sandbox: name a role: baton-sandbox destination, or baton-sandbox pos")
            StandardStream.error.flush()
            exit(64)
        }
    }

    private nonisolated(nonsending) static func runDestination(_ arguments: [String]) async throws {
        try await ServiceProcess.run("baton-sandbox", arguments: arguments, reading: DestinationConfiguration.init) {
            process, configuration in
            let part = process.health.part("http")
            let server = try DestinationServer(
                configuration, folder: process.home.path + "/sandbox", eventLoopGroup: process.eventLoopGroup,
                logger: process.logger
            ) { bound in
                part.ready("\(bound)")
                process.announceOrLog(["http": "\(bound)"])
            }
            return server.services
        }
    }

    private nonisolated(nonsending) static func runPOS(_ arguments: [String]) async throws {
        try await ServiceProcess.run("baton-sandbox-pos", arguments: arguments, reading: POSConfiguration.init) {
            process, configuration in
            let part = process.health.part("socket")
            let program = POSProgram(
                configuration, socket: try configuration.socket(in: process.home),
                eventLoopGroup: process.eventLoopGroup, logger: process.logger
            ) { bound in
                part.ready(bound)
                process.announceOrLog(["driver": bound])
            }
            return [program]
        }
    }
}

extension ServiceProcess {
    /// Announces the bound addresses; if the home cannot be written, only the announcement is missing.
    fileprivate func announceOrLog(_ addresses: [String: String]) {
        do {
            try announce(addresses)
        } catch {
            logger.error("cannot announce the address: check BATON_HOME", metadata: ["reason": "\(error)"])
        }
    }
}
