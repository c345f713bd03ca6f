import Foundation
import Sealing
import ServiceRuntime

extension AgentShell {
    /// An agent as a process has it: with the JSON lines driver and the key of the home.
    /// - Throws: ``KeyFileError``, or why the folder of sockets cannot be used.
    public init(
        _ configuration: AgentConfiguration, in process: ServiceProcess, onSession: @escaping @Sendable (Bool) -> Void
    ) throws {
        let eventLoop = process.eventLoopGroup.next()
        self.init(
            configuration,
            driver: JSONLinesDriver(try configuration.address(in: process.home), eventLoop: eventLoop),
            key: try SealingKey(file: URL(fileURLWithPath: configuration.sealingKey)), eventLoop: eventLoop,
            logger: process.logger, onSession: onSession)
    }
}
