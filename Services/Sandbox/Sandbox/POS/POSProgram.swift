import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOPosix
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// The POS program: serves one driver, listens to its cashier, and asks the destination on its own line.
public actor POSProgram: Service {
    private let configuration: POSConfiguration
    private let socket: POSConfiguration.Socket
    private let eventLoopGroup: any EventLoopGroup
    private let logger: Logger
    private let onBound: @Sendable (String) -> Void
    private let display: POSDisplay
    private var core: POSCore
    private var hasDriver = false
    /// Who waits for a send to end, by its mark.
    private var waiters: [String: [AsyncStream<Void>.Continuation]] = [:]
    private let questions: AsyncStream<POSLineRequest>
    private let question: AsyncStream<POSLineRequest>.Continuation

    /// - Parameters:
    ///   - onBound: called once with where drivers connect.
    ///   - show: shows the cashier one line; standard output unless told otherwise.
    public init(
        _ configuration: POSConfiguration, socket: POSConfiguration.Socket, eventLoopGroup: any EventLoopGroup,
        logger: Logger, show: @escaping @Sendable (String) -> Void = POSProgram.print,
        onBound: @escaping @Sendable (String) -> Void
    ) {
        self.configuration = configuration
        self.socket = socket
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        self.onBound = onBound
        display = POSDisplay(show: show)
        let windows = configuration.windows.map { ($0.application.text, $0.operation) }
        let letters = (0..<6).compactMap { _ in "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".randomElement() }
        core = POSCore(
            windows: Dictionary(windows) { first, _ in first }, program: configuration.program,
            sample: configuration.sale, run: String(letters))
        // One send at a time: the core refuses a second.
        (questions, question) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Serves until told to stop; what is being sent then is asked to its end.
    public func run() async throws {
        let server = try await POSSocket.bind(socket, on: eventLoopGroup)
        onBound(POSSocket.name(of: server.channel, socket))
        display.sale(core.sale)
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(eventLoopGroup), configuration: DestinationLine.clientConfiguration)
        let line = DestinationLine(client: client, destination: configuration.destination)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await self.askDestination(on: line) }
                if !configuration.hasNoCashier { group.addTask { await self.listenToCashier() } }
                try await serveDrivers(of: server)
                question.finish()
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    // MARK: The driver

    private func serveDrivers(of server: POSSocket.Server) async throws {
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

    // MARK: The destination

    private func askDestination(on line: DestinationLine) async {
        for await request in questions {
            let end = await line.ask(request)
            guard let sent = core.lineEnded(request.receipt, end) else { continue }
            display.ended(sent, end)
            display.sale(core.sale)
            for waiter in waiters.removeValue(forKey: sent.mark) ?? [] { waiter.finish() }
        }
    }

    // MARK: The cashier

    private func listenToCashier() async {
        do {
            let input = try await POSSocket.standardInput(on: eventLoopGroup)
            try await withGracefulShutdownHandler {
                try await input.executeThenClose { lines, _ in
                    for try await line in lines {
                        guard case .whole(let line) = line else { break }
                        listen(String(buffer: line))
                    }
                }
            } onGracefulShutdown: {
                input.channel.close(promise: nil)
            }
        } catch {
            logger.debug("no cashier at standard input", metadata: ["error": "\(type(of: error))"])
        }
    }

    private func listen(_ line: String) {
        do throws(POSRefusal) {
            switch CashierWord(line) {
            case .sale(let amount): try core.open(amount)
            case .void: try core.void()
            case .status: break
            case nil: return display.notUnderstood()
            }
            display.sale(core.sale)
        } catch {
            display.refused(error)
        }
    }

    /// Writes one line to standard output, at once.
    @Sendable public static func print(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
