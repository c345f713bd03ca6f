import Logging
import NIOCore
import ServiceLifecycle
import ServiceRuntime

/// The POS program towards its driver: one connection at a time, one command after the other.
extension POSProgram {
    /// Accepts connections until told to stop.
    func serveDrivers(of server: POSSocket.Server) async throws {
        try await withGracefulShutdownHandler {
            try await server.executeThenClose { drivers in
                try await withThrowingDiscardingTaskGroup { connections in
                    for try await driver in drivers { connections.addTask { await self.serve(driver) } }
                }
            }
        } onGracefulShutdown: {
            server.channel.close(promise: nil)
        }
    }

    private func serve(_ connection: POSSocket.Connection) async {
        let channel = connection.channel
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask {
                    try? await channel.closeFuture.get()
                    await self.hungUp(ObjectIdentifier(channel))
                }
                try await withGracefulShutdownHandler {
                    try await converse(on: connection)
                } onGracefulShutdown: {
                    channel.close(promise: nil)
                }
            }
        } catch {
            logger.debug("a driver's connection broke", metadata: ["reason": "\(systemReason(error))"])
        }
    }

    private func converse(on connection: POSSocket.Connection) async throws {
        try await connection.executeThenClose { lines, replies in
            guard driver == nil else { return try await replies.write(POSWire.line(.driverBusy, id: nil)) }
            driver = ObjectIdentifier(connection.channel)
            defer {
                driver = nil
                core.driverLeft()
            }
            for try await line in lines {
                switch line {
                case .whole(let line): try await replies.write(try await reply(to: line))
                case .tooLong: return try await replies.write(POSWire.line(.lineTooLong, id: nil))
                }
            }
        }
    }

    /// The reply to a `confirm` is no longer awaited, and the next driver may connect.
    private func hungUp(_ channel: ObjectIdentifier) {
        if driver == channel { endOfWait?.finish() }
    }

    private func reply(to line: ByteBuffer) async throws -> ByteBuffer {
        guard let (id, meant) = POSWire.read(line) else { return try POSWire.line(.badLine, id: nil) }
        let command: POSCommand
        switch meant {
        case .success(let known): command = known
        case .failure(let problem): return try POSWire.line(.badCommand, id: id, field: problem.field)
        }
        if case .confirm(let mark, let wait) = command { await waitForEnd(of: mark, within: wait) }
        switch carryOut(command) {
        case .success(let reply): return try POSWire.line(reply, id: id)
        case .failure(let refusal): return try POSWire.line(refusal, id: id)
        }
    }

    private func carryOut(_ command: POSCommand) -> Result<POSReply, POSRefusal> {
        var random = SystemRandomNumberGenerator()
        do throws(POSRefusal) {
            let (reply, asked) = try core.carryOut(command, random: &random)
            if let asked { request(asked) }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }

    private func waitForEnd(of mark: String, within limit: Duration) async {
        guard core.isUnderWay(mark) else { return }
        let (end, endOfWait) = AsyncStream.makeStream(of: Void.self)
        self.endOfWait = endOfWait
        let timer = eventLoopGroup.next().scheduleTask(in: .milliseconds(limit.milliseconds)) { endOfWait.finish() }
        for await _ in end {}
        timer.cancel()
        self.endOfWait = nil
    }
}
