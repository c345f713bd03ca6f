import Foundation
import Logging
import NIOPosix
import RelayDomain
import ServiceRuntime

@testable import POSAgent
@testable import Sandbox

/// The real POS program of the sandbox, for the time of a body. Its destination is not there: what it sends is
/// declined, `notSent`.
enum SandboxTill {
    /// - Parameters:
    ///   - keepsFields: whether what a driver entered stays in the field when it goes.
    ///   - body: gets the POS program and where it listens.
    static func run(
        in folder: URL, on group: MultiThreadedEventLoopGroup, keepsFields: Bool = false,
        _ body: (POSProgram, JSONLinesDriver.Address) async throws -> Void
    ) async throws {
        let path = folder.appending(path: "pos.sock").path
        let settings = Settings([
            "BATON_SALE": "12.50 EUR", "BATON_DESTINATION": "http://127.0.0.1:1", "BATON_PARENT": "true",
            "BATON_KEEPS_FIELDS": "\(keepsFields)",
        ])
        let (bound, onBound) = AsyncStream.makeStream(of: String.self)
        let program = POSProgram(
            try POSConfiguration(settings), socket: .path(path), eventLoopGroup: group, logger: Logger(label: "pos"),
            show: { _ in }, onBound: { onBound.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await program.run() }
            _ = await bound.first { _ in true }
            try await body(program, .path(path))
            tasks.cancelAll()
            try? await tasks.waitForAll()
        }
    }
}
