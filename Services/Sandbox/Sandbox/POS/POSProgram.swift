import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOPosix
import RelayDomain
import ServiceLifecycle
import ServiceRuntime

/// The POS program: serves one driver, reads its cashier's input, and asks the destination on its own connection.
public actor POSProgram: Service {
    private let configuration: POSConfiguration
    private let socket: POSConfiguration.Socket
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    private let onBound: @Sendable (String) -> Void
    let display: POSDisplay
    var core: POSCore
    /// The connection of the one driver.
    var driver: ObjectIdentifier?
    /// Ends the wait of the driver's `confirm`: there is one driver, one command at a time, and one send in progress.
    var endOfWait: AsyncStream<Void>.Continuation?
    private let questions: AsyncStream<POSLineRequest>
    let question: AsyncStream<POSLineRequest>.Continuation

    /// - Parameters:
    ///   - onBound: called once with the address for drivers.
    ///   - show: shows the cashier one line; by default on standard output.
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
            sample: configuration.sale, run: String(letters), keepsFields: configuration.keepsFields)
        // One send at a time: the core refuses a second.
        (questions, question) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Serves until told to stop; a send in progress is completed first.
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
            POSSocket.clear(socket)
            try? await client.shutdown()
            throw error
        }
        POSSocket.clear(socket)
        try await client.shutdown()
    }

    // MARK: The destination

    func request(_ request: POSLineRequest) {
        display.asking(request)
        question.yield(request)
    }

    private func askDestination(on line: DestinationLine) async {
        for await request in questions {
            let end = await line.request(request)
            guard let sent = core.lineEnded(request.receipt, end) else { continue }
            display.ended(sent, end)
            display.sale(core.sale)
            endOfWait?.finish()
        }
    }

    // MARK: The cashier

    private func listenToCashier() async {
        for await line in CashierInput.lines().cancelOnGracefulShutdown() { cashierTyped(line) }
    }

    func cashierTyped(_ line: String) {
        let word: CashierAction
        do throws(CashierMistake) { word = try CashierAction(line) } catch { return display.notUnderstood(error) }
        do throws(POSRefusal) {
            switch word {
            case .sale(let amount): try core.open(amount)
            case .void: try core.void()
            case .enter:
                var random = SystemRandomNumberGenerator()
                return request(try core.pressEnter(random: &random))
            case .close: try core.closeWindow()
            case .status: break
            }
            display.sale(core.sale)
        } catch {
            display.refused(error)
        }
    }

    /// Writes one line to standard output, at once.
    @Sendable public static func print(_ line: String) { StandardStream.output.writeLine(line) }
}
