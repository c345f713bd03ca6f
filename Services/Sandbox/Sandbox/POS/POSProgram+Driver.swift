import Logging
import NIOCore
import ServiceLifecycle

/// The POS program towards its driver: one connection at a time, one command after the other.
extension POSProgram {
    /// Takes connections until told to stop.
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

    private func serve(_ driver: POSSocket.Connection) async {
        do {
            try await withGracefulShutdownHandler {
                try await converse(with: driver)
            } onGracefulShutdown: {
                driver.channel.close(promise: nil)
            }
        } catch {
            logger.debug("a driver's connection broke", metadata: ["error": "\(type(of: error))"])
        }
    }

    private func converse(with driver: POSSocket.Connection) async throws {
        try await driver.executeThenClose { lines, replies in
            guard !hasDriver else { return try await replies.write(POSWire.line(.driverBusy, id: nil)) }
            hasDriver = true
            defer {
                hasDriver = false
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
            if let asked {
                display.asking(asked)
                question.yield(asked)
            }
            return .success(reply)
        } catch {
            return .failure(error)
        }
    }

    private func waitForEnd(of mark: String, within limit: Duration) async {
        guard core.isUnderWay(mark) else { return }
        let (end, waiter) = AsyncStream.makeStream(of: Void.self)
        waiters[mark, default: []].append(waiter)
        let timer = eventLoopGroup.next().scheduleTask(in: .milliseconds(limit.milliseconds)) { waiter.finish() }
        for await _ in end {}
        timer.cancel()
    }
}
